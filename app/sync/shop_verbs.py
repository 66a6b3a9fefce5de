"""`kefu shop`: found the shop of several stations, let stations in and out, take it back."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.outcome import DONE, PROBLEMS, Handler, Outcome, Subparsers, verb
from app.core.zones import shop_zone
from app.sync.refused import refused_words

if TYPE_CHECKING:
    from app.services import Services
    from app.sync.shop import ShopMember, StationRequest

_LOOK_S: Final = 1.0
_Parser = argparse.ArgumentParser


def register(verbs: Subparsers[_Parser]) -> None:
    """Add the verbs."""
    about = _("the stations of the shop")
    group = verbs.add_parser("shop", help=about, description=about).add_subparsers(
        dest="shop_verb", required=True, metavar="VERB"
    )
    _register_entry(group)
    _register_rule(group)


def _register_entry(group: Subparsers[_Parser]) -> None:
    create = verb(group, "create", run_create, about=_("found a shop in an empty shared folder"))
    _add_place(create)
    create.add_argument("--name", default="", help=_("the shop's name"))
    join = verb(group, "join", run_join, about=_("ask to join by an invitation"))
    _add_place(join)
    join.add_argument("--code", required=True, help=_("the invitation's code"))
    join.add_argument(
        "--bring-data", action="store_true", help=_("merge this home's data into the shop's")
    )
    join.add_argument(
        "--wait", type=float, default=0, metavar="SECONDS", help=_("wait to be let in")
    )
    verb(group, "cancel", run_cancel, about=_("take back the request to join"))
    recover = verb(group, "recover", run_recover, about=_("take the shop back by recovery words"))
    _add_place(recover)
    recover.add_argument(
        "words", nargs="*", metavar="WORD", help=_("the twelve words; else read from the input")
    )


def _register_rule(group: Subparsers[_Parser]) -> None:
    invite = verb(group, "invite", run_invite, about=_("make a code that lets one station ask"))
    invite.add_argument("--manage", action="store_true", help=_("the station shall manage"))
    invite.add_argument("--hours", type=int, default=72, help=_("how long the code is good"))
    verb(group, "members", run_members, about=_("list stations and requests"))
    approve = verb(group, "approve", run_approve, about=_("let a station in"))
    approve.add_argument(
        "station", nargs="?", default="", help=_("name or id; if only one asks, it")
    )
    right = approve.add_mutually_exclusive_group()
    right.add_argument("--manage", action="store_true", help=_("it may manage the shop"))
    right.add_argument("--no-manage", action="store_true", help=_("it may not manage the shop"))
    approve.add_argument("--administrator", action="store_true", help=_("it gets the root key too"))
    decline = verb(group, "decline", run_decline, about=_("turn a request to join down"))
    decline.add_argument(
        "station", nargs="?", default="", help=_("name or id; if only one asks, it")
    )
    for name, run, about in (
        ("revoke", run_revoke, _("shut a station out")),
        ("grant", run_grant, _("let a station manage")),
        ("withdraw", run_withdraw, _("take the right to manage from a station")),
    ):
        parser = _with_station(group, name, run, about)
        if name == "grant":
            parser.add_argument(
                "--administrator", action="store_true", help=_("it gets the root key too")
            )
    verb(group, "rotate-key", run_rotate, about=_("draw a new key for all that is written"))
    sheet = verb(group, "sheet", run_sheet, about=_("print a recovery sheet"))
    sheet.add_argument("--out", type=Path, metavar="FILE", help=_("write a page to print (.html)"))
    sheet.add_argument(
        "--void-older", action="store_true", help=_("older sheets open nothing any more")
    )


def run_create(services: Services, args: argparse.Namespace) -> Outcome:
    """Found a shop."""
    services.shop.create(args.folder, args.station, args.name)
    lines = [
        _("The shop is founded in {folder}.").format(folder=args.folder),
        _("Print a recovery sheet now: kefu shop sheet --out sheet.html"),
    ]
    return Outcome(_standing(services), lines)


def run_join(services: Services, args: argparse.Namespace) -> Outcome:
    """Ask to join, and wait if told so; exit code 1 where nobody let it in by then."""
    seen = services.shop.join(args.folder, args.code, args.station, bring_data=args.bring_data)
    end = time.monotonic() + args.wait
    refusal = services.shop.refusal
    while not services.shop.joined and refusal is None and time.monotonic() < end:
        services.sync.pass_now()
        time.sleep(min(_LOOK_S, max(0.0, end - time.monotonic())))
        refusal = services.shop.refusal
    document = {"asked": seen.shop, **_standing(services)}
    if refusal is not None:
        lines = [refused_words(refusal), _("Take it back with “kefu shop cancel”, then ask anew.")]
        return Outcome({**document, "refused": refusal.value}, lines, PROBLEMS)
    if services.shop.joined:
        return Outcome(
            document, [_("This station is in the shop “{shop}”.").format(shop=seen.shop)]
        )
    line = _("Asked to join “{shop}”; somebody at a managing station lets this one in.")
    return Outcome(document, [line.format(shop=seen.shop)], PROBLEMS if args.wait else DONE)


def run_cancel(services: Services, _args: argparse.Namespace) -> Outcome:
    """Take the request back."""
    services.shop.cancel()
    return Outcome(_standing(services), [_("The request is taken back.")])


def run_recover(services: Services, args: argparse.Namespace) -> Outcome:
    """Take the shop back; the words may come from the input, so that no history keeps them."""
    words = " ".join(args.words) or sys.stdin.read()
    services.shop.recover(args.folder, words, args.station)
    lines = [
        _("This station manages the shop now."),
        _("Shut out the stations that were lost: kefu shop revoke STATION"),
    ]
    return Outcome(_standing(services), lines)


def run_invite(services: Services, args: argparse.Namespace) -> Outcome:
    """Make an invitation."""
    made = services.shop.invite(manage=args.manage, hours=max(1, args.hours))
    until = datetime.fromtimestamp(made.expires_at / 1000, shop_zone(services.settings))
    document = {"code": made.code, "payload": made.payload, "expires": made.expires_at}
    line = _("good for one station until {time}").format(time=until.strftime("%Y-%m-%d %H:%M"))
    return Outcome(document, [made.code, line])


def run_members(services: Services, _args: argparse.Namespace) -> Outcome:
    """List stations and requests."""
    members, requests = services.shop.members(), services.shop.requests()
    document = {
        "stations": [_member(member) for member in members],
        "requests": [
            {
                "id": r.station.hex(),
                "name": r.name,
                "asked": r.asked_at,
                "manage": r.manage,
                "shared_code": r.shared_code,
            }
            for r in requests
        ],
    }
    lines = [f"{m.station.hex()[:8]}  {m.name or '-'}  {_state(m)}".rstrip() for m in members]
    lines += [_request_line(request) for request in requests]
    return Outcome(document, lines)


def run_approve(services: Services, args: argparse.Namespace) -> Outcome:
    """Let a station in."""
    services.shop.require_right()
    requests = services.shop.requests()
    found = _chosen(args.station, [(r.station, r.name) for r in requests])
    manage = True if args.manage else False if args.no_manage else None
    services.shop.approve(found, manage=manage, administrator=args.administrator)
    return _changed(services, found, _("{name} is in the shop."))


def run_decline(services: Services, args: argparse.Namespace) -> Outcome:
    """Turn a request down."""
    services.shop.require_right()
    requests = services.shop.requests()
    found = _chosen(args.station, [(r.station, r.name) for r in requests])
    services.shop.decline(found)
    name = next(r.name for r in requests if r.station == found)
    document = {"declined": {"id": found.hex(), "name": name}}
    return Outcome(document, [_("{name} is not let in.").format(name=name)])


def run_revoke(services: Services, args: argparse.Namespace) -> Outcome:
    """Shut a station out."""
    station = _station(services, args.station)
    void = services.shop.revoke(station)
    outcome = _changed(services, station, _("{name} is out. Change the folder's password too."))
    if void:
        outcome.lines.append(_("Older recovery sheets are void: print a new one."))
    return Outcome({**outcome.document, "sheets_void": void}, outcome.lines)


def run_grant(services: Services, args: argparse.Namespace) -> Outcome:
    """Let a station manage."""
    station = _station(services, args.station)
    services.shop.grant(station, administrator=args.administrator)
    return _changed(services, station, _("{name} may manage the shop."))


def run_withdraw(services: Services, args: argparse.Namespace) -> Outcome:
    """Take the right from a station."""
    station = _station(services, args.station)
    void = services.shop.withdraw(station)
    outcome = _changed(services, station, _("{name} may no longer manage the shop."))
    if void:
        outcome.lines.append(_("Older recovery sheets are void: print a new one."))
    return Outcome({**outcome.document, "sheets_void": void}, outcome.lines)


def run_rotate(services: Services, _args: argparse.Namespace) -> Outcome:
    """Draw a new key."""
    services.shop.rotate()
    return Outcome(_standing(services), [_("From now on a new key is in use.")])


def run_sheet(services: Services, args: argparse.Namespace) -> Outcome:
    """Print a recovery sheet."""
    sheet = services.shop.print_sheet(void_older=args.void_older)
    if args.out is None:
        return Outcome({"words": list(sheet.words), "payload": sheet.payload}, [*sheet.words])
    args.out.write_text(sheet.html, encoding="utf-8")
    args.out.chmod(0o600)
    line = _("Sheet written: {file}. Print it, then delete the file.").format(file=args.out)
    return Outcome({"file": str(args.out)}, [line])


def _add_place(parser: _Parser) -> None:
    parser.set_defaults(may_create=True)  # a new computer begins with this
    parser.add_argument("--folder", type=Path, required=True, help=_("the shared folder"))
    parser.add_argument("--station", required=True, help=_("what this computer is called"))


def _with_station(group: Subparsers[_Parser], name: str, run: Handler, about: str) -> _Parser:
    parser = verb(group, name, run, about=about)
    parser.add_argument("station", help=_("name or id"))
    return parser


def _station(services: Services, text: str) -> bytes:
    return _chosen(text, [(m.station, m.name) for m in services.shop.members() if not m.revoked])


def _chosen(text: str, known: list[tuple[bytes, str]]) -> bytes:
    wanted = text.strip().lower()
    found = [
        station
        for station, name in known
        if not wanted
        or name.lower() == wanted
        or (len(wanted) >= 4 and station.hex().startswith(wanted))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            _("More than one station fits."), hint=_("Name it by its id."), code="ambiguous"
        )
    raise NotFound(_("There is no such station."), hint=_("See “kefu shop members”."))


def _changed(services: Services, station: bytes, line: str) -> Outcome:
    member = next(m for m in services.shop.members() if m.station == station)
    return Outcome({"station": _member(member)}, [line.format(name=member.name)])


def _member(member: ShopMember) -> dict[str, Any]:
    return {
        "id": member.station.hex(),
        "name": member.name,
        "joined": member.joined_at,
        "mine": member.mine,
        "manages": member.manages,
        "administers": member.administers,
        "revoked": member.revoked,
    }


def _request_line(request: StationRequest) -> str:
    line = f"{request.station.hex()[:8]}  " + _("{name} asks to join").format(name=request.name)
    shared = _("two ask with one code")
    return f"{line} ({shared})" if request.shared_code else line


def _state(member: ShopMember) -> str:
    words = [
        (member.mine, _("this station")),
        (member.revoked, _("out")),
        (member.administers, _("administrator")),
        (member.manages and not member.administers, _("manages")),
    ]
    return ", ".join(word for holds, word in words if holds)


def _standing(services: Services) -> dict[str, Any]:
    shop = services.shop
    state = "member" if shop.joined else "waiting" if shop.waiting else "alone"
    return {"state": state, "manages": shop.manages, "administers": shop.administers}
