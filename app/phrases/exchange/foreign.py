"""Variables as other programs write them, put into ours; what has no like is listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.phrases.variables import CHINESE_NAMES, Variable, holes, token

_ALIASES: Final[dict[Variable, str]] = {
    Variable.CUSTOMER: "客户名 客户姓名 客户昵称 客户名称 顾客 顾客姓名 买家 买家昵称 买家姓名 买家旺旺 昵称 姓名 称呼 "
    "contact.name contact.first_name contact.last_name customer.name customer.firstname "
    "ticket.customer.firstname ticket.customer.lastname ticket.customer.fullname "
    "recipient_name customer_name user_name visitor.name name",
    Variable.AGENT: "客服名 客服姓名 客服昵称 agent.name agent.first_name agent.last_name agent_name "
    "user.firstname user.lastname user.fullname",
    Variable.SHOP: "店铺名 店铺名称 店名 shop.name shop_name store_name",
    Variable.ORDER_NO: "订单编号 订单 单号 order.id order.number order_id order_number",
    Variable.TRACKING_NO: "快递单号 物流单号 运单编号 tracking.number tracking_number waybill",
    Variable.CARRIER: "快递公司 物流公司 物流 carrier.name carrier_name",
    Variable.ITEM: "商品名 商品名称 商品标题 宝贝 宝贝名称 宝贝标题 item.name product product.name "
    "product_name",
    Variable.PAID: "付款金额 支付金额 实付 实付款 order.paid paid_amount",
    Variable.TOTAL: "订单总额 总金额 金额 order.total total_amount",
    Variable.RECIPIENT: "收件人 收货人姓名 收件人姓名 consignee receiver receiver_name",
    Variable.ADDRESS: "收货地址 收件地址 address.full shipping_address",
    Variable.TODAY: "今日 当前日期 日期今天",
    Variable.TIME: "当前时间 datetime datetime:",
    Variable.CURSOR: "cursor 光标位置",
}
_NAMES: Final[dict[str, Variable]] = {
    **{name: variable for variable, names in _ALIASES.items() for name in names.split()},
    **{name: variable for variable, name in CHINESE_NAMES.items()},
    **{variable.value: variable for variable in Variable},
}
_DOUBLE: Final = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_HASH: Final = re.compile(r"[#$]\{\s*([^{}\n]*?)\s*\}")
_DOLLAR: Final = re.compile(r"(?<![\w$])\$([a-z]+(?:_[a-z]+)+)\b")
_ESPANSO_CURSOR: Final = "$|$"
_OR: Final = re.compile(r"\s*(?:\|\|?)\s*")
_QUOTES: Final = "'\"‘’“”"
_CJK: Final = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Translated:
    """A phrase's text with our variables, and the names nobody here knows, as they were written."""

    text: str
    unknown: list[str] = field(default_factory=list)


def translate(text: str) -> Translated:
    """Put foreign variables into ours: `{{contact.name || 'there'}}` → `{customer|there}`."""
    done = Translated(text, [])
    language = language_of(text)
    text = text.replace(_ESPANSO_CURSOR, token(Variable.CURSOR, language))
    for pattern in (_DOUBLE, _HASH, _DOLLAR):
        text = pattern.sub(_replacing(language, done.unknown), text)
    done.text = _renamed(text, language, done.unknown)
    return done


def language_of(text: str) -> str:
    """Guess a text's language: zh where it holds Chinese, else en."""
    return "zh" if _CJK.search(text) else "en"


def _replacing(language: str, unknown: list[str]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        name, *rest = _OR.split(match[1], maxsplit=1)
        fallback = rest[0].strip(_QUOTES) if rest else None
        variable = _known(name)
        if variable is None:
            unknown.append(match[0])
            return match[0]
        return token(variable, language, fallback)

    return replace


def _renamed(text: str, language: str, unknown: list[str]) -> str:
    """Single braces with a name we would not know: `{客户名}` → `{客户称呼}`."""
    parts: list[str] = []
    end = 0
    for hole in holes(text):
        parts.append(text[end : hole.start])
        end = hole.end
        written = text[hole.start : hole.end]
        if hole.variable is None:
            if (variable := _known(hole.name)) is not None:
                written = token(variable, language, hole.fallback)
            elif not any(written in name for name in unknown):
                unknown.append(written)
        parts.append(written)
    return "".join((*parts, text[end:]))


def _known(name: str) -> Variable | None:
    name = name.strip().casefold()
    if name.startswith("datetime:") or name == "date":
        return Variable.TODAY
    return _NAMES.get(name)
