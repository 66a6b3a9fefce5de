"""A year of real orders: scores, cohorts, repeat rates and cycles equal a pandas reference."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from app.services import Services
from app.stats.settings import DAY_MS
from app.stats.worth import WorthReport
from app.stats.worth.rfm import rfm
from app.stats.worth.settings import WorthRules
from db.bulk import insert_rows
from db.clock import now_ms
from db.ids import natural_id
from db.models import Customer, Order

ROOT = Path(__file__).parents[4]
RESEARCH = Path(os.environ.get("KEFU_RESEARCH_DATA", ROOT.parent / "shared" / "data"))
UCI = RESEARCH / "orders" / "uci_online_retail_2010-12_2011-12.csv.gz"
FIRST, LAST = date(2011, 6, 1), date(2011, 8, 31)

pytestmark = [
    pytest.mark.skipif(not UCI.exists(), reason="the real orders are research data, not shipped"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def invoices() -> pd.DataFrame:
    """One row an invoice: customer, local moment, pence; without returns and unknown customers."""
    rows = pd.read_csv(UCI, encoding="utf-8", dtype={"InvoiceNo": str})
    rows = rows[rows.CustomerID.notna() & ~rows.InvoiceNo.str.startswith("C")]
    rows["pence"] = (rows.Quantity * rows.UnitPrice * 100).round().astype("int64")
    rows["at"] = pd.to_datetime(rows.InvoiceDate)
    found = rows.groupby("InvoiceNo").agg(
        customer=("CustomerID", "first"), at=("at", "min"), pence=("pence", "sum")
    )
    found["ms"] = (found["at"].dt.tz_localize("Asia/Shanghai").dt.as_unit("ms")).astype("int64")
    return found.reset_index().sort_values(["customer", "ms", "InvoiceNo"])


@pytest.fixture
def report(services: Services, invoices: pd.DataFrame) -> WorthReport:
    fill(services, invoices)
    return services.worth.report(FIRST, LAST)


def fill(services: Services, invoices: pd.DataFrame) -> None:
    ids = {c: natural_id("customer", str(c)) for c in invoices.customer.unique()}
    with services.db.write("import") as session:
        insert_rows(
            session,
            Customer,
            [{"id": key, "nick": str(int(c)), "created_at": now_ms()} for c, key in ids.items()],
        )
        insert_rows(
            session,
            Order,
            [
                {
                    "id": natural_id("order", row.InvoiceNo),
                    "platform": "uci",
                    "number": row.InvoiceNo,
                    "customer_id": ids[row.customer],
                    "created_at": row.ms,
                    "paid_at": row.ms,
                    "paid_fen": row.pence,
                }
                for row in invoices.itertuples()
            ],
        )


def test_the_numbers_of_a_real_year(
    services: Services, report: WorthReport, invoices: pd.DataFrame
) -> None:
    end = int(pd.Timestamp("2011-09-01", tz="Asia/Shanghai").timestamp() * 1000)
    known = invoices[invoices.ms < end]
    check_repeats(report, known)
    check_cohorts(report, known)
    check_scores(services, known, end)


def check_repeats(report: WorthReport, known: pd.DataFrame) -> None:
    start = int(pd.Timestamp("2011-06-01", tz="Asia/Shanghai").timestamp() * 1000)
    sizes = known.groupby("customer").size()
    assert report.customers == report.shop.customers == len(sizes)
    assert report.shop.returners == int((sizes >= 2).sum())
    assert report.shop.new == int((known.groupby("customer").ms.min() >= start).sum())
    gaps = known.assign(
        gap=known.groupby("customer").ms.diff() / DAY_MS, step=known.groupby("customer").cumcount()
    ).dropna(subset="gap")
    assert report.shop.cycles.all.value == pytest.approx(gaps.gap.mean())
    assert report.shop.cycles.all.median == pytest.approx(gaps.gap.median())
    each = gaps.groupby("customer").gap.mean()
    assert report.shop.cycles.per_customer.value == pytest.approx(each.mean())
    for place, step in enumerate(report.shop.cycles.steps, 1):
        of_step = gaps[gaps.step == place].gap
        assert step.n == len(of_step)
        assert step.value == pytest.approx(of_step.mean())


def check_cohorts(report: WorthReport, known: pd.DataFrame) -> None:
    month = known["at"].dt.to_period("M")
    first = month.groupby(known.customer).transform("min")
    offset = (month - first).map(lambda step: step.n)
    table = known.assign(first=first.astype(str), offset=offset)
    kept = table.groupby(["first", "offset"]).customer.nunique()
    money = table.groupby(["first", "offset"]).pence.sum()
    assert [c.month for c in report.cohorts] == sorted(table["first"].unique())
    for cohort in report.cohorts:
        for place, (count, amount) in enumerate(zip(cohort.kept, cohort.amounts, strict=True)):
            key = (cohort.month, place)
            assert (count, amount) == (int(kept.get(key, 0)), int(money.get(key, 0))), key


def check_scores(services: Services, known: pd.DataFrame, end: int) -> None:
    with services.db.cursor() as run:
        from app.stats.worth.history import history_of, read_paid

        found = rfm(history_of(read_paid(run, end)), end, WorthRules())
    nicks = {natural_id("customer", str(c)): c for c in known.customer.unique()}
    recent = known[known.ms >= end - 365 * DAY_MS]
    table = pd.DataFrame({"days": (end - known.groupby("customer").ms.max()) // DAY_MS})
    table["orders"] = recent.groupby("customer").size()
    table["amount"] = recent.groupby("customer").pence.sum()
    table = table.fillna(0)
    for column, ascending, score in (
        ("days", False, "r"), ("orders", True, "f"), ("amount", True, "m"),
    ):  # fmt: skip
        below = table[column].rank(method="min", ascending=ascending) - 1
        table[score] = (below * 5 // len(table) + 1).astype(int)
    assert len(found) == len(table)
    for one in found:
        row = table.loc[nicks[one.customer]]
        ours = (one.days, one.orders, one.amount, one.r, one.f, one.m)
        assert ours == tuple(int(row[c]) for c in ("days", "orders", "amount", "r", "f", "m"))
