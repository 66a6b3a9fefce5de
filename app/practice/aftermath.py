"""What came after the practice shop's orders and talks: after-sales, reviews, ratings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.after_sales import GROUP_OF, propose_freight, responsible_for
from db.ids import natural_id
from db.models import (
    AfterSaleKind,
    AfterSaleState,
    Author,
    CloseReason,
    MessageKind,
    MessageState,
    OrderStatus,
)

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR
_EVERY: Final = 11
"""One of so many orders that arrived has an after-sale."""
_REVIEWED: Final = 3
"""One of so many completed orders is reviewed."""
_ARRIVED: Final = frozenset({OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.COMPLETED})


class _Made(NamedTuple):
    kind: str
    reason: str
    share: float
    freight_fen: int
    text: str
    outcome: str = ""
    reaction: str = ""


_MADE: Final = (
    _Made("return_refund", "no_reason", 1.0, 1_000, "拆开试了一下不太合适，想七天无理由退掉。"),
    _Made("return_refund", "size", 1.0, 1_200, "按平时的尺码买的，偏小很多，要退货。"),
    _Made("exchange", "wrong_item", 0, 2_000, "收到的颜色不对，我拍的是浅色，请换一个。"),
    _Made("refund", "not_received", 1.0, 0, "物流显示签收，我没有收到，问了驿站也没有。"),
    _Made("resend", "wrong_item", 0, 800, "少发了一件赠品，麻烦补一个。"),
    _Made("compensation", "late_dispatch", 0.1, 0, "说好48小时发货，第四天才发，补偿5元券。"),
    _Made("price_reduction", "workmanship", 0.2, 0, "边上有个线头，不想退，便宜一点就留下。"),
    _Made("return_refund", "damaged", 1.0, 1_500, "包装压坏了，里面也裂了，拍了照片。"),
    _Made(
        *("complaint", "attitude", 0, 0, "问了三遍都不回答，态度敷衍。"),
        *("致电道歉，补偿10元券，已提醒该客服", "接受，表示下次再看"),
    ),
    _Made("repair", "quality", 0, 1_800, "用了一周按键不灵，想寄回检修。"),
)
_REVIEWS: Final = (
    *(("good", "做工不错，和描述一样，发货也快。"), ("good", "第二次买了，家里人都喜欢。")),
    *(("good", "客服耐心，尺码推荐得很准。"), ("middling", "东西可以，就是快递慢了两天。")),
    *(("good", "包装结实，送人也体面。"), ("bad", "和图片有色差，摸着也薄。")),
)
_RATED: Final = (5, 5, 4, None, 5, 4, None, 3, 5, None, 4, 2, 5, 4, None, 1)
_RATED_TEXTS: Final = {
    5: ("回复很快，谢谢", "", ""),
    3: ("等得有点久",),
    2: ("问题没解决",),
    1: ("没人管",),
}
"""What customers add to their rating, if anything."""


def cases_after(
    orders: Sequence[Mapping[str, Any]], staff: Sequence[bytes], now: int
) -> Iterator[dict[str, Any]]:
    """After-sales records as rows; `orders` are those of the shop, newest anywhere."""
    arrived = [order for order in orders if order["paid_at"] and order["status"] in _ARRIVED]
    for n, order in enumerate(arrived[::_EVERY]):
        yield _case(order, _MADE[n % len(_MADE)], staff[n % len(staff)], now)
    refunded = [
        order
        for order in orders
        if order.get("close_reason") == CloseReason.REFUNDED and order["paid_at"]
    ]
    for n, order in enumerate(refunded):
        made = _Made("refund", ("dislike", "late_dispatch", "wrong_order")[n % 3], 1.0, 0, "")
        yield _case(order, made, staff[n % len(staff)], now)
    done = [order for order in orders if order["status"] == OrderStatus.COMPLETED]
    for n, order in enumerate(done[::_REVIEWED]):
        grade, text = _REVIEWS[n % len(_REVIEWS)]
        yield _review(order, grade, text, now)


def ratings_after(
    talks: Sequence[Mapping[str, Any]], said: Mapping[bytes, int]
) -> Iterator[dict[str, Any]]:
    """Invitations as rows after closed talks; `said` is when each talk's last word fell."""
    closed = [talk for talk in talks if talk["closed_at"] and talk["assignee_id"]]
    for n, talk in enumerate(closed[::2]):
        level = _RATED[n % len(_RATED)]
        invited = said[talk["id"]] + 30_000
        texts = _RATED_TEXTS.get(level or 0, ("",))
        yield {
            "id": natural_id("practice_rating", talk["id"].hex()),
            "conversation_id": talk["id"],
            "message_id": natural_id("practice_question", talk["id"].hex()),
            "customer_id": talk["customer_id"],
            "staff_id": talk["assignee_id"],
            "automatic": n % 4 != 0,
            "invited_at": invited,
            "answered_at": None if level is None else invited + 45_000,
            "level": level,
            "text": "" if level is None else texts[n % len(texts)],
        }


def question_of(rating: Mapping[str, Any]) -> dict[str, Any]:
    """The card of an invitation in its thread."""
    return {
        "id": rating["message_id"],
        "conversation_id": rating["conversation_id"],
        "author": Author.AGENT,
        "staff_id": rating["staff_id"],
        "kind": MessageKind.SATISFACTION_CARD,
        "text": "请评价本次服务",
        "payload": {"satisfaction_id": rating["id"].hex()},
        "automatic": True,
        "at": rating["invited_at"],
        "state": MessageState.READ,
    }


def answer_of(rating: Mapping[str, Any]) -> dict[str, Any]:
    """The line that tells what was answered."""
    told = {"satisfaction_id": rating["id"].hex(), "level": rating["level"]}
    return {
        "id": natural_id("practice_answer", rating["id"].hex()),
        "conversation_id": rating["conversation_id"],
        "author": Author.SYSTEM,
        "staff_id": None,
        "kind": MessageKind.EVENT,
        "text": "",
        "payload": {"event": "rated", **told, "said": rating["text"]},
        "automatic": False,
        "at": rating["answered_at"],
        "state": MessageState.DELIVERED,
    }


def _case(order: Mapping[str, Any], made: _Made, staff: bytes, now: int) -> dict[str, Any]:
    asked = min((order["ended_at"] or order["shipped_at"] or order["paid_at"]) + _DAY, now - _HOUR)
    party = responsible_for(GROUP_OF[made.reason])
    payer = propose_freight(made.kind, party).payer
    state, times = _life(asked, now)
    ended = state == AfterSaleState.DONE
    return _row(order, made.kind, asked) | times | {
        "staff_id": staff,
        "state": state,
        "reason": made.reason,
        "reason_group": GROUP_OF[made.reason],
        "responsibility": party,
        "freight_payer": payer,
        "freight_fen": made.freight_fen if payer else 0,
        "amount_fen": round(order["paid_fen"] * made.share),
        "judged_at": asked,
        "grade": "",
        "text": made.text,
        "outcome": made.outcome if ended else "",
        "reaction": made.reaction if ended else "",
    }  # fmt: skip


def _life(asked: int, now: int) -> tuple[AfterSaleState, dict[str, int | None]]:
    """Recent ones are still under way."""
    agreed, done = asked + 3 * _HOUR, asked + 4 * _DAY
    if done < now:
        return AfterSaleState.DONE, {"agreed_at": agreed, "done_at": done}
    if agreed < now:
        return AfterSaleState.AGREED, {"agreed_at": agreed, "done_at": None}
    return AfterSaleState.REQUESTED, {"agreed_at": None, "done_at": None}


def _review(order: Mapping[str, Any], grade: str, text: str, now: int) -> dict[str, Any]:
    asked = min((order["ended_at"] or order["paid_at"]) + _DAY, now - _HOUR)
    open_ = grade != "good" and asked > now - 7 * _DAY
    answered = "" if grade == "good" or open_ else "已致歉并回访，客户表示理解"
    return _row(order, AfterSaleKind.REVIEW, asked) | {
        "staff_id": None,
        "state": AfterSaleState.REQUESTED if open_ else AfterSaleState.DONE,
        "reason": "",
        "reason_group": "",
        "responsibility": "",
        "freight_payer": "",
        "freight_fen": 0,
        "amount_fen": 0,
        "judged_at": None,
        "grade": grade,
        "text": text,
        "outcome": answered,
        "reaction": "",
        "agreed_at": None,
        "done_at": None if open_ else asked,
    }


def _row(order: Mapping[str, Any], kind: str, asked: int) -> dict[str, Any]:
    return {
        "id": natural_id("practice_case", order["id"].hex(), kind),
        "kind": kind,
        "platform": order["platform"],
        "shop": order["shop"],
        "order_id": order["id"],
        "order_number": order["number"],
        "customer_id": order["customer_id"],
        "requested_at": asked,
        "source_at": asked,
    }
