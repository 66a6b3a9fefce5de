"""The satisfaction question as colleagues see it in the thread."""

from __future__ import annotations

import pytest

from app.conversations import CustomerHint, IncomingMessage, MessageKind
from app.services import Services
from ui.desk.cards import Card, card_of
from ui.desk.texts import event_text, preview
from ui.desk.thread_rows import build_rows

pytestmark = pytest.mark.usefixtures("english")


def asked(services: Services) -> bytes:
    hint = CustomerHint("webchat", "shop", "访客甲", "甲")
    message = IncomingMessage("webchat", "shop", "m1", "v1", "在吗", customer=hint)
    talk = services.conversations.receive(message).conversation_id
    services.satisfaction.invite(talk)
    return talk


def card(services: Services, talk: bytes) -> Card:
    rows = build_rows(services.conversations.thread(talk), None)
    found = [
        card_of(row)
        for row in rows
        if row.message is not None and row.message.kind is MessageKind.SATISFACTION_CARD
    ]
    (shown,) = found
    assert shown is not None
    return shown


def test_the_card_waits_and_then_says_what_was_answered(services: Services) -> None:
    talk = asked(services)
    assert card(services, talk).badge_kind == "warning"
    (rating,) = services.satisfaction.of_conversation(talk)
    services.satisfaction.answer(rating.id, talk, {"level": 2, "text": "太慢"})
    shown = card(services, talk)
    assert (shown.badge, shown.badge_kind) == ("Dissatisfied", "danger")
    assert [line.value for line in shown.lines] == ["太慢"]


def test_the_answer_is_a_line_of_the_thread(services: Services) -> None:
    talk = asked(services)
    (rating,) = services.satisfaction.of_conversation(talk)
    services.satisfaction.answer(rating.id, talk, {"level": 5})
    event = services.conversations.thread(talk)[-1]
    words = event_text(event.text, event.payload, "")
    assert words == "The customer's rating: Very satisfied"


def test_the_inbox_names_the_question() -> None:
    assert preview("[rating] x").startswith("[Rating]")
