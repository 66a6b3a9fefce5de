"""Clear a trainee for live work: what they reached, why in spite of what is open, and the code."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _, listing, ngettext
from app.training import Issued, Trainee
from ui.theme import role
from ui.training.scroll import Scroll
from ui.widgets import CopyLabel, NoticeBar, hline, stack_vertically
from ui.widgets.card import Card
from ui.widgets.file_dialogs import ask_save

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class ClearForm(Card):
    """`cleared` tells that a file was saved; `left` that nobody is to be cleared."""

    cleared = Signal()
    left = Signal()

    def __init__(self, context: UiContext) -> None:
        self.cancel = QPushButton(_("Cancel"))
        self.save = role(QPushButton(_("Save the clearing…")), "primary")
        super().__init__(_("Clear for live work"), self.cancel, self.save)
        self._context = context
        self.trainee: Trainee | None = None
        self.notice = NoticeBar()
        self.about = QLabel(wordWrap=True)
        self.open_tasks = role(QLabel(wordWrap=True), "muted")
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(_("Why they may work all the same"))
        self.reason.setAccessibleName(_("Why they may work all the same"))
        told = _(
            "The file goes to the real shop by hand. Whoever brings it in there asks for its "
            "code: tell it to them in person or by phone, not together with the file. It stands "
            "here once the file is saved, and later under Clearings."
        )
        self.code, self.words = CopyLabel(mono=True, name=_("Code")), role(QLabel(), "muted")
        inside = QWidget()
        lines = stack_vertically(inside, spacing=8)
        for widget in (self.notice, self.about, self.open_tasks, self.reason, hline(),
                       role(QLabel(_("Code of this clearing")), "heading"), self.code,
                       self.words, role(QLabel(told, wordWrap=True), "hint")):  # fmt: skip
            lines.addWidget(widget)
        lines.addStretch(1)
        self.body.addWidget(Scroll(inside), 1)
        self.reason.textChanged.connect(self._on_reason)
        self.reason.returnPressed.connect(self._on_save)
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self.left)

    def show_trainee(self, trainee: Trainee) -> None:
        """Whom it is about."""
        self.trainee = trainee
        self.notice.say("")
        self.cancel.setText(_("Cancel"))
        self.title.setText(_("Clear {name} for live work").format(name=trainee.name))
        words = [
            _("{n} of {most} tasks done").format(n=trainee.done, most=len(trainee.tasks)),
            ngettext("{n} exam passed", "{n} exams passed", trainee.exams_passed).format(
                n=trainee.exams_passed
            ),
        ]
        if trainee.scenario_mean is not None:
            words.append(_("practice customers {n} points").format(n=round(trainee.scenario_mean)))
        if trainee.speed is not None:
            words.append(_("{n} characters a minute").format(n=round(trainee.speed)))
        self.about.setText(" · ".join(words))
        self._show_open(trainee)
        self.reason.clear()
        self.reason.setReadOnly(False)
        self._on_reason()
        self._show_code(("", ""))
        first = self.save if trainee.ready else self.reason
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def write(self, path: str) -> None:
        """Sign and save."""
        if self.trainee is None:
            return
        clearings = self._context.services.clearings
        work = partial(
            clearings.issue_to, self.trainee.staff_id, Path(path), reason=self.reason.text()
        )
        done = partial(self._on_saved, path)
        self._context.jobs.run(self, work, done, lane="write", key="clear")

    def _show_open(self, trainee: Trainee) -> None:
        missing = [task.title for task in trainee.tasks if task.day and not task.finished]
        self.reason.setVisible(not trainee.ready)
        self.open_tasks.setVisible(not trainee.ready)
        if trainee.ready:
            self.notice.say(_("Every bar of the path is reached."), "success")
            return
        text = (
            _("The path was not begun.")
            if not trainee.on_path
            else (
                _("Open: {list}").format(list=listing(missing[:8]) + (" …" if missing[8:] else ""))
            )
        )
        self.open_tasks.setText(text)
        self.notice.say(_("Not every bar is reached: the file will say so, and why."), "warning")

    def _show_code(self, code: tuple[str, str]) -> None:
        self.code.setText(code[0])
        self.words.setText(code[1])

    def _on_reason(self) -> None:
        ready = self.trainee is not None and self.trainee.ready
        self.save.setEnabled(ready or bool(self.reason.text().strip()))

    def _on_save(self) -> None:
        if self.trainee is not None and self.save.isEnabled():
            name = f"clearing-{self.trainee.login}.json"
            ask_save(self, _("Save the clearing"), name, self.write, "JSON (*.json)")

    def _on_saved(self, path: str, issued: Issued) -> None:
        self._context.notices.success(_("The clearing is saved. Take the file to the real shop."))
        self._show_code((issued.code, issued.words))
        self.notice.say(_("Saved as {file}").format(file=path), "success")
        self.save.setEnabled(False)
        self.reason.setReadOnly(True)
        self.cancel.setText(_("Close"))
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self.cleared.emit()
