"""Confirmation cards: asked, answered once, the old value kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.conversations import CustomerHint, IncomingMessage, MessageKind
from app.core.errors import UserError
from app.orders.confirmations import Confirmations, WrongCustomer
from app.orders.corrections import corrections
from app.services import Services
from db.clock import now_ms
from db.ids import order_id
from db.models import Confirmation, Conversation, Message, Order, OrderItem, Role


@pytest.fixture
def conversation(services: Services) -> bytes:
    hint = CustomerHint("webchat", "default", "访客A", "王芳")
    message = IncomingMessage("webchat", "default", "m1", "v1", "在吗", customer=hint)
    return services.conversations.receive(message).conversation_id


@pytest.fixture
def order(services: Services, conversation: bytes) -> bytes:
    identity = order_id("taobao", "小店", "1001")
    with services.db.write() as session:
        customer = session.scalar(
            select(Conversation.customer_id).where(Conversation.id == conversation)
        )
        session.add(
            Order(
                id=identity,
                platform="taobao",
                shop="小店",
                number="1001",
                status="paid",
                customer_id=customer,
                recipient="王芳",
                phone="13800138000",
                phone_extension="1234",
                province="浙江省",
                city="杭州市",
                district="余杭区",
                detail="文一西路969号",
                paid_at=now_ms(),
                created_at=now_ms(),
            )
        )
        session.add(OrderItem(order_id=identity, title="纯棉T恤", sku="白色;M", quantity=2))
    return identity


@pytest.fixture
def confirmations(services: Services) -> Confirmations:
    return Confirmations(services.db, services.conversations, services.settings, services.staff)


def row_of(services: Services, identity: bytes) -> Order:
    with services.db.read() as session:
        return session.scalars(select(Order).where(Order.id == identity)).one()


def thread(services: Services, conversation: bytes) -> list[Message]:
    with services.db.read() as session:
        return list(
            session.scalars(
                select(Message).where(Message.conversation_id == conversation).order_by(Message.at)
            )
        )


def payload_of(message: Message) -> dict[str, Any]:
    assert isinstance(message.payload, dict)
    return message.payload


def corrected(**fields: str) -> dict[str, Any]:
    return {"state": "corrected", **fields}


def test_a_card_is_sent_with_a_masked_phone_and_readable_words(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    card = thread(services, conversation)[-1]
    assert card.id == sent.message_id
    assert card.kind == MessageKind.CONFIRM_CARD
    assert payload_of(card)["phone_masked"] == "138****8000-1234"
    assert payload_of(card)["items"] == [{"title": "纯棉T恤", "sku": "白色;M", "quantity": 2}]
    assert payload_of(card)["confirmation_id"] == sent.id.hex()
    assert "13800138000" not in card.text
    assert "文一西路969号" in card.text
    assert row_of(services, order).confirmation == "sent"


def test_nothing_is_left_behind_when_the_message_can_not_be_sent(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    services.staff.sign_out()
    with pytest.raises(UserError):
        confirmations.send(order, conversation)
    assert confirmations.of_order(order) == []
    assert row_of(services, order).confirmation == ""


def test_another_customers_order_is_never_shown(
    services: Services, confirmations: Confirmations, order: bytes
) -> None:
    hint = CustomerHint("webchat", "default", "访客B")
    message = IncomingMessage("webchat", "default", "m2", "v2", "你好", customer=hint)
    other = services.conversations.receive(message).conversation_id
    with pytest.raises(WrongCustomer):
        confirmations.send(order, other)


def test_a_confirmed_card_marks_the_order(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    confirmations.answer(sent.id, conversation, {"state": "confirmed"})
    row = row_of(services, order)
    assert row.confirmation == "confirmed"
    assert row.confirmed_at is not None
    assert thread(services, conversation)[-1].text == "客户已确认订单 1001 的收货信息。"


def test_a_correction_is_written_beside_the_old_value(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    fields = {"district": "西湖区", "province": "浙江", "city": "杭州", "detail": "天目山路1号"}
    confirmations.answer(sent.id, conversation, corrected(**fields))
    row = row_of(services, order)
    assert (row.district, row.fixed_district) == ("余杭区", "西湖区")
    assert (row.detail, row.fixed_detail) == ("文一西路969号", "天目山路1号")
    assert row.fixed_city == ""
    assert (row.fixed_by, row.confirmation) == ("customer", "corrected")
    with services.db.read() as session:
        [change] = corrections(session, order)
    assert change.by_customer
    assert change.old.detail == "文一西路969号"
    assert change.new.address == "浙江省 杭州市 西湖区 天目山路1号"
    event = thread(services, conversation)[-1]
    assert event.kind == MessageKind.EVENT
    assert payload_of(event)["event"] == "order_corrected"
    assert "文一西路969号 → 浙江省 杭州市 西湖区 天目山路1号" in event.text


def test_a_new_phone_comes_without_the_old_extension(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    confirmations.answer(sent.id, conversation, corrected(phone="139 1234 5678"))
    with services.db.read() as session:
        [change] = corrections(session, order)
    assert change.new.full_phone == "13912345678"
    assert change.old.full_phone == "13800138000-1234"


def test_a_trainee_sees_which_phone_was_corrected_not_the_number(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    confirmations.answer(sent.id, conversation, corrected(phone="13911112222"))
    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    [card] = confirmations.of_order(order)
    assert card.answer is not None
    assert card.answer["phone"] == "139****2222"


def test_the_masked_phone_sent_back_changes_nothing(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    answer = corrected(phone="138****8000-1234", recipient="王芳")
    assert confirmations.answer(sent.id, conversation, answer).state == "confirmed"
    assert row_of(services, order).fixed_phone == ""


def test_a_whole_address_in_the_street_field_is_taken_apart(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    text = "江苏省南京市鼓楼区中山北路1号2幢"
    confirmations.answer(sent.id, conversation, corrected(detail=text))
    with services.db.read() as session:
        [change] = corrections(session, order)
    assert change.new.address == "江苏省 南京市 鼓楼区 中山北路1号2幢"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phone": "12345"}, "bad_phone"),
        ({"phone": "138****0000"}, "bad_phone"),
        ({"recipient": "长" * 60}, "bad_name"),
        ({"detail": "长" * 300}, "bad_address"),
        ({"detail": "长" * 900}, "too_long"),
    ],
)
def test_an_answer_that_can_not_be_is_refused_with_a_reason(
    services: Services,
    confirmations: Confirmations,
    order: bytes,
    conversation: bytes,
    fields: dict[str, str],
    code: str,
) -> None:
    sent = confirmations.send(order, conversation)
    with pytest.raises(UserError) as refused:
        confirmations.answer(sent.id, conversation, corrected(**fields))
    assert refused.value.code == code
    assert row_of(services, order).confirmation == "sent"


def test_a_card_is_answered_once(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    first = confirmations.answer(sent.id, conversation, {"state": "confirmed"})
    again = confirmations.answer(sent.id, conversation, {"state": "confirmed"})
    assert first == again
    with pytest.raises(UserError) as refused:
        confirmations.answer(sent.id, conversation, corrected(detail="别处路1号"))
    assert refused.value.code == "answered"


def test_only_the_newest_card_and_only_from_its_own_conversation(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    old = confirmations.send(order, conversation)
    new = confirmations.send(order, conversation)
    with pytest.raises(UserError) as refused:
        confirmations.answer(old.id, conversation, {"state": "confirmed"})
    assert refused.value.code == "newer_card"
    with pytest.raises(UserError) as refused:
        confirmations.answer(new.id, b"x" * 16, {"state": "confirmed"})
    assert refused.value.code == "not_found"


def test_a_shipped_order_is_not_corrected_by_an_old_card(
    services: Services, confirmations: Confirmations, order: bytes, conversation: bytes
) -> None:
    sent = confirmations.send(order, conversation)
    with services.db.write() as session:
        session.scalars(select(Order).where(Order.id == order)).one().status = "shipped"
    with pytest.raises(UserError) as refused:
        confirmations.answer(sent.id, conversation, corrected(detail="别处路1号"))
    assert refused.value.code == "shipped"
    with services.db.read() as session:
        assert session.scalars(select(Confirmation)).one().state == "sent"
