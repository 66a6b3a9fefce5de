"""The shop of several stations: letting in, shutting out, keys and recovery sheets."""

from __future__ import annotations

from collections import Counter

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME
from app.sync.folders import relay_errors
from app.sync.sheet import RecoverySheet, print_sheet
from app.sync.shop_entry import ShopEntry, look_ahead
from app.sync.shop_errors import last_manager, no_root
from app.sync.shop_model import (
    JOIN_PREFIX,
    Lost,
    Preview,
    ShopInvitation,
    ShopMember,
    StationRequest,
)
from app.sync.status import TOLD
from db.clock import now_ms
from db.sync.admission import INVITE_HOURS, Pending, approve, decline, grant, invite, pending
from db.sync.exclusion import renew_root, revoke, withdraw
from db.sync.folder import FolderRelay
from db.sync.membership import ShopMembership
from db.sync.recovery import Tongue, make_sheet
from db.sync.relay import RelayError
from db.sync.store import Store

__all__ = [
    "JOIN_PREFIX",
    "Lost",
    "Preview",
    "Shop",
    "ShopInvitation",
    "ShopMember",
    "StationRequest",
    "look_ahead",
]


class Shop(ShopEntry):
    """The stations of one shop as this home may see and rule them."""

    def invite(self, *, manage: bool = False, hours: int = INVITE_HOURS) -> ShopInvitation:
        """Invite one station; with `manage` it shall manage as well."""
        membership, relay = self._managing()
        with relay_errors():
            name = self._settings.get(SHOP_NAME)
            code = invite(membership, relay, name, self._around, manage=manage, hours=hours)
        return ShopInvitation(code, JOIN_PREFIX + code, now_ms() + hours * 3_600_000)

    def require_right(self) -> None:
        """Raise `UserError` where this station, or who sits at it, may not rule the shop."""
        self._managing()

    def requests(self) -> list[StationRequest]:
        """Return who waits to be let in; none where this station may not, or the folder is away."""
        membership = self._known()
        if membership is None or not membership.manager:
            return []
        try:
            found = pending(membership, self._sync().relay(), now_ms())
        except RelayError:
            return []
        codes = Counter(waiting.invite for waiting in found)
        return [
            StationRequest(
                *(w.request.station, w.request.name, w.request.at, w.manage),
                shared_code=codes[w.invite] > 1,
            )
            for w in found
        ]

    def approve(
        self, station: bytes, *, manage: bool | None = None, administrator: bool = False
    ) -> None:
        """Let a station in; `manage` overrules the invitation.

        An administrator's station also holds the root key: it can print recovery sheets.
        """
        membership, relay = self._managing()
        waiting = self._asking(membership, relay, station)
        may = waiting.manage if manage is None else manage
        with no_root(), relay_errors():
            approve(membership, relay, waiting, manage=may, root=administrator)
        self._pass()

    def decline(self, station: bytes) -> None:
        """Turn a request to join down; the station is told so."""
        membership, relay = self._managing()
        waiting = self._asking(membership, relay, station)
        with relay_errors():
            decline(membership, relay, waiting)
        self._pass()

    def _asking(self, membership: ShopMembership, relay: FolderRelay, station: bytes) -> Pending:
        found = [w for w in self._pending(membership, relay) if w.request.station == station]
        if not found:
            raise NotFound(_("This station does not ask to join any more."))
        return found[0]

    def losses(self) -> tuple[Lost, ...]:
        """Return what is missing in the folder and could be given up, by station."""
        membership, engine = self._membership(), self._sync().engine()
        names = membership.names()
        with relay_errors():
            found = engine.reader.losses()
        return tuple(
            Lost(names.get(membership.station_of(loss.dev) or b"", ""), loss.last - loss.first + 1)
            for loss in found
        )

    def accept_losses(self) -> int:
        """Go on without the parts that no computer can bring; returns how many.

        What stood in them and nowhere else is lost here. Should they turn up they are still taken.
        Raises `PermissionDenied` for who may not set the shop's rules.
        """
        self._staff.require(Permission.SHOP_SETTINGS)
        engine = self._sync().engine()
        with relay_errors():
            found = engine.reader.give_up(self._db.actor)
        self._pass(full=True)
        return sum(loss.last - loss.first + 1 for loss in found)

    def note_told(self) -> int:
        """Take note of what only tells that something happened; returns how much that was.

        Raises `PermissionDenied` for who may not set the shop's rules.
        """
        self._staff.require(Permission.SHOP_SETTINGS)
        with self._db.write("system") as session:
            return Store(session.connection()).close_problems(TOLD, now_ms())

    def members(self) -> list[ShopMember]:
        """Return all stations, those that are out last."""
        membership = self._known() or self._membership()
        judgement, names = membership.judgement, membership.names()
        managers = set(judgement.managers())
        found = [
            ShopMember(
                station=m.station,
                name=names.get(m.station, ""),
                joined_at=m.at,
                mine=m.station == membership.station,
                manages=m.station in managers,
                administers=m.station in managers and m.station in judgement.roots_held,
                revoked=m.station in judgement.revoked,
            )
            for m in judgement.members.values()
        ]
        return sorted(found, key=lambda member: (member.revoked, member.joined_at))

    def revoke(self, station: bytes) -> bool:
        """Shut a station out; returns whether older recovery sheets are void now.

        What it wrote up to now stays, what it writes later counts for nothing, and it can read
        nothing new. What it has already, it keeps; change the folder's own password as well.
        """
        self._pass(full=True)
        membership, relay = self._managing()
        self._check_member(membership, station)
        if station == membership.station:
            raise UserError(
                _("A station can't shut itself out."),
                hint=_("Do it at another managing station."),
                code="own_station",
            )
        before = membership.judgement.root
        with last_manager(), relay_errors():
            revoke(membership, relay, station, self._around)
        # Whoever took in more of it than this station needs a snapshot that knows of this.
        self._sync().engine().snapshot_wanted = True
        self._pass()
        return membership.judgement.root != before

    def grant(self, station: bytes, *, administrator: bool = False) -> None:
        """Let a station manage from now on."""
        self._pass(full=True)
        membership, relay = self._managing()
        self._check_member(membership, station)
        with no_root(), relay_errors():
            grant(membership, relay, station, root=administrator)
        self._pass()

    def withdraw(self, station: bytes) -> bool:
        """Take the right to manage from a station; it stays in the shop.

        Of an administrator's the root key is renewed; returns whether older recovery sheets are
        void now.
        """
        self._pass(full=True)
        membership, relay = self._managing()
        self._check_member(membership, station)
        before = membership.judgement.root
        with no_root(), last_manager(), relay_errors():
            if station in membership.judgement.roots_held and membership.root is None:
                raise LookupError
            withdraw(membership, relay, station, self._around)
        # Whoever took in one of its snapshots meanwhile needs one of a station that may.
        self._sync().engine().snapshot_wanted = True
        self._pass()
        return membership.judgement.root != before

    def rotate(self) -> None:
        """Draw a new key for everything written from now on; older keys go on opening the rest."""
        membership, relay = self._managing()
        with relay_errors():
            membership.rotate(relay)
        self._pass()

    def print_sheet(self, *, void_older: bool = False) -> RecoverySheet:
        """Make a recovery sheet with new words, to print and lock away; they are kept nowhere.

        With `void_older` all sheets printed before open nothing any more.
        """
        membership, relay = self._managing()
        tongue: Tongue = "chinese_simplified" if current_language() == "zh_CN" else "english"
        with no_root(), relay_errors():
            if void_older:
                renew_root(membership, relay, self._around)
            words = make_sheet(membership, relay, tongue, self._around)
        return print_sheet(words, self._settings.get(SHOP_NAME), membership.folder)
