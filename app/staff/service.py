"""Sign-in, the person at the desk now, and the staff list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import _
from app.core.keys import hash_password, password_matches
from app.core.permissions import Permission, may
from app.core.settings import Setting, Settings
from app.staff.patience import Patience
from db.changes import Changes
from db.clock import now_ms
from db.database import Database
from db.models import Role, Staff

MIN_PASSWORD: Final = 8
OPERATOR: Final = bytes(16)
"""Stands for whoever works on the command line."""


class WrongPassword(UserError):
    """Login or password do not fit; `wait_s` is how long the next try must wait."""

    code = "wrong_password"

    def __init__(self, wait_s: int = 0) -> None:
        hint = _("Try again in {n} s.").format(n=wait_s) if wait_s else ""
        super().__init__(_("Login or password is wrong."), hint=hint)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff as services and screens see them."""

    id: bytes
    login: str
    name: str
    reception_name: str
    role: Role
    active: bool

    @property
    def shown_name(self) -> str:
        """What customers and colleagues see."""
        return self.reception_name or self.name or self.login


class StaffService:
    """Who works here and who sits at this desk now.

    In a practice shop (`practising`) trainees may do what agents do.
    """

    practising = False

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db, self._settings = db, settings
        self._current: Member | None = None
        self._patience = Patience(db)
        db.subscribe(self._follow)
        settings.check = self._check_setting

    @property
    def current(self) -> Member | None:
        """The person signed in, or None."""
        return self._current

    def may(self, permission: Permission) -> bool:
        """Tell whether the person signed in has a permission."""
        return self._current is not None and may(self._role(self._current), permission)

    def require(self, permission: Permission) -> Member:
        """Return the person signed in; raises `PermissionDenied` without the permission."""
        if self._current is None:
            raise PermissionDenied(_("Nobody is signed in."), hint=_("Sign in first."))
        if not may(self._role(self._current), permission):
            raise PermissionDenied
        return self._current

    def _role(self, member: Member) -> Role:
        """What a trainee has to learn, a trainee must be able to do where nothing is real."""
        return Role.AGENT if self.practising and member.role is Role.TRAINEE else member.role

    def sign_in(self, login: str, password: str) -> Member:
        """Sign a person in; raises `WrongPassword`, slower after several wrong tries."""
        self._check_delay(login)
        with self._db.read() as session:
            row = session.scalar(
                select(Staff).where(
                    Staff.login == login, Staff.active.is_(True), Staff.deleted.is_(False)
                )
            )
            phc, member = (row.password_hash, _member(row)) if row else ("", None)
        # Looked at in any case: an unknown login must not be told by a quicker no.
        right = password_matches(password, phc)
        if member is None or not right:
            self._patience.note_failure(login)
            raise WrongPassword(self._patience.wait_s(login))
        self._patience.forget(login)
        self._become(member)
        return member

    def sign_in_as(self, staff_id: bytes) -> Member:
        """Sign in without a password: the practice shop and whoever holds the home's key."""
        member = self.get(staff_id)
        self._become(member)
        return member

    def act_as_operator(self) -> Member:
        """Stand in for whoever holds the home's key: the command line (audited as `cli`)."""
        operator = Member(OPERATOR, "cli", "cli", "", Role.ADMIN, active=True)
        self._become(operator)
        self._db.actor = operator.login
        return operator

    def sign_out(self) -> None:
        """Nobody is at the desk from now on."""
        self._become(None)

    def members(self, *, with_inactive: bool = False) -> list[Member]:
        """Return the staff, by name."""
        query = select(Staff).where(Staff.deleted.is_(False)).order_by(Staff.name)
        if not with_inactive:
            query = query.where(Staff.active.is_(True))
        with self._db.read() as session:
            return [_member(row) for row in session.scalars(query)]

    def get(self, staff_id: bytes) -> Member:
        """Return one member; raises `NotFound`."""
        with self._db.read() as session:
            row = session.scalar(select(Staff).where(Staff.id == staff_id))
            if row is None:
                raise NotFound(_("This member of staff does not exist."))
            return _member(row)

    def is_empty(self) -> bool:
        """Tell whether nobody was added yet: a new shop."""
        with self._db.read() as session:
            # Former staff that imported chats name never worked here: they make no shop theirs.
            worked = or_(Staff.active, Staff.password_hash != "")
            return not session.scalar(select(func.count()).select_from(Staff).where(worked))

    def is_guarded(self) -> bool:
        """Tell whether an administrator has a password, and so rights are meant to be kept."""
        guards = (
            select(func.count())
            .select_from(Staff)
            .where(
                Staff.role == Role.ADMIN,
                Staff.password_hash != "",
                Staff.active.is_(True),
                Staff.deleted.is_(False),
            )
        )
        with self._db.read() as session:
            return bool(session.scalar(guards))

    def add(
        self, login: str, name: str, role: Role, password: str, reception_name: str = ""
    ) -> Member:
        """Add a member of staff; the first one of a shop needs no permission."""
        if not self.is_empty():
            self.require(Permission.MANAGE_STAFF)
        login = login.strip()
        _check_password(password)
        if not login or not name.strip():
            raise UserError(_("Login and name must not be empty."), code="empty_name")
        with self._db.write() as session:
            taken = session.scalar(
                select(Staff.rid).where(Staff.login == login, Staff.deleted.is_(False))
            )
            if taken is not None:
                raise UserError(
                    _("The login “{login}” is already used.").format(login=login),
                    code="login_taken",
                )
            row = Staff(
                login=login,
                name=name.strip(),
                reception_name=reception_name.strip(),
                role=role,
                password_hash=hash_password(password) if password else "",
                created_at=now_ms(),
            )
            session.add(row)
            session.flush()
            return _member(row)

    def change(
        self,
        staff_id: bytes,
        *,
        name: str | None = None,
        reception_name: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
    ) -> Member:
        """Change a member; one's own names need no permission, the rest does."""
        own = self._current is not None and self._current.id == staff_id
        if not own or role is not None or active is not None:
            self.require(Permission.MANAGE_STAFF)
        if own and (active is False or (role is not None and role != Role.ADMIN)):
            self._refuse_losing_the_last_admin(staff_id)
        with self._db.write() as session:
            row = session.scalars(select(Staff).where(Staff.id == staff_id)).one()
            row.name = row.name if name is None else name.strip()
            row.reception_name = (
                row.reception_name if reception_name is None else reception_name.strip()
            )
            row.role = row.role if role is None else role
            row.active = row.active if active is None else active
            member = _member(row)
        if own:
            self._become(member)
        return member

    def set_password(self, staff_id: bytes, new: str, old: str = "") -> None:
        """Set a password: one's own with the old one, another's with the permission."""
        own = self._current is not None and self._current.id == staff_id
        if not own:
            self.require(Permission.MANAGE_STAFF)
        _check_password(new)
        # Looked at before the write, which would take the count of wrong ones back with it.
        if own and self.has_password() and not self.check_password(old):
            raise WrongPassword
        with self._db.write() as session:
            row = session.scalars(select(Staff).where(Staff.id == staff_id)).one()
            row.password_hash = hash_password(new)

    def check_password(self, password: str) -> bool:
        """Tell whether this is the password of the person signed in, to unlock the desk.

        Raises `WrongPassword` where too many wrong ones came before: it waits as sign-in does.
        """
        if self._current is None:
            return False
        login = self._current.login
        self._check_delay(login)
        with self._db.read() as session:
            phc = session.scalar(select(Staff.password_hash).where(Staff.id == self._current.id))
        right = password_matches(password, phc or "")
        if right:
            self._patience.forget(login)
        else:
            self._patience.note_failure(login)
        return right

    def has_password(self) -> bool:
        """Tell whether the person signed in has a password at all (the practice agent has none)."""
        if self._current is None:
            return False
        with self._db.read() as session:
            return bool(
                session.scalar(select(Staff.password_hash).where(Staff.id == self._current.id))
            )

    def _follow(self, changes: Changes) -> None:
        """A role taken away elsewhere is gone here too; who left is signed out."""
        me, rows = self._current, changes.ids("staff")
        if me is None or not (rows is None or me.id in rows):
            return
        with self._db.read() as session:
            row = session.scalar(
                select(Staff).where(
                    Staff.id == me.id, Staff.active.is_(True), Staff.deleted.is_(False)
                )
            )
            now = _member(row) if row else None
        if self._current is me and now != me and me.id != OPERATOR:
            self._become(now)

    def _check_setting(self, setting: Setting[Any]) -> None:
        """The shop's rules are not everybody's; where nobody signed in, the program sets them."""
        if setting.scope == "shop" and self._current is not None:
            self.require(Permission.SHOP_SETTINGS)

    def _become(self, member: Member | None) -> None:
        self._current = member
        self._db.actor = member.id.hex() if member else ""
        self._settings.staff_id = member.id if member else None

    def _refuse_losing_the_last_admin(self, staff_id: bytes) -> None:
        others = [m for m in self.members() if m.role == Role.ADMIN and m.id != staff_id]
        if not others:
            raise UserError(_("The shop needs at least one administrator."), code="last_admin")

    def _check_delay(self, login: str) -> None:
        if wait := self._patience.wait_s(login):
            raise WrongPassword(wait)


def _member(row: Staff) -> Member:
    role = next((known for known in Role if known == row.role), Role.TRAINEE)
    return Member(row.id, row.login, row.name, row.reception_name, role, row.active)


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise UserError(
            _("A password has at least {n} characters.").format(n=MIN_PASSWORD),
            code="weak_password",
        )
