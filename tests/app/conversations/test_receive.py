"""What customers write arrives once, in order, in the right conversation."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.conversations import (
    Conversations,
    ConversationStatus,
    InboxView,
    IncomingMessage,
    MessageState,
)
from app.services import Services
from db.clock import now_ms
from db.ids import customer_id
from tests.app.conversations.conftest import Say


def test_a_first_message_opens_a_conversation_and_starts_the_clock(
    conversations: Conversations, say: Say
) -> None:
    message = say("在吗", nick="小王同学")
    (row,) = conversations.inbox(InboxView.WAITING)
    assert (row.last_text, row.unread, row.waiting_since) == ("在吗", 1, message.at)
    assert row.customer_name == "小王同学"
    assert message.state is MessageState.DELIVERED


def test_the_same_message_delivered_twice_is_one_message(
    conversations: Conversations, say: Say
) -> None:
    first, again = say("在吗", external_id="x"), say("在吗", external_id="x")
    assert first == again
    assert len(conversations.thread(first.conversation_id)) == 1
    assert conversations.inbox(InboxView.ALL)[0].unread == 1


def test_a_customer_known_by_nick_is_one_customer_on_all_stations(
    conversations: Conversations, say: Say
) -> None:
    here = conversations.context(say(visitor="a", nick="tb1").conversation_id)
    there = conversations.context(say(visitor="b", nick="tb1").conversation_id)
    assert here.customer_id == there.customer_id == customer_id("webchat", "shop", "tb1")


def test_visitors_without_a_nick_are_strangers_even_with_one_phone(
    conversations: Conversations, say: Say
) -> None:
    one = conversations.context(say(visitor="a", phone="13800138000").conversation_id)
    two = conversations.context(say(visitor="b", phone="13800138000").conversation_id)
    assert one.customer_id != two.customer_id


def test_a_name_learnt_later_fills_the_card_but_replaces_nothing(
    conversations: Conversations, say: Say
) -> None:
    message = say(visitor="a")
    say(visitor="a", name="王小明")
    say(visitor="a", name="别人")
    assert conversations.context(message.conversation_id).customer_name == "王小明"


def test_a_clock_ahead_does_not_push_later_messages_into_the_future(say: Say) -> None:
    assert say(at=now_ms() + 3_600_000).at <= now_ms()


def test_a_message_that_arrives_late_still_stands_last(
    conversations: Conversations, say: Say
) -> None:
    first = say("一")
    second = say("二", at=first.at - 60_000)
    assert second.at > first.at
    assert [m.text for m in conversations.thread(first.conversation_id)] == ["一", "二"]


def test_a_closed_conversation_opens_again(conversations: Conversations, say: Say) -> None:
    message = say("谢谢")
    conversations.close(message.conversation_id)
    assert conversations.inbox(InboxView.WAITING) == []
    say("还有个问题")
    context = conversations.context(message.conversation_id)
    assert context.status is ConversationStatus.OPEN
    assert conversations.inbox(InboxView.WAITING)[0].unread == 1


@given(
    deliveries=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(-5_000, 5_000)),
        min_size=1,
        max_size=30,
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_order_of_deliveries_and_doubles_gives_each_message_once_in_order_of_arrival(
    services: Services, deliveries: list[tuple[str, int, int]]
) -> None:
    conversations, account = services.conversations, str(now_ms()) + str(id(deliveries))
    expected: dict[str, list[str]] = {}
    ids: dict[str, bytes] = {}
    for visitor, number, skew in deliveries:
        text = f"{visitor}{number}"
        message = conversations.receive(
            IncomingMessage(
                "webchat", account, f"{account}-{text}", visitor, text, at=now_ms() + skew
            )
        )
        ids[visitor] = message.conversation_id
        if text not in expected.setdefault(visitor, []):
            expected[visitor].append(text)
    for visitor, texts in expected.items():
        thread = conversations.thread(ids[visitor])
        assert [m.text for m in thread] == texts
        assert all(a.at < b.at for a, b in pairwise(thread))
