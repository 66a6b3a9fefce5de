"""What founding, joining and ruling a shop have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.core.settings import Settings
from app.homes import Home
from app.staff import StaffService
from app.sync.folders import relay_errors
from db.clock import now_ms
from db.database import Database
from db.sync.admission import Pending, pending
from db.sync.folder import FolderRelay
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.surroundings import Surroundings
from db.sync.vault import Vault

if TYPE_CHECKING:
    from app.sync.service import SyncService

_DATA: Final = ("customers", "orders", "messages", "conversations", "phrases")


class ShopGround:
    """A home, its membership if it has one, and who may do what here."""

    def __init__(
        self,
        home: Home,
        db: Database,
        settings: Settings,
        staff: StaffService,
        sync: Callable[[], SyncService],
    ) -> None:
        self._home, self._db, self._settings, self._staff = home, db, settings, staff
        self._sync, self._vault = sync, Vault(db)
        self._around = Surroundings()

    # --- where this home stands -------------------------------------------------------------

    @property
    def joined(self) -> bool:
        """Whether this home belongs to a shared shop."""
        membership = self._known()
        return membership is not None and membership.member

    @property
    def waiting(self) -> bool:
        """Whether this home asked to join and was not let in yet."""
        me = self._vault.find_myself()
        return me is not None and me.joined_at == 0 and not self.joined

    @property
    def manages(self) -> bool:
        """Whether this station may let others in and change staff and the shop's settings."""
        membership = self._known()
        return membership is not None and membership.manager

    @property
    def administers(self) -> bool:
        """Whether this station holds the shop's root key: only then it prints recovery sheets."""
        membership = self._known()
        return membership is not None and membership.root is not None

    @property
    def has_data(self) -> bool:
        """Whether this home holds work of its own that joining a shop would merge into it."""
        with self._db.read() as session:
            return any(
                session.scalar(text(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608 - own names
                for table in _DATA
            )

    # --- common ground ----------------------------------------------------------------------

    def _require(self) -> None:
        # The first steps of a new home are taken before anybody can sign in.
        if self._staff.current is not None:
            self._staff.require(Permission.MANAGE_STAFF)

    def _refuse_if_shared(self) -> None:
        if self._vault.find_myself() is not None:
            raise UserError(
                _("This home belongs to a shared shop already, or asked to join one."),
                hint=_("Use another home, or take the request back first."),
                code="already_shared",
            )

    def _known(self) -> ShopMembership | None:
        """What is known of the shop, to be read; who writes records makes its own."""
        if self._vault.find_myself() is None:
            return None
        return self._sync().latest_membership()

    def _membership(self) -> ShopMembership:
        if self._vault.find_myself() is None:
            raise UserError(
                _("This shop is on this computer alone."),
                hint=_("Share it, or join one."),
                code="not_shared",
            )
        return ShopMembership(self._db, self._around)

    def _managing(self) -> tuple[ShopMembership, FolderRelay]:
        self._require()
        membership = self._membership()
        relay = relay_of(membership)
        with relay_errors():
            membership.refresh(relay)
        if not membership.manager:
            raise UserError(
                _("This station may not do that."),
                hint=_("Do it at a station that manages the shop."),
                code="station_may_not",
            )
        return membership, relay

    def _pending(self, membership: ShopMembership, relay: FolderRelay) -> list[Pending]:
        with relay_errors():
            return pending(membership, relay, now_ms())

    def _check_member(self, membership: ShopMembership, station: bytes) -> None:
        if station not in membership.judgement.standing():
            raise NotFound(_("This station is not in the shop."))

    def _pass(self, *, full: bool = False) -> None:
        """Bring it to the folder at once, unless another process of this home does."""
        self._sync().pass_now(full=full)


def relay_of(membership: ShopMembership) -> FolderRelay:
    """Return the folder of a shop that this home belongs to."""
    marker = Marker(membership.founding_root, membership.practice)
    return FolderRelay(Path(membership.folder), marker.pack())
