"""Rules on the address: divisions that belong together, a street, a number (DOMAIN §5 no. 1, 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.core.i18n import N_, _
from app.orders.model import OrderFacts, Receiver
from app.orders.verification.model import Action, Finding, Level, Remedy
from app.orders.verification.receiver import is_hidden
from app.regions import Fault, Field, Region, RegionFault, Resolution, regions

_NUMBER: Final = re.compile(
    r"[\dA-Za-z]|[零〇一二三四五六七八九十百]+(?:号|栋|幢|楼|单元|室|座|层|排|门)"
)
_NAMED_PLACE: Final = re.compile(
    r"[村组队屯寨庄弄巷院校厂店局所铺楼站矿库营]|小区|花园|公寓|大厦|广场|大学|公司|酒店|超市|商场|医院|市场"
    r"|中心|银行|单元|家园|宿舍|部队|团场|驿站|工业园|科技园|产业园|城$|苑$|府$|园$|里$|湾$"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SAME: Final = re.compile(r"(.)\1{3,}")
_NONSENSE: Final = re.compile(
    r"(?:地址|收货地址|详细地址|测试|test|asdf\w*|qwer\w*|无|没有|暂无|随便|不知道|同上|如上|见备注|待定|[\W_]+|\d+)",
    re.IGNORECASE,
)
MIN_DETAIL: Final = 4

_FIELD_NAMES: Final = {
    Field.PROVINCE: N_("province"),
    Field.CITY: N_("city"),
    Field.DISTRICT: N_("district"),
}


def region(order: OrderFacts) -> Iterator[Finding]:
    """Province, city and district exist and belong together (data of FORMATS §7)."""
    to = order.receiver
    if not (to.province or to.city or to.district):
        if to.detail and not is_hidden(to.detail):
            yield _unsplit(to)
        return
    if any(map(is_hidden, (to.province, to.city, to.district))):
        return
    found = regions().resolve(to.province, to.city, to.district, to.detail)
    for fault in found.faults:
        yield _region_finding(fault, found)


def _unsplit(to: Receiver) -> Finding:
    """Only one line of address: it may hold everything."""
    parsed = regions().parse(to.detail)
    reason = _("Province, city and district are missing.")
    if not (parsed.province and parsed.city):
        return Finding("address.region", Level.BLOCK, reason, _ask())
    names = Region(parsed.province, parsed.city, parsed.district)
    remedy = _take_over(names)
    return Finding("address.region", Level.WARN, reason, remedy)


def _ask() -> Remedy:
    return Remedy(
        _("Ask the customer for the address."),
        Action.FIX_ADDRESS,
        question=_("Could you send me the full address once more, please?"),
    )


def _take_over(suggestion: Region) -> Remedy:
    shown = " ".join(dict.fromkeys(filter(None, suggestion)))
    return Remedy(
        _("Take over {region}").format(region=shown), Action.APPLY_REGION, region=suggestion
    )


def _region_finding(fault: RegionFault, found: Resolution) -> Finding:
    field = _(_FIELD_NAMES[fault.field])
    remedy = _take_over(found.suggestion) if found.suggestion else _ask()
    rule = f"address.{fault.field}"
    if fault.fault is Fault.OTHER:
        hint = remedy if found.suggestion else Remedy(_("Nothing to do: carriers accept it."))
        reason = _("The district is given as “{name}”.").format(name=fault.written)
        return Finding("address.other_district", Level.PASS, reason, hint)
    if fault.fault is Fault.FORMER:
        reason = _("{old} is now {new}; parcels arrive all the same.").format(
            old=fault.written, new=fault.found_in
        )
        return Finding("address.former_district", Level.PASS, reason, remedy)
    if fault.fault is Fault.MISSING:
        return _missing(rule, field, fault, found, remedy)
    if fault.fault is Fault.ELSEWHERE:
        reason = _wrong_place(fault, found)
        return Finding(rule, Level.HOLD, reason, remedy)
    reason = _("There is no {field} “{name}”.").format(field=field, name=fault.written)
    level = Level.HOLD if fault.field is Field.DISTRICT or found.suggestion else Level.BLOCK
    return Finding(rule, level, reason, remedy)


def _missing(
    rule: str, field: str, fault: RegionFault, found: Resolution, remedy: Remedy
) -> Finding:
    reason = _("The {field} is missing.").format(field=field)
    if fault.field is Field.DISTRICT or found.suggestion is not None:
        return Finding(rule, Level.WARN, reason, remedy)
    return Finding(rule, Level.BLOCK, reason, remedy)


def _wrong_place(fault: RegionFault, found: Resolution) -> str:
    if fault.field is Field.PROVINCE:
        return _("The city lies in {place}, not in {written}.").format(
            place=fault.found_in, written=fault.written
        )
    where = found.region.city if fault.field is Field.DISTRICT else found.region.province
    return _("{name} does not lie in {written} but in {place}.").format(
        name=fault.written, written=where, place=fault.found_in
    )


def street(order: OrderFacts) -> Iterator[Finding]:
    """Below the district there is a street or a village, and a number or a building."""
    to = order.receiver
    detail = "".join(to.detail.split())
    if is_hidden(detail):
        yield Finding(
            "address.hidden",
            Level.PASS,
            _("The platform hides the address."),
            Remedy(_("Print the label through the platform.")),
        )
    elif not detail:
        reason = _("Street and house number are missing.")
        yield Finding("address.missing", Level.BLOCK, reason, _ask())
    elif _is_nonsense(detail):
        reason = _("“{text}” is no address.").format(text=detail[:12])
        yield Finding("address.nonsense", Level.BLOCK, reason, _ask())
    elif len(detail) < MIN_DETAIL:
        reason = _("The address line is very short.")
        yield Finding("address.short", Level.HOLD, reason, _ask())
    elif not _NUMBER.search(detail) and not _NAMED_PLACE.search(detail):
        reason = _("House number or building are missing.")
        yield Finding("address.number", Level.WARN, reason, _ask())


def _is_nonsense(detail: str) -> bool:
    if _NONSENSE.fullmatch(detail) or _SAME.search(detail):
        return True
    return not _HAN.search(detail) and not re.search(r"[A-Za-z]{2}.*\d|\d.*[A-Za-z]{2}", detail)


def contradiction(order: OrderFacts) -> Iterator[Finding]:
    """A street line that begins with another city: somebody pasted a new address there."""
    to, known = order.receiver, regions()
    if not to.city or not known.begins_with_region(to.detail):
        return
    parsed = known.parse(to.detail[:40])
    if not (parsed.province and parsed.city and parsed.district):
        return
    if not to.detail.startswith((parsed.province[:2], parsed.city[:2])):
        return
    here = known.resolve(to.province, to.city, to.district).region
    if parsed.city in {here.city, to.city}:
        return
    names = Region(parsed.province, parsed.city, parsed.district)
    reason = _("The address line speaks of {other}, the order of {here}.").format(
        other=f"{parsed.city}{parsed.district}", here=f"{here.city}{here.district}"
    )
    yield Finding("address.contradiction", Level.HOLD, reason, _take_over(names))
