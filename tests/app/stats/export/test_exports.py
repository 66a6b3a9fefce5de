"""Reports as files hold the right values, as other programs read them back."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, update

from app import cli
from app.core.errors import PermissionDenied, UserError
from app.core.i18n import _
from app.core.settings import SHOP_NAME
from app.homes import Home
from app.services import Services
from app.stats import BY_KEY, By, Report
from app.stats.export.sheets import Paper
from db.models import Conversation, Customer, Message, Order, Role

DAY = date(2026, 11, 20)
AT = 1_795_143_600_000  # 2026-11-20 09:00 in China
METRICS = ["sales", "response", "answered_30s", "customers_served", "answer_ratio"]


@pytest.fixture
def shop(services: Services) -> Services:
    me = services.staff.current
    assert me is not None
    services.settings.set(SHOP_NAME, "小店")
    with services.db.write() as session:
        session.execute(insert(Customer).values(id=b"c" * 16, nick="买家", created_at=0))
        session.execute(
            insert(Conversation).values(
                id=b"t" * 16, channel="webchat", customer_id=b"c" * 16, opened_at=AT
            )
        )
        for place, author in enumerate(("customer", "agent", "customer", "agent")):
            session.execute(
                insert(Message).values(
                    conversation_id=b"t" * 16, author=author, text="在", at=AT + place * 25_000,
                    staff_id=me.id if author == "agent" else None,
                )
            )  # fmt: skip
        session.execute(
            insert(Order).values(
                id=b"o" * 16, platform="taobao", number="1", customer_id=b"c" * 16, status="paid",
                created_at=AT + 30_000, paid_at=AT + 90_000, paid_fen=12_345_678, quantity=1,
            )
        )  # fmt: skip
    return services


def report(shop: Services, by: By | None = By.AGENT) -> Report:
    return shop.stats.report(DAY, DAY, by=by, metrics=METRICS)


def name(metric: str) -> str:
    return _(BY_KEY[metric].name)


def seconds(cell: object) -> float:
    """A duration as the kinds of files keep it: a part of a day, a time of day, a duration."""
    if isinstance(cell, time):
        return cell.hour * 3_600 + cell.minute * 60 + cell.second
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    assert isinstance(cell, float)
    return cell * 86_400


def check_book(book: CalamineWorkbook) -> None:
    numbers, table, definitions = book.sheet_names
    rows = book.get_sheet_by_name(numbers).to_python()
    facts = {row[0]: row[1] for row in rows[:4]}
    assert "小店" in facts.values()
    assert "2026-11-20 – 2026-11-20" in facts.values()
    values = {row[0]: row[1:] for row in rows[6:]}
    assert values[name("sales")][0] == pytest.approx(123_456.78)
    assert seconds(values[name("response")][0]) == pytest.approx(25)
    assert values[name("answered_30s")][:3] == [1.0, "%", 2.0]
    (agent,) = [row for row in book.get_sheet_by_name(table).to_python()[1:] if row[0] == "小丽"]
    assert agent[1] == pytest.approx(123_456.78)
    words = book.get_sheet_by_name(definitions).to_python()
    assert [row[2] for row in words[1:]] == METRICS
    assert all(row[1] for row in words)


def test_excel_holds_numbers_rows_and_definitions(shop: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    shop.stats_exports.write(report(shop), path)
    check_book(CalamineWorkbook.from_path(path))
    assert not list(tmp_path.glob(".report*"))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_reads_the_same_values(shop: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    shop.stats_exports.write(report(shop), path)
    profile = (tmp_path / "profile").as_uri()  # neither somebody's own nor one that is in use
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "ods"]
    command += ["--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    check_book(CalamineWorkbook.from_path(tmp_path / "report.ods"))


def test_csv_by_number_and_by_row(shop: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    shop.stats_exports.write(report(shop, None), path)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert {row[4]: row[1] for row in rows[1:]} == {
        "sales": "123456.78",
        "response": "25",
        "answered_30s": "1",
        "customers_served": "1",
        "answer_ratio": "1",
    }
    shop.stats_exports.write(report(shop, By.CHANNEL), path)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1] == ["webchat", "123456.78", "25", "1", "1", "1"]


def test_a_name_like_a_formula_stays_a_name(shop: Services, tmp_path: Path) -> None:
    with shop.db.write() as session:
        session.execute(update(Conversation).values(channel="=1+1"))
    shop.stats_exports.write(report(shop, By.CHANNEL), tmp_path / "a.csv")
    assert "'=1+1" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    shop.stats_exports.write(report(shop, By.CHANNEL), tmp_path / "a.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert book.get_sheet_by_index(1).to_python()[1][0] == "=1+1"


def test_pdf_embeds_the_characters_it_shows(shop: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    shop.stats_exports.write(report(shop), path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert b"/FontFile2" in data
    assert len(data) < 400_000


def test_what_can_not_be_written_says_why(shop: Services, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="docx"):
        shop.stats_exports.write(report(shop), tmp_path / "report.docx")
    with pytest.raises(UserError):
        shop.stats_exports.write(report(shop), tmp_path / "nowhere" / "report.csv")


def test_an_agent_exports_nothing(shop: Services, tmp_path: Path) -> None:
    member = shop.staff.add("nina", "小娜", Role.AGENT, "passw0rd!")
    shop.staff.sign_in_as(member.id)
    with pytest.raises(PermissionDenied):
        shop.stats_exports.write(report(shop), tmp_path / "report.csv")


def test_the_command_line_writes_by_the_ending(shop: Services, home: Home, tmp_path: Path) -> None:
    for ending in ("xlsx", "csv", "pdf"):
        path = tmp_path / f"report.{ending}"
        words = ["stats", "report", "--out", str(path), "--by", "day", "--metric", "sales"]
        assert cli.main(["--home", str(home.path), *words]) == 0
        assert path.stat().st_size


def test_the_first_page_names_period_and_rule(shop: Services) -> None:
    facts = dict(Paper(report(shop), "小店", "now").facts())
    assert "2026-11-20 – 2026-11-20" in facts.values()
    assert len(facts) == 4
