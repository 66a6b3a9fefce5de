"""Conversations of the practice shop, and what came of orders and talks."""

from __future__ import annotations

from typing import Any

from app.after_sales import OPEN
from app.practice.aftermath import answer_of, cases_after, question_of, ratings_after
from app.practice.channel import PRACTICE_CHANNEL
from app.practice.load import Load
from db.ids import natural_id
from db.models import (
    AfterSale,
    AfterSaleKind,
    Author,
    Conversation,
    ConversationStatus,
    Message,
    MessageKind,
    MessageState,
    Order,
    Satisfaction,
)


def add_conversations(load: Load, conversations: list[dict[str, Any]]) -> list[bytes]:
    """Add the conversations with their messages; returns their ids."""
    keys = []
    for number, talk in enumerate(conversations):
        key = natural_id("conversation", PRACTICE_CHANNEL, load.shop, str(number))
        keys.append(key)
        times = [load.moment(message[0]) for message in talk["messages"]]
        closed = times[-1] if talk["status"] == ConversationStatus.CLOSED else None
        follow_up = talk["status"] == ConversationStatus.FOLLOW_UP
        agent = None if talk["agent"] is None else load.staff[talk["agent"]]
        load.add(
            Conversation,
            id=key,
            channel=PRACTICE_CHANNEL,
            account=load.shop,
            external_id=str(number),
            customer_id=load.customers[talk["customer"]],
            status=talk["status"],
            assignee_id=agent,
            opened_at=times[0],
            closed_at=closed,
            follow_up_at=load.moment(-3600 * (1 + number % 30)) if follow_up else None,
            agent_read_at=_read_until(talk, times),
            customer_read_at=times[-1],
        )
        load.see(talk["customer"], times[-1])
        for place, (_when, who, text) in enumerate(talk["messages"]):
            by_staff = who != "C"
            load.add(
                Message,
                id=natural_id("practice_message", key.hex(), str(place)),
                conversation_id=key,
                author=Author.AGENT if by_staff else Author.CUSTOMER,
                staff_id=(agent or load.staff[0]) if by_staff else None,
                kind=MessageKind.NOTE if who == "N" else MessageKind.TEXT,
                text=text,
                at=times[place],
                state=MessageState.READ,
            )
    # Message rows in the order of time: search shows the newest first.
    load.rows[Message].sort(key=lambda row: row["at"])
    return keys


def add_aftermath(load: Load, now: int) -> None:
    """After-sales of the orders, and what customers said of the talks."""
    for row in cases_after(load.rows[Order], load.staff, now):
        load.add(AfterSale, **row)
    under_way = {
        row["order_id"]
        for row in load.rows[AfterSale]
        if row["kind"] != AfterSaleKind.REVIEW and row["state"] in OPEN
    }
    for order in load.rows[Order]:
        order["after_sale"] = order["id"] in under_way
    last = {row["conversation_id"]: row["at"] for row in load.rows[Message]}
    for rating in ratings_after(load.rows[Conversation], last):
        load.add(Satisfaction, **rating)
        load.add(Message, **question_of(rating))
        if rating["level"] is not None:
            load.add(Message, **answer_of(rating))
    load.rows[Message].sort(key=lambda row: row["at"])


def _read_until(talk: dict[str, Any], times: list[int]) -> int:
    """An open conversation is read up to the shop's last words, others to their end."""
    if talk["status"] != ConversationStatus.OPEN:
        return times[-1]
    ours = [at for at, message in zip(times, talk["messages"], strict=True) if message[1] != "C"]
    return max(ours, default=0)
