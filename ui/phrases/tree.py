"""Groups of phrases and what is in them, folding; or the hits of a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem

from app.core.i18n import _, ngettext
from app.phrases import Group, PhraseHit
from ui.phrases.form import group_title
from ui.phrases.group_line import COUNT, paint_ground, paint_group
from ui.phrases.hits import HIT, HitDelegate, Index, hole_names

_GROUP: Final = Qt.ItemDataRole.UserRole + 1


class PhraseTree(QTreeWidget):
    """`picked` is a double click or Enter on a phrase, `opened` a group whose phrases are missing."""

    picked = Signal(object)
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("phraseTree")
        self.setAccessibleName(_("Phrases"))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegate(_PanelDelegate(self))
        self._often_open = True
        self.itemDoubleClicked.connect(self._on_double_click)
        self.itemClicked.connect(self._on_click)
        self.itemExpanded.connect(self._on_expanded)

    # --- showing --------------------------------------------------------------------------

    def show_hits(self, hits: Sequence[PhraseHit]) -> None:
        """Show the hits of a search, the best chosen."""
        self.clear()
        self.addTopLevelItems([_line(hit) for hit in hits])
        self.select_first()

    def show_groups(
        self,
        usual: Sequence[PhraseHit],
        groups: Sequence[Group],
        inside: dict[bytes, list[PhraseHit]],
    ) -> None:
        """Show what is often used, then the groups; those in `inside` are open."""
        self.clear()
        self.blockSignals(True)
        if usual:
            often = _often_used(len(usual))
            self.addTopLevelItem(often)
            _put(often, usual, len(usual))
            often.setExpanded(self._often_open)
        for group in groups:
            item = _heading(group)
            self.addTopLevelItem(item)
            if group.id in inside:
                _put(item, inside[group.id], group.phrases)
                item.setExpanded(True)
        self.blockSignals(False)

    def fill(self, group: Group, hits: Sequence[PhraseHit]) -> None:
        """Put phrases into a group that was opened."""
        for item in self.tops():
            if (found := item.data(0, _GROUP)) is not None and found.id == group.id:
                item.takeChildren()
                _put(item, hits, group.phrases)

    def open_groups(self) -> frozenset[bytes]:
        """Ids of the groups that are open."""
        groups = [item.data(0, _GROUP) for item in self.tops() if item.isExpanded()]
        return frozenset(group.id for group in groups if isinstance(group, Group))

    def tops(self) -> list[QTreeWidgetItem]:
        """The lines that stand at the left."""
        items = (self.topLevelItem(number) for number in range(self.topLevelItemCount()))
        return [item for item in items if item is not None]

    def select_first(self) -> None:
        """Choose the first line."""
        if tops := self.tops():
            self.setCurrentItem(tops[0])

    # --- choosing -------------------------------------------------------------------------

    def current_hit(self) -> PhraseHit | None:
        """The phrase that is chosen."""
        item = self._current()
        hit = item.data(0, HIT) if item is not None else None
        return hit if isinstance(hit, PhraseHit) else None

    def enter(self) -> bool:
        """Pick the chosen phrase, or fold the chosen group; False where nothing is chosen."""
        item = self._current()
        if item is None:
            return False
        if (hit := self.current_hit()) is not None:
            self.picked.emit(hit)
        elif item.data(0, COUNT) is not None:
            self._fold(item)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.enter()
            return
        super().keyPressEvent(event)

    def _current(self) -> QTreeWidgetItem | None:
        return self.currentItem() if self.currentIndex().isValid() else None

    def _on_double_click(self, item: QTreeWidgetItem) -> None:
        hit = item.data(0, HIT)
        if isinstance(hit, PhraseHit):
            self.picked.emit(hit)

    def _on_click(self, item: QTreeWidgetItem) -> None:
        if item.data(0, COUNT) is not None:
            self._fold(item)

    def _fold(self, item: QTreeWidgetItem) -> None:
        item.setExpanded(not item.isExpanded())
        if item.data(0, _GROUP) is None:
            self._often_open = item.isExpanded()

    def _on_expanded(self, item: QTreeWidgetItem) -> None:
        group = item.data(0, _GROUP)
        if isinstance(group, Group) and item.childCount() == 0:
            self.opened.emit(group)


class _PanelDelegate(HitDelegate):
    """Phrases as in the popup, without their group: it stands above them, with a chevron."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree, grouped=False, compact=True)
        self._tree = tree

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        count = index.data(COUNT)
        if count is None:
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        area = QRect(option.rect).adjusted(10, 0, -10, 0)
        opened = self._tree.itemFromIndex(index).isExpanded()
        paint_group(painter, area, str(index.data()), int(count), opened)
        painter.restore()


def _often_used(count: int) -> QTreeWidgetItem:
    item = QTreeWidgetItem([_("Often used")])
    item.setData(0, COUNT, count)
    return item


def _heading(group: Group) -> QTreeWidgetItem:
    item = QTreeWidgetItem([group_title(group)])
    item.setData(0, _GROUP, group)
    item.setData(0, COUNT, group.phrases)
    item.setToolTip(0, group.name)
    return item


def _put(item: QTreeWidgetItem, hits: Sequence[PhraseHit], total: int) -> None:
    item.addChildren([_line(hit) for hit in hits])
    if (more := total - len(hits)) > 0:
        text = ngettext("{n} more: search for it", "{n} more: search for them", more)
        rest = QTreeWidgetItem([text.format(n=more)])
        rest.setFlags(Qt.ItemFlag.NoItemFlags)
        item.addChild(rest)


def _line(hit: PhraseHit) -> QTreeWidgetItem:
    item = QTreeWidgetItem([" ".join(filter(None, (hit.code, hit.title, hit.filled.text)))])
    item.setData(0, HIT, hit)
    item.setToolTip(0, "\n\n".join(filter(None, (hit.filled.text, hole_names(hit)))))
    return item
