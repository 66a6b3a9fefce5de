"""The live board: who waits, who has how much to do, and how today goes so far."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app.conversations.settings import LATE_AFTER_S, WARN_AFTER_S
from app.core.i18n import N_, _, ngettext
from app.stats import BY_KEY, By, Report
from app.stats.live import Queue, Waiter
from ui.stats.hours_card import SERVED, HoursCard
from ui.stats.load_list import LoadList, LoadRow
from ui.stats.loading import when_drawing_is_loaded
from ui.stats.tile import Tile
from ui.stats.tile_grid import TileGrid
from ui.stats.words import NOTHING, channel_name, value_text
from ui.widgets import Column, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import duration
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_QUEUE_TABLES: Final = ("conversations", "messages", "staff", "customers")
_DAY_TABLES: Final = ("messages", "conversations", "settings")
_TODAY: Final = (SERVED, "answered_30s", "answered_3min", "first_response")
_SOON_MS: Final = 120
_DAY_SOON_MS: Final = 400
_REST: Final = 4
_MOST_MS: Final = 600
"""Today's numbers rest so many times as long as they took, but follow within a second."""


def _waited(waiter: Waiter) -> str:
    return duration(time.time() - waiter.since / 1000)


class LivePage(QScrollArea):
    """`entered` carries the metric somebody wants to look into."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._board = context, context.services.board
        self._queue: Queue | None = None
        self._stale, self._counting, self._asked_at = True, False, 0.0
        self._served: dict[object, float | None] = {}
        self._known_late = 0
        settings = context.services.settings
        self._warn_s, self._late_s = settings.get(WARN_AFTER_S), settings.get(LATE_AFTER_S)
        self.waiting = Tile(_("Waiting now"), _("Customers whose last words nobody answered"))
        self.longest = Tile(_("Longest wait"), _("Opens that conversation"))
        self.open = Tile(_("Open conversations"), _("Opens the desk"))
        self.today = {key: Tile(_(BY_KEY[key].name), _(BY_KEY[key].formula)) for key in _TODAY}
        self.trouble = NoticeBar()
        self._make_lists()
        self._arrange()
        self._connect()

    def focus_first(self) -> None:
        """Put the keyboard on the first tile."""
        self.waiting.setFocus()

    # --- parts -----------------------------------------------------------------------------

    def _make_lists(self) -> None:
        columns = (
            Column("waited", N_("Waits"), 104, role="mono", text=_waited, color=self._wait_color),
            Column("customer", N_("Customer"), 110, role="strong", text=lambda w: w.customer or NOTHING),
            Column("text", N_("Last words"), 120, text=lambda w: w.text, stretch=True),
            Column("agent", N_("With"), 84, role="muted", text=lambda w: w.agent or NOTHING),
            Column("channel", N_("Channel"), 104, role="muted", text=lambda w: channel_name(w.channel)),
        )  # fmt: skip
        self.waiters = ListTable(
            columns, self._context.jobs, _("Who waits"), lambda w: w.conversation_id
        )
        self.waiters.set_empty("check-circle", _("Nobody waits"), _("All questions are answered."))
        self.loads = LoadList()
        self.hours = HoursCard(self._context.jobs)

    def _arrange(self) -> None:
        tiles = TileGrid()
        tiles.set_tiles([self.waiting, self.longest, self.open, *self.today.values()])
        left, load = Card(_("Who waits")), Card(_("Load"))
        left.body.addWidget(self.waiters, 1)
        load.body.addWidget(self.loads, 1)
        load.remark.setText(_("open · waiting · served today"))
        load.remark.setContentsMargins(0, 0, 12, 0)
        load.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        right = QWidget()
        stack_vertically(right, load, self.hours, spacing=12).setStretch(1, 1)
        for side in (left, right):
            side.setMinimumHeight(300)
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        lower = stack_horizontally(None, left, right, spacing=12)
        lower.setStretch(0, 11)
        lower.setStretch(1, 9)
        inside = QWidget()
        inside.setObjectName("statsPage")
        layout = stack_vertically(inside, self.trouble, tiles, spacing=12)
        layout.addLayout(lower, 1)
        layout.setContentsMargins(16, 12, 16, 16)
        self.setWidget(inside)
        self.setWidgetResizable(True)

    def _connect(self) -> None:
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._show_clocks)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._read_queue)
        self._day_soon = QTimer(self, interval=_DAY_SOON_MS, singleShot=True)
        self._day_soon.timeout.connect(self._read_day)
        self._context.store.changed.connect(self._on_store)
        self.waiters.row_activated.connect(self._open_waiter)
        self.waiting.clicked.connect(self.waiters.setFocus)
        self.longest.clicked.connect(self._open_longest)
        self.open.clicked.connect(partial(self._context.go, "desk", None))
        self.trouble.action.connect(self._read_all)
        self.hours.entered.connect(self._open_served)
        when_drawing_is_loaded(self, self._context.jobs, self.hours.ready)
        for key, tile in self.today.items():
            tile.clicked.connect(partial(self._context.go, "stats", f"today:{key}"))

    # --- reading ---------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        if self._stale:
            self._read_all()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def _on_store(self, changes: Changes) -> None:
        if not self.isVisible():
            self._stale = True
            return
        if changes.touches(*_QUEUE_TABLES) and not self._soon.isActive():
            self._soon.start()
        if changes.touches(*_DAY_TABLES) and not self._day_soon.isActive():
            self._day_soon.start()

    def _read_all(self) -> None:
        self._stale = False
        self._read_queue()
        self._read_day()

    def _read_queue(self) -> None:
        self._context.jobs.run(
            self, self._board.queue, self._show_queue, failed=self._failed, key="queue"
        )

    def _read_day(self) -> None:
        if self._counting:
            self._day_soon.start()
            return
        self._counting, self._asked_at = True, time.monotonic()
        self._context.jobs.run(self, self._work_day, self._show_day, failed=self._failed)

    def _work_day(self) -> Report:
        stats = self._context.services.stats
        return stats.report(stats.today(), stats.today(), by=By.AGENT, metrics=_TODAY)

    def _work_hours(self) -> Report:
        stats = self._context.services.stats
        return stats.report(stats.today(), stats.today(), by=By.HOUR, metrics=(SERVED,))

    def _failed(self, error: BaseException) -> None:
        self._counting = False
        self.trouble.say(str(error) or _("This could not be read."), "danger", _("Try again"))

    # --- showing ---------------------------------------------------------------------------

    def _show_queue(self, queue: Queue) -> None:
        self.trouble.say("")
        before, self._queue = self._queue, queue
        self.open.show_value(f"{queue.open:,}")
        if before is None or before.waiters != queue.waiters:
            self.waiters.show_rows(queue.waiters)
        self._show_loads()
        self._show_clocks()

    def _show_day(self, report: Report) -> None:
        self._counting = False
        took = (time.monotonic() - self._asked_at) * 1000
        self._day_soon.setInterval(min(max(_DAY_SOON_MS, round(took * _REST)), _MOST_MS))
        for key, tile in self.today.items():
            metric, found = BY_KEY[key], report.measures[key]
            note = _("today")
            if report.team is not None:
                note = _("team {value}").format(
                    value=value_text(metric.unit, report.team[key].value)
                )
            elif found.median is not None:
                median = value_text(metric.unit, found.median)
                note = _("today, median {value}").format(value=median)
            tile.show_value(value_text(metric.unit, found.value), note)
        self._served = {row.key: row.measures[SERVED].value for row in report.rows}
        self._show_loads()
        # The tiles come first; the chart may lag behind them.
        self._context.jobs.run(
            self, self._work_hours, self.hours.show_hours, failed=self._failed, key="hours"
        )

    def _show_loads(self) -> None:
        if self._queue is None:
            return
        late = self._late_by_agent(self._queue)
        self.loads.show_rows(
            [
                LoadRow(
                    load.agent or _("Nobody yet"),
                    load.open,
                    load.waiting,
                    int(self._served.get(load.agent_id) or 0),
                    unassigned=load.agent_id is None,
                    late=late[load.agent_id],
                )
                for load in self._queue.loads
            ]
        )

    def _late_by_agent(self, queue: Queue) -> Counter[bytes | None]:
        limit = (time.time() - self._late_s) * 1000
        return Counter(waiter.agent_id for waiter in queue.waiters if waiter.since < limit)

    def _show_clocks(self) -> None:
        queue = self._queue
        if queue is None:
            return
        late = self._late_by_agent(queue).total()
        if late != self._known_late:
            self._known_late = late
            self._show_loads()
        note = ngettext("{n} late", "{n} late", late).format(n=late) if late else ""
        self.waiting.show_value(f"{queue.waiting:,}", note, "danger")
        if queue.longest_since is None:
            self.longest.show_value(NOTHING, _("nobody waits"))
            return
        waited = max(0.0, time.time() - queue.longest_since / 1000)
        who = queue.waiters[0].customer if queue.waiters else ""
        self.longest.show_value(duration(waited), who, strong=self._strength(waited))
        self.waiters.view.viewport().update()

    def _strength(self, waited: float) -> str:
        if waited >= self._late_s:
            return "danger"
        return "warning" if waited >= self._warn_s else "text"

    def _wait_color(self, waiter: Waiter) -> str:
        return self._strength(time.time() - waiter.since / 1000)

    # --- opening ---------------------------------------------------------------------------

    def _open_waiter(self, waiter: Waiter) -> None:
        self._context.go("desk", waiter.conversation_id)

    def _open_served(self, _hour: int) -> None:
        self._context.go("stats", f"today:{SERVED}")

    def _open_longest(self) -> None:
        if self._queue is not None and self._queue.waiters:
            self._open_waiter(self._queue.waiters[0])
