"""The editor in a window of its own, so that one can write a phrase while a customer waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.core.i18n import _
from app.phrases import PhraseContext, PhraseView
from ui.phrases.editor import PhraseEditor
from ui.widgets import stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class PhraseDialog(QDialog):
    """Not modal: the desk behind it stays usable."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Phrase"))
        self._context = context
        self.editor = PhraseEditor(context)
        stack_vertically(self, self.editor)
        self.resize(480, 560)
        self.editor.saved.connect(self.accept)
        self.editor.cancelled.connect(self.reject)
        self.editor.delete_wanted.connect(self._delete)

    def present(self, case: PhraseContext | None) -> None:
        """Show it, previewing with the customer at hand where there is one."""
        if case is not None and case.customer:
            self.editor.show_case(case)
        self.show()
        self.raise_()
        self.activateWindow()
        self.editor.setFocus(Qt.FocusReason.PopupFocusReason)
        self.editor.focus_text()

    def _delete(self, phrase: PhraseView) -> None:
        phrases = self._context.services.phrases
        self._context.jobs.run(
            self, lambda: phrases.delete([phrase.id]), self._on_deleted, lane="write"
        )

    def _on_deleted(self, _answer: object) -> None:
        self._context.notices.info(_("Phrase deleted"))
        self.accept()
