"""What sharing costs while nobody writes, and how soon a change is at the other station."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import text

from app.homes import PASSPHRASE_VARIABLE, create_home
from app.services import Services, build_services
from app.sync.place import PACES, Place
from db.models import Customer
from db.sync.heads import Head, Heads
from db.sync.here import ALIVE_MS, HereBoard
from db.sync.surroundings import Surroundings
from db.sync.whereabouts import Here
from tests.benchmarks.measure import Measure
from tests.benchmarks.seed import Shop

STATIONS: Final = 50
MESSAGES: Final = 20
WATCHED_S: Final = 30.0
_CALM_S: Final = 6.0


def run(_shop: Shop) -> list[Measure]:
    """Two stations for the way of a change; 49 more that only say they are there for the idling."""
    with TemporaryDirectory() as name, _two(Path(name)) as (first, second):
        took = _latency(first, second)
        share, looks = _idling(first, second)
    pace = PACES[Place.LOCAL]
    return [
        Measure(
            "sync: a change to the other station, p50",
            statistics.median(took),
            (pace.quiet_s + pace.poll_s) * 1000,
            2.5,
            note=f"÷ its own pauses; longest {max(took):.0f} ms",
        ),
        Measure(
            f"sync: watching {STATIONS} idle stations",
            share,
            1.0,
            1.0,
            unit="%",
            note=f"of a core; {looks:.0f} file calls a minute",
        ),
    ]


@contextmanager
def _two(folder: Path) -> Iterator[tuple[Services, Services]]:
    os.environ.setdefault(PASSPHRASE_VARIABLE, "benchmark")
    (folder / "share").mkdir()
    first, second = (build_services(create_home(folder / who)) for who in ("first", "second"))
    try:
        for services in (first, second):
            services.staff.act_as_operator()
        first.shop.create(folder / "share", "first", "benchmark")
        second.shop.join(folder / "share", first.shop.invite().code, "second")
        (request,) = first.shop.requests()
        first.shop.approve(request.station)
        first.share()
        second.share()
        time.sleep(_CALM_S)
        yield first, second
    finally:
        first.close()
        second.close()


def _latency(first: Services, second: Services) -> list[float]:
    """Milliseconds from the commit at one station to the row at the other."""
    took = []
    for number in range(MESSAGES):
        with first.db.write() as session:
            customer = Customer(platform="own", shop="s", nick=f"n{number}", created_at=1)
            session.add(customer)
            session.flush()
        start = time.perf_counter()
        while not _has(second, customer.id):
            time.sleep(0.01)
        took.append((time.perf_counter() - start) * 1000)
    return took


def _has(services: Services, row_id: bytes) -> bool:
    with services.db.read() as session:
        found = session.scalar(text("SELECT 1 FROM customers WHERE id = :id"), {"id": row_id})
    return found is not None


def _idling(first: Services, second: Services) -> tuple[float, float]:
    """CPU of the second station's sync thread in percent of a core, and its file calls a minute."""
    membership, relay = first.sync.membership(), first.sync.relay()
    around = Surroundings()
    devs = [membership.new_dev(around.random) for _ in range(STATIONS - 1)]
    boards = []
    for dev in devs:
        membership.announce(relay, dev)
        Heads(relay, membership, around).write(dev, Head(vector=[]), [])
        boards.append(HereBoard(relay, membership, partial(int, dev), around))
    thread = next(t for t in threading.enumerate() if t.name == "kefu-sync" and _is_of(t, second))
    counted = _count_calls(second)
    stop = threading.Event()
    others = threading.Thread(target=_be_there, args=(boards, stop))
    others.start()
    time.sleep(_CALM_S)
    calls, cpu, start = counted[0], _cpu(thread), time.perf_counter()
    time.sleep(WATCHED_S)
    calls, cpu, took = counted[0] - calls, _cpu(thread) - cpu, time.perf_counter() - start
    stop.set()
    others.join()
    return cpu / took * 100, calls / took * 60


def _is_of(thread: threading.Thread, services: Services) -> bool:
    rounds = services.sync._rounds
    return rounds is not None and thread is rounds._thread


def _cpu(thread: threading.Thread) -> float:
    assert thread.ident is not None
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


def _count_calls(services: Services) -> list[int]:
    counted, relay = [0], services.sync.relay()
    call = relay._call

    def counting(work: Any, *more: Any) -> Any:
        counted[0] += 1
        return call(work, *more)

    relay._call = counting  # type: ignore[method-assign, assignment]  # for good
    return counted


def _be_there(boards: list[HereBoard], stop: threading.Event) -> None:
    """Every desk says now and then that somebody sits at it."""
    while not stop.is_set():
        for number, board in enumerate(boards):
            board.say(Here(f"staff {number}".encode(), f"Agent {number}"))
            if stop.wait(ALIVE_MS / 1000 / len(boards)):
                return
