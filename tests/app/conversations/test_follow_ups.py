"""Follow-ups are called to mind when their time comes: to the right person, and once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app.conversations import Conversations, FollowUps
from app.services import Services
from db.clock import now_ms
from db.models import Role

if TYPE_CHECKING:
    from tests.app.conversations.conftest import Say

HOUR = 3_600_000


@dataclass
class Clock:
    """Time that passes when it is told to."""

    now: int

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(now_ms())


Later = tuple[bytes, Clock]


@pytest.fixture
def later(conversations: Conversations, clock: Clock, say: Say) -> Later:
    """A conversation of nobody's that is to be followed up in an hour, and the time."""
    here = say(name="小鱼").conversation_id
    conversations.follow_up(here, clock.now + HOUR)
    return here, clock


@pytest.fixture
def follow_ups(services: Services, clock: Clock) -> FollowUps:
    return at_desk(services, clock, "a")


def at_desk(services: Services, clock: Clock, desk: str, *, elsewhere: bool = False) -> FollowUps:
    return FollowUps(services.db, services.staff, services.settings, desk, lambda: elsewhere, clock)


def colleague(services: Services) -> bytes:
    return services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳").id


def told(follow_ups: FollowUps) -> list[str]:
    """Whom one is told of now."""
    found, _contested = follow_ups.claim()
    return [one.customer for one in found]


def test_it_is_told_when_its_time_comes_and_once(
    conversations: Conversations, follow_ups: FollowUps, clock: Clock, say: Say
) -> None:
    here = say(visitor="v1", name="小鱼").conversation_id
    due = clock.now + HOUR
    conversations.follow_up(here, due)
    assert follow_ups.look() == ([], HOUR)
    assert told(follow_ups) == []
    clock.now = due
    (one,), ahead = follow_ups.look()
    assert (one.conversation_id, one.customer, one.at, ahead) == (here, "小鱼", due, None)
    assert told(follow_ups) == ["小鱼"]
    assert (told(follow_ups), follow_ups.look()) == ([], ([], None))


def test_what_came_due_meanwhile_is_told_after_a_restart(
    conversations: Conversations, services: Services, clock: Clock, say: Say
) -> None:
    for number, name in enumerate(("小鱼", "大山", "阿梅")):
        here = say(visitor=name, name=name).conversation_id
        conversations.follow_up(here, clock.now + (number + 1) * HOUR)
    clock.now += 2 * HOUR
    assert told(at_desk(services, clock, "a")) == ["小鱼", "大山"]
    clock.now += HOUR
    assert told(at_desk(services, clock, "a")) == ["阿梅"]


def test_a_new_time_is_told_anew(
    conversations: Conversations, follow_ups: FollowUps, clock: Clock, say: Say
) -> None:
    here = say(name="小鱼").conversation_id
    for _n in range(2):
        conversations.follow_up(here, clock.now + HOUR)
        clock.now += HOUR
        assert told(follow_ups) == ["小鱼"]


def test_what_was_ended_or_closed_before_is_not_told(
    conversations: Conversations, follow_ups: FollowUps, clock: Clock, say: Say
) -> None:
    ended, closed = (say(visitor=name).conversation_id for name in "ab")
    for one in (ended, closed):
        conversations.follow_up(one, clock.now + HOUR)
    conversations.follow_up(ended, None)
    conversations.close(closed)
    clock.now += HOUR
    assert told(follow_ups) == []


def test_who_has_the_conversation_is_told_not_who_set_the_time(
    conversations: Conversations, services: Services, follow_ups: FollowUps, later: Later
) -> None:
    here, clock = later
    other = colleague(services)
    conversations.assign(here, other)
    clock.now += HOUR
    assert told(follow_ups) == []
    services.staff.sign_in_as(other)
    assert told(follow_ups) == ["小鱼"]


def test_what_nobody_has_is_told_to_who_set_the_time(
    services: Services, follow_ups: FollowUps, later: Later
) -> None:
    _here, clock = later
    me, other = services.staff.current, colleague(services)
    clock.now += HOUR
    services.staff.sign_in_as(other)
    assert told(follow_ups) == []
    assert me is not None
    services.staff.sign_in_as(me.id)
    assert told(follow_ups) == ["小鱼"]


def test_nobody_is_told_while_nobody_is_signed_in(
    services: Services, follow_ups: FollowUps, later: Later
) -> None:
    _here, clock = later
    clock.now += HOUR
    services.staff.sign_out()
    assert follow_ups.look() == ([], None)


def test_at_two_desks_one_is_told_at_the_one_whose_claim_holds(
    services: Services, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    _here, clock = later
    clock.now += HOUR
    first, second = (at_desk(services, clock, desk, elsewhere=True) for desk in "ab")
    seen_by_both = first._told()
    claimed, contested = first.claim()
    assert contested
    # The second has not heard of the first's claim yet; of two writes the later one holds.
    with monkeypatch.context() as patched:
        patched.setattr(second, "_told", lambda: seen_by_both)
        claimed_too, _contested = second.claim()
    assert claimed == claimed_too
    assert (first.held(claimed), second.held(claimed)) == ([], claimed)


def test_what_is_no_longer_due_is_forgotten(
    conversations: Conversations, follow_ups: FollowUps, clock: Clock, say: Say
) -> None:
    first, second = (say(visitor=name).conversation_id for name in "ab")
    conversations.follow_up(first, clock.now + HOUR)
    clock.now += HOUR
    told(follow_ups)
    conversations.close(first)
    conversations.follow_up(second, clock.now + HOUR)
    clock.now += HOUR
    told(follow_ups)
    assert list(follow_ups._told()) == [second.hex()]
