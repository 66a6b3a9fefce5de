"""Rules on recipient and phone (DOMAIN §5 no. 1; phone formats of FORMATS §7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.core.i18n import _
from app.core.phones import Phone, PhoneKind, mask_phone, read_phone
from app.orders.masking import masked_name
from app.orders.model import OrderFacts, Receiver
from app.orders.verification.model import Action, Finding, Level, Remedy

_PLACEHOLDER: Final = re.compile(
    r"(?:收[货件]人|姓名|名字|测试|test|匿名|匿名用户|无名|无|没有|未知|先生|女士|小姐|null|none|n/?a|[.。\-_/?？*×xX]+)",
    re.IGNORECASE,
)
_CIPHER: Final = ("##", "$$", "~~")
_STRANGE: Final = re.compile(r"[\d\W_]+|(.)\1{2,}")
_TAIL: Final = re.compile(r"\[(\d{3,6})\]")
MAX_NAME: Final = 25


def is_hidden(text: str) -> bool:
    """Whether a platform hides this value: stars, or the cipher text of Douyin (FORMATS §1)."""
    return "*" in text or "＊" in text or text.startswith(_CIPHER)


def recipient(order: OrderFacts) -> Iterator[Finding]:
    """A parcel needs the name of a person or a firm."""
    name = order.receiver.name.strip()
    if not name:
        yield Finding(
            "recipient.missing", Level.BLOCK, _("The recipient's name is missing."), _ask_name()
        )
    elif is_hidden(name):
        yield Finding(
            "recipient.hidden",
            Level.PASS,
            _("The platform hides the recipient's name."),
            Remedy(_("Print the label through the platform.")),
        )
    elif _PLACEHOLDER.fullmatch(name):
        reason = _("“{name}” is no recipient's name.").format(name=name)
        yield Finding("recipient.placeholder", Level.HOLD, reason, _ask_name())
    elif _STRANGE.fullmatch(name) or len(name) > MAX_NAME:
        reason = _("The recipient “{name}” looks odd.").format(name=masked_name(name))
        yield Finding("recipient.odd", Level.WARN, reason, _ask_name())


def _ask_name() -> Remedy:
    return Remedy(_("Ask the customer for the recipient's name."), Action.FIX_RECIPIENT)


def phone(order: OrderFacts) -> Iterator[Finding]:
    """The courier must be able to call."""
    to = order.receiver
    read = read_phone(to.phone, to.extension)
    landline = read_phone(to.landline)
    if read.reachable:
        yield from _privacy(to, read)
    elif landline.reachable and read.kind is PhoneKind.EMPTY:
        yield Finding(
            "phone.landline",
            Level.PASS,
            _("There is only a landline: no text message reaches it."),
            Remedy(_("Ask for a mobile where the carrier wants one."), Action.FIX_PHONE),
        )
    else:
        yield _unreachable(read)


def _privacy(to: Receiver, read: Phone) -> Iterator[Finding]:
    """Platforms put the extension of a privacy number into name or address as [1234]."""
    if read.kind is not PhoneKind.MOBILE:
        return
    tail = _TAIL.search(to.name) or _TAIL.search(to.detail)
    if tail is None and not to.phone.rstrip().endswith("-"):
        return
    reason = _("{phone} is a privacy number without its extension.").format(
        phone=mask_phone(to.phone)
    )
    text = _("Take the extension over, or get it from the platform.")
    yield Finding(
        "phone.extension",
        Level.HOLD,
        reason,
        Remedy(text, Action.FIX_PHONE, detail=tail[1] if tail else ""),
    )


def _unreachable(read: Phone) -> Finding:
    ask = Remedy(
        _("Ask the customer for a phone number."),
        Action.FIX_PHONE,
        question=_("Could you give me the recipient's phone number once more, please?"),
    )
    number = mask_phone(read.number)
    if read.kind is PhoneKind.EMPTY:
        return Finding("phone.missing", Level.BLOCK, _("The phone number is missing."), ask)
    if read.kind is PhoneKind.MASKED or is_hidden(read.number):
        return Finding(
            "phone.hidden",
            Level.PASS,
            _("The platform hides the phone number."),
            Remedy(_("Print the label through the platform.")),
        )
    if read.kind is PhoneKind.LOCAL:
        reason = _("The landline {phone} lacks its area code.").format(phone=number)
        return Finding("phone.area_code", Level.HOLD, reason, ask)
    if read.kind is PhoneKind.RELAY:
        reason = _("{phone} is a privacy number without its extension.").format(phone=number)
        return Finding("phone.extension", Level.HOLD, reason, ask)
    reason = _("{phone} is no valid phone number.").format(phone=number)
    return Finding("phone.invalid", Level.BLOCK, reason, ask)
