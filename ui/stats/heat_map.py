"""Numbers over two things as a field of cells: the darker, the more; arrow keys read cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Tokens, current_tokens, mix, sized, theme_signals

_AXIS: Final = 20
_GAP: Final = 2
_STRETCHED: Final = 1.6
"""Rows grow up to so many times their least height where there is room."""
_DARK: Final = 0.55
"""From so much of the accent on, words in a cell are those that stand on the accent."""


@dataclass(frozen=True, slots=True)
class Field:
    """`shares` are rows of parts of 1 of the largest, None where there is no cell.

    `words` tell each cell in full; `inside` stands in it, where that is wanted; of `columns` every
    `step`-th is named.
    """

    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    shares: Sequence[Sequence[float | None]] = ()
    words: Sequence[Sequence[str]] = ()
    inside: Sequence[Sequence[str]] = ()
    step: int = 1

    def has(self, row: int, column: int) -> bool:
        """Whether there is such a cell."""
        inside = 0 <= row < len(self.shares) and 0 <= column < len(self.shares[row])
        return inside and self.shares[row][column] is not None


class HeatMap(QWidget):
    """`read` carries (row, column) of the cursor. Names of columns stand below or above."""

    read = Signal(int, int)

    def __init__(self, name: str, left: int, row: int, *, above: bool = False) -> None:
        """`left` pixels for the names of rows, each at least `row` high."""
        super().__init__()
        self._name, self._left, self._row, self._above = name, left, row, above
        self._field = Field()
        self._cursor = (-1, -1)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme_signals().changed.connect(self.update)

    def show_field(self, field: Field) -> None:
        """Show other numbers."""
        self._field, self._cursor = field, (-1, -1)
        self.setMinimumHeight(len(field.rows) * self._row + _AXIS)
        self.updateGeometry()
        self.update()

    def cursor_place(self) -> tuple[int, int]:
        """(row, column), -1 for nowhere."""
        return self._cursor

    def put_cursor(self, row: int, column: int) -> None:
        """Read a cell, as far as there is one."""
        if self._field.has(row, column) and (row, column) != self._cursor:
            self._cursor = (row, column)
            self.setAccessibleName(f"{self._name}: {self.words(row, column)}")
            self.update()
            self.read.emit(row, column)

    def words(self, row: int, column: int) -> str:
        """A cell in words."""
        return self._field.words[row][column]

    def sizeHint(self) -> QSize:
        return QSize(560, max(1, len(self._field.rows)) * self._row + _AXIS)

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, field = current_tokens(), self._field
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(tokens.text_xs - 1))
        for row, name in enumerate(field.rows):
            painter.setPen(QColor(tokens.text_muted))
            cell = self._cell(row, 0)
            box = QRectF(0, cell.top(), self._left - 8, cell.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
            for column, share in enumerate(field.shares[row]):
                if share is not None:
                    self._paint_cell(painter, row, column, share, tokens)
        self._paint_columns(painter)
        self._paint_cursor(painter)
        painter.end()

    def _paint_cell(
        self, painter: QPainter, row: int, column: int, share: float, tokens: Tokens
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        strength = 0.10 + 0.85 * share if share > 0 else 0.0
        ground = QColor(tokens.neutral_soft)
        if strength:
            ground = mix(tokens.accent, tokens.raised, strength)
        painter.setBrush(ground)
        cell = self._cell(row, column)
        painter.drawRoundedRect(cell, 3, 3)
        if self._field.inside:
            painter.setPen(QColor(tokens.on_accent if strength > _DARK else tokens.text))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, self._field.inside[row][column])

    def _paint_columns(self, painter: QPainter) -> None:
        if not self._field.rows:
            return
        painter.setPen(QColor(current_tokens().text_muted))
        across = Qt.AlignmentFlag.AlignHCenter if self._above else Qt.AlignmentFlag.AlignLeft
        for column in range(0, len(self._field.columns), self._field.step):
            cell = self._cell(len(self._field.rows) - 1, column)
            top = 0.0 if self._above else cell.bottom() + 2
            box = QRectF(cell.left(), top, max(cell.width(), 40), _AXIS - 2)
            if self._above:
                box.setWidth(cell.width())
            name = self._field.columns[column]
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | across, name)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self._cursor[0] >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(current_tokens().text), 1.5))
            painter.drawRoundedRect(self._cell(*self._cursor).adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)

    def _steps(self) -> tuple[float, float]:
        """Width and height of a cell with its gap."""
        columns, rows = max(1, len(self._field.columns)), max(1, len(self._field.rows))
        high = (self.height() - _AXIS) / rows
        return (self.width() - self._left) / columns, min(high, self._row * _STRETCHED)

    def _cell(self, row: int, column: int) -> QRectF:
        width, height = self._steps()
        top = row * height + (_AXIS if self._above else 0)
        return QRectF(self._left + column * width, top, width - _GAP, height - _GAP)

    # --- reading ---------------------------------------------------------------------------

    def _place_at(self, at: QPointF) -> tuple[int, int]:
        width, height = self._steps()
        top = at.y() - (_AXIS if self._above else 0)
        return int(top // height), int((at.x() - self._left) // width)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.put_cursor(*self._place_at(event.position()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor[0] < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.put_cursor(*self._first())

    def _first(self) -> tuple[int, int]:
        """The cell with the most, where reading begins."""
        cells = [
            (share, -row, -column)
            for row, shares in enumerate(self._field.shares)
            for column, share in enumerate(shares)
            if share is not None
        ]
        _share, row, column = max(cells, default=(0.0, 1, 1))
        return -row, -column

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, column = max(self._cursor[0], 0), max(self._cursor[1], 0)
        if not self._field.has(row, column):
            super().keyPressEvent(event)
            return
        known = [n for n, share in enumerate(self._field.shares[row]) if share is not None]
        steps = {
            Qt.Key.Key_Left: (row, column - 1),
            Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Up: (row - 1, column),
            Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Home: (row, known[0]),
            Qt.Key.Key_End: (row, known[-1]),
        }
        if (place := steps.get(Qt.Key(event.key()))) is not None:
            self.put_cursor(*place)
        else:
            super().keyPressEvent(event)
