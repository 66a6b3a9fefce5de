"""What a customer's answer to a card says about the receiver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.core.errors import UserError
from app.core.i18n import _
from app.core.phones import mask_phone
from app.orders.model import Receiver
from app.regions import regions
from db.models import ConfirmationState

_FIELDS: Final = ("recipient", "phone", "province", "city", "district", "detail")


def cleaned_answer(payload: Mapping[str, Any]) -> dict[str, str]:
    """The known fields of an answer as short texts."""
    state = payload.get("state")
    if state not in {ConfirmationState.CONFIRMED, ConfirmationState.CORRECTED}:
        raise UserError(_("This answer can't be understood."), code="bad_answer")
    fields = {name: payload.get(name) for name in _FIELDS}
    texts = {name: value.strip() for name, value in fields.items() if isinstance(value, str)}
    if any(len(value) > 500 for value in texts.values()):
        raise UserError(_("This is longer than {n} characters.").format(n=500), code="too_long")
    return {"state": str(state), **{name: value for name, value in texts.items() if value}}


def corrected_receiver(old: Receiver, answer: Mapping[str, str]) -> Receiver:
    """The receiver with the customer's words in it."""
    new = replace(old, name=answer.get("recipient", old.name))
    if (phone := answer.get("phone", "")) and phone != mask_phone(old.full_phone):
        new = replace(new, phone=phone, extension="")
    region = {name: answer[name] for name in ("province", "city", "district") if name in answer}
    if region:
        new = replace(new, **({"district": ""} | region))
    return _with_pasted_region(replace(new, detail=answer.get("detail", old.detail)), region)


def _with_pasted_region(new: Receiver, given: Mapping[str, str]) -> Receiver:
    """A whole address in the street field says its own province, city and district."""
    parsed = regions().parse(new.detail)
    if given or not (parsed.province and parsed.city and parsed.street_and_detail):
        return new
    return replace(
        new,
        province=parsed.province,
        city=parsed.city,
        district=parsed.district,
        detail=parsed.street_and_detail,
    )


def differences(old: Receiver, new: Receiver) -> tuple[str, str]:
    """Only what changed, old and new; phones masked."""
    pairs = [
        (old.name, new.name),
        (mask_phone(old.full_phone), mask_phone(new.full_phone)),
        (old.address, new.address),
    ]
    if old.full_phone == new.full_phone:
        pairs[1] = ("", "")
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    return " ".join(a for a, _b in changed), " ".join(b for _a, b in changed)
