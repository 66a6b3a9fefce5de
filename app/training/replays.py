"""Replay of real chats: masked ones are brought in, and their turns answered once more.

An attempt is kept like one with a practice customer (kind "replay"): its lines are what the
customer of that day wrote and what one answered now. What the agent wrote then is in the chat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.core.zones import shop_zone
from app.homes import Home
from app.language import Checker
from app.records import Hints
from app.staff import StaffService
from app.training.chat_source import chats_in, chats_of, newest
from app.training.customer import Line
from app.training.files import read_bytes, write_bytes
from app.training.intents import intents
from app.training.marks import corrected_totals, rows_of
from app.training.masking import Secret
from app.training.real_chats import (
    LEAST_TURNS,
    RealChat,
    Turn,
    is_chat_file,
    mask_again,
    pack,
    read_chats,
)
from app.training.replaying import (
    ChatsTold,
    Replaying,
    ReplayRow,
    key_of,
    lines_of,
    replaying,
    row_of,
    said,
    told,
    turns_of,
    write_lines,
)
from app.training.score import judge_replay, weighted
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models import AttemptKind, TrainingAttempt, TrainingReplay

USUAL: Final = 50
"""So many chats are exported unless told otherwise."""
_LONGEST: Final = 2_000


class Replays:
    """Supervisors bring chats in; everybody practises with them in the practice shop."""

    def __init__(
        self,
        home: Home,
        db: Database,
        staff: StaffService,
        settings: Settings,
        checker: Callable[[], Checker],
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._home, self._db, self._staff, self._settings = home, db, staff, settings
        self._checker, self._now = checker, now

    # --- bringing chats along ------------------------------------------------------------------

    def export(self, path: Path, *, last: int = USUAL, find: str = "") -> ChatsTold:
        """Write the newest closed chats of this shop, masked, to a file for the practice shop.

        With `find` only those in which that word was written. Raises `PermissionDenied` without
        the right to export.
        """
        self._staff.require(Permission.EXPORT)
        with self._db.read() as session:
            found = list(chats_of(session, newest(session, last, find.strip())))
        chats = [chat for chat, _count in found if len(chat.turns) >= LEAST_TURNS]
        if not chats:
            raise UserError(
                _("There is no closed chat with two turns or more."),
                hint=_("Import chats of the past first, or look for another word."),
                code="no_chats",
            )
        write_bytes(path, pack(chats))
        return told(chats, len(found) - len(chats), 0, (count for _chat, count in found))

    def take(self, path: Path) -> ChatsTold:
        """Bring chats into the practice shop: a masked file, or records, which are masked now.

        The same chats a second time change nothing. Raises `UserError`, in a real shop always.
        """
        me = self._staff.require(Permission.TRAIN)
        self._require_practice()
        data = read_bytes(path)
        if is_chat_file(data):
            found = [(mask_again(chat), Counter[Secret]()) for chat in read_chats(data, path.name)]
        else:
            found = list(chats_in(path, shop_zone(self._settings), self._hints()))
        chats = [chat for chat, _count in found if len(chat.turns) >= LEAST_TURNS]
        with self._db.write("import") as session:
            new = [chat for chat in chats if self._keep(session, chat, me.id)]
        short = len(found) - len(chats)
        return told(new, short, len(chats) - len(new), (count for _chat, count in found))

    def _keep(self, session: Session, chat: RealChat, staff_id: bytes) -> bool:
        key = key_of(chat)
        row = session.scalar(select(TrainingReplay).where(TrainingReplay.id == key))
        if row is not None and not row.deleted:
            return False
        if row is None:
            row = TrainingReplay(
                id=key,
                title=chat.title,
                source=chat.source,
                turns=msgspec.to_builtins(chat.turns),
                staff_id=staff_id,
                at=self._now(),
            )
            session.add(row)
        row.deleted = False
        return True

    def _hints(self) -> Hints:
        names = {
            name
            for member in self._staff.members(with_inactive=True)
            for name in (member.name, member.reception_name)
        }
        return Hints(self._settings.get(SHOP_NAME), frozenset(names - {""}))

    def drop(self, replay_id: bytes) -> None:
        """Take a chat off the list; what was practised with it stays."""
        self._staff.require(Permission.TRAIN)
        with self._db.write() as session:
            self._replay(session, replay_id).deleted = True

    # --- practising ----------------------------------------------------------------------------

    def rows(self) -> list[ReplayRow]:
        """The chats there are, newest first, with one's own results."""
        me = self._staff.require(Permission.REPLY)
        with self._db.read() as session:
            rows = session.scalars(
                select(TrainingReplay)
                .where(TrainingReplay.deleted.is_(False))
                .order_by(TrainingReplay.at.desc(), TrainingReplay.rid)
            ).all()
            totals = self._totals(session, me.id)
            return [row_of(row, totals.get(row.id.hex(), [])) for row in rows]

    def begin(self, replay_id: bytes, assignment_id: bytes | None = None) -> Replaying:
        """Begin a chat, or go on with one's own attempt at it that is not done yet."""
        me = self._staff.require(Permission.REPLY)
        self._require_practice()
        with self._db.write() as session:
            chat = self._replay(session, replay_id)
            row = session.scalar(
                select(TrainingAttempt).where(
                    TrainingAttempt.scenario == replay_id.hex(),
                    TrainingAttempt.staff_id == me.id,
                    TrainingAttempt.kind == AttemptKind.REPLAY,
                    TrainingAttempt.ended_at.is_(None),
                    TrainingAttempt.deleted.is_(False),
                )
            )
            if row is None:
                row = TrainingAttempt(
                    id=new_id(),
                    kind=AttemptKind.REPLAY,
                    staff_id=me.id,
                    scenario=replay_id.hex(),
                    title=chat.title,
                    assignment_id=assignment_id,
                    started_at=self._now(),
                )
                session.add(row)
                write_lines(row, [said(0, text) for text in turns_of(chat)[0].customer])
            return replaying(row, chat)

    def answer(
        self, attempt_id: bytes, text: str, *, waited_s: float, typed_s: float | None = None
    ) -> Replaying:
        """Answer the turn that is open; the original answer is shown from then on.

        `waited_s` is how long the customer waited, `typed_s` how much of it went into typing. The
        last answer ends the attempt and judges it.
        """
        text = text.strip()
        if not text:
            raise UserError(_("Write an answer first."), code="empty")
        with self._db.write() as session:
            row = self._attempt(session, attempt_id)
            chat = self._replay(session, bytes.fromhex(row.scenario), with_deleted=True)
            turns, lines = turns_of(chat), lines_of(row)
            lines.append(self._own(lines, text[:_LONGEST], max(0.0, waited_s), typed_s))
            done = sum(line.agent for line in lines)
            if done < len(turns):
                # A moment later: the numbers tell lines by when they were written.
                after = lines[-1].at + 0.001
                lines += [said(after, one) for one in turns[done].customer]
            write_lines(row, lines)
            if done >= len(turns):
                self._judge(row, lines, turns)
            return replaying(row, chat)

    def state(self, attempt_id: bytes) -> Replaying:
        """An attempt as it stands: one's own, or anybody's for who trains others."""
        with self._db.read() as session:
            row = self._attempt(session, attempt_id, running=False)
            chat = self._replay(session, bytes.fromhex(row.scenario), with_deleted=True)
            return replaying(row, chat, rows_of(session, attempt_id))

    def break_off(self, attempt_id: bytes) -> None:
        """Forget an attempt that is not done."""
        with self._db.write() as session:
            self._attempt(session, attempt_id).deleted = True

    def _own(self, lines: Sequence[Line], text: str, waited: float, typed: float | None) -> Line:
        return Line(
            at=lines[-1].at + waited,
            agent=True,
            text=text,
            mood=0,
            intents=intents().found(text),
            hits=tuple(self._checker().check(text)),
            waited=waited,
            typed_s=typed,
        )

    def _judge(self, row: TrainingAttempt, lines: Sequence[Line], turns: Sequence[Turn]) -> None:
        parts = judge_replay(lines, [turn.agent for turn in turns])
        row.parts = msgspec.to_builtins(parts)
        row.total = round(10 * weighted(parts))
        row.ended_at = self._now()

    # --- finding -------------------------------------------------------------------------------

    def _attempt(
        self, session: Session, attempt_id: bytes, *, running: bool = True
    ) -> TrainingAttempt:
        me = self._staff.require(Permission.REPLY)
        row = session.scalar(select(TrainingAttempt).where(TrainingAttempt.id == attempt_id))
        if row is None or row.deleted or row.kind != AttemptKind.REPLAY:
            raise NotFound(_("This attempt does not exist."))
        if row.staff_id != me.id and (running or not self._staff.may(Permission.TRAIN)):
            raise NotFound(_("This attempt does not exist."))
        if running and row.ended_at is not None:
            raise UserError(_("This attempt is done."), code="attempt_done")
        return row

    def _replay(
        self, session: Session, replay_id: bytes, *, with_deleted: bool = False
    ) -> TrainingReplay:
        row = session.scalar(select(TrainingReplay).where(TrainingReplay.id == replay_id))
        if row is None or (row.deleted and not with_deleted):
            raise NotFound(_("This chat is not here any more."))
        return row

    def _totals(self, session: Session, staff_id: bytes) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        query = select(TrainingAttempt.id, TrainingAttempt.scenario, TrainingAttempt.total).where(
            TrainingAttempt.kind == AttemptKind.REPLAY,
            TrainingAttempt.staff_id == staff_id,
            TrainingAttempt.deleted.is_(False),
            TrainingAttempt.total.is_not(None),
        )
        totals = corrected_totals(session)
        for key, scenario, total in session.execute(query):
            found.setdefault(scenario, []).append(totals.get(key, total or 0))
        return found

    def _require_practice(self) -> None:
        if not self._home.practice:
            raise UserError(
                _("Real chats are practised in the practice shop."),
                hint=_("Open it under Training."),
                code="not_practice",
            )
