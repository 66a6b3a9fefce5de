"""Conversations are drawn, scored and talked over; an agent sees own finished checks only."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import insert, update

from app import cli
from app.core.errors import NotFound, PermissionDenied, UserError
from app.homes import Home
from app.quality import CheckFilter, WeekChecks
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
    QualityCheck,
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
    assert shop.quality.checks(CheckFilter(states=(CheckState.PLANNED,))) == []
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


def test_what_was_left_out_is_drawn_anew_and_what_was_chosen_comes_on_top(
    shop: Services, nina: Member
) -> None:
    quality = shop.quality
    quality.choose(TALKS[7], nina.id)
    with shop.db.write() as session:
        session.execute(update(QualityCheck).values(week="2026-11-16"))
    assert quality.plan(DAY, per_agent=2).planned == 2
    assert quality.plan(DAY, per_agent=2).planned == 0
    drawn = [row for row in quality.checks() if row.reason is not CheckReason.CHOSEN]
    quality.skip(drawn[0].id)
    assert quality.plan(DAY, per_agent=2).planned == 1
    assert len({row.conversation_id for row in quality.checks()}) == 4


def test_a_conversation_is_chosen_with_the_time_of_the_reception(
    shop: Services, nina: Member
) -> None:
    row = shop.quality.check(shop.quality.choose(TALKS[1], nina.id, AT)).row
    assert (row.starts_at, row.ends_at) == (AT, AT + 9 * MINUTE)


def test_progress_by_week_and_agent(shop: Services, nina: Member) -> None:
    quality = shop.quality
    quality.plan(DAY, per_agent=3)
    first, second, third = quality.checks()
    for check, share in ((first, 1.0), (second, 0.5)):
        for score in quality.check(check.id).scores:
            points = score.criterion.points * share
            quality.score(check.id, score.criterion.id, None if points % 1 else int(points))
        quality.finish(check.id)
    quality.skip(third.id)
    assert quality.weeks() == [WeekChecks("2026-11-16", 3, 0)]
    (line,) = quality.agents("2026-11-16")
    assert (line.agent, line.total, line.done, line.score) == ("小娜", 2, 2, 0.75)
    assert quality.agents("2026-11-09") == []


def test_the_rest_can_be_said_not_to_apply(shop: Services) -> None:
    quality = shop.quality
    quality.plan(DAY, per_agent=1)
    (row,) = quality.checks()
    line = quality.check(row.id).scores[0].criterion
    quality.score(row.id, line.id, 3)
    quality.leave_rest(row.id)
    done = quality.finish(row.id)
    assert (done.points, done.possible) == (3, 5)


def test_a_finished_sum_stands_when_the_sheet_changes(shop: Services) -> None:
    quality = shop.quality
    quality.plan(DAY, per_agent=1)
    (row,) = quality.checks()
    for score in quality.check(row.id).scores:
        quality.score(row.id, score.criterion.id, score.criterion.points)
    quality.finish(row.id)
    first, second, *_rest = quality.sheet()
    quality.change_line(first.id, points=1)
    found = quality.check(row.id)
    assert (found.scores[0].points, found.scores[0].possible) == (5, 5)
    quality.score(row.id, second.id, 0)
    assert (quality.check(row.id).row.points, quality.check(row.id).row.possible) == (80, 100)


def test_each_side_hears_what_the_other_has_done(shop: Services, nina: Member) -> None:
    quality, me = shop.quality, shop.staff.current
    assert me is not None
    quality.plan(DAY, per_agent=1)
    (row,) = quality.checks()
    line = quality.check(row.id).scores[0].criterion
    quality.comment(row.id, "开头可以更热情")
    quality.leave_rest(row.id)
    quality.finish(row.id)
    assert quality.news() == []
    shop.staff.sign_in_as(nina.id)
    assert [one.id for one in quality.news()] == [row.id]
    quality.mark_seen(row.id)
    assert quality.news() == []
    quality.comment(row.id, "好的")
    shop.staff.sign_in_as(me.id)
    assert [(one.id, one.comments, one.fresh) for one in quality.news()] == [(row.id, 2, True)]
    quality.mark_seen(row.id)
    assert quality.news() == []
    quality.score(row.id, line.id, 5)
    shop.staff.sign_in_as(nina.id)
    assert [one.id for one in quality.news()] == [row.id]
