"""The satisfaction question: once a session, answered once, no part of the talk itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.conversations import (
    ConversationStatus,
    CustomerHint,
    IncomingMessage,
    MessageKind,
)
from app.core.errors import NotFound, UserError
from app.satisfaction import Rating
from app.satisfaction.settings import ASK_ON_CLOSE
from app.services import Services
from db.clock import now_ms
from db.models import Conversation, Message, Satisfaction

MINUTE = 60_000
_said = iter(range(10_000))


def write(
    services: Services, text: str = "在吗", channel: str = "webchat", at: int | None = None
) -> bytes:
    hint = CustomerHint(channel, "shop", "访客甲", "甲")
    number = f"m{next(_said)}"
    message = IncomingMessage(channel, "shop", number, "v1", text, customer=hint, at=at)
    return services.conversations.receive(message).conversation_id


def ratings(services: Services, talk: bytes) -> list[Rating]:
    return services.satisfaction.of_conversation(talk)


def refused(services: Services, talk: bytes) -> str:
    with pytest.raises(UserError) as error:
        services.satisfaction.invite(talk)
    return error.value.code


def age(services: Services, minutes: int) -> None:
    """Let all that was said be longer ago."""
    with services.db.write() as session:
        for row in session.scalars(select(Message)):
            row.at -= minutes * MINUTE
        for asked in session.scalars(select(Satisfaction)):
            asked.invited_at -= minutes * MINUTE


def test_closing_asks_once_in_a_session(services: Services) -> None:
    talk = write(services)
    services.conversations.send(talk, "在的")
    services.conversations.close(talk)
    (asked,) = ratings(services, talk)
    me = services.staff.current
    assert me is not None
    assert (asked.automatic, asked.staff_id, asked.level) == (True, me.id, None)
    write(services, "谢谢")
    services.conversations.close(talk)
    assert len(ratings(services, talk)) == 1
    age(services, 30)
    write(services, "又有问题")
    services.conversations.send(talk, "请讲")
    services.conversations.close(talk)
    assert len(ratings(services, talk)) == 2


def test_the_question_is_no_part_of_the_talk(services: Services) -> None:
    talk = write(services)
    services.satisfaction.invite(talk)
    context = services.conversations.context(talk)
    assert context.status is ConversationStatus.OPEN
    card = services.conversations.thread(talk)[-1]
    assert card.kind is MessageKind.SATISFACTION_CARD
    assert card.automatic
    with services.db.read() as session:
        waiting = session.scalar(select(Conversation.waiting_since).where(Conversation.id == talk))
    assert waiting is not None


def test_nobody_is_asked_who_got_no_answer(services: Services) -> None:
    talk = write(services)
    services.conversations.close(talk)
    assert ratings(services, talk) == []


def test_other_channels_are_never_asked(services: Services) -> None:
    talk = write(services, channel="email")
    services.conversations.send(talk, "在的")
    services.conversations.close(talk)
    assert ratings(services, talk) == []
    assert refused(services, talk) == "no_question"


def test_a_shop_may_ask_by_hand_only(services: Services) -> None:
    services.settings.set(ASK_ON_CLOSE, False)
    talk = write(services)
    services.conversations.send(talk, "在的")
    asked = services.satisfaction.invite(talk)
    assert not asked.automatic
    assert refused(services, talk) == "asked_already"
    services.conversations.close(talk)
    assert len(ratings(services, talk)) == 1


def test_the_answer_is_kept_and_told(services: Services) -> None:
    talk = write(services)
    asked = services.satisfaction.invite(talk)
    payload = {"level": 5, "text": " 很快 "}
    kept = services.satisfaction.answer(asked.id, talk, payload)
    assert (kept.level, kept.text) == (5, "很快")
    assert kept.answered_at
    event = services.conversations.thread(talk)[-1]
    assert event.kind is MessageKind.EVENT
    assert event.payload["level"] == 5
    assert services.conversations.context(talk).status is ConversationStatus.OPEN


def test_the_same_answer_twice_is_one_another_is_refused(services: Services) -> None:
    talk = write(services)
    asked = services.satisfaction.invite(talk)
    services.satisfaction.answer(asked.id, talk, {"level": 1})
    services.satisfaction.answer(asked.id, talk, {"level": 1, "text": ""})
    with pytest.raises(UserError) as error:
        services.satisfaction.answer(asked.id, talk, {"level": 5})
    assert error.value.code == "answered"
    assert sum(m.kind is MessageKind.EVENT for m in services.conversations.thread(talk)) == 1


def test_an_answer_after_the_end_opens_nothing(services: Services) -> None:
    talk = write(services)
    services.conversations.send(talk, "在的")
    services.conversations.close(talk)
    (asked,) = ratings(services, talk)
    services.satisfaction.answer(asked.id, talk, {"level": 4})
    assert services.conversations.context(talk).status is ConversationStatus.CLOSED


@pytest.mark.parametrize(
    "payload",
    [{}, {"level": 0}, {"level": 6}, {"level": "5"}, {"level": True}, {"level": 5, "text": 7}],
)
def test_what_is_no_answer_is_refused(services: Services, payload: dict[str, object]) -> None:
    talk = write(services)
    asked = services.satisfaction.invite(talk)
    with pytest.raises(UserError):
        services.satisfaction.answer(asked.id, talk, payload)
    assert ratings(services, talk)[0].answered_at is None


def test_nobody_answers_for_another(services: Services) -> None:
    talk = write(services)
    asked = services.satisfaction.invite(talk)
    with pytest.raises(NotFound):
        services.satisfaction.answer(asked.id, b"x" * 16, {"level": 5})


def test_answers_are_dated(services: Services) -> None:
    talk = write(services)
    before = now_ms()
    asked = services.satisfaction.invite(talk)
    assert before <= asked.invited_at
