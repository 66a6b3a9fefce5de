"""Chats of the past that came without times count, but belong to no day."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.homes import Home
from app.services import Services
from app.stats import By, Report

ROOT = Path(__file__).parents[3]
RESEARCH = Path(os.environ.get("KEFU_RESEARCH_DATA", ROOT.parent / "shared" / "data"))
JD = RESEARCH / "dialogue" / "jddc_sessions.tsv"
TIMING = (
    *("first_response", "response", "answered_3min", "people_answered_3min", "reception_time"),
    *("settled_at_once", "inquiry_conversion"),
)


def written(folder: Path, *lines: dict[str, Any]) -> Path:
    path = folder / "talk.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def line(author: str, text: str, **fields: Any) -> dict[str, Any]:
    return {"conversation": "c1", "customer": "甲", "author": author, "text": text, **fields}


def values(report: Report, *keys: str) -> list[float | None]:
    return [report.measures[key].value for key in keys]


COUNTS = ("customers_served", "customer_messages", "agent_messages", "answer_ratio")


def test_they_count_where_no_period_is_asked_for(services: Services, tmp_path: Path) -> None:
    timed = {"conversation": "c2", "customer": "乙", "at": "2026-03-01T10:00:00+08:00"}
    services.record_import.run(
        [
            written(
                tmp_path,
                line("customer", "在吗"),
                line("agent", "在的", agent="小丽"),
                line("agent", "您说", agent="小丽"),
                line("customer", "几天到", **timed),
            )
        ]
    )
    everything = services.stats.report(None, None)
    assert values(everything, *COUNTS) == [2, 2, 2, 1.0]
    assert values(everything, "reply_rate", "receptions") == [0.5, 0]
    assert values(everything, "first_response", "response", "reception_time") == [None] * 3
    assert everything.first_day == "2026-03-01"
    day = date(2026, 3, 1)
    for first, last in ((day, day), (day, None), (None, day), (date(1970, 1, 1), None)):
        assert values(services.stats.report(first, last), *COUNTS) == [1, 1, 0, 0.0]


def test_by_time_they_have_a_row_without_one(services: Services, tmp_path: Path) -> None:
    services.record_import.run([written(tmp_path, line("customer", "在吗"))])
    for by in (By.DAY, By.HOUR):
        (row,) = services.stats.report(None, None, by=by).rows
        assert (row.key, row.measures["customers_served"].value) == (None, 1)
    (row,) = services.stats.report(None, None, by=By.CHANNEL).rows
    assert row.measures["customer_messages"].value == 1


def test_the_command_line_counts_everything_where_no_day_is_named(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str, code: int = 0) -> dict[str, Any]:
        assert cli.main(["--home", str(home.path), "--json", *words]) == code
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    run("conversations", "import", str(written(tmp_path, line("customer", "在吗"))))
    assert run("stats")["metrics"]["customers_served"]["value"] == 1
    assert run("stats", "--all")["metrics"]["customers_served"]["value"] == 1
    assert run("stats", "--from", "2026-01-01")["metrics"]["customers_served"]["value"] == 0
    assert run("stats", "--all", "--to", "2026-01-01", code=2)["error"]["code"] == "usage"


@pytest.mark.skipif(not JD.exists(), reason="the sessions of JD are research data, not shipped")
def test_the_real_sessions_of_jd(services: Services) -> None:
    services.record_import.run([JD])
    rows = [text.split("\t", 6) for text in JD.read_text(encoding="utf-8").splitlines()]
    customers = [row for row in rows if row[2].strip() == "0"]
    agents = [row for row in rows if row[2].strip() == "1"]
    report = services.stats.report(None, None)
    assert values(report, *COUNTS) == [
        len({row[1] for row in customers}),
        len(customers),
        len(agents),
        len(agents) / len(customers),
    ]
    replied = {row[1] for row in agents} & {row[1] for row in customers}
    assert values(report, "customers_replied") == [len(replied)]
    assert all(report.measures[key].value is None for key in TIMING)


def test_the_keeper_gets_the_numbers_ready(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.keeper.COUNT_AFTER_S", 0.0)
    services.record_import.run([written(tmp_path, line("customer", "在吗"))])
    counted = threading.Event()
    catch_up = services.stats.facts.catch_up

    def counting(stopped: Callable[[], bool]) -> None:
        catch_up(stopped)
        counted.set()

    monkeypatch.setattr(services.stats.facts, "catch_up", counting)
    services.keeper.start()
    assert counted.wait(20)
    services.keeper.stop()
    with services.db.cursor() as run:
        assert run.execute("SELECT count(*) FROM stats_messages").fetchone()[0] == 1


def test_work_that_is_stopped_begins_there_again(services: Services, tmp_path: Path) -> None:
    services.record_import.run([written(tmp_path, line("customer", "在吗"))])
    services.stats.facts.catch_up(lambda: True)
    with services.db.cursor() as run:
        assert run.execute("SELECT count(*) FROM stats_messages").fetchone()[0] == 0
    assert services.stats.report(None, None).measures["customers_served"].value == 1
