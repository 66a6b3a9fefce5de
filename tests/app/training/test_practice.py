"""Practice customers in the real desk, on a clock the test moves."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import select

from app.after_sales import Draft
from app.channels import OutgoingMessage
from app.conversations import Author, InboxView, MessageKind, MessageState
from app.core.errors import PermissionDenied, UserError
from app.services import Services
from app.training import Casting, Ended, Outcome, Part
from app.training.coming import arrivals
from app.training.playing import Playing
from db.models import Order, TrainingAttempt
from tests.school import School
from tests.stock import Shop, stock

ADDRESS = "address-correction"


@pytest.fixture
def shop(school: School) -> Shop:
    stock(school.services)
    school.sit(school.mei)
    return Shop(school.services)


def start(shop: Shop, key: str, seed: int = 7) -> Playing:
    """One customer, who has written."""
    shop.training.start([Casting(key, seed)])
    shop.until(lambda: shop.heard)
    return shop.playing()


def test_a_customer_opens_a_conversation_of_a_real_order(shop: Shop) -> None:
    one = start(shop, ADDRESS)
    (row,) = shop.services.conversations.inbox(InboxView.WAITING)
    assert (row.id, row.customer_id) == (one.conversation_id, one.guest.customer_id)
    (order, *_more) = shop.services.orders.of_customer(one.guest.customer_id)
    assert order.number == one.guest.facts["order"]
    receiver = shop.services.verification.receiver(order.id)
    assert one.guest.facts["address"] != receiver.address.replace(" ", "")


def test_the_same_number_brings_the_same_customer_with_the_same_words(shop: Shop) -> None:
    first = start(shop, "unpaid-order")
    opening, guest = shop.heard[-1], first.guest
    shop.training.stop()
    shop.heard.clear()
    again = start(shop, "unpaid-order")
    assert (shop.heard[-1], again.guest) == (opening, guest)


def test_served_well_it_ends_satisfied_and_is_kept_with_its_score(shop: Shop) -> None:
    one = start(shop, ADDRESS)
    assert any(one.guest.facts["address"] in said for said in ask_address(shop))
    shop.answer("收件人和电话需要变更吗？我核对一下。")
    correct(shop, one.guest.facts["address"])
    shop.answer("已为您改为新地址，请确认。")
    shop.answer("付款后48小时内发货，发出后请保持电话畅通。")
    shop.until(lambda: not shop.training.running())
    attempt = shop.attempt()
    assert attempt.row.outcome == Outcome.SATISFIED
    assert attempt.row.total is not None
    assert attempt.row.total > 90
    points = {judged.part: judged.points for judged in attempt.parts}
    assert (points[Part.ACTIONS], points[Part.STEPS]) == (100, 100)
    assert attempt.figures.first_s is not None
    last = shop.services.conversations.thread(one.conversation_id)[-1]
    assert (last.author, last.payload["event"]) == (Author.SYSTEM, "practice_over")


def ask_address(shop: Shop) -> list[str]:
    """The customer knows it only vaguely at first."""
    said = shop.answer("您好，可以改的，请问完整的新地址是什么？")
    return said + shop.pass_time(20)


def correct(shop: Shop, address: str) -> None:
    """Write an address into the customer's order, as a person does in the desk."""
    services = shop.services
    (order, *_more) = services.orders.of_customer(shop.playing().guest.customer_id)
    detail = address.removeprefix("浙江省杭州市西湖区")
    new = replace(services.verification.receiver(order.id), detail=detail)
    services.verification.fix(order.id, new)
    shop.pass_time(15)


def test_another_address_than_the_one_told_is_noticed(shop: Shop) -> None:
    start(shop, ADDRESS)
    ask_address(shop)
    correct(shop, "浙江省杭州市西湖区别的路999号")
    lines = shop.playing().customer.lines
    assert [line.wrong for line in lines if line.action == "correct_address"] == [("address",)]
    assert "correct" not in shop.playing().customer.met


def test_what_is_recorded_before_its_turn_counts_later(shop: Shop) -> None:
    one = start(shop, "missing-parcel")
    (order, *_more) = shop.services.orders.of_customer(one.guest.customer_id)
    shop.services.after_sales.add(Draft("resend", order_id=order.id, reason="not_received"))
    shop.pass_time(2)
    assert "after_sale" not in one.customer.met
    for text in ("非常抱歉，我马上联系快递网点核实。", "如果确认丢失，我们马上为您补发一件。"):
        shop.send(text)
        shop.pass_time(20)
    assert "after_sale" in one.customer.met


def test_left_alone_they_call_and_leave(shop: Shop) -> None:
    one = start(shop, "size-advice")
    said = shop.pass_time(3 * one.customer.patience_s + 30)
    assert len(said) >= 3
    assert shop.attempt().row.outcome == Outcome.LEFT


def test_paused_nobody_gets_impatient(shop: Shop) -> None:
    start(shop, "size-advice")
    shop.training.pause(on=True)
    assert shop.pass_time(1_000) == []
    assert shop.training.paused
    shop.training.pause(on=False)
    assert shop.training.running()


def test_the_thread_tells_who_came_for_practice_and_about_what(shop: Shop) -> None:
    one = start(shop, "price-objection")
    shop.pass_time(1)
    events = [m for m in shop.thread() if m.kind is MessageKind.EVENT]
    assert [m.text for m in events] == [
        f"练习客户：议价 · 咨询的是 {one.guest.facts['item']}，{one.guest.facts['price']} 元"
    ]


def test_a_pause_is_no_waiting_time_in_the_desk(shop: Shop) -> None:
    start(shop, "size-advice")
    shop.pass_time(1)
    (before,) = (row.waiting_since for row in shop.waiting())
    shop.training.stage._now = lambda: 1_000
    shop.training.pause(on=True)
    shop.training.stage._now = lambda: 61_000
    shop.training.pause(on=False)
    (row,) = shop.waiting()
    assert before is not None
    assert row.waiting_since == before + 60_000


def test_nobody_there_nothing_is_paused(shop: Shop) -> None:
    shop.training.pause(on=True)
    assert not shop.training.paused


def test_stopped_customers_wait_no_more(shop: Shop) -> None:
    start(shop, "size-advice")
    shop.pass_time(1)
    shop.training.stop()
    assert shop.waiting() == []
    assert "不计分" in [m.text for m in shop.thread() if m.text][-1]


def test_a_sleeping_computer_is_no_slow_agent(shop: Shop) -> None:
    one = start(shop, "size-advice")
    shop.seconds += 3_600
    shop.pass_time(1)
    assert not one.customer.is_over()


def test_several_come_one_after_the_other_and_are_different_people(shop: Shop) -> None:
    shop.training.start([Casting(key, 3) for key in ("invoice", "bad-review", "price-protection")])
    playing = shop.training.stage.playing()
    assert len({one.guest.customer_id for one in playing}) == 3
    arrived = [one.arrives for one in playing]
    assert arrived == sorted(arrived)
    assert arrived[1] - arrived[0] >= 4
    shop.pass_time(200)
    assert all(one.begun for one in playing)
    with shop.services.db.read() as session:
        groups = set(session.scalars(select(TrainingAttempt.group_id)))
    assert len(groups) == 1
    assert None not in groups


def test_arrivals_are_like_those_of_people_and_the_same_for_a_seed() -> None:
    casts = [[Casting("invoice", seed)] * 4 for seed in range(300)]
    gaps = [b - a for cast in casts for a, b in pairwise(arrivals(cast))]
    assert 18 < sum(gaps) / len(gaps) < 32
    assert sum(gap < 15 for gap in gaps) > sum(gap > 45 for gap in gaps)
    assert arrivals(casts[5]) == arrivals(casts[5])


def test_stopped_it_is_kept_without_points(shop: Shop) -> None:
    start(shop, "size-advice")
    assert shop.training.stop() == 1
    attempt = shop.attempt()
    assert (attempt.row.outcome, attempt.row.total) == (Ended.STOPPED, None)
    assert attempt.lines
    assert shop.training.results.bests() == {}


def test_the_end_of_the_program_cuts_it_short_and_keeps_it(shop: Shop) -> None:
    start(shop, "size-advice")
    shop.training.stage.leave()
    attempt = shop.attempt()
    assert attempt.row.outcome == Ended.CUT_SHORT
    assert attempt.lines


def test_a_sudden_end_is_named_at_the_next_start(shop: Shop) -> None:
    start(shop, "size-advice")
    shop.pass_time(20)
    shop.training.stage._playing.clear()  # the program is gone
    shop.training.stage.enter()
    attempt = shop.attempt()
    assert attempt.row.outcome == Ended.CUT_SHORT
    assert [line.agent for line in attempt.lines] == [False]


def test_closed_in_the_desk_it_led_nowhere(shop: Shop) -> None:
    one = start(shop, "size-advice")
    shop.services.conversations.close(one.conversation_id)
    shop.pass_time(2)
    assert shop.attempt().row.outcome == Outcome.STUCK


def test_several_lines_in_a_row_are_answered_together(shop: Shop) -> None:
    one = start(shop, "size-advice")
    shop.send("您好，在的")
    shop.pass_time(1)
    shop.send("请问您的身高和体重是多少？")
    said = shop.pass_time(25)
    assert any("165" in text for text in said)
    waits = [line.waited for line in one.customer.lines if line.agent]
    assert waits[0] is not None
    assert waits[1] is None


def test_a_picture_is_seen_and_an_unknown_line_is_told_as_such(shop: Shop) -> None:
    one = start(shop, "size-advice")
    shop.send("[image]", MessageKind.IMAGE)
    shop.pass_time(20)
    shop.answer("呱呱呱")
    seen, lost = (line for line in one.customer.lines if line.agent)
    assert (seen.understood, lost.understood) == (True, False)


def test_typing_speed_is_that_of_the_reply(shop: Shop) -> None:
    one = start(shop, "size-advice")
    presence = shop.services.channels.presence
    presence.set_agent_typing(one.conversation_id, True)
    shop.seconds += 6
    shop.send("您好，请问您的身高体重")
    shop.pass_time(20)
    (line,) = (line for line in one.customer.lines if line.agent)
    assert line.typed_s == pytest.approx(6)


def test_replies_into_the_past_count_as_read(shop: Shop) -> None:
    out = OutgoingMessage(b"x" * 16, b"y" * 16, "", "1", MessageKind.TEXT, "您好")
    assert shop.channel.send(out).state == MessageState.READ
    start(shop, "size-advice")
    assert shop.send("您好") == MessageState.DELIVERED


def test_a_confirmation_card_is_answered_where_it_is_right(shop: Shop) -> None:
    one = start(shop, "split-order")
    (order, *_more) = shop.services.orders.of_customer(one.guest.customer_id)
    shop.services.confirmations.send(order.id, one.conversation_id)
    shop.pass_time(10)
    with shop.services.db.read() as session:
        state = session.scalar(select(Order.confirmation).where(Order.id == order.id))
    assert state == "confirmed"
    (card,) = (m for m in shop.thread() if m.kind is MessageKind.CONFIRM_CARD)
    (told,) = (m for m in shop.thread() if m.kind is MessageKind.CONFIRM_ANSWER)
    assert told.payload["confirmation_id"] == card.payload["confirmation_id"]


def test_one_sees_own_results_and_who_trains_all(shop: Shop, school: School) -> None:
    start(shop, "size-advice")
    shop.training.stop()
    mine = shop.attempt().row
    results = shop.training.results
    results.comment(mine.id, "下次先问候。", 0)
    school.sit(school.lan)
    assert results.attempts() == []
    with pytest.raises(PermissionDenied):
        results.attempt(mine.id)
    with pytest.raises(PermissionDenied):
        results.attempts(everybody=True)
    school.sit(school.boss)
    assert [row.staff for row in results.attempts(everybody=True)] == ["陈小梅"]
    comment = results.comment(mine.id, "别急。", None)
    assert [(one.line, one.own) for one in results.attempt(mine.id).comments] == [
        (0, False),
        (None, True),
    ]
    results.take_back(comment.id)
    assert len(results.attempt(mine.id).comments) == 1


def test_it_happens_in_a_practice_shop_only(services: Services) -> None:
    with pytest.raises(UserError) as refused:
        services.training.start([Casting("invoice")])
    assert refused.value.code == "not_practice"


def test_unknown_scenarios_and_too_many_are_refused(shop: Shop) -> None:
    with pytest.raises(UserError):
        shop.training.start([Casting("nothing")])
    with pytest.raises(UserError) as refused:
        shop.training.start([Casting("invoice")] * 11)
    assert refused.value.code == "too_many"


def test_a_good_line_is_shown_for_every_place(shop: Shop) -> None:
    start(shop, ADDRESS)
    shop.training.stop()
    attempt = shop.attempt()
    assert attempt.better[0] in attempt.model
    assert not any("{" in text for text in attempt.model)
