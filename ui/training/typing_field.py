"""Where one types: tells what is committed and how long it took, whatever input method is used."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit


class TypingField(QPlainTextEdit):
    """The clock starts with the first key or the first letter an input method composes.

    `committed` carries the text without what is still being composed; `finished` the text and the
    milliseconds, when Enter is pressed or as many characters stand there as are wanted; `refused`
    that something was to be pasted or dropped.
    """

    committed = Signal(str)
    finished = Signal(str, int)
    refused = Signal()

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self.setObjectName("typingField")
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setUndoRedoEnabled(False)
        self._clock = clock
        self._wanted = 0
        self._began: float | None = None
        self._last = 0.0
        self._told = ""
        self.composing = False
        self.textChanged.connect(self._on_text)

    def begin(self, wanted: int) -> None:
        """Begin a text of so many characters anew."""
        self._wanted, self._began, self._last, self._told = wanted, None, 0.0, ""
        self.setReadOnly(False)
        self.clear()

    def elapsed_ms(self) -> int:
        """Milliseconds since the first key; 0 before it."""
        return 0 if self._began is None else round(1000 * (self._clock() - self._began))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Nothing is pasted or dropped: it is typed."""
        self.refused.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.preeditString() or event.commitString():
            self._start()
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._finish_if_full()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not self.composing and self._told:
                self._finish()
            return
        if event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._start()
        super().keyPressEvent(event)
        self._finish_if_full()

    def _start(self) -> None:
        if self._began is None and not self.isReadOnly():
            self._began = self._last = self._clock()

    def _on_text(self) -> None:
        text = self.toPlainText()
        if text != self._told:
            self._told, self._last = text, self._clock()
            self.committed.emit(text)

    def _finish_if_full(self) -> None:
        if not self.composing and self._wanted and len(self._told) >= self._wanted:
            self._finish()

    def _finish(self) -> None:
        if self._began is None or self.isReadOnly():
            return
        self.setReadOnly(True)
        self.finished.emit(self._told, round(1000 * (self._last - self._began)))
