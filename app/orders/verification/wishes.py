"""Buyer's message and seller's remark: read by a person before the parcel leaves (DOMAIN §5 no. 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.core.i18n import N_, _
from app.core.phones import find_phones, mask_phone, normal_width
from app.orders.model import OrderFacts
from app.orders.verification.model import Action, Finding, Level, Policy, Remedy, Wish
from app.regions import Region, regions

_POLITE: Final = re.compile(
    r"(?:[\W_]|无|没有|暂无|谢谢|谢谢您|感谢|辛苦了|好评|亲|老板|店家|卖家|你好|您好|哦|啦|了|的|ok|thanks?)*",
    re.IGNORECASE,
)
_WISHES: Final[Mapping[Wish, re.Pattern[str]]] = {
    Wish.REFUND: re.compile(r"退款|取消订单|不要了|别发了?货?$|不用发|拍错|退货"),
    Wish.ADDRESS: re.compile(
        r"(?:改|换|修改|更换|变更|寄到|发到|送到|新)(?:一下|成|为|到|下)?(?:收货|收件)?(?:地址|电话|手机|收[货件]人)"
        r"|地址(?:错|改|换|写错|有误|是|为|:)|(?:寄|发|送|邮)(?:到|往|去|给)|分开(?:寄|发)"
    ),
    Wish.CARRIER: re.compile(
        r"顺丰|圆通|中通|申通|韵达|极兔|京东快递|京东物流|德邦|邮政|ems|百世|快递(?:要|用|发|走|不要)|不要发?.{0,2}快递|发.{1,4}快递",
        re.IGNORECASE,
    ),
    Wish.INVOICE: re.compile(r"发票|开票|税号|抬头|专票|普票|电子票"),
    Wish.GIFT: re.compile(
        r"赠品|礼物|礼盒|贺卡|送礼|送人|小礼|礼品|包装(?:好|精美|漂亮)|赠|送(?:个|我|点|一)"
    ),
    Wish.DATE: re.compile(
        r"\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*[日号]?|\d{1,2}[日号](?:前|后|再|发|到|之)|周[一二三四五六日天末]"
        r"|星期[一二三四五六日天]|节前|年前|晚点发|晚几天|过几天|先不要?发|暂(?:时)?不?发?货|延[迟后]发|等.{0,6}再发|同时?发|一起发"
    ),
    Wish.URGENT: re.compile(r"急|尽快|快点|赶紧|马上发|今天(?:发|能|务必)|早点发|加急|速发"),
}
_SEVERAL: Final = re.compile(
    r"分开(?:寄|发|邮|包装)|分(?:两|二|三|几|多)(?:个|处|单|次|份)?(?:地址|包裹|地方|寄|发)|(?:两|二|三|几|多)个地址|各寄"
)

WISH_NAMES: Final[Mapping[Wish, str]] = {
    Wish.CARRIER: N_("a certain carrier"),
    Wish.GIFT: N_("gift or packing"),
    Wish.INVOICE: N_("an invoice"),
    Wish.DATE: N_("dispatch date"),
    Wish.ADDRESS: N_("change of address"),
    Wish.URGENT: N_("in a hurry"),
    Wish.REFUND: N_("cancel or refund"),
    Wish.OTHER: N_("other wish"),
}
"""Message ids of the kinds of wishes."""

MAX_QUOTE: Final = 40


def wish_of(text: str) -> Wish | None:
    """What a text asks for; None where it asks for nothing (empty, 无, 谢谢)."""
    if not text:
        return None
    plain = normal_width(text).strip()
    if _POLITE.fullmatch(plain):
        return None
    for wish, pattern in _WISHES.items():
        if pattern.search(plain):
            return wish
    if next(find_phones(plain), None) is not None:
        return Wish.ADDRESS
    return Wish.OTHER


def buyer_message(order: OrderFacts, policy: Policy) -> Iterator[Finding]:
    """What the buyer wrote when ordering."""
    wish = wish_of(order.buyer_message)
    if wish is None:
        return
    level = Level.HOLD if policy.hold_on_message else Level.WARN
    reason = _("Buyer's message ({kind}): {text}").format(
        kind=_(WISH_NAMES[wish]), text=_quoted(order.buyer_message)
    )
    yield Finding("message", level, reason, _reading(order, wish), wish)


def seller_remark(order: OrderFacts, policy: Policy) -> Iterator[Finding]:
    """The shop's own remarks: the platform's, and those made at the desk after the last review."""
    level = Level.HOLD if policy.hold_on_remark else Level.WARN
    remarks = [order.seller_remark]
    remarks += [r.text for r in order.remarks if r.at > (order.review_at or 0)]
    for remark in remarks:
        wish = wish_of(remark)
        if wish is not None:
            reason = _("Remark ({kind}): {text}").format(
                kind=_(WISH_NAMES[wish]), text=_quoted(remark)
            )
            yield Finding("remark", level, reason, _release(), wish)


def several_addresses(order: OrderFacts) -> str:
    """Why an order should be split over addresses; empty if it should not."""
    if not order.buyer_message:
        return ""
    text = normal_width(order.buyer_message)
    if len(text) < 4:
        return ""
    if _SEVERAL.search(text) or len(list(find_phones(text))) > 1:
        return _("The buyer's message names several addresses.")
    return ""


def _quoted(text: str) -> str:
    """One line of a text with phone numbers hidden."""
    plain = " ".join(text.split())
    same_length = len(normal_width(plain)) == len(plain)
    for start, end, phone in reversed(list(find_phones(normal_width(plain)))):
        if not same_length:
            return mask_phone(phone.number)
        plain = f"{plain[:start]}{mask_phone(phone.number)}{plain[end:]}"
    return plain if len(plain) <= MAX_QUOTE else plain[: MAX_QUOTE - 1] + "…"


def _release() -> Remedy:
    return Remedy(_("Read it, act on it, then release the order."), Action.RELEASE)


def _reading(order: OrderFacts, wish: Wish) -> Remedy:
    """An address in the message can be taken over with one click."""
    if wish is Wish.ADDRESS:
        parsed = regions().parse(order.buyer_message)
        if parsed.province and parsed.city and parsed.street_and_detail:
            return Remedy(
                _("Check the new address and take it over."),
                Action.APPLY_ADDRESS,
                region=Region(parsed.province, parsed.city, parsed.district),
                detail=parsed.street_and_detail,
            )
    return _release()
