"""`kefu sync`: share with the other stations without a window, and say how it fares."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.core.zones import shop_zone
from app.sync.shared import is_shared
from app.sync.status import STRANGERS, SyncState, SyncStatus

if TYPE_CHECKING:
    from app.services import Services
    from app.sync.service import SyncService
    from db.sync.checking import Fault, Repaired, Verified

MOST_PASSES: Final = 20
"""Passes of `--once`: each may bring what the next one needs."""
OTHER_WAIT_S: Final = 30.0
"""How long `--once` waits for the process that syncs this home already."""
_LOOK_S: Final = 0.2


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verb."""
    parser = verb(verbs, "sync", run_sync, about=_("share with the other stations of the shop"))
    modes = parser.add_mutually_exclusive_group()
    for name, about in (
        ("once", _("give and take what there is, then end (the default)")),
        ("watch", _("go on until told to stop")),
        ("status", _("only say how the sharing fares")),
        ("verify", _("prove every file of the shared folder and name what is wrong")),
        ("repair", _("put back what is damaged or missing, from here and from the others")),
        ("accept-loss", _("go on without what no computer can bring back")),
        ("noted", _("take note of what only tells that something happened")),
    ):
        modes.add_argument(f"--{name}", dest="mode", action="store_const", const=name, help=about)
    parser.set_defaults(mode="once")


def run_sync(services: Services, args: argparse.Namespace) -> Outcome:
    """Do what the mode says; exit code 1 where something keeps the stations apart."""
    if not is_shared(services.db):
        raise UserError(
            _("This shop is on this computer alone."),
            hint=_("Share it with “kefu shop create”, or join one with “kefu shop join”."),
            code="not_shared",
        )
    if args.mode in {"verify", "repair"}:
        return run_check(services.sync, repair=args.mode == "repair")
    if args.mode == "accept-loss":
        return _accept_loss(services)
    if args.mode == "noted":
        services.shop.note_told()
    if args.mode == "watch":
        _watch(services.sync, services)
    elif args.mode == "once":
        _once(services.sync)
    return _told(services.sync.status(), services)


def run_check(sync: SyncService, *, repair: bool) -> Outcome:
    """Prove the folder, or mend it; exit code 1 where something is wrong, or stays so."""
    from app.sync.folders import relay_errors  # brings the ciphers along

    with relay_errors():
        sync.pass_now(full=True)
        if repair:
            return _repaired(sync.engine().repair())
        return _verified(sync.engine().verify())


def _accept_loss(services: Services) -> Outcome:
    """Give up what is missing; what it was is named before it is gone over."""
    from app.sync.folders import relay_errors  # brings the ciphers along

    with relay_errors():
        services.sync.pass_now(full=True)
    lost = services.shop.losses()
    count = services.shop.accept_losses()
    lines = [
        ngettext(
            "{n} part of {station} given up", "{n} parts of {station} given up", one.parts
        ).format(n=one.parts, station=one.station or "?")
        for one in lost
    ]
    document = {"given_up": [{"station": o.station, "parts": o.parts} for o in lost]}
    return Outcome(
        document, lines if count else [_("Nothing is missing that the others were asked for.")]
    )


def _verified(report: Verified) -> Outcome:
    looked = _("{segments} segments, {snapshots} snapshots, {records} records proved.").format(
        segments=report.segments, snapshots=report.snapshots, records=report.records
    )
    document = {
        "segments": report.segments,
        "snapshots": report.snapshots,
        "records": report.records,
        "attachments": report.attachments,
        "bytes": report.bytes,
        "faults": [_fault(fault) for fault in report.faults],
    }
    lines = [looked, *(_fault_line(fault) for fault in report.faults)]
    return Outcome(document, lines, PROBLEMS if report.faults else DONE)


def _repaired(done: Repaired) -> Outcome:
    document = {
        "restored": done.restored,
        "removed": done.removed,
        "asked": done.asked,
        "snapshot": done.snapshot_wanted,
        "faults": [_fault(fault) for fault in done.left],
    }
    lines = [_("put back: {name}").format(name=name) for name in done.restored]
    lines += [_("removed: {name}").format(name=name) for name in done.removed]
    lines += [_("asked the others for: {name}").format(name=name) for name in done.asked]
    lines += [_fault_line(fault) for fault in done.left]
    lines = lines or [_("Nothing was to be mended.")]
    return Outcome(document, lines, PROBLEMS if done.left or done.asked else DONE)


def _fault(fault: Fault) -> dict[str, str]:
    return {"name": fault.name, "reason": fault.reason, "detail": fault.detail}


def _fault_line(fault: Fault) -> str:
    return " ".join(filter(None, ("✗", fault.name, fault.reason, fault.detail)))


def _once(sync: SyncService) -> None:
    from db.sync.keys import KeyFault  # brings the ciphers along
    from db.sync.relay import RelayError

    _pass_on(sync)
    with suppress(RelayError, KeyFault):
        # Nobody is here to see whether what is missing comes by itself; the next time may find it.
        sync.engine().reader.ask_now()


def _pass_on(sync: SyncService) -> None:
    for number in range(MOST_PASSES):
        result = sync.pass_now(full=number == 0)
        if result is None:
            _wait_for_other(sync)
            return
        if (
            result.offline
            or result.waiting
            or not (result.sealed or result.published or result.taken)
        ):
            return


def _wait_for_other(sync: SyncService) -> None:
    """The desk or a headless station is at it: its passes are as good as ours."""
    end = time.monotonic() + OTHER_WAIT_S
    while time.monotonic() < end:
        status = sync.status()
        if not status.outbox and not status.unread:
            return
        time.sleep(_LOOK_S)


def _watch(sync: SyncService, services: Services) -> None:
    stop, news = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
    forget = sync.subscribe(news.set)
    services.keeper.start()
    sync.start()
    told = ""
    try:
        while not stop.wait(_LOOK_S):
            if news.is_set():
                news.clear()
                line = _line(sync.last_status, services)
                if line != told:
                    told = line
                    sys.stderr.write(f"{line}\n")
    finally:
        forget()
        sync.stop()


def _told(status: SyncStatus, services: Services) -> Outcome:
    lines = [_line(status, services)]
    for station in status.stations:
        seen = _moment(station.last_seen, services) if station.last_seen else _("never")
        lines.append(
            _("{name}: last seen {time}, {n} behind").format(
                name=station.name, time=seen, n=station.behind
            )
        )
    lines += [f"✗ {_problem_words(p.code)} {p.about}".rstrip() for p in status.problems]
    fine = status.state in {SyncState.CURRENT, SyncState.BEHIND} and not status.failures
    return Outcome(_document(status), lines, DONE if fine else PROBLEMS)


def _problem_words(code: str) -> str:
    return _(STRANGERS[code]) if code in STRANGERS else code


def _document(status: SyncStatus) -> dict[str, Any]:
    return {
        "station": status.station,
        "shop": status.shop,
        "state": _named(status.state),
        "folder": status.folder,
        "outbox": status.outbox,
        "unread": status.unread,
        "offline_since": status.offline_since or None,
        "conflicts": status.conflicts,
        "stations": [
            {
                "name": s.name,
                "id": s.station.hex(),
                "mine": s.mine,
                "manages": s.manages,
                "revoked": s.revoked,
                "last_seen": s.last_seen or None,
                "behind": s.behind,
                "unread": s.unread,
                "version": s.version,
            }
            for s in status.stations
        ],
        "problems": [
            {"code": p.code, "about": p.about, "detail": p.detail, "since": p.since}
            for p in status.problems
        ],
        "failures": list(status.failures),
    }


def _named(state: SyncState) -> str:
    """The four words of the interface; a station that waits to be let in needs somebody."""
    needs = state in {SyncState.WAITING, SyncState.OUT}
    return "attention" if needs else state.value


def _line(status: SyncStatus, services: Services) -> str:
    match status.state:
        case SyncState.CURRENT:
            return _("Up to date.")
        case SyncState.BEHIND:
            n = status.outbox + status.unread
            return ngettext("{n} change is on its way.", "{n} changes are on their way.", n).format(
                n=n
            )
        case SyncState.OFFLINE:
            time_ = _moment(status.offline_since, services)
            return _("The shared folder is not there since {time}.").format(time=time_)
        case SyncState.WAITING:
            return _("This station waits to be let in.")
        case SyncState.OUT:
            return _("This station was shut out of the shop.")
        case _:
            return _("Something needs a person: open the sharing page.")


def _moment(at: int, services: Services) -> str:
    zone = shop_zone(services.settings)
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M")
