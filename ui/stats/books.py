"""What the pages of credit, customers' worth and staffing give to a file."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.i18n import _
from app.stats import RULES, Rules, Unit
from app.stats.appeals import AppealView
from app.stats.board import Behind, RowsBehind, RuleSales
from app.stats.export import Book, Cell, Figure, Grid
from app.stats.staffing import HourPlan
from app.stats.worth import Cohort, Repeat, WorthReport
from app.stats.worth.lifecycle import STAGES, Stage
from ui.stats.dials import Dial
from ui.stats.period import Period
from ui.stats.words import RULE_HINTS, RULE_NAMES, appeal_outcome, appeal_state
from ui.stats.worth_columns import MONTHS
from ui.widgets.format import full_moment


def _count(value: int) -> Figure:
    return Figure(Unit.ITEMS, value)


def _share(part: float | None) -> Figure:
    return Figure(Unit.SHARE, part)


def _period(period: Period) -> tuple[str, str]:
    return _("Period"), period.words()


# --- customers' worth ----------------------------------------------------------------------------


def worth_book(report: WorthReport, period: Period) -> Book:
    """All tables of the page, the cohorts with every month."""
    return Book(
        _("What customers are worth"),
        (_period(period), (_("Customers who ever paid"), f"{report.customers:,}")),
        (
            _returns(report),
            Grid(
                _("RFM segments"),
                (_("Segment"), _("Customers"), _("Orders"), _("Amount")),
                tuple(
                    (_(s.name), _count(s.customers), _count(s.orders), Figure(Unit.FEN, s.amount))
                    for s in report.segments
                    if s.dimensions == "RFM"
                ),
            ),
            Grid(
                _("Stages"),
                (_("Stages"), _("Customers")),
                tuple((_(STAGES[Stage(s)]), _count(n)) for s, n in report.stages.items()),
            ),
            _cohorts(report.cohorts),
            _repeats(_("Products"), report.products),
            _repeats(_("Categories"), report.categories),
            Grid(
                _("Tiers"),
                (_("Tier"), _("From"), _("Customers"), _("Share"), _("Planned")),
                tuple(
                    (
                        _(tier.name),
                        Figure(Unit.FEN, tier.reached_at),
                        _count(tier.customers),
                        _share(tier.share),
                        _share(tier.planned),
                    )
                    for tier in report.tiers
                ),
            ),
        ),
    )


def _returns(report: WorthReport) -> Grid:
    names = {
        "old": _("Regulars who returned"),
        "new": _("Newcomers who returned"),
        "pre_lost": _("Held back in time"),
        "lost": _("Won back"),
    }
    rows: list[tuple[Cell, ...]] = [
        (_("Shop's repeat rate"), _share(report.shop.rate), "", _count(report.shop.customers)),
        (_("Days between orders"), Figure(Unit.DAYS, report.shop.cycles.all.value), "", ""),
    ]
    for key, name in names.items():
        came, of = getattr(report.returns, key)
        rows.append((name, _share(came / of if of else None), _count(came), _count(of)))
    heads = (_("Number"), _("Figure"), _("Came back"), _("Of"))
    return Grid(_("Numbers"), heads, tuple(rows))


def _cohorts(cohorts: Sequence[Cohort]) -> Grid:
    def row(cohort: Cohort) -> tuple[Cell, ...]:
        later = cohort.kept[1 : MONTHS + 1]
        parts = [_share(kept / cohort.customers if cohort.customers else None) for kept in later]
        empty = [_share(None)] * (MONTHS - len(parts))
        return cohort.month, _count(cohort.customers), *parts, *empty

    heads = (_("First order in"), _("Customers"), *(f"+{n}" for n in range(1, MONTHS + 1)))
    return Grid(_("Cohorts"), heads, tuple(map(row, cohorts)))


def _repeats(title: str, things: Sequence[Repeat]) -> Grid:
    heads = (title, _("Customers"), _("New"), _("Came back"), _("Repeat rate"), _("Cycle"))
    return Grid(
        title,
        heads,
        tuple(
            (
                thing.name,
                _count(thing.customers),
                _count(thing.new),
                _count(thing.returners),
                _share(thing.rate),
                Figure(Unit.DAYS, thing.cycles.all.value),
            )
            for thing in things
        ),
    )


# --- who gets a sale -----------------------------------------------------------------------------


def credit_book(
    period: Period,
    rules: Rules,
    in_force: str,
    lines: Sequence[RuleSales],
    orders: RowsBehind,
    appeals: Sequence[AppealView],
) -> Book:
    """Each agent's sales under every rule, the orders by the rule one looks at, the appeals."""
    facts = [
        _period(period),
        (_("Who gets the sale"), _(RULE_NAMES[rules.attribution])),
        ("", _(RULE_HINTS[rules.attribution])),
        (_("In force"), _(RULE_NAMES[in_force])),
        (_("Less refunds"), _("yes") if rules.deduct_refunds else _("no")),
        (_("Less postage"), _("yes") if rules.deduct_postage else _("no")),
    ]
    if len(orders.rows) < orders.total:
        words = _("the first {n} are listed").format(n=f"{len(orders.rows):,}")
        facts.append((_("Sold orders"), f"{orders.total:,} · {words}"))
    return Book(
        _("Who gets a sale"),
        tuple(facts),
        (_rules(lines), _orders(orders.rows), _appeals(appeals)),
    )


def _rules(lines: Sequence[RuleSales]) -> Grid:
    names = [_(RULE_NAMES[rule]) for rule in RULES]
    counts = [_("{rule}: orders").format(rule=name) for name in names]
    return Grid(
        _("Sales by rule"),
        (_("Agent"), *names, *counts),
        tuple(
            (
                line.agent if line.agent_id is not None else _("nobody"),
                *(Figure(Unit.FEN, line.sales.get(rule, 0)) for rule in RULES),
                *(Figure(Unit.ORDERS, line.orders.get(rule, 0)) for rule in RULES),
            )
            for line in lines
        ),
    )


def _orders(rows: Sequence[Behind]) -> Grid:
    heads = (_("Order number"), _("Customer"), _("Amount"), _("Credited to"), _("Paid at"))
    return Grid(
        _("Sold orders"),
        heads,
        tuple(
            (
                row.number,
                row.customer,
                Figure(Unit.FEN, row.value),
                row.agent or _("nobody"),
                full_moment(row.at),
            )
            for row in rows
        ),
    )


def _appeals(views: Sequence[AppealView]) -> Grid:
    heads = (_("When"), _("Order number"), _("Who"), _("Reason"), _("State"), _("Decision"))
    return Grid(
        _("Appeals"),
        heads,
        tuple(
            (
                full_moment(view.at),
                view.number,
                view.who,
                view.reason,
                appeal_state(view),
                appeal_outcome(view),
            )
            for view in views
        ),
    )


# --- staffing ------------------------------------------------------------------------------------


def staffing_book(
    period: Period, days: str, basis: str, dials: Sequence[Dial], plans: Sequence[HourPlan]
) -> Book:
    """What the sliders ask for, and the need of each hour."""
    asked = tuple((dial.name(), dial.words()) for dial in dials)
    heads = (
        *(_("Hour"), _("Customers an hour"), _("At the desk"), _("To plan"), _("In time")),
        *(_("Mean wait"), _("Busy"), _("Give up"), _("In time with one fewer")),
    )
    return Book(
        _("Staffing"),
        (_period(period), (_("Days"), days), ("", basis), *asked),
        (Grid(_("Staffing by hour"), heads, tuple(map(_hour, plans))),),
    )


def _hour(plan: HourPlan) -> tuple[Cell, ...]:
    found = plan.staffing
    needed = bool(plan.people)
    return (
        f"{plan.hour:02d}:00",
        Figure(Unit.RATIO, plan.arrivals),
        _count(plan.staffing.agents),
        _count(plan.people),
        _share(found.in_time if needed else None),
        Figure(Unit.SECONDS, found.mean_wait_s if needed else None),
        _share(found.busy if needed else None),
        _share(found.gives_up if needed else None),
        _share(plan.without_one.in_time if plan.without_one else None),
    )
