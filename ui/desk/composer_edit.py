"""The text field of the composer: grows with the text, and leaves composition alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from ui.theme import role

LEAST_LINES: Final = 3
MOST_LINES: Final = 8


class ComposerEdit(QPlainTextEdit):
    """Nothing fires while an input method composes: Enter and triggers belong to it then.

    `key_filter` is asked first for every key that is not the input method's.
    """

    send_wanted = Signal()
    composition_changed = Signal(str)
    image_dropped = Signal(QImage)
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enter_sends = True
        self.composing = ""
        self._filters: list[KeyFilter] = []
        role(self, "")
        self.setObjectName("composerEdit")
        self.setAcceptDrops(True)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def add_filter(self, key_filter: KeyFilter) -> None:
        """Let `key_filter` see keys before the field does."""
        self._filters.append(key_filter)

    # --- input ----------------------------------------------------------------------------

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        before, self.composing = self.composing, event.preeditString()
        super().inputMethodEvent(event)
        if before or self.composing:
            self.composition_changed.emit(self.composing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.composing:
            # An Enter that slips past the input method belongs to it all the same.
            if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                super().keyPressEvent(event)
            return
        if any(key_filter.take_key(event) for key_filter in self._filters):
            event.accept()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter(event.modifiers())
            return
        super().keyPressEvent(event)

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        keys = Qt.KeyboardModifier
        control = bool(modifiers & (keys.ControlModifier | keys.MetaModifier))
        if modifiers & keys.ShiftModifier or control == self.enter_sends:
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        else:
            self.send_wanted.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.files_dropped.emit(files)
        elif source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage):
                self.image_dropped.emit(image)
        else:
            # Always as plain text: what came with the clipboard's markup never reaches a customer.
            self.insertPlainText(source.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.canInsertFromMimeData(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            self.insertFromMimeData(event.mimeData())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    # --- text -----------------------------------------------------------------------------

    def drop_composition(self) -> None:
        """End a composition without its text, before something else is inserted."""
        if self.composing:
            QGuiApplication.inputMethod().reset()
            self.composing = ""

    def replace_all(self, text: str) -> None:
        """Show another text without announcing it; the cursor stands at its end."""
        self.drop_composition()
        blocked = self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(blocked)
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._grow()

    def can_undo(self) -> bool:
        """Whether there is typing to be undone."""
        return self.document().isUndoAvailable()

    def insert_at_cursor(self, text: str) -> None:
        """Put a text where the cursor is, over the selection."""
        self.drop_composition()
        self.textCursor().insertText(text)
        self.ensureCursorVisible()

    def cursor_area(self) -> QRect:
        """The cursor on the screen."""
        area = self.cursorRect()
        return QRect(self.viewport().mapToGlobal(area.topLeft()), area.size())

    # --- size -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._grow()

    def _grow(self) -> None:
        lines = min(MOST_LINES, max(LEAST_LINES, int(self.document().size().height())))
        height = lines * self.fontMetrics().lineSpacing() + 16
        if height != self.height():
            self.setFixedHeight(height)


class KeyFilter:
    """Something that may take a key before the field does."""

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was dealt with."""
        return False
