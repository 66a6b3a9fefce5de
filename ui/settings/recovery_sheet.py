"""The recovery sheet on the screen, to be printed; it is kept nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton, QTextBrowser, QWidget

from app.core.i18n import _
from ui.theme import role
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice

    from app.sync.sheet import RecoverySheet

_SIZE = (640, 640)
_MARGIN_MM = 15


class SheetDialog(QDialog):
    """Shows the page as it will be printed, black on white."""

    def __init__(self, parent: QWidget | None, sheet: RecoverySheet) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Recovery sheet"))
        self.setModal(True)
        self.resize(*_SIZE)
        self._sheet = sheet
        self.page = QTextBrowser()
        self.page.setObjectName("recoverySheet")
        self.page.setAccessibleName(_("Recovery sheet"))
        self.page.setHtml(sheet.html)
        self.told = NoticeBar()
        warning = role(
            QLabel(
                _("These words are shown only now. Print the sheet and lock it away."),
                wordWrap=True,
            ),
            "warning",
        )
        self.print_button = role(QPushButton(_("Print…")), "primary")
        self.save_button = QPushButton(_("Save as PDF…"))
        close = QPushButton(_("Close"))
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._ask_where)
        close.clicked.connect(self.accept)
        buttons = stack_horizontally(
            None, self.save_button, None, close, self.print_button, spacing=8
        )
        column = stack_vertically(self, warning, self.told, self.page, buttons, spacing=12)
        column.setContentsMargins(16, 16, 16, 16)
        column.setStretchFactor(self.page, 1)

    def save(self, file: Path) -> None:
        """Write the sheet as a PDF."""
        from PySide6.QtGui import QPdfWriter

        writer = QPdfWriter(str(file))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        self._draw(writer)

    def _ask_where(self) -> None:
        file, _kind = QFileDialog.getSaveFileName(
            self, _("Save as PDF…"), "kefu-recovery.pdf", "PDF (*.pdf)"
        )
        if file:
            self.save(Path(file))
            self.told.say(_("Saved. Whoever has the file can take the shop over."), "warning")

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec():
            self._draw(printer)
            self.told.say(_("Sent to the printer."), "success")

    def _draw(self, device: QPagedPaintDevice) -> None:
        document = QTextDocument()
        document.setHtml(self._sheet.html)
        document.print_(device)
