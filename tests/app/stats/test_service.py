"""Who may see which numbers, why an order is whose, and the command line's documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text, update

from app import cli
from app.core import i18n
from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.paths import resource
from app.homes import Home
from app.services import Services
from app.staff import Member
from app.stats import METRICS, By, Rules, handbook
from app.stats import settings as chosen
from db.models import Conversation, Customer, Message, Order, Role

Kefu = Callable[..., dict[str, Any]]
DAY = date(2026, 11, 20)
BUYER, TALK, ORDER = bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16


def at(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    moment = datetime(2026, 11, 20, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
    return int(moment.timestamp()) * 1000


@pytest.fixture
def nina(services: Services) -> Member:
    return services.staff.add("nina", "小娜", Role.AGENT, "passw0rd!", "小娜")


@pytest.fixture
def wang(services: Services) -> Member:
    return services.staff.add("wang", "小王", Role.AGENT, "passw0rd!", "小王")


@pytest.fixture
def shop(services: Services, nina: Member, wang: Member) -> Services:
    """娜 talks 14:02 to 14:09, the order comes at 14:05; 王 talks later, then it is paid."""
    with services.db.write() as session:
        session.execute(insert(Customer).values(id=BUYER, nick="买家", created_at=0))
        session.execute(
            insert(Conversation).values(
                id=TALK, channel="webchat", customer_id=BUYER, opened_at=at("14:02")
            )
        )
        for clock, author, staff in (
            ("14:02", "customer", None),
            ("14:03", "agent", nina.id),
            ("14:08", "customer", None),
            ("14:09", "agent", nina.id),
            ("15:00", "customer", None),
            ("15:02", "agent", wang.id),
        ):
            session.execute(
                insert(Message).values(
                    conversation_id=TALK, author=author, staff_id=staff, text="在", at=at(clock)
                )
            )
        session.execute(
            insert(Order).values(
                id=ORDER,
                platform="taobao",
                number="8801",
                customer_id=BUYER,
                created_at=at("14:05"),
                paid_at=at("15:30"),
                paid_fen=19_900,
                refund_fen=900,
                quantity=2,
                status="paid",
            )
        )
    return services


def test_an_order_is_explained_by_every_rule(shop: Services) -> None:
    found = shop.stats.explain("8801")
    assert (found.credit.rule, found.credit.agent) == ("order_first", "小娜")
    assert found.credit.starts_at == at("14:02")
    assert found.credit.ends_at == at("14:09")
    assert {c.rule: c.agent for c in found.others} == {
        "order": "小娜",
        "payment": "小王",
        "order_first": "小娜",
        "jd": "小娜",
    }
    assert shop.stats.explain("8801", rules=Rules("payment")).credit.agent == "小王"
    with pytest.raises(NotFound):
        shop.stats.explain("nothing")


def test_another_rule_moves_the_table_before_it_is_kept(shop: Services) -> None:
    def sales(rules: Rules | None) -> dict[str, float | None]:
        report = shop.stats.report(DAY, DAY, by=By.AGENT, metrics=["sales"], rules=rules)
        return {row.name: row.measures["sales"].value for row in report.rows}

    assert sales(None) == {"小娜": 19_900, "小王": 0}
    assert sales(Rules("payment")) == {"小娜": 0, "小王": 19_900}
    assert sales(Rules(deduct_refunds=True)) == {"小娜": 19_000, "小王": 0}
    shop.settings.set(chosen.RULE, "payment")
    assert sales(None) == {"小娜": 0, "小王": 19_900}


def test_an_agent_sees_own_numbers_and_the_teams_means(shop: Services, nina: Member) -> None:
    shop.staff.sign_in_as(nina.id)
    report = shop.stats.report(DAY, DAY, by=By.AGENT)
    assert [row.name for row in report.rows] == ["小娜"]
    assert report.measures["agent_messages"].value == 2
    assert report.measures["sales"].value == 19_900
    assert report.team is not None
    assert report.team["agent_messages"].value == 1.5
    assert report.team["sales"].value == 9_950
    hours = {row.name: row.measures for row in shop.stats.report(DAY, DAY, by=By.HOUR).rows}
    assert hours["14"]["agent_messages"].value == 2
    assert hours["15"]["agent_messages"].value == 0
    assert hours["15"]["sales"].value == 19_900
    with pytest.raises(PermissionDenied):
        shop.stats.rebuild()


def test_an_agent_may_ask_about_orders_of_own_buyers_only(
    shop: Services, nina: Member, wang: Member
) -> None:
    other = shop.staff.add("li", "小李", Role.AGENT, "passw0rd!")
    shop.staff.sign_in_as(wang.id)
    assert shop.stats.explain("8801").credit.agent == "小娜"
    shop.staff.sign_in_as(other.id)
    with pytest.raises(PermissionDenied):
        shop.stats.explain("8801")


def test_another_gap_between_sessions_works_the_facts_out_anew(shop: Services) -> None:
    def receptions() -> float | None:
        return shop.stats.report(DAY, DAY).measures["receptions"].value

    assert receptions() == 2
    shop.settings.set(chosen.SESSION_GAP_MIN, 5)
    assert receptions() == 3


def test_notes_that_were_cleared_away_make_the_facts_anew(shop: Services) -> None:
    shop.stats.report(DAY, DAY)
    with shop.db.write() as session:
        session.execute(update(Order).values(paid_fen=100))
    with shop.db.write() as session:
        session.execute(text("DELETE FROM change WHERE seq < (SELECT max(seq) FROM change)"))
        session.execute(text("UPDATE change SET seq = seq + 5"))
    assert shop.stats.report(DAY, DAY).measures["sales"].value == 100


def test_wrong_questions_are_refused_with_a_reason(shop: Services) -> None:
    with pytest.raises(UserError, match="nothing"):
        shop.stats.report(DAY, DAY, metrics=["nothing"])
    with pytest.raises(UserError):
        shop.stats.report(DAY, date(2026, 11, 1))
    shop.settings.set(chosen.JUDGED_HOURS, ["8-23"])
    with pytest.raises(UserError):
        shop.stats.report(DAY, DAY)


def test_every_metric_has_its_words_in_both_languages() -> None:
    assert len({metric.key for metric in METRICS}) == len(METRICS)
    for language in i18n.LANGUAGES:
        i18n.set_language(language)
        names = [i18n._(metric.name) for metric in METRICS]
        assert len(set(names)) == len(names)
        assert all(i18n._(metric.formula) for metric in METRICS)


@pytest.fixture
def kefu(shop: Services, home: Home, capsys: pytest.CaptureFixture[str]) -> Kefu:
    def run(*words: str, code: int = 0) -> dict[str, Any]:
        assert cli.main(["--home", str(home.path), "--json", *words]) == code
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def test_the_command_line_prints_the_documented_shape(kefu: Kefu) -> None:
    period = ("--from", "2026-11-20", "--to", "2026-11-20")
    found = kefu("stats", *period, "--by", "agent", "--metric", "response,sales")
    assert (found["from"], found["to"], found["by"]) == ("2026-11-20", "2026-11-20", "agent")
    assert found["metrics"]["response"] == {
        "value": 80.0,
        "unit": "s",
        "n": 3,
        "median": 60.0,
        "p90": 120.0,
    }
    assert found["metrics"]["sales"] == {"value": 19_900, "unit": "fen", "n": 1}
    assert [(row["agent"], row["sales"]) for row in found["rows"]] == [
        ("小娜", 19_900),
        ("小王", 0),
    ]
    assert kefu("stats", "rebuild") == {"rebuilt": True}
    assert len(kefu("stats", "metrics")["metrics"]) == len(METRICS)
    explained = kefu("stats", "explain", "8801")
    assert explained["credit"]["session"][0] == "2026-11-20T14:02:00+08:00"
    assert explained["rules"]["payment"]["agent"] == "小王"
    assert kefu("stats", "--from", "soon", code=2)["error"]["code"] == "usage"
    assert kefu("stats", "explain", "0", code=2)["error"]["code"] == "not_found"


def test_the_manual_says_what_the_table_of_definitions_says() -> None:
    # After a change: python -m app.stats.handbook
    for name, page in handbook.pages().items():
        assert resource("manual", name).read_text(encoding="utf-8") == page


def test_a_customer_merged_into_another_brings_the_orders_along(shop: Services) -> None:
    other = bytes([4]) * 16
    with shop.db.write() as session:
        session.execute(insert(Customer).values(id=other, nick="小号", created_at=0))
        session.execute(update(Order).values(customer_id=other))
    assert shop.stats.explain("8801").credit.agent == ""
    with shop.db.write("sync") as session:
        session.execute(update(Customer).where(Customer.id == other).values(merged_into=BUYER))
    assert shop.stats.explain("8801").credit.agent == "小娜"


def test_a_session_that_begins_later_keeps_its_messages(shop: Services) -> None:
    """Its part is made anew, under the number the former one had."""

    def messages() -> int:
        shop.stats.facts.catch_up()
        with shop.db.cursor() as run:
            run.execute("SELECT count(*) FROM stats_messages")
            return int((run.fetchone() or (0,))[0])

    assert messages() == 6
    with shop.db.write() as session:
        for clock in ("14:02", "15:00"):
            session.execute(update(Message).where(Message.at == at(clock)).values(deleted=True))
    assert messages() == 4
