"""Groups of phrases: who may change which, and in what order they stand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.phrases.model import MAX_GROUP, Group
from app.staff import Member, StaffService
from db.database import Database
from db.ids import new_id
from db.models.phrases import Phrase, PhraseGroup, Scope


class Groups:
    """The shop's groups, and those of the person signed in."""

    def __init__(self, db: Database, staff: StaffService) -> None:
        self._db, self._staff = db, staff

    def all(self) -> list[Group]:
        """The groups this person sees, the shop's first, in their order, with their sizes."""
        me = self._staff.current.id if self._staff.current else None
        sizes = (
            select(
                Phrase.group_id,
                func.count().label("n"),
                func.count().filter(Phrase.language == "en").label("english"),
            )
            .where(Phrase.deleted.is_(False))
            .group_by(Phrase.group_id)
            .subquery()
        )
        query = (
            select(PhraseGroup, sizes.c.n, sizes.c.english)
            .outerjoin(sizes, sizes.c.group_id == PhraseGroup.id)
            .where(
                PhraseGroup.deleted.is_(False),
                or_(PhraseGroup.scope == Scope.SHOP, PhraseGroup.staff_id == me),
            )
            .order_by(PhraseGroup.scope == Scope.MINE, PhraseGroup.position, PhraseGroup.rid)
        )
        with self._db.read() as session:
            return [_view(row, n or 0, en or 0) for row, n, en in session.execute(query)]

    def create(self, name: str, scope: Scope) -> Group:
        """Add a group at the end; raises `UserError` where the name is taken or unfit."""
        member = self.may_change(scope)
        with self._db.write() as session:
            name = self._free_name(session, name, scope, member)
            place = session.scalar(
                select(func.coalesce(func.max(PhraseGroup.position), -1) + 1).where(
                    _same(scope, member)
                )
            )
            row = PhraseGroup(
                id=new_id(), name=name, scope=scope, position=place or 0,
                staff_id=member.id if scope is Scope.MINE else None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _view(row, 0)

    def rename(self, group_id: bytes, name: str) -> Group:
        """Give a group another name."""
        with self._db.write() as session:
            row, member = self.changeable(session, group_id)
            if name.strip() != row.name:
                row.name = self._free_name(session, name, Scope(row.scope), member)
            return _view(row, 0)

    def move(self, group_id: bytes, to: int) -> None:
        """Put a group at another place (0 = first) among those of its scope."""
        with self._db.write() as session:
            row, member = self.changeable(session, group_id)
            rows = list(
                session.scalars(
                    select(PhraseGroup)
                    .where(_same(Scope(row.scope), member), PhraseGroup.deleted.is_(False))
                    .order_by(PhraseGroup.position, PhraseGroup.rid)
                )
            )
            rows.remove(row)
            rows.insert(max(0, to), row)
            for place, each in enumerate(rows):
                if each.position != place:
                    each.position = place

    def delete(self, group_id: bytes) -> int:
        """Delete a group with the phrases in it; returns how many those were."""
        with self._db.write() as session:
            row, _member = self.changeable(session, group_id)
            row.deleted = True
            inside = Phrase.group_id == group_id, Phrase.deleted.is_(False)
            count = session.scalar(select(func.count()).where(*inside)) or 0
            session.execute(update(Phrase).where(*inside).values(deleted=True))
            return count

    def may_change(self, scope: Scope) -> Member:
        """The person signed in; raises `PermissionDenied` where they may not change this scope."""
        shop = scope is Scope.SHOP
        return self._staff.require(
            Permission.EDIT_SHOP_PHRASES if shop else Permission.EDIT_OWN_PHRASES
        )

    def changeable(self, session: Session, group_id: bytes) -> tuple[PhraseGroup, Member]:
        """A group this person may change; others' own groups do not exist for them."""
        row = session.scalar(
            select(PhraseGroup).where(PhraseGroup.id == group_id, PhraseGroup.deleted.is_(False))
        )
        if row is None:
            raise NotFound(_("This group is not there any more."))
        member = self.may_change(Scope(row.scope))
        if row.scope == Scope.MINE and row.staff_id != member.id:
            raise NotFound(_("This group is not there any more."))
        return row, member

    def _free_name(self, session: Session, name: str, scope: Scope, member: Member) -> str:
        name = " ".join(name.split())
        if not name:
            raise UserError(_("Give the group a name."), code="group_name")
        if len(name) > MAX_GROUP:
            raise UserError(
                _("A group's name has at most {n} characters.").format(n=MAX_GROUP),
                code="group_name",
            )
        taken = session.scalar(
            select(PhraseGroup.rid).where(
                _same(scope, member), PhraseGroup.deleted.is_(False), PhraseGroup.name == name
            )
        )
        if taken is not None:
            raise UserError(
                _("There is a group “{name}” already.").format(name=name), code="group_taken"
            )
        return name


def _same(scope: Scope, member: Member) -> ColumnElement[bool]:
    if scope is Scope.MINE:
        return (PhraseGroup.scope == Scope.MINE) & (PhraseGroup.staff_id == member.id)
    return PhraseGroup.scope == Scope.SHOP


def own_language_first(groups: Sequence[Group]) -> list[Group]:
    """The same groups as one looks through them: those in the window's language first."""
    own = current_language()[:2]
    return sorted(groups, key=lambda g: (g.scope is Scope.MINE, g.language not in {own, ""}))


def _view(row: PhraseGroup, phrases: int, english: int = 0) -> Group:
    language = ("en" if english * 2 > phrases else "zh") if phrases else ""
    return Group(row.id, row.name, Scope(row.scope), row.position, phrases, language)
