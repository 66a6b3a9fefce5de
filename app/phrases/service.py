"""The phrases of the shop and of each person: kept, found, filled in, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.pinyin import initials
from app.core.settings import Settings
from app.phrases.case import case_of
from app.phrases.filling import Filled, PhraseContext, fill
from app.phrases.finding import Finder
from app.phrases.groups import Groups
from app.phrases.lookup import Entry, Found
from app.phrases.model import (
    LANGUAGES,
    MAX_CODE,
    MAX_TEXT,
    MAX_TITLE,
    Hits,
    PhraseFilter,
    PhraseHit,
    PhraseText,
    PhraseView,
    Step,
)
from app.phrases.spelling import stored_pinyin
from app.phrases.variables import without_variables
from app.phrases.words import Reading
from app.staff import StaffService
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models.phrases import Phrase, PhraseUse, Scope

if TYPE_CHECKING:
    from app.phrases.exchange.importing import PhraseImport


class Phrases:
    """Replies saved once and sent often."""

    def __init__(self, db: Database, staff: StaffService, settings: Settings) -> None:
        self._db, self._staff, self._settings = db, staff, settings
        self.groups = Groups(db, staff)
        self._finder = Finder(db, staff)

    def close(self) -> None:
        """Stop listening to the database."""
        self._finder.close()

    # --- finding --------------------------------------------------------------------------

    def find(
        self, query: str, context: PhraseContext | None = None, limit: int = 50
    ) -> list[PhraseHit]:
        """The phrases that fit, best first, filled in for the case; without words, the usual."""
        case = context or PhraseContext()
        answer = self._finder.search(query, limit)
        return [self._hit(found, case, answer.reading) for found in answer.found]

    def browse(
        self, group_id: bytes, context: PhraseContext | None = None, limit: int = 300
    ) -> list[PhraseHit]:
        """The phrases of a group in their order, filled in for the case."""
        case = context or PhraseContext()
        entries = self._finder.listed(PhraseFilter(group_id=group_id))[:limit]
        return [self._hit(Found(entry, 0.0), case, ()) for entry in entries]

    def case(self, conversation_id: bytes | None, order_id: bytes | None = None) -> PhraseContext:
        """What phrases can say in this conversation, about this order or the newest one."""
        return case_of(self._db, self._settings, self._staff, conversation_id, order_id)

    def fill(self, phrase_id: bytes, conversation_id: bytes | None) -> Filled:
        """A phrase as it would be inserted into a conversation."""
        entry = self._seen(phrase_id)
        return fill(entry.text, self.case(conversation_id), entry.language)

    def use(self, phrase_id: bytes, conversation_id: bytes | None = None) -> None:
        """Count that the person signed in used a phrase; it will stand higher."""
        if self._staff.current is None:
            return
        now, me = now_ms(), self._staff.current.id
        with self._db.write() as session:
            row = session.get(PhraseUse, (phrase_id, me))
            if row is None:
                row = PhraseUse(phrase_id=phrase_id, staff_id=me, uses=0)
                session.add(row)
            row.uses, row.last_at = row.uses + 1, now
            uses = row.uses
        self._finder.note_use(phrase_id, uses, now)

    # --- lists ----------------------------------------------------------------------------

    def count(self, wanted: PhraseFilter) -> int:
        """How many phrases a list has."""
        return len(self._finder.listed(wanted))

    def rows(self, wanted: PhraseFilter, offset: int = 0, limit: int = 100) -> list[PhraseView]:
        """A page of a list."""
        entries = self._finder.listed(wanted)[offset : offset + limit]
        return [self._view(entry) for entry in entries]

    def get(self, phrase_id: bytes) -> PhraseView:
        """One phrase; raises `NotFound`."""
        return self._view(self._seen(phrase_id))

    def twins(self, code: str, besides: bytes | None = None) -> list[PhraseView]:
        """Other phrases this person sees that answer to the same code."""
        return [self._view(entry) for entry in self._finder.with_code(code) if entry.id != besides]

    # --- changing -------------------------------------------------------------------------

    def add(self, phrase: PhraseText) -> PhraseView:
        """Save a new phrase at the end of its group."""
        phrase = checked(phrase)
        with self._db.write() as session:
            group, member = self.groups.changeable(session, phrase.group_id)
            row = Phrase(id=new_id(), position=_next_position(session, phrase.group_id))
            row.scope = group.scope
            row.staff_id = member.id if group.scope == Scope.MINE else None
            _write(row, phrase)
            session.add(row)
        return self.get(row.id)

    def change(self, phrase_id: bytes, phrase: PhraseText) -> PhraseView:
        """Change a phrase; another group moves it there, and to that group's scope."""
        phrase = checked(phrase)
        with self._db.write() as session:
            row = self._changeable(session, phrase_id)
            if row.group_id != phrase.group_id:
                group, member = self.groups.changeable(session, phrase.group_id)
                row.scope, row.position = group.scope, _next_position(session, group.id)
                row.staff_id = member.id if group.scope == Scope.MINE else None
            _write(row, phrase)
        return self.get(phrase_id)

    def delete(self, phrase_ids: Sequence[bytes]) -> None:
        """Delete phrases."""
        self._mark(phrase_ids, deleted=True)

    def restore(self, phrase_ids: Sequence[bytes]) -> None:
        """Take a deletion back."""
        self._mark(phrase_ids, deleted=False)

    def move(self, phrase_ids: Sequence[bytes], group_id: bytes) -> None:
        """Put phrases at the end of another group."""
        with self._db.write() as session:
            group, member = self.groups.changeable(session, group_id)
            place = _next_position(session, group_id)
            for at, phrase_id in enumerate(phrase_ids):
                row = self._changeable(session, phrase_id)
                row.group_id, row.scope, row.position = group_id, group.scope, place + at
                row.staff_id = member.id if group.scope == Scope.MINE else None

    def reorder(self, phrase_id: bytes, to: int) -> None:
        """Put a phrase at another place (0 = first) within its group."""
        with self._db.write() as session:
            row = self._changeable(session, phrase_id)
            rows = list(
                session.scalars(
                    select(Phrase)
                    .where(Phrase.group_id == row.group_id, Phrase.deleted.is_(False))
                    .order_by(Phrase.position, Phrase.rid)
                )
            )
            rows.remove(row)
            rows.insert(max(0, to), row)
            for place, each in enumerate(rows):
                if each.position != place:
                    each.position = place

    def load_starters(self, languages: Sequence[str] = LANGUAGES) -> int:
        """Add the shop's missing starter phrases; returns how many were added."""
        from app.phrases.starters import load_starters

        return load_starters(self._db, self.groups, languages)

    def importer(self) -> PhraseImport:
        """The way in for files of phrases."""
        from app.phrases.exchange.importing import PhraseImport

        return PhraseImport(self._db, self.groups)

    def export(self, path: Path, wanted: PhraseFilter | None = None) -> int:
        """Write phrases to a .csv or .json file; returns how many."""
        from app.phrases.exchange.exporting import write_phrases

        self._staff.require(Permission.EXPORT)
        phrases = [self._view(entry) for entry in self._finder.listed(wanted or PhraseFilter())]
        write_phrases(phrases, path)
        return len(phrases)

    # --- helpers --------------------------------------------------------------------------

    def _mark(self, phrase_ids: Sequence[bytes], *, deleted: bool) -> None:
        with self._db.write() as session:
            for phrase_id in phrase_ids:
                self._changeable(session, phrase_id, gone=not deleted).deleted = deleted

    def _changeable(self, session: Session, phrase_id: bytes, *, gone: bool = False) -> Phrase:
        row = session.scalar(select(Phrase).where(Phrase.id == phrase_id, Phrase.deleted.is_(gone)))
        if row is None:
            raise _missing()
        member = self.groups.may_change(Scope(row.scope))
        if row.scope == Scope.MINE and row.staff_id != member.id:
            raise _missing()
        return row

    def _seen(self, phrase_id: bytes) -> Entry:
        entry = self._finder.entry(phrase_id)
        if entry is None:
            raise _missing()
        return entry

    def _hit(self, found: Found, case: PhraseContext, reading: Reading) -> PhraseHit:
        entry = found.entry
        filled = fill(entry.text, case, entry.language)
        hits = self._finder.hits(entry, filled.text, reading) if reading else Hits()
        return PhraseHit(
            entry.id, entry.code, self._finder.group_name(entry.group_id), entry.title,
            entry.text, entry.language, filled, found.score, hits,
        )  # fmt: skip

    def _view(self, entry: Entry) -> PhraseView:
        twins = len(self._finder.with_code(entry.code)) - 1 if entry.code else 0
        return PhraseView(
            entry.id, entry.group_id, self._finder.group_name(entry.group_id), Scope(entry.scope),
            entry.code, entry.title, entry.text, entry.language, entry.step, entry.updated_at,
            self._finder.uses(entry.id), max(0, twins),
        )  # fmt: skip


def checked(phrase: PhraseText) -> PhraseText:
    """The phrase tidied; raises `UserError` where it is empty or too long."""
    code, title, text = phrase.code.strip(), " ".join(phrase.title.split()), phrase.text.strip()
    if not without_variables(text).strip() and not text:
        raise UserError(_("The phrase has no text."), code="phrase_text")
    if len(text) > MAX_TEXT:
        raise UserError(
            _("A phrase has at most {n} characters.").format(n=MAX_TEXT), code="phrase_text"
        )
    if len(code) > MAX_CODE or len(code.split()) > 1:
        raise UserError(
            _("A short code has at most {n} characters and no spaces.").format(n=MAX_CODE),
            code="phrase_code",
        )
    if len(title) > MAX_TITLE:
        raise UserError(
            _("A title has at most {n} characters.").format(n=MAX_TITLE), code="phrase_title"
        )
    language = phrase.language if phrase.language in LANGUAGES else "zh"
    step = phrase.step if phrase.step in set(Step) else ""
    return replace(phrase, code=code, title=title, text=text, language=language, step=step)


def _write(row: Phrase, phrase: PhraseText) -> None:
    row.group_id, row.code, row.title, row.text = (
        phrase.group_id, phrase.code, phrase.title, phrase.text,
    )  # fmt: skip
    row.language, row.step, row.updated_at = phrase.language, phrase.step, now_ms()
    row.pinyin = stored_pinyin(phrase.title, phrase.text)
    row.initials = initials(phrase.title + without_variables(phrase.text))


def _next_position(session: Session, group_id: bytes) -> int:
    last = session.scalar(
        select(func.max(Phrase.position)).where(
            Phrase.group_id == group_id, Phrase.deleted.is_(False)
        )
    )
    return 0 if last is None else last + 1


def _missing() -> NotFound:
    return NotFound(_("This phrase is not there any more."))
