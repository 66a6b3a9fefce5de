"""Takes phrases from files: what is new, changed, the same, or can't be taken."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.core.errors import UserError
from app.core.i18n import _
from app.core.pinyin import initials
from app.phrases.exchange.reading import ReadPhrase, read_phrases
from app.phrases.exchange.report import FileReport, ImportReport, PlannedPhrase
from app.phrases.groups import Groups
from app.phrases.spelling import stored_pinyin
from app.phrases.variables import without_variables
from app.sources import RowState
from app.staff import Member
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, new_id
from db.models.phrases import Phrase, PhraseGroup, Scope
from db.tokens import normalise

UNGROUPED: Final = "未分组"

_Key = tuple[str, str]


class PhraseImport:
    """Imports into the shop's phrases or those of one member; nothing is ever deleted."""

    def __init__(self, db: Database, groups: Groups) -> None:
        self._db, self._groups = db, groups

    def preview(
        self, paths: Sequence[Path], scope: Scope, owner: Member | None = None
    ) -> ImportReport:
        """Tell what an import would do."""
        owner = self._owner(scope, owner)
        report = ImportReport(dry_run=True)
        with self._db.read() as session:
            shelf = _Shelf(session, scope, owner)
            for path in paths:
                report.files.append(self._plan(path, shelf))
        return report

    def run(self, paths: Sequence[Path], scope: Scope, owner: Member | None = None) -> ImportReport:
        """Import the files, all that can be taken in one transaction."""
        owner = self._owner(scope, owner)
        report = ImportReport(dry_run=False)
        with self._db.write(origin="import") as session:
            shelf = _Shelf(session, scope, owner)
            for path in paths:
                report.files.append(self._plan(path, shelf))
            shelf.write()
        return report

    def _owner(self, scope: Scope, owner: Member | None) -> Member | None:
        member = self._groups.may_change(scope)
        if scope is Scope.SHOP:
            return None
        if not any((owner or member).id):
            raise UserError(
                _("Say whose phrases these shall be."), hint="--staff LOGIN", code="usage"
            )
        return owner or member

    def _plan(self, path: Path, shelf: _Shelf) -> FileReport:
        report = FileReport(path.name)
        try:
            file = read_phrases(path)
        except UserError as error:
            report.fail(error)
            return report
        report.take(file, shelf.plan(file.phrases))
        return report


@dataclass(slots=True)
class _Book:
    """A phrase there is, or will be."""

    id: bytes
    text: str
    title: str
    fresh: bool = False
    touched: bool = False


class _Shelf:
    """The phrases of one owner by group and code, and what becomes of them."""

    def __init__(self, session: Session, scope: Scope, owner: Member | None) -> None:
        self._session, self._scope = session, scope
        self._staff_id = owner.id if owner else None
        self._groups = self._read_groups()
        self._books: defaultdict[_Key, list[_Book]] = defaultdict(list)
        self._changes: dict[bytes, tuple[ReadPhrase, _Book]] = {}
        self._read_books()

    def plan(self, phrases: Sequence[ReadPhrase]) -> Iterator[PlannedPhrase]:
        """Say of each phrase of a file whether it is new, and keep in mind what to write.

        Rows that stand there word for word are matched first, so that two phrases under one code
        are told apart however the file is sorted.
        """
        claimed: set[bytes] = set()
        exact = {id(p): book for p in phrases if (book := self._same(p)) is not None}
        claimed.update(book.id for book in exact.values())
        for phrase in phrases:
            if id(phrase) in exact or self._same(phrase) is not None:
                yield PlannedPhrase(phrase, RowState.SAME)
            elif (book := self._other(phrase, claimed)) is not None:
                old, book.text, book.title = book.text, phrase.text, phrase.title or book.title
                claimed.add(book.id)
                self._changes[book.id] = phrase, book
                yield PlannedPhrase(phrase, RowState.CHANGED, old)
            else:
                claimed.add(self._add(phrase).id)
                yield PlannedPhrase(phrase, RowState.NEW)

    def write(self) -> None:
        """Write what is new or changed."""
        if not self._changes:
            return
        positions = self._positions()
        rows: list[dict[str, Any]] = []
        for phrase_id, (phrase, book) in self._changes.items():
            group_id = self._group_id(phrase.group or UNGROUPED)
            row = _row(phrase, book, phrase_id)
            if not book.fresh:
                del row["id"], row["code"]
                self._session.execute(update(Phrase).where(Phrase.id == phrase_id).values(**row))
                continue
            positions[group_id] += 1
            row.update(
                group_id=group_id, scope=self._scope, staff_id=self._staff_id, code=phrase.code,
                language=phrase.language, step=phrase.step, position=positions[group_id],
            )  # fmt: skip
            rows.append(row)
        self._insert(rows)

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        """Add the rows; ids of deleted phrases come back to life."""
        known = set(self._session.scalars(select(Phrase.id).where(Phrase.deleted.is_(True))))
        for row in [row for row in rows if row["id"] in known]:
            back = row | {"deleted": False}
            self._session.execute(update(Phrase).where(Phrase.id == row["id"]).values(**back))
        if fresh := [row for row in rows if row["id"] not in known]:
            self._session.execute(insert(Phrase), fresh)

    def _same(self, phrase: ReadPhrase) -> _Book | None:
        for book in self._books.get(_key(phrase), ()):
            if book.text == phrase.text and phrase.title in {"", book.title}:
                return book
        return None

    def _other(self, phrase: ReadPhrase, claimed: set[bytes]) -> _Book | None:
        """A phrase under the same code that this row changes."""
        books = self._books.get(_key(phrase), ())
        return next((book for book in books if book.id not in claimed), None)

    def _add(self, phrase: ReadPhrase) -> _Book:
        key = _key(phrase)
        owner = self._staff_id.hex() if self._staff_id else "shop"
        ordinal = len(self._books[key])
        derived = natural_id("phrase", owner, *key, str(ordinal))
        book = _Book(derived, phrase.text, phrase.title, fresh=True)
        if derived in self._taken or derived in self._changes:
            # Its twin was moved or given another code since: this one is another phrase.
            book.id = new_id()
        self._books[key].append(book)
        self._changes[book.id] = phrase, book
        return book

    def _read_groups(self) -> dict[str, bytes]:
        query = select(PhraseGroup.name, PhraseGroup.id).where(
            PhraseGroup.deleted.is_(False),
            PhraseGroup.scope == self._scope,
            PhraseGroup.staff_id == self._staff_id
            if self._staff_id
            else PhraseGroup.staff_id.is_(None),
        )
        return {row.name: row.id for row in self._session.execute(query)}

    def _read_books(self) -> None:
        self._taken = set(self._session.scalars(select(Phrase.id).where(Phrase.deleted.is_(False))))
        names = {group_id: name for name, group_id in self._groups.items()}
        query = (
            select(Phrase.id, Phrase.group_id, Phrase.code, Phrase.title, Phrase.text)
            .where(Phrase.deleted.is_(False), Phrase.scope == self._scope)
            .order_by(Phrase.position, Phrase.rid)
        )
        for row in self._session.execute(query):
            if (group := names.get(row.group_id)) is not None:
                key = _key_of(group, row.code, row.text)
                self._books[key].append(_Book(row.id, row.text, row.title))

    def _group_id(self, name: str) -> bytes:
        if name not in self._groups:
            owner = self._staff_id.hex() if self._staff_id else "shop"
            last = self._session.scalar(select(func.max(PhraseGroup.position))) or 0
            group_id = natural_id("phrase_group", owner, name)
            row = self._session.scalar(select(PhraseGroup).where(PhraseGroup.id == group_id))
            if row is not None and not row.deleted:
                group_id, row = new_id(), None  # it was renamed since
            if row is None:
                row = PhraseGroup(id=group_id)
                self._session.add(row)
            row.name, row.scope, row.staff_id = name, self._scope, self._staff_id
            row.position, row.deleted = last + 1, False
            self._session.flush()
            self._groups[name] = group_id
        return self._groups[name]

    def _positions(self) -> defaultdict[bytes, int]:
        query = select(Phrase.group_id, func.max(Phrase.position)).group_by(Phrase.group_id)
        last = {group: place or 0 for group, place in self._session.execute(query)}
        return defaultdict(lambda: -1, last)


def _row(phrase: ReadPhrase, book: _Book, phrase_id: bytes) -> dict[str, Any]:
    return {
        "id": phrase_id,
        "code": phrase.code,
        "title": book.title,
        "text": phrase.text,
        "pinyin": stored_pinyin(book.title, phrase.text),
        "initials": initials(book.title + without_variables(phrase.text)),
        "updated_at": now_ms(),
    }


def _key(phrase: ReadPhrase) -> _Key:
    return _key_of(phrase.group or UNGROUPED, phrase.code, phrase.text)


def _key_of(group: str, code: str, text: str) -> _Key:
    """Group and code, or where there is no code, group and text."""
    if code:
        return group, normalise(code)
    return group, "\0" + hashlib.sha256(text.encode()).hexdigest()
