"""Gives the rows of a thread to the list view: measured once per width, then only painted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.conversations import AttachmentView
from ui.desk.blocks import Look, Span
from ui.desk.bubbles import lay_out
from ui.desk.images import Thumbnails
from ui.desk.marks import RowLayout
from ui.desk.thread_model import ThreadRole
from ui.desk.thread_rows import ThreadRow
from ui.theme import theme_signals

_KEPT: Final = 3000
_PLAIN: Final = Look()


class ThreadDelegate(QStyledItemDelegate):
    """`selection` is (row key, characters); `hits` the spans of a search by row key."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._layouts: dict[bytes, tuple[ThreadRow, int, RowLayout]] = {}
        self.files: dict[bytes, AttachmentView] = {}
        self.customer = self.seed = ""
        self.me: bytes | None = None
        self.width = 600
        self.selection: tuple[bytes, Span] | None = None
        self.hits: dict[bytes, tuple[Span, ...]] = {}
        self.current_hit: tuple[bytes, Span] | None = None
        theme_signals().changed.connect(self.forget)

    def forget(self) -> None:
        """Measure everything anew."""
        self._layouts.clear()

    def layout_of(self, row: ThreadRow) -> RowLayout:
        """The measured row."""
        kept = self._layouts.get(row.key)
        if kept is not None and kept[1] == self.width and kept[0] == row:
            return kept[2]
        if len(self._layouts) > _KEPT:
            self._layouts.clear()
        made = lay_out(row, self.width, self.files, self.customer, self.seed, self.me)
        if row.message is not None:
            self._layouts[row.key] = (row, self.width, made)
        return made

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        row = index.data(ThreadRole.ROW)
        height = self.layout_of(row).height if isinstance(row, ThreadRow) else 0
        return QSize(self.width, height)

    def paint_row(self, painter: QPainter, corner: QPointF, row: ThreadRow) -> int:
        """Draw a row with its upper left corner at `corner`; returns its height."""
        layout = self.layout_of(row)
        layout.paint(painter, corner, self._look(row))
        return layout.height

    def _look(self, row: ThreadRow) -> Look:
        plain = self.selection is None and not self.hits and not self.files
        return _PLAIN if plain else self._marked(row)

    def _marked(self, row: ThreadRow) -> Look:
        image = row.message.attachment_id if row.message else None
        return Look(
            selection=self.selection[1]
            if self.selection and self.selection[0] == row.key
            else None,
            hits=self.hits.get(row.key, ()),
            current_hit=(
                self.current_hit[1] if self.current_hit and self.current_hit[0] == row.key else None
            ),
            picture=self._thumbnails.get(image) if image in self.files and image else None,
        )
