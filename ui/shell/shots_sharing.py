"""A shop to take pictures of: one station was let in, two ask by one code, and two disagree."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.conversations import InboxView
from app.homes import create_home
from app.orders import OrderFilter
from app.services import Services, build_services
from app.sync import Here, SyncState

_PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class SharedShop:
    """The other stations; `conversation` is one that a colleague has before them.

    `order` was corrected at two of them at once.
    """

    others: list[Services]
    conversation: bytes
    order: bytes

    def speak_up(self) -> None:
        """Let the colleague be seen typing; it fades like any presence."""
        second = self.others[0]
        second.channels.presence.set_agent_typing(self.conversation, on=True)
        second.sync.pass_now()

    def close(self) -> None:
        """End the other stations."""
        for one in self.others:
            one.close()


def share(first: Services, folder: Path, homes: Path) -> SharedShop:
    """Found a shop at `first` and bring two more stations to it; takes some seconds."""
    folder.mkdir(parents=True)
    me = first.staff.current
    first.staff.act_as_operator()
    first.shop.create(folder, "前台1")
    second = _come(first, folder, homes / "前台2", "前台2")
    code = first.shop.invite().code
    askers = [_come(first, folder, homes / name, name, code) for name in ("仓库", "新电脑")]
    (one,) = (r for r in first.shop.requests() if r.name == "前台2")
    first.shop.approve(one.station)
    if me is not None:
        first.staff.sign_in_as(me.id)
    conversation, customer = _in_question(first)
    _until(lambda: _is_current(second) and _knows(second, conversation))
    _until(lambda: _has_read(first, second))
    colleague = next(m for m in second.staff.members() if me is None or m.id != me.id)
    second.staff.sign_in_as(colleague.id)
    order = next(line.id for line in first.orders.find(OrderFilter(statuses=frozenset({"paid"}))))
    _disagree(first, second, customer, order)
    second.sync.show_here(Here(colleague.id, colleague.shown_name, conversation))
    return SharedShop([second, *askers], conversation, order)


def _come(first: Services, folder: Path, home: Path, name: str, code: str = "") -> Services:
    made = build_services(create_home(home, "practice"), fill=False)
    made.staff.act_as_operator()
    made.shop.join(folder, code or first.shop.invite().code, name)
    made.sync.stop()
    return made


def _in_question(first: Services) -> tuple[bytes, bytes]:
    row = first.conversations.inbox(InboxView.WAITING, limit=1)[0]
    return row.id, row.customer_id


def _is_current(one: Services) -> bool:
    one.sync.pass_now()
    status = one.sync.status()
    return status.state is not SyncState.WAITING and not status.unread and not status.outbox


def _has_read(first: Services, second: Services) -> bool:
    """Whether the founder knows all that the second brought along."""
    second.sync.pass_now()
    status = first.sync.last_status
    return len(status.stations) > 1 and not status.unread and not status.outbox


def _knows(second: Services, conversation: bytes) -> bool:
    return any(
        row.id == conversation for row in second.conversations.inbox(InboxView.ALL, limit=500)
    )


def _disagree(first: Services, second: Services, customer: bytes, order: bytes) -> None:
    """Both write the same fields before they hear of each other."""
    first.sync.stop()
    first.customers.change(customer, phone="13800001111", salutation="林小姐")
    second.customers.change(customer, phone="13900002222", salutation="小雨")
    for station, phone in ((first, "13800001111"), (second, "13900002222")):
        receiver = station.verification.receiver(order)
        station.verification.fix(order, replace(receiver, phone=phone))
    for one in (first, second, first, second):
        one.sync.pass_now()
    first.share()
    _until(lambda: bool(first.disputes.open()))


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not there():
        if time.monotonic() > end:
            raise RuntimeError("the stations did not find each other")
        time.sleep(0.2)
