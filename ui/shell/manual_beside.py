"""The manual's window beside the desk, made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class ManualBeside:
    """Opens, hides and closes it; `keys` gives the commands with their groups and keys."""

    def __init__(self, keys: Callable[[], list[tuple[str, str, str]]]) -> None:
        self._keys = keys
        self.window: QWidget | None = None

    def open(self) -> None:
        """Show it in front."""
        from ui.manual.viewer import ManualWindow

        if self.window is None:
            self.window = ManualWindow(self._keys)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def hide(self) -> None:
        """Take it out of sight; it keeps its place."""
        if self.window is not None:
            self.window.hide()

    def close(self) -> None:
        """Close it; the next one speaks the language of then."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
