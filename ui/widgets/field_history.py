"""Why is this value here: a field's values so far, in a small window at the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import N_, _
from ui.theme import icon, role
from ui.widgets.badges import StateBadge
from ui.widgets.format import full_moment
from ui.widgets.layout import hline, stack_horizontally, stack_vertically

WIDTH: Final = 340
MOST_HEIGHT: Final = 380
ASK: Final = N_("Why is this value here?")


class Step(Protocol):
    """A value a field had; `at` is UTC ms, `who` and `station` may be empty."""

    @property
    def at(self) -> int: ...
    @property
    def who(self) -> str: ...
    @property
    def station(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def before(self) -> Any: ...
    @property
    def lost(self) -> bool: ...


def plain(value: Any) -> str:
    """A value as it is."""
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of a row; `words` turns its values into what people read."""

    table: str
    row: bytes
    field: str
    title: str
    words: Callable[[Any], str] = plain


class HistoryPopup(QFrame):
    """Goes with a click elsewhere or Escape."""

    def __init__(self, parent: QWidget, ref: FieldRef, steps: Sequence[Step]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        role(self, "raised")
        self.setAccessibleName(_(ASK))
        body = QWidget()
        rows = stack_vertically(body, spacing=8)
        if not steps:
            rows.addWidget(role(QLabel(_("Nothing is known of this field yet.")), "hint"))
        for number, step in enumerate(steps):
            if number:
                rows.addWidget(hline())
            rows.addWidget(_row(ref, step))
        rows.addStretch(1)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(body)
        self.area.setAccessibleName(_("Values so far, the newest first"))
        column = stack_vertically(self, role(QLabel(ref.title), "heading"), self.area, spacing=8)
        column.setContentsMargins(12, 10, 12, 12)
        self.setFixedWidth(WIDTH)
        wanted = body.heightForWidth(WIDTH - 24) if body.hasHeightForWidth() else 0
        self.area.setFixedHeight(min(MOST_HEIGHT, max(wanted, body.sizeHint().height()) + 2))

    def open_at(self, widget: QWidget) -> None:
        """Show it below a widget, or wherever the screen has room near it."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        free = screen.availableGeometry()
        x = min(place.x(), free.right() - self.width() - 4)
        if place.y() + self.height() > free.bottom():
            place.setY(widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        self.move(max(free.left(), x), max(free.top(), place.y()))
        self.show()
        self.area.setFocus()


class WhyHere(QObject):
    """Puts the question into the context menu of fields, and answers it."""

    def __init__(
        self, owner: QWidget, jobs: Any, read: Callable[[str, bytes, str], Sequence[Step]]
    ) -> None:
        """`read` tells the values of a table's row's field; it is called in a job of `jobs`."""
        super().__init__(owner)
        self._owner, self._jobs, self._read = owner, jobs, read
        self._watched: dict[QWidget, Callable[[], Sequence[FieldRef]]] = {}

    def watch(self, widget: QWidget, refs: Callable[[], Sequence[FieldRef]]) -> None:
        """Let the context menu of a widget offer the history of the fields it shows."""
        self._watched[widget] = refs
        widget.installEventFilter(self)

    def ask(self) -> None:
        """Ask for the field with the focus; where it is in none, let one be chosen."""
        for widget, refs in self._watched.items():
            if widget.hasFocus() and widget.isVisible() and len(found := refs()) == 1:
                self.open(widget, found[0])
                return
        shown = {w: refs() for w, refs in self._watched.items() if w.isVisible()}
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for widget, found in shown.items():
            self._offer(menu, widget, found)
        if not menu.isEmpty():
            menu.popup(self._owner.mapToGlobal(QPoint(12, 12)))
            menu.setActiveAction(menu.actions()[0])

    def open(self, widget: QWidget, ref: FieldRef) -> None:
        """Show the history of a field at a widget."""
        work = partial(self._read, ref.table, ref.row, ref.field)
        self._jobs.run(self._owner, work, partial(self._show, widget, ref), key="why")

    def _show(self, widget: QWidget, ref: FieldRef, steps: Sequence[Step]) -> None:
        HistoryPopup(self._owner.window(), ref, steps).open_at(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the field's own menu with the question added."""
        if not isinstance(event, QContextMenuEvent) or not isinstance(watched, QWidget):
            return False
        refs = self._watched[watched]()
        if not refs:
            return False
        menu = watched.createStandardContextMenu() if isinstance(watched, QLineEdit) else QMenu()
        menu.setParent(watched, menu.windowFlags())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(watched, QLabel) and watched.hasSelectedText():
            menu.addAction(icon("copy"), _("Copy"), partial(_copy, watched.selectedText()))
        menu.addSeparator()
        where = menu
        if len(refs) > 1:
            where = menu.addMenu(icon("history"), _(ASK))
        self._offer(where, watched, refs)
        menu.popup(event.globalPos())
        return True

    def _offer(self, menu: QMenu, widget: QWidget, refs: Sequence[FieldRef]) -> None:
        for ref in refs:
            alone = isinstance(menu.parent(), QWidget) and menu.parent() is widget
            text = _(ASK) if alone and len(refs) == 1 else ref.title
            menu.addAction(icon("history"), text, partial(self.open, widget, ref))


def _row(ref: FieldRef, step: Step) -> QWidget:
    row = QWidget()
    value = role(_words(ref.words(step.value) or "—", struck=step.lost), "strong")
    top = stack_horizontally(None, value, spacing=8)
    top.setStretchFactor(value, 1)
    if step.lost:
        top.addWidget(StateBadge(_("lost"), "neutral"), 0, Qt.AlignmentFlag.AlignTop)
    column: QVBoxLayout = stack_vertically(row, top, spacing=2)
    who = step.who or ("" if step.lost else _("the program or an import"))
    parts = (full_moment(step.at), who, step.station)
    column.addWidget(role(_words(" · ".join(filter(None, parts))), "hint"))
    if step.before not in (None, ""):
        before = _("before: {value}").format(value=ref.words(step.before))
        column.addWidget(role(_words(before), "hint"))
    return row


def _words(text: str, *, struck: bool = False) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if struck:
        font = label.font()
        font.setStrikeOut(True)
        label.setFont(font)
    return label


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
