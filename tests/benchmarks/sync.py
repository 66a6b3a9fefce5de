"""100,000 ops from station to station through a folder, against the bare work they stand for."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, text

from db.database import Database
from db.ids import new_id
from db.models import Customer, Message
from db.sync.folder import FolderRelay, create_folder
from tests.benchmarks import words
from tests.benchmarks.measure import Measure, milliseconds
from tests.benchmarks.seed import Shop
from tests.db.sync.homes import Home, Register

OPS: Final = 100_000
_EDITED: Final = 15_000
_ROUNDS: Final = 3
_MARKER: Final = b"benchmark"
_EDIT: Final = "UPDATE customers SET phone = ?, last_seen_at = ? WHERE id = ?"


class _Round(NamedTuple):
    """Milliseconds of one run of the writing side, and of what it is compared with."""

    sealing: float
    spent: float
    copying: float
    reading: float
    taking: float
    bare: float
    bytes: int
    same: bool


def run(_shop: Shop) -> list[Measure]:
    """85 % new messages, 15 % edits of customers, as in a working day."""
    rounds = list[_Round]()
    for _ in range(_ROUNDS):
        with TemporaryDirectory() as name:
            rounds.append(_round(Path(name)))
    # The best of some runs: others may use the machine.
    best = _Round._make(map(min, zip(*rounds, strict=True)))
    return [
        Measure(
            *("sync: seal and publish 100,000 ops", best.sealing, best.copying, 25.0),
            note=f"÷ copy + fsync of {best.bytes / 1e6:.1f} MB",
        ),
        Measure(
            *("sync: seal and publish, the work", best.spent, best.reading, 2.0),
            note="÷ reading the same rows once, CPU",
        ),
        Measure(
            *("sync: take 100,000 ops", best.taking, best.bare, 1.6),
            note="÷ executemany, CPU" if best.same else "NOT THE SAME",
        ),
        Measure("sync: bytes an op", best.bytes / OPS, 90, 1.0, unit="B"),
    ]


def _round(folder: Path) -> _Round:
    share = folder / "share"
    create_folder(share, _MARKER)
    a, b = (_home(folder, who) for who in ("a", "b"))
    customers = _customers(a.db)
    for home in (a, b, a):
        home.sync()
    _work(a.db, customers)
    reading = _busy(lambda: _read_once(a))
    before, began = _size(share / "ops"), time.process_time()
    sealing = milliseconds(a.engine.seal) + milliseconds(a.engine.publish)
    spent = (time.process_time() - began) * 1000
    sealed = _size(share / "ops") - before
    copying = milliseconds(lambda: _copy(share / "ops", folder / "copy", a.dev))
    bare = _bare(folder / "bare.db", a)
    taking = _busy(partial(b.engine.pull, full=True))
    same = _messages(a) == _messages(b)
    for home in (a, b):
        home.close()
    return _Round(sealing, spent, copying, reading, taking, bare, sealed, same)


def _messages(home: Home) -> list[tuple[object, ...]]:
    return home.ask("SELECT count(*), sum(at) FROM messages")


def _read_once(home: Home) -> None:
    """What no way of sealing can do without: the notes, and each row they name, out of the file."""
    with home.db.cursor() as cursor:
        for query in (
            "SELECT txn, table_no, rid, kind, fields FROM change",
            "SELECT * FROM messages ORDER BY rid",
            "SELECT rid, id, phone, last_seen_at, _st, _dv, _fc FROM customers ORDER BY rid",
        ):
            cursor.execute(query)
            while cursor.fetchmany(4_096):
                pass


def _home(folder: Path, name: str) -> Home:
    relay = FolderRelay(folder / "share", _MARKER)
    return Home(folder / name, name, relay, _REGISTER)


_REGISTER: Final = Register()


def _customers(database: Database) -> list[bytes]:
    rows = [{"id": new_id(), "nick": f"客户{n}", "created_at": n} for n in range(_EDITED)]
    with database.write("import") as session:
        session.execute(insert(Customer), rows)
    return [row["id"] for row in rows]  # type: ignore[misc]


def _work(database: Database, customers: Sequence[bytes]) -> None:
    dice = random.Random(7)
    conversations = [new_id() for _ in range(3_000)]
    messages = [
        {
            "id": new_id(),
            "conversation_id": dice.choice(conversations),
            "author": dice.choice(("customer", "agent")),
            "text": words.sentence(dice, asked=n % 2 == 0),
            "at": 1_790_000_000_000 + n * 900,
        }
        for n in range(OPS - _EDITED)
    ]
    with database.write("import") as session:
        session.execute(insert(Message), messages)
        raw = session.connection()
        raw.exec_driver_sql(_EDIT, [_edit(n, row) for n, row in enumerate(customers)])


def _edit(n: int, row: bytes) -> tuple[str, int, bytes]:
    return f"138{n:08d}", n, row


def _bare(path: Path, home: Home) -> float:
    """The same rows into the same tables with the same indexes, and nothing else."""
    shutil.copy(home.file, path)
    database = Database(path, home.db.key)
    with database.engine.begin() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (trigger,) in connection.exec_driver_sql(triggers).all():
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        names, rows = _rows(connection)
        connection.exec_driver_sql("DELETE FROM messages")
        edits = [_edit(n, row) for n, row in enumerate(_ids(connection))]
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO messages({', '.join(names)}) VALUES ({marks})"

    def work() -> None:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(statement, rows)
            connection.exec_driver_sql(_EDIT, edits)

    spent = _busy(work)
    database.close()
    return spent


def _rows(connection: Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = connection.execute(text("SELECT * FROM messages ORDER BY rid"))
    names = list(found.keys())
    place = names.index("rid")
    rows = [(*row[:place], *row[place + 1 :]) for row in found]
    return [name for name in names if name != "rid"], rows


def _ids(connection: Connection) -> list[bytes]:
    return [row[0] for row in connection.exec_driver_sql("SELECT id FROM customers ORDER BY rid")]


def _busy(work: Callable[[], object]) -> float:
    """Milliseconds of processor time: both sides do the same to the disk, and others may use it."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _copy(source: Path, target: Path, dev: int) -> None:
    target.mkdir()
    for file in (source / f"{dev:016x}").iterdir():
        copy = target / file.name
        shutil.copyfile(file, copy)
        descriptor = os.open(copy, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.kds"))
