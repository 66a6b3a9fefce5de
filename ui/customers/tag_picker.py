"""Choosing tags by keyboard: type a few letters, Enter puts the tag on or takes it off."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QListWidget, QListWidgetItem, QWidget

from app.core.i18n import _
from app.customers import GroupView, TagView
from ui.theme import role
from ui.widgets import SearchBox, TagChip, stack_vertically

_WIDTH = 280
_HEIGHT = 360


class TagPicker(QFrame):
    """A popup over all groups; `toggled` carries the tag and whether it is to be on."""

    toggled = Signal(object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        role(self, "raised")
        self.setAccessibleName(_("Choose tags"))
        self._groups: Sequence[GroupView] = ()
        self._on: set[bytes] = set()
        self._before: QWidget | None = None
        self.search = SearchBox(_("Find a tag"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Tags"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._toggle)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        stack_vertically(self, self.search, self.list, margin=8, spacing=8)
        self.setFixedSize(_WIDTH, _HEIGHT)

    def open_under(
        self, anchor: QWidget, groups: Sequence[GroupView], on: Sequence[TagView]
    ) -> None:
        """Show below `anchor` with the customer's tags marked."""
        self._before = QApplication.focusWidget()
        self._groups, self._on = groups, {tag.id for tag in on}
        self.search.clear()
        self._fill()
        at = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        screen = anchor.screen().availableGeometry()
        at.setX(min(at.x(), screen.right() - _WIDTH))
        at.setY(min(at.y(), screen.bottom() - _HEIGHT))
        self.move(at)
        self.show()
        self.search.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever typed before goes on there."""
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                if (item := self.list.currentItem()) is not None:
                    self._toggle(item)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        wanted = self.search.text().strip().casefold()
        self.list.clear()
        for group in self._groups:
            tags = [tag for tag in group.tags if _fits(tag.name, wanted)]
            if tags:
                self._add_head(group.name)
            for tag in tags:
                self._add_tag(tag)
        if not self.list.count():
            self._add_head(_("No tag fits. Supervisors add tags under Settings, Tags."))
        self._step(1)

    def _add_head(self, name: str) -> None:
        head = QListWidgetItem(name)
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(head)

    def _add_tag(self, tag: TagView) -> None:
        item = QListWidgetItem()
        item.setData(Qt.ItemDataRole.UserRole, tag)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, tag.name)
        item.setSizeHint(QSize(0, 30))
        item.setCheckState(self._state(tag))
        item.setToolTip(tag.hint)
        self.list.addItem(item)
        holder = QWidget()
        holder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = stack_vertically(holder, TagChip(tag.name, tag.colour))
        layout.setContentsMargins(4, 4, 4, 4)
        self.list.setItemWidget(item, holder)

    def _state(self, tag: TagView) -> Qt.CheckState:
        return Qt.CheckState.Checked if tag.id in self._on else Qt.CheckState.Unchecked

    def _toggle(self, item: QListWidgetItem) -> None:
        tag = item.data(Qt.ItemDataRole.UserRole)
        if not isinstance(tag, TagView):
            return
        self._on ^= {tag.id}
        item.setCheckState(self._state(tag))
        self.toggled.emit(tag, tag.id in self._on)
        self.search.selectAll()

    def _step(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count():
            if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(row)
                return
            row += by


def _fits(name: str, wanted: str) -> bool:
    from app.core.pinyin import initials

    return wanted in name.casefold() or initials(name).startswith(wanted)
