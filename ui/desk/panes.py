"""The three panes of the desk: how wide they are, which are hidden, and that it stays so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from app.conversations.settings import LAYOUT
from ui.desk.side import Side

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

WIDE: Final = 1600
"""From this window width on all panels are on the screen at once (DESIGN §6)."""
_SIZES: Final = {True: [300, 640, 900], False: [272, 660, 380]}
_KEEP_MS: Final = 600


class Panes(QSplitter):
    """Inbox, middle and side; places are kept on this station, apart for wide and small windows."""

    def __init__(self, context: UiContext, inbox: QWidget, middle: QWidget, side: Side) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._jobs, self._settings = context.jobs, context.services.settings
        self._inbox, self._side = inbox, side
        self._wide: bool | None = None
        self._places: dict[str, str] = self._settings.get(LAYOUT)
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keeping.timeout.connect(self.keep)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for pane, least in ((inbox, 232), (middle, 380), (side, 280)):
            self.addWidget(pane)
            pane.setMinimumWidth(least)
        self.setStretchFactor(1, 1)
        inbox.setHidden(self._places.get("inbox") == "hidden")
        side.setHidden(self._places.get("side") == "hidden")
        self.splitterMoved.connect(self._keep_later)
        side.watch_splitters(self._keep_later)

    def arrange(self, window_width: int) -> None:
        """Show the panels as this width allows."""
        wide = window_width >= WIDE
        if wide == self._wide:
            return
        self._wide = wide
        self._side.set_wide(wide)
        kept = self._places.get(f"panes {wide}")
        if not (kept and self.restoreState(QByteArray.fromBase64(kept.encode()))):
            self.setSizes(_SIZES[wide])
        self._side.restore(self._places)

    def toggle(self, pane: QWidget) -> None:
        """Show or hide a pane."""
        pane.setHidden(not pane.isHidden())
        self._keep_later()

    def keep(self) -> None:
        """Write down how it is now."""
        state = bytes(self.saveState().toBase64().data()).decode()
        self._places = {
            **self._places,
            **(self._side.places() if self._wide else {}),
            f"panes {self._wide}": state,
            "inbox": "hidden" if self._inbox.isHidden() else "",
            "side": "hidden" if self._side.isHidden() else "",
        }
        work = partial(self._settings.set, LAYOUT, self._places)
        self._jobs.run(self, work, lane="write", key="layout")

    def _keep_later(self) -> None:
        self._keeping.start()


def next_stop(stops: list[tuple[QWidget, QWidget]]) -> QWidget | None:
    """Where the keyboard goes next among (pane, control) pairs, round and round."""
    there = [pair for pair in stops if pair[1].isVisible() and pair[1].isEnabled()]
    focus = QApplication.focusWidget()
    here = next((n for n, pair in enumerate(there) if _holds(pair[0], focus)), -1)
    return there[(here + 1) % len(there)][1] if there else None


def _holds(pane: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (pane is focus or pane.isAncestorOf(focus))
