"""Conversations are drawn, scored and talked over; an agent sees own finished checks only."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import insert

from app import cli
from app.core.errors import NotFound, PermissionDenied, UserError
from app.homes import Home
from app.quality import CheckFilter
from app.quality.sampling import Candidate, draw
from app.services import Services
from app.staff import Member
from app.stats import By
from db.models import (
    CheckReason,
    CheckState,
    Conversation,
    Customer,
    Message,
    Role,
    Satisfaction,
)

DAY = date(2026, 11, 20)  # a Friday
AT = 1_795_143_600_000  # 09:00 in China
MINUTE = 60_000
TALKS = [bytes([40 + n]) * 16 for n in range(8)]


@pytest.fixture
def nina(services: Services) -> Member:
    return services.staff.add("nina", "小娜", Role.AGENT, "passw0rd!", "小娜")


@pytest.fixture
def shop(services: Services, nina: Member) -> Services:
    """Eight conversations with Nina: the first was rated badly, the second waited 10 minutes."""
    with services.db.write() as session:
        session.execute(insert(Customer).values(id=b"c" * 16, nick="买家", created_at=0))
        for place, talk in enumerate(TALKS):
            session.execute(
                insert(Conversation).values(
                    id=talk, channel="webchat", customer_id=b"c" * 16, opened_at=AT, last_at=AT
                )
            )
            waits = 9 * MINUTE if place == 1 else 20_000
            for author, staff, at in (("customer", None, AT), ("agent", nina.id, AT + waits)):
                session.execute(
                    insert(Message).values(
                        id=bytes([talk[0], at % 251]) * 8, conversation_id=talk, author=author,
                        staff_id=staff, text="在", at=at,
                    )
                )  # fmt: skip
        session.execute(
            insert(Satisfaction).values(
                conversation_id=TALKS[0], message_id=b"m" * 16, invited_at=AT, level=1
            )
        )
    return services


def test_a_week_is_drawn_once_and_the_same_for_the_same_seed(shop: Services) -> None:
    found = shop.quality.plan(DAY)
    assert (found.week, found.seed, found.planned, found.candidates) == (
        "2026-11-16", 20_261_116, 5, 8,
    )  # fmt: skip
    assert found.agents == {"小娜": 5}
    assert shop.quality.plan(DAY).planned == 0
    reasons = {row.conversation_id: row.reason for row in shop.quality.checks()}
    expected = {TALKS[0]: CheckReason.BAD_RATING, TALKS[1]: CheckReason.LONG_WAIT}
    for talk, reason in reasons.items():
        assert reason == expected.get(talk, CheckReason.RANDOM)


def test_weights_make_a_conversation_likelier() -> None:
    known = [
        Candidate(b"a", bytes([n]), 0, 0, CheckReason.RANDOM, 9 if n == 0 else 1) for n in range(10)
    ]
    drawn = Counter(one.conversation for seed in range(400) for one in draw(known, 1, seed))
    assert drawn[bytes([0])] == pytest.approx(200, abs=45)
    assert len(draw(known, 3, 1)) == len({one.conversation for one in draw(known, 3, 1)}) == 3
    assert draw(known, 3, 1) == draw(reversed(known), 3, 1)


def test_a_sheet_is_scored_line_by_line(shop: Services) -> None:
    quality = shop.quality
    quality.plan(DAY, per_agent=1)
    (row,) = quality.checks()
    lines = [score.criterion for score in quality.check(row.id).scores]
    assert sum(line.points for line in lines) == 100
    with pytest.raises(UserError):
        quality.score(row.id, lines[0].id, 6)
    with pytest.raises(UserError):
        quality.finish(row.id)
    for line in lines:
        quality.score(row.id, line.id, None if line.stage == "close" else line.points // 2)
    done = quality.finish(row.id)
    assert (done.state, done.reviewer) == (CheckState.DONE, "小丽")
    assert done.score == pytest.approx(
        sum(line.points // 2 for line in lines if line.stage != "close") / 90
    )
    quality.score(row.id, lines[0].id, lines[0].points)
    assert (quality.checks()[0].score or 0) > (done.score or 0)


def test_the_sheet_can_be_changed(shop: Services) -> None:
    quality = shop.quality
    first = quality.sheet()[0]
    quality.change_line(first.id, name="打招呼", points=8)
    own = quality.add_line("tone", "用表情", 4)
    quality.change_line(quality.sheet()[1].id, active=False)
    changed = quality.sheet()
    assert (changed[0].name, changed[0].points, changed[1].active) == ("打招呼", 8, False)
    assert changed[-1].id == own
    with pytest.raises(UserError):
        quality.change_line(first.id, points=0)
    with pytest.raises(UserError):
        quality.add_line("nowhere", "x", 1)


def test_an_agent_sees_own_finished_checks_and_answers(shop: Services, nina: Member) -> None:
    quality, me = shop.quality, shop.staff.current
    assert me is not None
    quality.plan(DAY, per_agent=2)
    done, _open = quality.checks()
    for score in quality.check(done.id).scores:
        quality.score(done.id, score.criterion.id, score.criterion.points)
    quality.comment(done.id, "这句可以更热情", b"m" * 16)
    quality.finish(done.id)
    shop.staff.sign_in_as(nina.id)
    (mine,) = quality.checks()
    assert (mine.id, mine.score, mine.seen_at) == (done.id, 1.0, None)
    quality.mark_seen(done.id)
    quality.comment(done.id, "好的，谢谢")
    found = quality.check(done.id)
    assert found.row.seen_at is not None
    assert [(c.staff, c.message_id) for c in found.comments] == [
        ("小丽", b"m" * 16),
        ("小娜", None),
    ]
    with pytest.raises(NotFound):
        quality.check(_open.id)
    with pytest.raises(PermissionDenied):
        quality.score(done.id, found.scores[0].criterion.id, 1)
    with pytest.raises(PermissionDenied):
        quality.plan(DAY)


def test_the_score_is_a_number_of_the_stats(shop: Services, nina: Member) -> None:
    quality = shop.quality
    quality.plan(DAY, per_agent=2)
    for row, share in zip(quality.checks(), (1.0, 0.0), strict=True):
        for score in quality.check(row.id).scores:
            quality.score(row.id, score.criterion.id, int(score.criterion.points * share))
        quality.finish(row.id)
    today = shop.stats.today()
    report = shop.stats.report(today, today, by=By.AGENT, metrics=["quality_score"])
    assert report.measures["quality_score"].value == 0.5
    assert [(row.key, row.measures["quality_score"].n) for row in report.rows] == [(nina.id, 2)]
    behind = shop.board.rows_behind("quality_score", today, today)
    assert {row.value for row in behind.rows} == {0.0, 1.0}


def test_a_conversation_can_be_chosen_or_left_out(shop: Services, nina: Member) -> None:
    check = shop.quality.choose(TALKS[3], nina.id)
    assert shop.quality.choose(TALKS[3], nina.id) == check
    assert shop.quality.check(check).row.reason is CheckReason.CHOSEN
    shop.quality.skip(check)
    assert shop.quality.checks(CheckFilter(state=CheckState.PLANNED)) == []
    with pytest.raises(NotFound):
        shop.quality.choose(b"?" * 16, nina.id)


def test_the_command_line_plans_and_lists(
    shop: Services, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    def kefu(*words: str) -> dict[str, object]:
        assert cli.main(["--home", str(home.path), "--json", "quality", *words]) == 0
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    assert kefu("plan", "--week", "2026-11-20", "--count", "2", "--seed", "1")["planned"] == 2
    checks = kefu("list", "--week", "2026-11-18")["checks"]
    assert isinstance(checks, list)
    assert {check["agent"] for check in checks} == {"小娜"}
