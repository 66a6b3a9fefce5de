"""The side of the desk: the same panels as tabs in one column, or all at once in two.

The panels are built one after the other once `fill` is called: the inbox need not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from app.core.i18n import _
from ui.theme import icon, role, theme_signals
from ui.widgets import CountBadge, SectionHeader, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from app.conversations import ConversationContext
    from ui.shell.plugs import PanelPlug, UiContext

_PAUSE_MS: Final = 30
"""Between building two panels, for keys and the screen."""

LEFT_COLUMN: Final = ("orders", "shipments")
"""Keys of the panels that stand in the first of two columns, the others in the second."""


@dataclass(slots=True)
class _Panel:
    plug: PanelPlug
    tab: QPushButton
    badge: CountBadge
    frame: QWidget = field(default_factory=QWidget)
    widget: Any = None


class Side(QWidget):
    """`text_offered` goes to the composer, `go_requested` to the shell."""

    text_offered = Signal(str)
    go_requested = Signal(str, object)

    def __init__(self, context: UiContext, plugs: Sequence[PanelPlug]) -> None:
        super().__init__()
        self.setObjectName("side")
        self._wide: bool | None = None
        self._ui = context
        self._prepared = False
        self._context: ConversationContext | None = None
        self._group = QButtonGroup(self)
        self._panels = [self._tab_of(plug) for plug in plugs]
        self._filling = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._filling.timeout.connect(self._fill_one)
        self._stack = QStackedWidget()
        self._tabs = QFrame()
        self._tabs.setObjectName("sideTabs")
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._build()
        self._group.idClicked.connect(self._on_tab)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.set_wide(False)

    def _tab_of(self, plug: PanelPlug) -> _Panel:
        tab = QPushButton(_(plug.title))
        tab.setObjectName("sideTab")
        tab.setCheckable(True)
        tab.setAccessibleName(_(plug.title))
        self._group.addButton(tab, len(self._group.buttons()))
        return _Panel(plug, tab, CountBadge())

    # --- building the panels --------------------------------------------------------------

    def fill(self) -> None:
        """Begin to build the panels, the one in front first; the desk stays free between them."""
        if not self._prepared and not self.filled:
            self._prepared = True
            prepare = self._ui.services.prepare
            # Loading their code takes longer than building them, and needs no window.
            self._ui.jobs.run(self, prepare, self._begin, failed=self._begin)

    def _begin(self, _outcome: object = None) -> None:
        if not self.filled:
            self._filling.start()

    @property
    def filled(self) -> bool:
        """Whether all panels are there."""
        return all(panel.widget is not None for panel in self._panels)

    def _fill_one(self) -> None:
        current = self._panels[self.current_panel()]
        missing = [panel for panel in (current, *self._panels) if panel.widget is None]
        if missing:
            self._have(missing[0])
        self._begin()

    def _have(self, panel: _Panel) -> QWidget:
        """The panel's widget, built now if need be."""
        if panel.widget is None:
            widget: Any = panel.plug.build(self._ui)
            panel.widget = widget
            widget.text_offered.connect(self.text_offered)
            widget.go_requested.connect(self.go_requested)
            widget.badge_changed.connect(partial(self._on_badge, panel))
            self._place(panel)
            if panel.tab.isChecked() and not self._wide:
                self._stack.setCurrentWidget(widget)
            if self._context is not None:
                widget.show_conversation(self._context)
        built: QWidget = panel.widget
        return built

    def _place(self, panel: _Panel) -> None:
        home = panel.frame.layout() if self._wide else None
        if home is not None:
            home.addWidget(panel.widget)
            panel.widget.show()
        else:
            self._stack.addWidget(panel.widget)

    def _build(self) -> None:
        row = stack_horizontally(self._tabs, *(panel.tab for panel in self._panels))
        row.setContentsMargins(4, 0, 4, 0)
        for splitter in (self._columns, self._left, self._right):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(1)
        self._columns.addWidget(self._left)
        self._columns.addWidget(self._right)
        for panel in self._panels:
            panel.frame = _framed(_(panel.plug.title), panel.badge)
            column = self._left if panel.plug.key in LEFT_COLUMN else self._right
            column.addWidget(panel.frame)
        layout = stack_vertically(self, self._tabs, self._stack, self._columns)
        layout.setStretchFactor(self._stack, 1)
        layout.setStretchFactor(self._columns, 1)

    # --- arrangement ----------------------------------------------------------------------

    def set_wide(self, wide: bool) -> None:
        """All panels at once in two columns, or one after the other behind tabs."""
        if wide == self._wide:
            return
        self._wide = wide
        for panel in self._panels:
            if panel.widget is not None:
                self._place(panel)
        self._tabs.setVisible(not wide)
        self._stack.setVisible(not wide)
        self._columns.setVisible(wide)
        if not wide and self._panels:
            self._bring(self._panels[self.current_panel()])

    def show_panel(self, number: int, *, focus: bool = True) -> None:
        """Bring a panel (counted from 0) to the front and, if asked, the keyboard to it."""
        if not 0 <= number < len(self._panels):
            return
        panel = self._panels[number]
        self._have(panel)
        self._bring(panel)
        if focus and (target := self.focus_target()) is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _bring(self, panel: _Panel) -> None:
        panel.tab.setChecked(True)
        if panel.widget is not None and not self._wide:
            self._stack.setCurrentWidget(panel.widget)

    def current_panel(self) -> int:
        """The panel that was asked for last."""
        return max(0, self._group.checkedId())

    def focus_target(self) -> QWidget | None:
        """Where the keyboard goes in the current panel: its first control, else its tab."""
        if not self._panels:
            return None
        panel = self._panels[self.current_panel()]
        widget = self._have(panel)
        inside = [widget, *widget.findChildren(QWidget), panel.tab]
        return next((widget for widget in inside if _takes_keys(widget)), None)

    def _on_tab(self, number: int) -> None:
        self.show_panel(number, focus=False)

    def places(self) -> dict[str, str]:
        """Where the splitters stand, to be kept."""
        return {
            name: bytes(splitter.saveState().toBase64().data()).decode()
            for name, splitter in self._splitters()
        }

    def restore(self, places: dict[str, str]) -> None:
        """Put the splitters where they were."""
        for name, splitter in self._splitters():
            if state := places.get(name):
                splitter.restoreState(QByteArray.fromBase64(state.encode()))

    def _splitters(self) -> list[tuple[str, QSplitter]]:
        return [("columns", self._columns), ("left", self._left), ("right", self._right)]

    def watch_splitters(self, moved: Callable[[], None]) -> None:
        """Call back when somebody moves one."""
        for _name, splitter in self._splitters():
            splitter.splitterMoved.connect(moved)

    # --- content --------------------------------------------------------------------------

    def show_conversation(self, context: ConversationContext | None) -> None:
        """Let every panel follow; those not built yet will as soon as they are."""
        self._context = context
        self.fill()
        for panel in self._panels:
            if panel.widget is not None:
                panel.widget.show_conversation(context)

    def _on_badge(self, panel: _Panel, count: int) -> None:
        panel.badge.show_count(count)
        text = _(panel.plug.title)
        panel.tab.setText(f"{text} {count}" if count else text)

    def _tint(self) -> None:
        for panel in self._panels:
            panel.tab.setIcon(icon(panel.plug.icon))


def _framed(title: str, badge: CountBadge) -> QFrame:
    frame = role(QFrame(), "surface")
    header = SectionHeader(title, "", badge)
    header.setContentsMargins(12, 4, 12, 0)
    stack_vertically(frame, header)
    return frame


def _takes_keys(widget: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes and widget.isVisible() and widget.isEnabled()
