"""What the desk says, and what becomes of it."""

import pytest

from app.conversations import (
    Author,
    Conversations,
    ConversationStatus,
    DraftKind,
    InboxView,
    MessageKind,
    MessageState,
    NewerMessage,
    NotRecallable,
    UnknownConversation,
)
from app.core.errors import PermissionDenied, UserError
from app.services import Services
from db.clock import now_ms
from db.database import Database
from db.models import Message, Role
from tests.app.conversations.conftest import Say


def states(conversations: Conversations, conversation_id: bytes) -> list[str]:
    return [m.state.value for m in conversations.thread(conversation_id)]


def test_a_reply_is_queued_stops_the_clock_and_takes_the_conversation(
    services: Services, conversations: Conversations, say: Say
) -> None:
    asked = say()
    reply = conversations.send(asked.conversation_id, "在的，亲")
    context = conversations.context(asked.conversation_id)
    assert (reply.state, reply.staff_name) == (MessageState.QUEUED, "小丽")
    assert services.staff.current is not None
    assert context.assignee_id == services.staff.current.id
    assert conversations.inbox(InboxView.WAITING) == []
    assert conversations.inbox(InboxView.MINE)[0].unread == 0


def test_an_automatic_message_leaves_the_clock_running(
    services: Services, conversations: Conversations, say: Say
) -> None:
    asked = say()
    services.staff.sign_out()
    reply = conversations.send(asked.conversation_id, "稍等", automatic=True)
    assert (reply.author, reply.automatic) == (Author.ROBOT, True)
    assert conversations.inbox(InboxView.WAITING)[0].waiting_since == asked.at


def test_a_message_that_came_in_meanwhile_holds_the_reply_once(
    conversations: Conversations, say: Say
) -> None:
    asked = say()
    newer = say("不用了")
    with pytest.raises(NewerMessage) as caught:
        conversations.send(asked.conversation_id, "好的", seen_until=asked.at)
    assert caught.value.last_customer_at == newer.at
    conversations.send(asked.conversation_id, "好的", seen_until=newer.at)


def test_nobody_signed_in_sends_nothing(
    services: Services, conversations: Conversations, say: Say
) -> None:
    asked = say()
    services.staff.sign_out()
    with pytest.raises(PermissionDenied):
        conversations.send(asked.conversation_id, "在的")


def test_blank_and_endless_texts_are_refused(conversations: Conversations, say: Say) -> None:
    asked = say()
    for text in ("", "  \n", "啊" * 10_001):
        with pytest.raises(UserError):
            conversations.send(asked.conversation_id, text)
    assert len(conversations.thread(asked.conversation_id)) == 1


def test_writing_into_an_unknown_conversation_says_so(conversations: Conversations) -> None:
    with pytest.raises(UnknownConversation):
        conversations.send(b"0" * 16, "在的")


def test_states_only_move_forward(conversations: Conversations, say: Say) -> None:
    asked = say()
    reply = conversations.send(asked.conversation_id, "在的")
    steps = ["sending", "delivered", "sent", "failed", "read", "queued"]
    seen = []
    for step in steps:
        conversations.set_state([reply.id], MessageState(step))
        seen.append(states(conversations, asked.conversation_id)[-1])
    assert seen == ["sending", "delivered", "delivered", "delivered", "read", "read"]


def test_a_failed_message_goes_out_again_only_by_a_person(
    conversations: Conversations, say: Say
) -> None:
    asked = say()
    reply = conversations.send(asked.conversation_id, "在的")
    conversations.set_state([reply.id], MessageState.FAILED, "timeout")
    assert conversations.messages([reply.id])[0].error == "timeout"
    conversations.set_state([reply.id], MessageState.QUEUED)
    assert states(conversations, asked.conversation_id)[-1] == "failed"
    conversations.retry(reply.id)
    assert states(conversations, asked.conversation_id)[-1] == "queued"


def test_what_the_customer_has_seen_is_marked_but_notes_are_not(
    conversations: Conversations, say: Say
) -> None:
    asked = say()
    first = conversations.send(asked.conversation_id, "一")
    conversations.add_note(asked.conversation_id, "老客户")
    conversations.send(asked.conversation_id, "二")
    conversations.mark_read_by_customer(asked.conversation_id, first.at)
    assert states(conversations, asked.conversation_id) == [
        "delivered",
        "read",
        "delivered",
        "queued",
    ]


def test_a_note_is_no_answer_and_no_last_line(conversations: Conversations, say: Say) -> None:
    asked = say("在吗")
    note = conversations.add_note(asked.conversation_id, "爱砍价")
    row = conversations.inbox(InboxView.WAITING)[0]
    assert (row.last_text, note.public) == ("在吗", False)


def test_a_fresh_message_of_ones_own_can_be_recalled(
    conversations: Conversations, say: Say
) -> None:
    asked = say("在吗")
    reply = conversations.send(asked.conversation_id, "发错了")
    conversations.recall(reply.id)
    gone = conversations.messages([reply.id])[0]
    assert (gone.deleted, gone.text) == (True, "")
    row = conversations.inbox(InboxView.WAITING)[0]
    assert (row.last_text, row.waiting_since) == ("在吗", asked.at)


def test_others_and_old_messages_stay(
    services: Services, conversations: Conversations, say: Say, db: Database
) -> None:
    asked = say()
    reply = conversations.send(asked.conversation_id, "在的")
    with services.db.write() as session:
        row = session.query(Message).filter_by(id=reply.id).one()
        row.at -= 3 * 60_000
    for message_id in (asked.id, reply.id, b"0" * 16):
        with pytest.raises(NotRecallable):
            conversations.recall(message_id)


def test_close_follow_up_assign_and_reopen_leave_their_lines_in_the_thread(
    services: Services, conversations: Conversations, say: Say
) -> None:
    asked = say()
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    due = now_ms() + 3_600_000
    conversations.assign(asked.conversation_id, colleague.id)
    conversations.follow_up(asked.conversation_id, due)
    assert conversations.inbox(InboxView.FOLLOW_UP)[0].follow_up_at == due
    conversations.follow_up(asked.conversation_id, None)
    conversations.close(asked.conversation_id)
    assert conversations.context(asked.conversation_id).status is ConversationStatus.CLOSED
    conversations.reopen(asked.conversation_id)
    thread = conversations.thread(asked.conversation_id)
    events = [m.payload["event"] for m in thread if m.kind is MessageKind.EVENT]
    assert events == ["assigned", "follow_up", "follow_up_done", "closed", "reopened"]
    assert thread[1].payload["to"] == "小芳"
    assert conversations.inbox(InboxView.WAITING) == []


def test_a_follow_up_in_the_past_is_refused(conversations: Conversations, say: Say) -> None:
    with pytest.raises(UserError):
        conversations.follow_up(say().conversation_id, now_ms() - 1)


def test_drafts_are_kept_per_conversation_and_kind_and_go_with_the_reply(
    conversations: Conversations, say: Say
) -> None:
    one, two = say(visitor="a").conversation_id, say(visitor="b").conversation_id
    conversations.save_draft(one, DraftKind.REPLY, "亲，")
    conversations.save_draft(one, DraftKind.NOTE, "注意")
    began = conversations.draft(one, DraftKind.REPLY)
    conversations.save_draft(one, DraftKind.REPLY, "亲，在的")
    now = conversations.draft(one, DraftKind.REPLY)
    assert began is not None
    assert now is not None
    assert (now.text, now.began_at) == ("亲，在的", began.began_at)
    assert conversations.draft(two, DraftKind.REPLY) is None
    assert {row.id: row.draft for row in conversations.inbox(InboxView.ALL)} == {
        one: "亲，在的",
        two: "",
    }
    conversations.send(one, "亲，在的", from_draft=True)
    assert conversations.draft(one, DraftKind.REPLY) is None
    note = conversations.draft(one, DraftKind.NOTE)
    assert note is not None
    assert note.text == "注意"


def test_a_draft_belongs_to_who_typed_it(
    services: Services, conversations: Conversations, say: Say
) -> None:
    here = say().conversation_id
    conversations.save_draft(here, DraftKind.REPLY, "亲，")
    services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    services.staff.sign_in("xiaofang", "passw0rd!")
    assert conversations.draft(here, DraftKind.REPLY) is None


def test_blank_text_discards_a_draft_and_typing_begins_anew(
    conversations: Conversations, say: Say
) -> None:
    here = say().conversation_id
    conversations.save_draft(here, DraftKind.REPLY, "亲，")
    conversations.discard_draft(here, DraftKind.REPLY)
    assert conversations.draft(here, DraftKind.REPLY) is None
    conversations.save_draft(here, DraftKind.REPLY, "您好")
    again = conversations.draft(here, DraftKind.REPLY)
    assert again is not None
    assert again.text == "您好"


def test_a_hand_over_carries_a_note_and_the_colleague_hears_of_it_once(
    services: Services, conversations: Conversations, say: Say
) -> None:
    here = say().conversation_id
    me = services.staff.current
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    begun = conversations.newest()
    conversations.assign(here, colleague.id, " 要开发票 ")
    notes = [m.text for m in conversations.thread(here) if m.kind is MessageKind.NOTE]
    assert notes == ["要开发票"]
    assert conversations.handed_over(begun)[1] == []

    services.staff.sign_in_as(colleague.id)
    later, handed = conversations.handed_over(begun)
    assert [(h.conversation_id, h.note) for h in handed] == [(here, "要开发票")]
    assert me is not None
    assert handed[0].by == me.shown_name
    assert conversations.handed_over(later) == (later, [])


def test_who_was_away_hears_of_it_until_it_wrote_there(
    services: Services, conversations: Conversations, say: Say
) -> None:
    here = say().conversation_id
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    conversations.assign(here, colleague.id, "要开发票")
    services.staff.sign_in_as(colleague.id)
    seen, handed = conversations.handed_while_away(0)
    assert [(h.conversation_id, h.note) for h in handed] == [(here, "要开发票")]
    assert conversations.handed_while_away(seen) == (seen, [])
    conversations.send(here, "您好")
    assert conversations.handed_while_away(0)[1] == []


def test_a_conversation_taken_by_oneself_or_handed_on_is_no_news(
    services: Services, conversations: Conversations, say: Say
) -> None:
    here, me = say().conversation_id, services.staff.current
    assert me is not None
    colleague = services.staff.add("xiaofang", "张小芳", Role.AGENT, "passw0rd!", "小芳")
    begun = conversations.newest()
    conversations.assign(here, me.id)
    assert conversations.handed_over(begun)[1] == []
    services.staff.sign_in_as(colleague.id)
    conversations.assign(here, None)
    services.staff.sign_in_as(me.id)
    assert conversations.handed_over(begun)[1] == []
