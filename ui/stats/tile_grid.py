"""Tiles side by side, as many as fit, all of one width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

_GAP: Final = 12
_LEAST: Final = 168


class TileGrid(QWidget):
    """Wraps its tiles anew when its width changes."""

    def __init__(self, least: int = _LEAST) -> None:
        super().__init__()
        self._least = least
        self._tiles: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set_tiles(self, tiles: Sequence[QWidget]) -> None:
        """Show these, in this order."""
        for tile in self._tiles:
            self._grid.removeWidget(tile)
            tile.setVisible(tile in tiles)
        self._tiles = list(tiles)
        self._columns = 0
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = max(1, (self.width() + _GAP) // (self._least + _GAP))
        # Rows of one width look calmer than a last row of one tile.
        rows = -(-len(self._tiles) // columns) if self._tiles else 1
        columns = max(1, -(-len(self._tiles) // rows))
        if columns == self._columns:
            return
        for column in range(max(columns, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for number, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
            tile.show()
