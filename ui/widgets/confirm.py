"""The one modal question: asked only before harm that can't be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import pixmap, role
from ui.widgets.layout import stack_horizontally, stack_vertically


class ConfirmDialog(QDialog):
    """Says what would happen; the safe answer has the focus and Escape."""

    def __init__(self, parent: QWidget | None, title: str, text: str, ok_text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        picture = QLabel(pixmap=pixmap("warning", 24, "danger", self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        heading = role(QLabel(title, wordWrap=True), "heading")
        body = role(QLabel(text, wordWrap=True), "muted")
        body.setMinimumWidth(320)
        self.cancel = QPushButton(_("Cancel"))
        self.ok = role(QPushButton(ok_text), "danger")
        self.ok.setAutoDefault(False)
        self.cancel.setDefault(True)
        self.cancel.clicked.connect(self.reject)
        self.ok.clicked.connect(self.accept)
        words = stack_vertically(None, heading, body, spacing=8)
        top = stack_horizontally(None, picture, words, spacing=12)
        buttons = stack_horizontally(None, None, self.cancel, self.ok, spacing=8)
        stack_vertically(self, top, buttons, margin=24, spacing=24)
        self.cancel.setFocus()


def confirm(parent: QWidget | None, title: str, text: str, ok_text: str) -> bool:
    """Ask before harm; True if the person means it."""
    dialog = ConfirmDialog(parent, title, text, ok_text)
    meant = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return meant
