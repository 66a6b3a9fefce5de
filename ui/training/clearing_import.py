"""In the live shop: bring in a clearing, compare its code, and make the trainee an agent."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.staff import Member
from app.training import ClearingRow, Offered
from db.models import Role
from ui.theme import role
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.file_dialogs import ask_files
from ui.widgets.format import full_moment, moment

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


_SHOWN: Final = 5


class ClearingImport(QWidget):
    """A button; once a file is chosen, who it is about and what is to be compared."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._clearings = context, context.services.clearings
        self._text = ""
        self.offered: Offered | None = None
        self.choose = QPushButton(_("Bring in a clearing…"))
        self.notice = NoticeBar(closable=True)
        self.about = role(QLabel(wordWrap=True), "muted")
        self.results = QLabel(wordWrap=True)
        self.reason = role(QLabel(wordWrap=True), "warning")
        self.becomes = QLabel(wordWrap=True)
        self.known = role(QLabel(), "muted")
        self.code, self.password = QLineEdit(), QLineEdit()
        self.take = role(QPushButton(_("Make an agent")), "primary")
        self.cancel = QPushButton(_("Cancel"))
        self.card = Card("", self.cancel)
        self.record = role(QLabel(wordWrap=True), "hint")
        self._arrange()
        self.choose.clicked.connect(self._on_choose)
        self.cancel.clicked.connect(self.put_away)
        self.take.clicked.connect(self._on_take)
        for field in (self.code, self.password):
            field.textChanged.connect(self._on_typed)
            field.returnPressed.connect(self._on_take)
        self.put_away()
        self._read_record()

    def open_file(self, path: str) -> None:
        """Read and check a file."""
        self.notice.say("")
        work = partial(self._clearings.look_into, Path(path))
        self._context.jobs.run(self, work, self._show, failed=self._refused, key="look")

    def put_away(self) -> None:
        """Forget the file."""
        self._text, self.offered = "", None
        self.card.hide()
        self.choose.show()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.code.setPlaceholderText(_("Code as the issuer tells it"))
        self.code.setAccessibleName(_("Code as the issuer tells it"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(_("First password of the new member"))
        self.password.setAccessibleName(_("First password of the new member"))
        told = _(
            "Ask the issuer, in person or by phone, for the code or the six words on their screen "
            "and type them in. If they fit the file, nobody else made it."
        )
        entry = stack_horizontally(None, self.code, self.password, self.take, spacing=8)
        entry.setStretch(0, 1)
        entry.setStretch(1, 1)
        for widget in (
            self.about, self.known, self.results, self.reason, self.becomes,
            role(QLabel(told, wordWrap=True), "hint"),
        ):  # fmt: skip
            self.card.body.addWidget(widget)
        self.card.body.addLayout(entry)
        row = stack_horizontally(None, self.choose, None)
        about = role(
            QLabel(_("A trainee who is cleared in the practice shop becomes an agent here.")),
            "muted",
        )
        about.setWordWrap(True)
        heading = role(QLabel(_("Clearings")), "heading")
        lines = stack_vertically(self, heading, about, spacing=10)
        lines.addLayout(row)
        lines.addWidget(self.notice)
        lines.addWidget(self.card)
        lines.addWidget(self.record)

    def _read_record(self) -> None:
        self._context.jobs.run(self, self._clearings.record, self._show_record, key="record")

    def _show_record(self, rows: list[ClearingRow]) -> None:
        lines = [
            _("{name}: cleared by {issuer}, brought in by {who}, {when}").format(
                name=row.name, issuer=row.issuer, who=row.imported_by, when=moment(row.imported_at)
            )
            for row in rows[:_SHOWN]
        ]
        self.record.setText("\n".join(lines))
        self.record.setVisible(bool(lines))

    def _show(self, found: tuple[str, Offered]) -> None:
        self._text, offered = found
        self.offered = offered
        self.choose.hide()
        self.card.show()
        self.card.title.setText(offered.name)
        self.about.setText(
            _("Cleared by {issuer} in “{shop}”, {when}").format(
                issuer=offered.issuer, shop=offered.shop or "—", when=full_moment(offered.issued_at)
            )
        )
        self.results.setText(_results(offered))
        self.reason.setText(_("Not every bar was reached: {reason}").format(reason=offered.reason))
        self.reason.setVisible(bool(offered.reason))
        self.known.setText(_("taken from this issuer before"))
        self.known.setVisible(offered.known)
        self.becomes.setText(_becomes(offered))
        self.password.setVisible(offered.member is None)
        self.password.clear()
        self.code.clear()
        self._on_typed()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.notice.say(f"{error.message} {error.hint}".strip(), "danger")

    def _on_choose(self) -> None:
        ask_files(self, _("Bring in a clearing"), "JSON (*.json);;* (*)", self._on_files)

    def _on_files(self, paths: list[str]) -> None:
        if paths:
            self.open_file(paths[0])

    def _on_typed(self) -> None:
        new = self.offered is not None and self.offered.member is None
        ready = bool(self.code.text().strip()) and (not new or bool(self.password.text()))
        self.take.setEnabled(ready)

    def _on_take(self) -> None:
        if not self.take.isEnabled():
            missing = self.code if not self.code.text().strip() else self.password
            missing.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.offered is not None:
            self.notice.say("")
            work = partial(
                self._clearings.take, self._text, self.code.text(), password=self.password.text()
            )
            self._context.jobs.run(
                self, work, self._on_taken, failed=self._refused, lane="write", key="take"
            )

    def _on_taken(self, member: Member) -> None:
        self.put_away()
        agent = _("{name} may serve customers now.").format(name=member.shown_name)
        self.notice.say(agent, "success")
        self._read_record()
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)


def _becomes(offered: Offered) -> str:
    member = offered.member
    if member is None:
        return _("Nobody here has the login “{login}”: a new member is made.").format(
            login=offered.login
        )
    if member.role == Role.TRAINEE:
        return _("{name} ({login}) is a trainee here and becomes an agent.").format(
            name=member.shown_name, login=member.login
        )
    return _("{name} ({login}) is an agent here already; the clearing is kept.").format(
        name=member.shown_name, login=member.login
    )


def _results(offered: Offered) -> str:
    results = offered.results
    tasks = results["tasks"]
    done = sum(bool(task.get("finished")) for task in tasks)
    passed = int(results.get("exams_passed") or 0)
    words = [
        _("{n} of {most} tasks done").format(n=done, most=len(tasks)),
        ngettext("{n} exam passed", "{n} exams passed", passed).format(n=passed),
    ]
    for key, text in (
        ("scenario_mean", _("practice customers {n} points")),
        ("typing", _("{n} characters a minute")),
    ):
        value = results.get(key)
        if isinstance(value, int | float):
            words.append(text.format(n=round(value)))
    return " · ".join(words)
