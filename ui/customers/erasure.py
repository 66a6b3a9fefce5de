"""Erasing a person: shows what goes, asks once more, and then tells what still holds them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.customers import (
    ErasurePreview,
    ErasureReport,
    alike_words,
    count_words,
    held_words,
    kept_words,
)
from db.models import ErasureReason
from ui.theme import pixmap, role
from ui.widgets import NoticeBar, clear_layout, stack_horizontally, stack_vertically
from ui.widgets.format import moment

if TYPE_CHECKING:
    from app.maintenance import HoldingBackup
    from ui.shell.plugs import UiContext

REASONS: Final = {
    ErasureReason.REQUEST: N_("The person asked for it"),
    ErasureReason.OBJECTION: N_("The person withdrew their consent"),
    ErasureReason.RETENTION: N_("Kept long enough"),
    ErasureReason.OTHER: N_("Another reason"),
}
_WIDTH: Final = 520
_INNER: Final = _WIDTH - 56
_MOST_BODY: Final = 320


class ErasureDialog(QDialog):
    """`erased` is told once the person is gone. Enter does nothing here: it is too easily hit."""

    erased = Signal()

    def __init__(self, context: UiContext, customer_id: bytes, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Erase a person"))
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self._context, self._service = context, context.services.erasures
        self._customer = customer_id
        self._typed = ""
        self._report: ErasureReport | None = None
        self._build()

    def ask(self) -> None:
        """Show what would go, and ask."""
        self._say(_("Looking what there is of this person…"))
        work = partial(self._service.preview, self._customer)
        self._context.jobs.run(self, work, self._show_preview, failed=self._failed)
        self.open()

    def tell(self) -> None:
        """Show what still holds a person who was erased before."""
        self._say(_("Looking what still holds this person…"))
        work = partial(self._service.report, self._customer)
        self._context.jobs.run(self, work, self._show_report, failed=self._failed)
        self.open()

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._picture = QLabel()
        self.heading = role(QLabel(wordWrap=True), "heading")
        top = stack_horizontally(None, self._picture, self.heading, spacing=12)
        top.setStretch(1, 1)
        self.notice = NoticeBar()
        self._inner = QWidget()
        self._body = stack_vertically(self._inner, spacing=8)
        self._body.setContentsMargins(0, 0, 8, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(_("What goes and what stays"))
        self._scroll.setWidget(self._inner)
        self._build_question()
        self.close_button = QPushButton(_("Cancel"))
        self.close_button.clicked.connect(self.reject)
        self.ok = role(QPushButton(_("Erase for ever")), "danger")
        self.ok.clicked.connect(self._erase)
        self.delete = role(QPushButton(_("Delete these backups")), "danger")
        self.delete.clicked.connect(self._delete_backups)
        for button in (self.close_button, self.ok, self.delete):
            button.setAutoDefault(False)
        buttons = stack_horizontally(None, None, self.close_button, self.delete, self.ok, spacing=8)
        column = stack_vertically(
            self, top, self.notice, self._scroll, self._question, buttons, spacing=12
        )
        column.setContentsMargins(24, 24, 24, 24)

    def _build_question(self) -> None:
        self.reason = QComboBox()
        self.reason.setAccessibleName(_("Reason"))
        for value, title in REASONS.items():
            self.reason.addItem(_(title), value)
        self.name = QLineEdit()
        self.name.textChanged.connect(self._on_typed)
        self.label = QLabel(wordWrap=True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self._question = QWidget()
        grid = QGridLayout(self._question)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(8)
        grid.addWidget(QLabel(_("Reason")), 0, 0)
        grid.addWidget(self.reason, 0, 1)
        grid.addWidget(self.label, 1, 0, 1, 2)
        grid.addWidget(self.name, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    # --- what it shows --------------------------------------------------------------------

    def _say(self, heading: str, picture: str = "warning") -> None:
        self.heading.setText(heading)
        tint = "danger" if picture == "warning" else "success"
        self._picture.setPixmap(pixmap(picture, 24, tint, self.devicePixelRatioF()))
        clear_layout(self._body)
        self.notice.say("")
        self._question.hide()
        self.ok.hide()
        self.delete.hide()
        self._fit()

    def _show_preview(self, preview: ErasurePreview) -> None:
        self._say(_("Erase this person for ever?"))
        self.notice.say(_("This can't be undone, at no station and by nobody."), "danger")
        self._counts(_("What is blanked:"), count_words(preview.counts))
        self._lines([*kept_words(preview), *alike_words(preview)])
        self._backups(preview.backups)
        if not preview.manages:
            text = _("Persons can't be erased at this station.")
            hint = _("Do it at a station that manages the shop.")
            self.notice.say(f"{text} {hint}", "warning")
            self._fit()
            return
        self._typed = preview.name or _("erase")
        self.label.setText(_("To confirm, type: {name}").format(name=self._typed))
        self.name.setAccessibleName(self.label.text())
        self._question.show()
        self.ok.show()
        self.ok.setEnabled(False)
        self.name.setFocus()
        self._fit()

    def _show_report(self, report: ErasureReport) -> None:
        self._report = report
        self._say(_("The person was erased."), "check-circle")
        self.close_button.setText(_("Close"))
        self._counts(_("What was blanked:"), count_words(report.counts))
        self._lines([*kept_words(report), *held_words(report)])
        self._backups(report.backups)
        if report.backups:
            self.delete.show()
        else:
            self._lines([_("No backup in this shop's folder holds the person.")])
        self._lines([_("Backups and exports kept elsewhere are not looked at.")], "hint")
        self.close_button.setFocus()
        self._fit()

    def _counts(self, title: str, counts: list[tuple[str, int]]) -> None:
        if not counts:
            return
        self._lines([title], "strong")
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(12, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(12)
        for place, (what, count) in enumerate(counts):
            row, column = place // 2, place % 2 * 2
            number = role(QLabel(f"{count:,}"), "mono")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(number, row, column)
            grid.addWidget(QLabel(what), row, column + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._body.addWidget(holder)

    def _lines(
        self, lines: Iterable[str], kind: Literal["muted", "strong", "hint"] = "muted"
    ) -> None:
        for line in lines:
            label = role(QLabel(line, wordWrap=True), kind)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._body.addWidget(label)

    def _backups(self, backups: Iterable[HoldingBackup]) -> None:
        found = list(backups)
        if not found:
            return
        self._lines([_("These backups hold the person:")], "strong")
        unsure = _("{file} · {time} · can't be opened, may hold them")
        sure = _("{file} · {time}")
        self._lines(
            (sure if one.sure else unsure).format(file=one.file.name, time=moment(one.made_at))
            for one in found
        )

    def _fit(self) -> None:
        """As high as its text, and scrolled where that is more than a small screen has."""
        # New labels have no height before the window has shown them.
        QTimer.singleShot(0, self, self._fit_shown)

    def _fit_shown(self) -> None:
        self._scroll.setVisible(self._body.count() > 0)
        height = max(self._body.heightForWidth(_INNER), self._inner.sizeHint().height())
        self._scroll.setFixedHeight(min(height, _MOST_BODY))
        self.adjustSize()

    # --- what it does ---------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        self.ok.setEnabled(text.strip() == self._typed)

    def _erase(self) -> None:
        self.ok.setEnabled(False)
        self.name.setEnabled(False)
        work = partial(self._service.erase, self._customer, self.reason.currentData())
        self._context.jobs.run(self, work, self._on_erased, failed=self._failed, lane="write")

    def _on_erased(self, report: ErasureReport) -> None:
        self._show_report(report)
        self.erased.emit()

    def _delete_backups(self) -> None:
        if self._report is None:
            return
        self.delete.setEnabled(False)
        work = partial(self._service.delete_backups, self._report)
        self._context.jobs.run(self, work, self._show_report, failed=self._failed, lane="write")

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(error.message)
        self._lines([error.hint] if error.hint else [])
        self.close_button.setText(_("Close"))
        self._fit()
