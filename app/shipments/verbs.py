"""`kefu shipments …`: whose number it is, where parcels are, which need somebody."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.outcome import DONE, PROBLEMS, REFUSED, Outcome, Subparsers, verb

if TYPE_CHECKING:
    from app.carriers import Candidate
    from app.services import Services
    from app.shipments.model import ParcelRow

SHOWN: Final = 100


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `shipments` and its verbs."""
    area = verbs.add_parser("shipments", help=_("parcels"), description=_("Parcels"))
    parsers = area.add_subparsers(dest="action", required=True, metavar="ACTION")
    whose = verb(parsers, "recognise", recognise, about=_("which carrier a number belongs to"))
    whose.add_argument("numbers", nargs="+", metavar="NUMBER")
    whose.add_argument("--carrier", default="", help=_("the carrier as the shop names it"))
    whose.set_defaults(without_home=True)
    listed = verb(parsers, "list", list_parcels, about=_("list parcels, newest news first"))
    listed.add_argument("text", nargs="?", default="", help=_("number, recipient or phone"))
    listed.add_argument("--state", action="append", default=[], help=_("only in this state"))
    listed.add_argument("--carrier", default="", help=_("only of this carrier"))
    listed.add_argument("--limit", type=int, default=SHOWN, help=_("how many at most"))
    watched = verb(parsers, "watch", watch, about=_("parcels that need somebody, worst first"))
    watched.add_argument("--limit", type=int, default=SHOWN, help=_("how many at most"))
    asked = verb(parsers, "refresh", refresh, about=_("ask the carrier for news"))
    asked.add_argument("numbers", nargs="+", metavar="NUMBER")
    asked.add_argument("--phone", default="", help=_("last four digits of a phone on the parcel"))


def recognise(_services: object, args: argparse.Namespace) -> Outcome:
    """Rank the carriers of each number; needs no shop."""
    from app.carriers import Hints, carrier_code
    from app.carriers import recognise as candidates_of

    hints = Hints(carrier=carrier_code(args.carrier)) if args.carrier else None
    found = {number: candidates_of(number, hints) for number in args.numbers}
    numbers = [
        {"number": number, "candidates": [_candidate(c) for c in found[number]]}
        for number in args.numbers
    ]
    lines = [line for number in args.numbers for line in _candidate_lines(number, found[number])]
    return Outcome({"numbers": numbers}, lines)


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "carrier": candidate.carrier,
        "name": candidate.name,
        "confidence": candidate.confidence,
        "check_digit": candidate.check_digit,
        "format": candidate.format,
    }


def _candidate_lines(number: str, candidates: tuple[Candidate, ...]) -> list[str]:
    checks = {
        "ok": _("check digit right"),
        "bad": _("check digit WRONG"),
        "none": "",
    }
    if not candidates:
        return [_("{number}: no carrier numbers its parcels like this").format(number=number)]
    return [
        f"{number}  {round(c.confidence * 100):3}%  {c.name} ({c.carrier})  "
        f"{checks[c.check_digit]}".rstrip()
        for c in candidates[:5]
    ]


def list_parcels(services: Services, args: argparse.Namespace) -> Outcome:
    """List parcels."""
    from app.carriers import carrier_code
    from app.shipments.model import ParcelFilter
    from db.models import ShipmentState

    try:
        states = frozenset(ShipmentState(state) for state in args.state)
    except ValueError as error:
        known = ", ".join(ShipmentState)
        raise UserError(_("There is no such state."), hint=known, code="bad_state") from error
    carrier = carrier_code(args.carrier) or args.carrier
    wanted = ParcelFilter(states=states, carrier=carrier, text=args.text)
    found = services.shipments.listing(wanted)
    rows = services.shipments.rows(found[: max(0, args.limit)])
    return _outcome(rows, len(found))


def watch(services: Services, args: argparse.Namespace) -> Outcome:
    """List the parcels that need somebody."""
    count = services.shipments.trouble_count()
    return _outcome(services.shipments.watch_list(max(0, args.limit)), count)


def _outcome(rows: list[ParcelRow], count: int) -> Outcome:
    from app.shipments.model import STATE_NAMES
    from app.shipments.words import reason_text

    lines = [
        "  ".join(
            filter(
                None,
                (
                    row.number,
                    row.carrier_name,
                    _(STATE_NAMES[row.state]),
                    reason_text(row),
                    row.last_text[:60],
                ),
            )
        )
        for row in rows
    ]
    return Outcome({"shipments": [_parcel(row) for row in rows], "total": count}, lines)


def _parcel(row: ParcelRow) -> dict[str, Any]:
    from app.shipments.model import ADVICE
    from app.shipments.words import reason_text

    return {
        "number": row.number,
        "carrier": row.carrier,
        "name": row.carrier_name,
        "state": row.state.value,
        "trouble": row.trouble.value if row.trouble else None,
        "reason": reason_text(row),
        "action": _(ADVICE[row.trouble]) if row.trouble else "",
        "since": row.since,
        "order": row.order.number if row.order else None,
        "recipient": row.order.recipient if row.order else None,
        "destination": row.destination,
        "shipped_at": row.shipped_at,
        "last_at": row.last_at,
        "last_text": row.last_text,
        "queried_at": row.queried_at,
    }


def refresh(services: Services, args: argparse.Namespace) -> Outcome:
    """Ask for news of each number; one that fails does not stop the others."""
    results = [_ask(services, number, args.phone) for number in args.numbers]
    failed = sum("error" in result for result in results)
    lines = [
        f"{r['number']}: {r['error']['message'] if 'error' in r else r['last_text']}"
        for r in results
    ]
    code = DONE if not failed else PROBLEMS if failed < len(results) else REFUSED
    return Outcome({"shipments": results}, lines, code)


def _ask(services: Services, number: str, phone: str) -> dict[str, Any]:
    try:
        rows = services.shipments.find(number)
        if not rows:
            raise NotFound(
                _("The shop has no parcel with the number {number}.").format(number=number)
            )
        return _parcel(services.shipments.refresh(rows[0].id, phone).row)
    except UserError as error:
        told = {"code": error.code, "message": error.message, "hint": error.hint}
        return {"number": number, "error": told}
