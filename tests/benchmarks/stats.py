"""All stats of a 30-day period, against the same aggregates by DuckDB over its own tables."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

import duckdb
import pandas as pd

from app.services import Services
from app.stats import Report
from app.stats.local_time import LocalTime
from tests.benchmarks.measure import Measure, milliseconds
from tests.benchmarks.seed import Shop
from tests.benchmarks.stats_sql import STEPS

_DAYS: Final = 30
_ROUNDS: Final = 5
_DAY_MS: Final = 86_400_000
_COPIED: Final = {
    "messages": "id conversation_id author staff_id kind automatic state text at _del",
    "conversations": "id channel customer_id _del",
    "customers": "id nick blocked merged_into",
    "orders": "id customer_id status created_at paid_at shipped_at ended_at total_fen paid_fen "
    "postage_fen refund_fen quantity _del",
}
_TYPES: Final = {
    **dict.fromkeys(("author", "kind", "state", "text", "nick", "status", "channel"), "VARCHAR"),
    **dict.fromkeys(("id", "conversation_id", "staff_id", "customer_id", "merged_into"), "BLOB"),
    **dict.fromkeys(("automatic", "blocked", "gone"), "BOOLEAN"),
}
_MADE: Final = ("talk", "parts", "turns", "credit", "history")


def run(shop: Shop) -> list[Measure]:
    """The facts are up to date, as the keeper leaves them; so is DuckDB's copy."""
    services = shop.open()
    try:
        services.stats.facts.catch_up()
        duck = _Duck(services)
        last = services.stats.today()
        first = last - timedelta(days=_DAYS - 1)
        clock = LocalTime(services.stats.zone)
        period = (clock.midnight(first), clock.midnight(last + timedelta(days=1)))
        _agree(services.stats.report(first, last), duck.everything(*period))
        here, there = list[float](), list[float]()
        for _ in range(_ROUNDS):
            here.append(milliseconds(lambda: services.stats.report(first, last)))
            there.append(milliseconds(lambda: duck.everything(*period)))
    finally:
        services.close()
    return [Measure("all stats of 30 days", min(here), min(there), 1.0)]


def _agree(ours: Report, theirs: dict[str, list[tuple[Any, ...]]]) -> None:
    """The same numbers, or the times say nothing."""
    found = {key: measure.value for key, measure in ours.measures.items()}
    asked, _answered, customers, agents, *_ = theirs["messages"][0]
    assert (found["customers_served"], found["customer_messages"]) == (asked, customers)
    assert found["agent_messages"] == agents
    assert found["receptions"] == theirs["receptions"][0][0]
    assert found["busiest"] == theirs["busiest"][0][0]
    assert found["inquirers"] == theirs["inquiries"][0][0]
    sales, agent_sales, silent_sales, *_ = theirs["sold"][0]
    assert (found["sales"], found["agent_sales"]) == (sales, agent_sales or 0)
    assert found["silent_sales"] == silent_sales
    mean, median = theirs["waits"][0][:2]
    assert abs((found["response"] or 0) * 1000 - mean) < 1e-3
    assert ours.measures["response"].median == median / 1000


class _Duck:
    """DuckDB with a copy of the tables, on the machine's cores."""

    def __init__(self, services: Services) -> None:
        self._duck = duckdb.connect()
        for table, columns in _COPIED.items():
            self._copy(services, table, columns.split())

    def _copy(self, services: Services, table: str, columns: list[str]) -> None:
        names = ["gone" if name == "_del" else name for name in columns]
        kinds = ", ".join(f'"{name}" {_TYPES.get(name, "BIGINT")}' for name in names)
        self._duck.execute(f"CREATE TABLE {table}({kinds})")
        with services.db.cursor() as rows:
            rows.execute(f"SELECT {', '.join(columns)} FROM {table}")
            while batch := rows.fetchmany(100_000):
                self._duck.register("batch", pd.DataFrame(batch, columns=names))
                self._duck.execute(f"INSERT INTO {table} SELECT * FROM batch")
                self._duck.unregister("batch")

    def everything(self, start: int, end: int) -> dict[str, list[tuple[Any, ...]]]:
        """All numbers of the period, by the step that gives them."""
        for table in _MADE:
            self._duck.execute(f"DROP TABLE IF EXISTS {table}")
        values = {
            "start": start,
            "end": end,
            "before": start - 2 * _DAY_MS,
            "after": end,
            "now": time.time_ns() // 1_000_000,
        }
        return {
            name: self._duck.execute(
                sql, {key: value for key, value in values.items() if f"${key}" in sql}
            ).fetchall()
            for name, sql in STEPS.items()
        }
