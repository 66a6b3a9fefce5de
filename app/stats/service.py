"""The shop's numbers: reports, why an order is whose, and the facts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.core.zones import shop_zone
from app.staff import Member, StaffService
from app.stats.awards import awards
from app.stats.collect import Collector
from app.stats.credit import Reception
from app.stats.cutting import UNKNOWN
from app.stats.definitions import BY_KEY, METRICS, Area, Metric
from app.stats.fact_orders import receptions_of
from app.stats.facts import Facts
from app.stats.local_time import LocalTime, day_name
from app.stats.model import BY_HAND, By, Credit, Explanation, Measure, Query, Report, Row
from app.stats.sample import Sample
from app.stats.settings import RULES, Rules, fact_rules, shop_rules
from db.clock import UNTIMED_BELOW, now_ms
from db.database import Database

_SPAN: Final = """
SELECT (SELECT min(at) FROM stats_messages WHERE at >= :least),
       (SELECT max(at) FROM stats_messages WHERE at >= :least),
       (SELECT min(created_at) FROM stats_orders WHERE created_at >= :least),
       (SELECT max(created_at) FROM stats_orders WHERE created_at >= :least),
       (SELECT max(paid_at) FROM stats_orders WHERE paid_at >= :least)
"""
"""When the first and the last things known happened."""


class Stats:
    """Reads the numbers. An agent sees own ones and the team's means, a supervisor all."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings
        self.facts = Facts(db, lambda: fact_rules(settings))

    @property
    def rules(self) -> Rules:
        """The shop's choices, e.g. to try others before they are kept."""
        return shop_rules(self._settings)

    @property
    def zone(self) -> tzinfo:
        """The shop's time zone."""
        return shop_zone(self._settings)

    def today(self) -> date:
        """The day it is for the shop."""
        return datetime.now(self.zone).date()

    def rebuild(self) -> None:
        """Work all facts out from scratch; the numbers stay the same."""
        self._staff.require(Permission.SEE_TEAM_STATS)
        self.facts.rebuild()

    def report(
        self,
        first: date | None,
        last: date | None,
        *,
        by: By | None = None,
        metrics: Sequence[str] = (),
        rules: Rules | None = None,
        now: int | None = None,
    ) -> Report:
        """The numbers of the days `first` to `last`, both included, in the shop's zone.

        None is the first or the last day that has any; with neither, messages whose time nobody
        knows count as well.
        `metrics` are keys, none: all. `rules` instead of the shop's try another choice out.
        Raises `UserError` for an unknown metric or a period that ends before it begins.
        """
        me = self._signed_in()
        wanted = _wanted(metrics, by)
        clock = LocalTime(self.zone)
        own = None if self._staff.may(Permission.SEE_TEAM_STATS) else me.id
        chosen = rules or self.rules
        self.facts.catch_up()
        with self._db.cursor() as run:
            days = self._days(run, clock, first, last)
            query = Query(
                max(clock.midnight(days[0]), UNTIMED_BELOW),
                clock.midnight(days[1] + timedelta(days=1)),
                by,
                own,
                now_ms() if now is None else now,
                untimed=first is None and last is None,
            )
            found = Collector(run, query, chosen, clock).collect()
            team = None
            if own is not None:
                everybody = replace(query, by=By.AGENT, agent=None)
                team = _means(Collector(run, everybody, chosen, clock).collect(), wanted)
            names = staff_names(run)
        return Report(
            days[0].isoformat(),
            days[1].isoformat(),
            by,
            chosen.attribution,
            _measures(found.total, wanted),
            _rows(found, wanted, names) if by is not None else [],
            team,
        )

    def explain(self, number: str, *, rules: Rules | None = None) -> Explanation:
        """Say whose an order is by the rule in force, and by all rules.

        Raises `NotFound`; an agent may ask about orders of buyers they talked to.
        """
        me = self._signed_in()
        chosen = rules or self.rules
        self.facts.catch_up()
        with self._db.cursor() as run:
            rows: Any = run.execute(
                "SELECT s.customer_id, s.created_at, s.paid_at, s.order_part, s.pay_part, "
                "s.jd_part, o.id FROM orders o JOIN stats_orders s ON s.order_id = o.id "
                "WHERE o.number = ? AND o._del = 0 ORDER BY o.rid DESC LIMIT 1",
                (number,),
            )
            row = rows.fetchone()
            if row is None:
                raise NotFound(_("There is no order {number}.").format(number=number))
            known = {r.rid: r for r in receptions_of(run, [row[0]])[row[0]]} if row[0] else {}
            names = staff_names(run)
            given = awards(run).get(row[6])
        if not self._staff.may(Permission.SEE_TEAM_STATS) and me.id not in {
            reception.agent for reception in known.values()
        }:
            raise PermissionDenied
        by_order, by_pay, by_jd = (known.get(part) for part in row[3:6])
        winners = {
            "order": by_order,
            "payment": by_pay,
            "order_first": by_order or by_pay,
            "jd": by_jd,
        }
        credits_ = {rule: _credit(rule, winners[rule], names) for rule in RULES}
        in_force = credits_[chosen.attribution]
        if given is not None:
            in_force = Credit(BY_HAND, given, names.get(given, given.hex()[:8]))
        return Explanation(
            number, row[1] or None, row[2], in_force, list(credits_.values()), row[6]
        )

    def _days(
        self, run: Any, clock: LocalTime, first: date | None, last: date | None
    ) -> tuple[date, date]:
        found = run.execute(_SPAN, {"least": UNTIMED_BELOW}).fetchone()
        known = [date.fromisoformat(day_name(clock.day(at))) for at in found if at is not None]
        last = last or max([self.today(), *known])
        first = first or min([last, *known])
        if last < first:
            raise UserError(_("The period ends before it begins."), code="bad_period")
        return first, last

    def _signed_in(self) -> Member:
        return self._staff.require(Permission.REPLY)


def _wanted(keys: Sequence[str], by: By | None) -> list[Metric]:
    for key in keys:
        if key not in BY_KEY:
            raise UserError(
                _("There is no metric “{key}”.").format(key=key),
                hint=", ".join(BY_KEY),
                code="usage",
            )
    chosen = [BY_KEY[key] for key in keys] or list(METRICS)
    if by is By.PRODUCT:
        # Nobody says of which product a conversation is; sales have their items.
        chosen = [metric for metric in chosen if metric.area is Area.SALES]
    return chosen


def _measures(sample: Sample, metrics: Iterable[Metric]) -> dict[str, Measure]:
    return {metric.key: metric.measure(sample) for metric in metrics}


def _rows(found: Collector, metrics: list[Metric], names: dict[bytes, str]) -> list[Row]:
    rows = [
        Row(key, row_name(key, names), _measures(found.groups[key], metrics))
        for key in sorted(found.groups, key=lambda key: (key is None, key))
    ]
    return sorted(rows, key=lambda row: (row.key is None, row.name))


def _means(found: Collector, metrics: list[Metric]) -> dict[str, Measure]:
    """Means over the agents who have the number at all."""
    means = {}
    agents = [sample for key, sample in found.groups.items() if key]
    for metric in metrics:
        values = [m.value for s in agents if (m := metric.measure(s)).value is not None]
        mean = sum(values) / len(values) if values else None
        means[metric.key] = Measure(mean, len(values))
    return means


def row_name(key: Any, names: dict[bytes, str]) -> str:
    """What a row is called, by its key."""
    return names.get(key, key.hex()[:8]) if isinstance(key, bytes) else (key or "")


def staff_names(run: Any) -> dict[bytes, str]:
    """What the people of the shop are called, by id."""
    found = run.execute("SELECT id, reception_name, name, login FROM staff")
    names = {row[0]: row[1] or row[2] or row[3] for row in found}
    return {UNKNOWN: _("unknown"), **names}


def _credit(rule: str, reception: Reception | None, names: dict[bytes, str]) -> Credit:
    if reception is None:
        return Credit(rule)
    return Credit(
        rule,
        reception.agent,
        names.get(reception.agent, reception.agent.hex()[:8]),
        reception.conversation,
        reception.starts_at,
        reception.ends_at,
    )
