"""Taobao's own words for the states of an order."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from db.models import CloseReason, OrderStatus

_STATES: Final = {
    "等待买家付款": OrderStatus.UNPAID,
    "待付款": OrderStatus.UNPAID,
    "没有创建支付宝交易": OrderStatus.UNPAID,
    "付款确认中": OrderStatus.UNPAID,
    "等待预授权确认": OrderStatus.UNPAID,
    "定金已付,等待尾款": OrderStatus.UNPAID,
    "等待付尾款": OrderStatus.UNPAID,
    "买家已付款,等待卖家发货": OrderStatus.PAID,
    "买家已付款": OrderStatus.PAID,
    "等待卖家发货": OrderStatus.PAID,
    "待发货": OrderStatus.PAID,
    "卖家部分发货": OrderStatus.PART_SHIPPED,
    "部分发货": OrderStatus.PART_SHIPPED,
    "卖家已发货,等待买家确认": OrderStatus.SHIPPED,
    "卖家已发货": OrderStatus.SHIPPED,
    "等待买家确认收货": OrderStatus.SHIPPED,
    "已发货": OrderStatus.SHIPPED,
    "待收货": OrderStatus.SHIPPED,
    "买家已签收": OrderStatus.RECEIVED,
    "已签收": OrderStatus.RECEIVED,
    "交易成功": OrderStatus.COMPLETED,
    "交易完成": OrderStatus.COMPLETED,
    "已完成": OrderStatus.COMPLETED,
    "交易关闭": OrderStatus.CLOSED,
    "付款以前,卖家或买家主动关闭交易": OrderStatus.CLOSED,
    "付款以后用户退款成功,交易自动关闭": OrderStatus.CLOSED,
    "已关闭": OrderStatus.CLOSED,
    "已取消": OrderStatus.CLOSED,
    "冻结": OrderStatus.FROZEN,
    "已付款(禁止发货)": OrderStatus.FROZEN,
}
_STILL_OPEN: Final = "订单未关闭"
_UNPAID_WORDS: Final = ("未付款", "未及时付款", "不想买", "拍错", "重拍", "付款超时")


def same_words(text: str) -> str:
    """Fold the comma, which is full-width in old files and plain in new ones, and the brackets."""
    return text.replace("，", ",").replace("（", "(").replace("）", ")").replace(" ", "")


@lru_cache(maxsize=256)
def order_status(word: str) -> OrderStatus:
    """Return the desk's state for Taobao's word; UNKNOWN for a new one."""
    plain = same_words(word)
    while plain:
        if known := _STATES.get(plain):
            return known
        # Longer wordings begin as the known ones: …等待买家确认收货.
        plain = plain[:-1] if len(plain) > 4 else ""
    return OrderStatus.UNKNOWN


def close_reason(status: str, word: str, *, paid: bool, refunded: bool) -> str:
    """Return why an order was closed, empty for one that is not."""
    if status != OrderStatus.CLOSED:
        return ""
    if refunded or "退款" in word:
        return CloseReason.REFUNDED
    if not paid or any(part in word for part in _UNPAID_WORDS):
        return CloseReason.UNPAID
    return CloseReason.OTHER if word and word != _STILL_OPEN else CloseReason.REFUNDED
