"""The checks of a week: progress by agent at the left, the sample with reasons at the right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSplitter, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.quality import (
    MOST,
    AgentChecks,
    CheckFilter,
    CheckRow,
    PlanReport,
    WeekChecks,
)
from ui.quality.columns import AGENTS, OWN, TEAM
from ui.quality.listing import CHOICES, STATES, Listing
from ui.quality.week_box import WeekBox
from ui.quality.words import monday, score_text
from ui.theme import icon, role, theme_signals
from ui.widgets import (
    DataTable,
    FilterChips,
    NoticeBar,
    hide_unless,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import today
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TABLES: Final = ("quality_checks", "quality_comments", "staff")
_TOGETHER_MS: Final = 200
_HEAD: Final = 52
_AGENTS_WIDTH: Final = 270


class ListPage(QWidget):
    """`opened` carries a check and the ones around it, `sheet_wanted` asks for the sheet."""

    opened = Signal(bytes, object)
    sheet_wanted = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._quality = context, context.services.quality
        self.judging = context.services.staff.may(Permission.SEE_TEAM_STATS)
        self._agent: bytes | None = None
        self._stale, self._first = True, True
        self._sort: tuple[str, bool] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.reload)
        self._make_controls()
        self._listing = self._make_listing()
        name = _("Quality checks")
        columns = TEAM if self.judging else OWN
        listing = self._listing
        self.table = DataTable(columns, listing.fetch, listing.count, context.jobs, name=name)
        self.agents = ListTable(AGENTS, context.jobs, _("Agents"), lambda line: line.agent_id)
        self._arrange()
        self._connect()
        self._show_empty()

    def focus_first(self) -> None:
        """Put the keyboard into the list."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.table.row_count() and not self.table.view.currentIndex().isValid():
            self.table.view.choose(0)

    def reload(self) -> None:
        """Read weeks, progress and checks again."""
        self._stale = False
        self._context.jobs.run(self, self._read, self._show, key="checks")

    def select(self, check_id: bytes) -> None:
        """Put the cursor on a check."""
        self.table.select_id(check_id)

    def draw(self) -> None:
        """Draw the sample of the week that is chosen, this week's where all show."""
        day = date.fromisoformat(self.week()) if self.week() else today()
        self.draw_button.setEnabled(False)
        work = partial(self._quality.plan, day)
        self._context.jobs.run(self, work, self._drawn, failed=self._failed, lane="write")

    def week(self) -> str:
        """Monday of the week that is chosen, empty for all."""
        return self.weeks.week()

    # --- parts -----------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.weeks = WeekBox(with_empty=self.judging)
        shown = [key for key in CHOICES if self.judging or key in {"all", "news"}]
        names = {**CHOICES} if self.judging else {**CHOICES, "news": N_("New")}
        self.chips = FilterChips([(k, _(names[k])) for k in shown], "all", _("Which checks"))
        self.chips.keep_on_one_line()
        self.mean = role(QLabel(), "muted")
        self.draw_button = role(QPushButton(_("Draw sample")), "primary")
        self.draw_button.setToolTip(_("Draws so many of each agent as the settings say"))
        self.sheet_button = QPushButton(_("Score sheet"))
        self.trouble = NoticeBar()

    def _arrange(self) -> None:
        head = role(QFrame(), "bar")
        head.setMinimumHeight(_HEAD)
        title = role(QLabel(_("Quality checks")), "title")
        row = stack_horizontally(
            head, title, self.weeks, self.chips, self.mean, None, self.sheet_button,
            self.draw_button, spacing=12,
        )  # fmt: skip
        row.setContentsMargins(16, 10, 16, 10)
        for button in (self.draw_button, self.sheet_button):
            button.setVisible(self.judging)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        hide_unless(self.judging, self.agents)
        self._splitter.addWidget(self.agents)
        self._splitter.addWidget(self.table)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([_AGENTS_WIDTH, 1000])
        stack_vertically(self, head, self.trouble, self._splitter).setStretch(2, 1)

    def _connect(self) -> None:
        self.weeks.activated.connect(self._on_week)
        self.chips.changed.connect(self._refilter)
        self.draw_button.clicked.connect(self.draw)
        self.sheet_button.clicked.connect(self.sheet_wanted)
        self.agents.selection_changed.connect(self._on_agent)
        self.agents.row_activated.connect(self._to_checks)
        self.table.row_activated.connect(self._open)
        self.table.sort_changed.connect(self._on_sorted)
        self.table.loaded.connect(self._show_mean)
        self._context.store.changed.connect(self._on_store)
        theme_signals().changed.connect(self._tint)
        self._tint()

    # --- reading ---------------------------------------------------------------------------

    def _read(self) -> tuple[list[WeekChecks], list[AgentChecks]]:
        return self._quality.weeks(), self._quality.agents(self.week()) if self.judging else []

    def _show(self, found: tuple[list[WeekChecks], list[AgentChecks]]) -> None:
        weeks, agents = found
        before = self.week()
        self.weeks.show_weeks(weeks)
        if self._first:
            self._first = False
            self.weeks.choose(self._beginning(weeks))
        if self.week() != before:
            self._refilter()
            self._context.jobs.run(self, self._read, self._show, key="checks")
            return
        self._show_agents(agents)
        self.table.reload()

    def _beginning(self, weeks: Sequence[WeekChecks]) -> str:
        """Where there is work; an agent sees all."""
        if not self.judging:
            return ""
        open_weeks = [week.week for week in weeks if week.open]
        return open_weeks[0] if open_weeks else monday(today()).isoformat()

    def _show_agents(self, agents: list[AgentChecks]) -> None:
        if not self.judging:
            return
        done = [line for line in agents if line.score is not None]
        count = sum(line.done for line in done)
        mean = sum((line.score or 0) * line.done for line in done) / count if count else None
        total = AgentChecks(
            b"", _("All agents"), sum(line.total for line in agents),
            sum(line.done for line in agents), mean,
        )  # fmt: skip
        chosen = self._agent or b""
        self.agents.show_rows([total, *agents] if agents else [])
        self.agents.select_id(chosen)

    def _make_listing(self) -> Listing:
        choice = str(self.chips.value())
        wanted = CheckFilter(self.week(), self._agent, STATES.get(choice, ()))
        return Listing(self._quality, wanted, news=choice == "news", sort=self._sort)

    def _refilter(self, _what: object = None) -> None:
        self._listing = self._make_listing()
        self._show_empty()
        self.table.set_source(self._listing.fetch, self._listing.count)

    def _show_empty(self) -> None:
        if not self.judging:
            self.table.set_empty(
                "check-circle",
                _("No checks of your conversations"),
                _("They show here when a supervisor has finished one."),
            )
        elif self.chips.value() != "all" or self._agent is not None:
            empty = self.table.set_empty("search", _("No such check"), "", _("Show all"))
            empty.action.connect(self._show_all)
        else:
            empty = self.table.set_empty(
                "check-circle",
                _("No checks in this week yet"),
                _("Draw a sample, or take conversations in at the desk or behind a number."),
                _("Draw sample"),
            )
            empty.action.connect(self.draw)

    def _show_mean(self) -> None:
        rows = [row for row in self._listing.rows if row.score is not None]
        count = ngettext("{n} check", "{n} checks", len(self._listing.rows))
        words = [count.format(n=f"{len(self._listing.rows):,}")] if self._listing.rows else []
        if rows:
            mean = sum(row.score or 0 for row in rows) / len(rows)
            words.append(_("mean {value}").format(value=score_text(mean)))
        if len(self._listing.rows) == MOST:
            words = [_("the first {n} are listed").format(n=f"{MOST:,}")]
        self.mean.setText(" · ".join(words))

    # --- doing -----------------------------------------------------------------------------

    def _open(self, row: CheckRow) -> None:
        self.opened.emit(row.id, [one.id for one in self._listing.rows])

    def _to_checks(self, _line: AgentChecks) -> None:
        self.focus_first()

    def _show_all(self) -> None:
        self.chips.set_value("all")
        self._agent = None
        self.agents.select_id(b"")
        self._refilter()

    def _on_week(self, _number: int) -> None:
        self._refilter()
        self.reload()

    def _on_agent(self, line: AgentChecks | None) -> None:
        agent = (line.agent_id or None) if line else None
        if line is not None and agent != self._agent:
            self._agent = agent
            self._refilter()

    def _on_sorted(self, key: str, descending: bool) -> None:
        self._sort = (key, descending)
        self._refilter()

    def _drawn(self, found: PlanReport) -> None:
        self.draw_button.setEnabled(True)
        self.trouble.say("")
        if not found.candidates:
            text = _("No agent talked with a customer in this week.")
            self._context.notices.info(text)
        elif not found.planned:
            self._context.notices.info(_("The sample of this week is complete already."))
        else:
            text = ngettext("{n} conversation drawn.", "{n} conversations drawn.", found.planned)
            self._context.notices.success(text.format(n=found.planned))
            self.weeks.choose(found.week)
            self._refilter()
        self.reload()

    def _failed(self, error: BaseException) -> None:
        self.draw_button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self.trouble.say(f"{error.message} {error.hint}".strip(), "danger")

    # --- changes ---------------------------------------------------------------------------

    def _on_store(self, changes: Changes) -> None:
        if not changes.touches(*_TABLES):
            return
        if self.isVisible():
            self._soon.start()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _tint(self) -> None:
        self.sheet_button.setIcon(icon("list"))
