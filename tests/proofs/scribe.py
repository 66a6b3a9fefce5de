"""The scripted staff of a station: messages, customers, tags, phrases, imports, as a shop has them.

Half of it goes through the services, as the window does it; the other half through single rows,
few of them, so that stations meet on the same fields again and again, with each value's clock noted.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.conversations import CustomerHint, IncomingMessage
from app.services import Services
from db.clock import now_ms
from db.database import Database
from db.registry import BY_NAME
from db.sync.rows import Row
from db.sync.tables import read_rows, shape_of
from tests.app.sources.made_files import HEADERS, LISTS, MadeOrder, csv_text, write_csv
from tests.db.sync.simulation.edits import Edit, Editor
from tests.db.sync.simulation.oracle import facts_between, steps_back
from tests.proofs.ledger import Note, Pen, pack_fact

VISITORS: Final = 8
SHARED_FILES: Final = 12
"""Exports that more than one station imports."""
ORDERS_A_FILE: Final = 5


class StationEditor(Editor):
    """Words that no other station and no other run of this one writes."""

    def __init__(self, rng: random.Random, prefix: str) -> None:
        super().__init__(rng)
        self._prefix = prefix

    def word(self) -> str:
        return f"{self._prefix}-{self.count}"


class Scribe:
    """Writes one thing after another and keeps the ledger. `manages`: staff and settings too."""

    def __init__(
        self, services: Services, pen: Pen, prefix: str, files: Path, *, manages: bool
    ) -> None:
        self._services, self._pen, self._files = services, pen, files
        self._manages = manages
        self._rng = random.Random(prefix)
        self._editor = StationEditor(self._rng, prefix)
        self._prefix, self._count = prefix, 0
        self._conversations: list[bytes] = []

    def step(self) -> None:
        """Write one thing; raises what the desk raises, and then nothing is acknowledged."""
        self._count += 1
        draw = self._rng.random()
        if draw < 0.2:
            self._receive()
        elif draw < 0.4 and self._conversations:
            self._answer()
        elif draw < 0.43:
            self._import()
        elif draw < 0.47 and self._manages:
            self._edit(self._editor.draw_restricted(now_ms()))
        else:
            self._edit(self._editor.draw(now_ms()))

    def _receive(self) -> None:
        """A customer writes; what two channels deliver is one message."""
        shared = self._rng.random() < 0.3
        number = f"shared-{now_ms() // 4000}" if shared else f"{self._prefix}-in{self._count}"
        visitor = number if shared else f"visitor{self._rng.randrange(VISITORS)}"
        text = f"请问 {number}"
        incoming = IncomingMessage(
            "webchat", "site", number, visitor, text, customer=CustomerHint(nick=visitor)
        )
        view = self._services.conversations.receive(incoming)
        self._pen.confirm(self._pen.intend(Note(0, messages=[(view.id, text)])))
        self._conversations = [view.conversation_id, *self._conversations[:9]]

    def _answer(self) -> None:
        text = f"您好 {self._prefix}-out{self._count}"
        view = self._services.conversations.send(self._rng.choice(self._conversations), text)
        self._pen.confirm(self._pen.intend(Note(0, messages=[(view.id, text)])))

    def _import(self) -> None:
        """One of the exports that all stations have at hand."""
        number = self._rng.randrange(SHARED_FILES)
        path = make_export(self._files / f"{self._prefix}.csv", number)
        report = self._services.order_import.run([path])
        numbers = order_numbers(number) if report.taken else []
        self._pen.confirm(self._pen.intend(Note(0, orders=numbers)))

    def _edit(self, edit: Edit) -> None:
        number = write_noted(self._services.db, edit, self._pen)
        self._pen.confirm(number)


def write_noted(database: Database, edit: Edit, pen: Pen) -> int:
    """Do an edit in a transaction, noting before its commit what it wrote; returns the number."""
    with database.write(edit.origin) as session:
        before = _read(session, edit)
        edit.run(session.connection())
        after = _read(session, edit)
        facts = [pack_fact(fact) for fact in facts_between(edit, before, after, 0, 0)]
        back = edit.row if steps_back(edit, before, after) else b""
        return pen.intend(Note(0, facts=facts, went_back=back))


def _read(session: Session, edit: Edit) -> Row | None:
    shape = shape_of(BY_NAME[edit.table].number)
    found = list(read_rows(session.connection(), shape, "id", [edit.row]))
    return found[0][2] if found else None


def order_numbers(number: int) -> list[str]:
    """The orders of one export."""
    return [f"98000000000{number:04}{place:04}" for place in range(ORDERS_A_FILE)]


def make_export(path: Path, number: int) -> Path:
    """Write an export of the platform; the same number makes the same file."""
    orders = [
        MadeOrder(
            number=order, nick=f"tb买家{number}", title=f"样例 {order}", remark=f"备注{order}"
        )
        for order in order_numbers(number)
    ]
    return write_csv(path, csv_text(HEADERS[LISTS[-1]], orders))
