"""Clearing for live work: signed in the practice shop, brought to the live shop by hand."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Setting, Settings
from app.homes import Home
from app.staff import Member, StaffService
from app.sync import station_keys
from app.training.clearing_file import (
    FORMAT,
    MAX_BYTES,
    BadClearing,
    Signed,
    as_text,
    code_of,
    payload,
    read_clearing,
    seal_of,
    words_of,
)
from app.training.clearing_model import (
    ClearingRow,
    Issued,
    NotReady,
    Offered,
    WrongCode,
    results_of,
)
from app.training.path import Path
from app.training.tasks import DAY_MS, Trainee
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id, new_id
from db.models import Role, TrainingClearing

if TYPE_CHECKING:
    from db.sync.keys import StationKeys

MAX_AGE_DAYS: Final = 60
MAX_REASON: Final = 500
_AHEAD_MS: Final = DAY_MS
CLEARING_KEY: Final = Setting("training.clearing_key", str, "", scope="station")
"""Secret of a practice shop nobody shares, base64; a station of a shared one signs with its own."""


class Clearings:
    """Issues in a practice shop, takes in in a live one; nothing else passes between them."""

    def __init__(
        self,
        home: Home,
        db: Database,
        staff: StaffService,
        settings: Settings,
        path: Path,
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._home, self._db, self._staff, self._now = home, db, staff, now
        self._settings, self._path = settings, path

    def issue(self, staff_id: bytes, *, reason: str = "") -> Issued:
        """Clear a trainee; a `reason` is needed where the path's bars are not reached.

        Raises `NotReady`. Nobody clears themselves.
        """
        me = self._staff.require(Permission.TRAIN)
        self._practice_only()
        if staff_id == me.id:
            raise UserError(_("Nobody clears themselves."), code="own_clearing")
        trainee, reason = self._path.trainee(staff_id), reason.strip()[:MAX_REASON]
        if not trainee.ready and not reason:
            raise NotReady(
                _("{name} has not reached all bars yet.").format(name=trainee.name),
                hint=_("Give a reason to clear them all the same."),
            )
        keys = self._keys()
        document = self._document(trainee, me, reason, keys.public.signing)
        text = as_text(document, keys.sign(payload(document)))
        with self._db.write() as session:
            row = TrainingClearing(
                id=new_id(), staff_id=staff_id, name=trainee.name, issuer=me.shown_name,
                issued_at=document["issued_at"], document=text,
            )  # fmt: skip
            session.add(row)
        seal = seal_of(document)
        return Issued(text, f"clearing-{trainee.login}.json", code_of(seal), words_of(seal))

    def issue_to(self, staff_id: bytes, target: FilePath, *, reason: str = "") -> Issued:
        """Clear a trainee and write the file; raises as `issue`, and where it can't be written."""
        issued = self.issue(staff_id, reason=reason)
        try:
            target.write_text(issued.text, encoding="utf-8")
        except OSError as error:
            raise UserError(
                _("The file could not be written."), hint=str(error.strerror or target)
            ) from error
        return issued

    def look_into(self, source: FilePath) -> tuple[str, Offered]:
        """Read a file and check it as `look` does, naming it in errors; returns its text too."""
        try:
            with source.open(encoding="utf-8") as file:
                text = file.read(MAX_BYTES + 1)
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(_("The file could not be read."), hint=str(source)) from error
        try:
            return text, self.look(text)
        except BadClearing as error:
            error.hint = f"{source.name}: {error.hint}"
            raise

    def look(self, text: str) -> Offered:
        """Check a file for a live shop: signature, age, whether it was taken before.

        Raises `BadClearing` and `UserError`.
        """
        self._staff.require(Permission.MANAGE_STAFF)
        if self._home.practice:
            raise UserError(
                _("Clearings are brought to the real shop, not to the practice shop."),
                code="not_live",
            )
        signed = read_clearing(text)
        with self._db.read() as session:
            self._refuse_taken(session, signed)
            known = any(_key_of(row) == signed.key for row in session.scalars(_TAKEN))
        self._refuse_old(signed.document["issued_at"])
        return self._offered(signed, known)

    def take(self, text: str, code: str, *, password: str = "") -> Member:
        """Take a clearing in: make the trainee an agent, and keep the file.

        `code` is what the issuer told, by another way than the file: the file's code or words.
        `password` is the first one of a member who does not exist yet. Both are kept or neither.
        """
        offered = self.look(text)
        signed = read_clearing(text)
        if not offered.fits(code):
            raise WrongCode(
                _("This is not the code of this clearing."),
                hint=_("Ask the issuer to read the code out from their own screen."),
            )
        me = self._staff.require(Permission.MANAGE_STAFF)
        with self._db.write() as session:
            self._refuse_taken(session, signed)
            member = self._raised(offered, password)
            row = TrainingClearing(
                id=_taken_id(signed), staff_id=member.id, name=offered.name, issuer=offered.issuer,
                issued_at=offered.issued_at, document=text, imported_at=self._now(),
                imported_by=me.id,
            )  # fmt: skip
            session.add(row)
        return member

    def record(self) -> list[ClearingRow]:
        """All clearings issued or taken here, newest first."""
        self._staff.require(Permission.TRAIN)
        names = {member.id: member.shown_name for member in self._staff.members(with_inactive=True)}
        query = (
            select(TrainingClearing)
            .where(TrainingClearing.deleted.is_(False))
            .order_by(TrainingClearing.issued_at.desc())
        )
        with self._db.read() as session:
            return [_shown(row, names) for row in session.scalars(query)]

    # --- inside ----------------------------------------------------------------------------

    def _practice_only(self) -> None:
        if not self._home.practice:
            raise UserError(
                _("Trainees are cleared in the practice shop, where their results are."),
                code="not_practice",
            )

    def _keys(self) -> StationKeys:
        keys = station_keys(self._db)
        if keys is not None:
            return keys
        from db.sync.keys import StationKeys

        kept = self._settings.get(CLEARING_KEY)
        if not kept:
            kept = base64.b64encode(StationKeys.generate().secret).decode()
            self._settings.set(CLEARING_KEY, kept)
        return StationKeys(base64.b64decode(kept))

    def _document(
        self, trainee: Trainee, issuer: Member, reason: str, key: bytes
    ) -> dict[str, Any]:
        return {
            "kefu_clearing": FORMAT,
            "id": secrets.token_hex(16),
            "shop": self._settings.get(SHOP_NAME),
            "trainee": {"login": trainee.login, "name": trainee.name or trainee.login},
            "issuer": {"login": issuer.login, "name": issuer.shown_name},
            "issued_at": self._now(),
            "reason": "" if trainee.ready else reason,
            "results": results_of(trainee),
            "key": base64.b64encode(key).decode(),
        }

    def _refuse_old(self, issued_at: int) -> None:
        age = self._now() - issued_at
        if age < -_AHEAD_MS:
            raise BadClearing(
                _("This clearing is dated in the future."),
                hint=_("Check the clocks of both computers."),
            )
        if age > MAX_AGE_DAYS * DAY_MS:
            raise BadClearing(
                _("This clearing is older than {n} days.").format(n=MAX_AGE_DAYS),
                hint=_("Ask for a new one from the practice shop."),
            )

    def _refuse_taken(self, session: Session, signed: Signed) -> None:
        row = session.scalar(
            select(TrainingClearing).where(TrainingClearing.id == _taken_id(signed))
        )
        if row is not None:
            raise UserError(_("This clearing was brought in before."), code="already_taken")

    def _offered(self, signed: Signed, known: bool) -> Offered:
        document = signed.document
        login = document["trainee"]["login"]
        members = self._staff.members(with_inactive=True)
        return Offered(
            signed.id,
            login,
            document["trainee"]["name"],
            document["issuer"]["name"],
            document["shop"],
            document["issued_at"],
            document["reason"],
            document["results"],
            signed.seal,
            next((member for member in members if member.login == login), None),
            known,
        )

    def _raised(self, offered: Offered, password: str) -> Member:
        member = offered.member
        if member is None:
            return self._staff.add(offered.login, offered.name, Role.AGENT, password, offered.name)
        if not member.active:
            raise UserError(
                _("{name} does not work here any more.").format(name=member.shown_name),
                hint=_("Let them work here again under Settings, Staff, first."),
                code="not_active",
            )
        if member.role != Role.TRAINEE:
            return member
        return self._staff.change(member.id, role=Role.AGENT)


_TAKEN: Final = select(TrainingClearing).where(
    TrainingClearing.imported_at.is_not(None), TrainingClearing.deleted.is_(False)
)


def _taken_id(signed: Signed) -> bytes:
    return natural_id("training_clearing", signed.key.hex(), signed.id)


def _key_of(row: TrainingClearing) -> bytes | None:
    try:
        return read_clearing(row.document).key
    except BadClearing:
        return None


def _shown(row: TrainingClearing, names: dict[bytes, str]) -> ClearingRow:
    by = names.get(row.imported_by or b"", "")
    shown = ClearingRow(row.id, row.name, row.issuer, row.issued_at, row.imported_at, by, "")
    try:
        signed = read_clearing(row.document)
    except BadClearing:
        return shown
    reason = str(signed.document["reason"])
    return replace(shown, reason=reason, code=code_of(signed.seal), words=words_of(signed.seal))
