"""The shop of several stations: letting in, shutting out, keys and recovery sheets."""

from __future__ import annotations

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.settings import SHOP_NAME
from app.sync.folders import relay_errors
from app.sync.sheet import RecoverySheet, print_sheet
from app.sync.shop_entry import ShopEntry, look_ahead
from app.sync.shop_errors import last_manager, no_root
from app.sync.shop_model import JOIN_PREFIX, Preview, ShopInvitation, ShopMember, StationRequest
from db.clock import now_ms
from db.sync.admission import INVITE_HOURS, approve, grant, invite, pending
from db.sync.exclusion import renew_root, revoke, withdraw
from db.sync.recovery import Tongue, make_sheet
from db.sync.relay import RelayError

__all__ = [
    "JOIN_PREFIX",
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
        return [
            StationRequest(w.request.station, w.request.name, w.request.at, w.manage) for w in found
        ]

    def approve(
        self, station: bytes, *, manage: bool | None = None, administrator: bool = False
    ) -> None:
        """Let a station in; `manage` overrules the invitation.

        An administrator's station also holds the root key: it can print recovery sheets.
        """
        membership, relay = self._managing()
        found = [w for w in self._pending(membership, relay) if w.request.station == station]
        if not found:
            raise NotFound(_("This station does not ask to join any more."))
        (waiting,) = found
        may = waiting.manage if manage is None else manage
        with no_root(), relay_errors():
            approve(membership, relay, waiting, manage=may, root=administrator)
        self._pass()

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

    def withdraw(self, station: bytes) -> None:
        """Take the right to manage from a station; it stays in the shop."""
        self._pass(full=True)
        membership, relay = self._managing()
        self._check_member(membership, station)
        with last_manager(), relay_errors():
            withdraw(membership, relay, station)
        self._pass()

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
