"""The rows behind a number: conversations or orders; Enter opens one where it belongs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.stats import BY_KEY, By, Rules, Unit
from app.stats.behind import EVERY
from app.stats.board import Behind, RowsBehind
from app.stats.service_trails import RATINGS
from ui.shell.commands import Command
from ui.stats.period import Period
from ui.stats.words import NOTHING, channel_name, value_text
from ui.theme import icon, role, theme_signals
from ui.widgets import Column, EmptyState, NoticeBar, Pages
from ui.widgets.card import Card
from ui.widgets.format import full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_SHARES: Final = Unit.SHARE


def _when(row: Behind) -> str:
    return moment(row.at)


def _when_in_full(row: Behind) -> str:
    return full_moment(row.at)


def _value(unit: Unit, row: Behind) -> str:
    return value_text(unit, row.value)


def _counts(row: Behind) -> str:
    return _("yes") if row.counts else _("no")


def _counts_kind(row: Behind) -> str:
    return "success" if row.counts else "warning"


def _unit_of_rows(metric: str, rows: RowsBehind) -> Unit | None:
    """What the rows of a number are counted in, None where they carry no value."""
    if all(row.value is None for row in rows.rows):
        return None
    if metric in RATINGS:
        return Unit.ITEMS
    unit = BY_KEY[metric].unit
    if unit in {Unit.SECONDS, Unit.DAYS, Unit.MESSAGES, Unit.CHARACTERS, Unit.ITEMS, Unit.FEN}:
        return unit
    if metric == "items_per_buyer":
        return Unit.ITEMS
    if unit is Unit.RATIO:
        return unit
    return Unit.FEN if rows.rows[0].order_id is not None else Unit.SECONDS


def columns_of(metric: str, rows: RowsBehind) -> list[Column]:
    """The columns that say something for this number."""
    orders = any(row.order_id for row in rows.rows)
    columns = [
        Column("at", N_("When"), 104, role="muted", text=_when, tip=_when_in_full, sortable=True),
        Column("customer", N_("Customer"), 150, role="strong", text=lambda r: r.customer or NOTHING, stretch=True),
    ]  # fmt: skip
    if orders:
        columns.append(
            Column("number", N_("Order number"), 176, role="mono", text=lambda r: r.number)
        )
    columns.append(
        Column("agent", N_("Agent"), 110, text=lambda r: r.agent or _("nobody"), sortable=True)
    )
    if not orders:
        channel = Column(
            "channel", N_("Channel"), 96, role="muted", text=lambda r: channel_name(r.channel)
        )
        columns.append(channel)
    if (unit := _unit_of_rows(metric, rows)) is not None:
        value = Column(
            "value",
            N_("Reading"),
            110,
            align="right",
            role="mono",
            text=partial(_value, unit),
            sortable=True,
        )
        columns.append(value)
    if BY_KEY[metric].unit is _SHARES:
        columns.append(
            Column(
                "counts",
                N_("Counts"),
                84,
                role="badge",
                text=_counts,
                color=_counts_kind,
                sortable=True,
            )
        )
    return columns  # fmt: skip


def _sort_key(key: str, row: Behind) -> Any:
    return {"at": row.at, "agent": row.agent, "value": row.value or 0, "counts": row.counts}[key]


class BehindTable(Card):
    """`cleared` tells that the narrowing to one row of a table was taken away."""

    cleared = Signal()

    def __init__(self, context: UiContext) -> None:
        self.narrow = role(QPushButton(), "chip")
        self.narrow.setCheckable(True)
        self.narrow.setChecked(True)
        self.narrow.hide()
        self.check = role(QPushButton(_("Check this conversation")), "ghost")
        self.check.setToolTip(_("Into this week's quality checks") + "  Ctrl+Shift+C")
        super().__init__(_("What is behind it"), self.narrow, self.check)
        self._context, self._found = context, RowsBehind("", 0, 0, ())
        self.trouble = NoticeBar()
        self.table: ListTable | None = None
        self._waiting = EmptyState("list", "", "")
        self._stack = Pages()
        self._stack.addWidget(self._waiting)
        self._stack.setMinimumHeight(170)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self._stack, 1)
        self.narrow.clicked.connect(self.cleared)
        self.check.setVisible(context.services.staff.may(Permission.SEE_TEAM_STATS))
        self.check.clicked.connect(self.choose)
        context.commands.register(
            Command(
                "stats.check", N_("Check this conversation"), "Ctrl+Shift+C", self.choose,
                self.can_choose, N_("Stats"), "clipboard",
            )
        )  # fmt: skip
        self._show_choice()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def read(
        self,
        metric: str,
        period: Period,
        *,
        by: By | None = None,
        key: Any = EVERY,
        row_name: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Read the rows of a number, of one row of a table where it is named."""
        self.narrow.setVisible(bool(row_name))
        self.narrow.setText(row_name)
        self.narrow.setChecked(True)
        self.narrow.setAccessibleName(_("Only {what}, take away").format(what=row_name))
        board = self._context.services.board
        work = partial(
            board.rows_behind, metric, period.first, period.last, by=by, key=key, rules=rules
        )
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="behind")

    def found(self) -> RowsBehind:
        """What it shows."""
        return self._found

    def open_row(self, row: Behind) -> None:
        """Open a conversation in the desk, an order in the orders."""
        if row.order_id is not None:
            self._context.go("orders", row.order_id)
        elif row.conversation_id is not None:
            self._context.go("desk", row.conversation_id)

    def can_choose(self) -> bool:
        """Whether the row with the cursor can become a quality check."""
        row = self._current()
        return (
            self.isVisible()
            and not self.check.isHidden()
            and row is not None
            and row.conversation_id is not None
            and row.agent_id is not None
        )

    def choose(self) -> None:
        """Take the conversation of the row into this week's quality checks, and go there."""
        row = self._current()
        if row is None or row.conversation_id is None or row.agent_id is None:
            return
        choose = self._context.services.quality.choose
        work = partial(choose, row.conversation_id, row.agent_id, row.at)
        go = partial(self._context.go, "quality")
        self._context.jobs.run(self, work, go, failed=self._failed, lane="write")

    def _current(self) -> Behind | None:
        row = self.table.current_row() if self.table is not None else None
        return row if isinstance(row, Behind) else None

    def _show_choice(self, _row: object = None) -> None:
        self.check.setEnabled(self.can_choose())

    def _show(self, found: RowsBehind) -> None:
        self.trouble.say("")
        self._found = found
        self.remark.setText(self._words(found))
        if not found.rows:
            self._waiting.say(_("Nothing behind it"), _("There are no rows in this period."))
            self._stack.setCurrentWidget(self._waiting)
            self.check.setEnabled(False)
            return
        if self.table is not None:
            self._stack.removeWidget(self.table)
            self.table.deleteLater()
        columns = columns_of(found.metric, found)
        self.table = ListTable(
            columns, self._context.jobs, _("What is behind it"), lambda row: row.id
        )
        self.table.row_activated.connect(self.open_row)
        self.table.selection_changed.connect(self._show_choice)
        self.table.sort_changed.connect(self._sort)
        self.table.show_rows(found.rows)
        self._stack.addWidget(self.table)
        self._stack.setCurrentWidget(self.table)
        self._show_choice()

    def _words(self, found: RowsBehind) -> str:
        text = ngettext("{n} row", "{n} rows", found.total).format(n=f"{found.total:,}")
        if BY_KEY[found.metric].unit is _SHARES:
            text += " · " + _("{n} of them count").format(n=f"{found.counted:,}")
        if len(found.rows) < found.total:
            text += " · " + _("the first {n} are listed").format(n=f"{len(found.rows):,}")
        return text

    def _sort(self, key: str, descending: bool) -> None:
        if self.table is not None:
            rows = sorted(self._found.rows, key=partial(_sort_key, key), reverse=descending)
            self.table.show_rows(rows)

    def _failed(self, error: BaseException) -> None:
        self.trouble.say(str(error) or _("This could not be read."), "danger")

    def _tint(self) -> None:
        self.narrow.setIcon(icon("close", "accent"))
