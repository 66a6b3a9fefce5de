"""Setting up the shop of several stations: founding, letting in, shutting out, taking back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Settings
from app.homes import Home
from app.staff import StaffService
from app.sync.folders import check_home, open_folder, prepare_folder, put_marker, relay_errors
from app.sync.settings import WISHED_SHOP
from app.sync.sheet import RecoverySheet, print_sheet
from db.clock import now_ms
from db.database import Database
from db.sync.admission import (
    INVITE_HOURS,
    InviteExpired,
    InviteUnknown,
    InviteUsed,
    Pending,
    approve,
    ask_to_join,
    find_invitation,
    found_shop,
    grant,
    invite,
    pending,
)
from db.sync.exclusion import LastManager, renew_root, revoke, withdraw
from db.sync.folder import FolderRelay
from db.sync.invitations import BadCode, Greeting, Invitation, parse_code
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.recovery import (
    BadWords,
    SheetUnknown,
    SheetVoid,
    Tongue,
    make_sheet,
    parse_words,
    recover,
)
from db.sync.relay import RelayError
from db.sync.surroundings import Surroundings
from db.sync.vault import Vault

if TYPE_CHECKING:
    from app.sync.service import SyncService

JOIN_PREFIX: Final = "KEFU-JOIN:"
"""Begins what the QR code of an invitation holds; the code follows."""
_DATA: Final = ("customers", "orders", "messages", "conversations", "phrases")


@dataclass(frozen=True, slots=True)
class ShopInvitation:
    """A code to type or, as `payload`, to scan; good for one station until `expires_at` (ms)."""

    code: str
    payload: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a code leads to. `has_data`: this home's data would be merged into that shop's."""

    shop: str
    practice: bool
    has_data: bool


@dataclass(frozen=True, slots=True)
class StationRequest:
    """A station that waits to be let in; `asked_at` is Unix ms by its clock."""

    station: bytes
    name: str
    asked_at: int
    manage: bool


@dataclass(frozen=True, slots=True)
class ShopMember:
    """A station of the shop. `administers`: it holds the shop's root key as well."""

    station: bytes
    name: str
    joined_at: int
    mine: bool
    manages: bool
    administers: bool
    revoked: bool


class Shop:
    """The stations of one shop as this home may see and rule them."""

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
        me = self._vault.find_myself()
        return me is not None and ShopMembership(self._db).member

    @property
    def waiting(self) -> bool:
        """Whether this home asked to join and was not let in yet."""
        me = self._vault.find_myself()
        return me is not None and me.joined_at == 0 and not ShopMembership(self._db).member

    @property
    def manages(self) -> bool:
        """Whether this station may let others in and change staff and the shop's settings."""
        return self._vault.find_myself() is not None and ShopMembership(self._db).manager

    @property
    def administers(self) -> bool:
        """Whether this station holds the shop's root key: only then it prints recovery sheets."""
        return self._vault.find_myself() is not None and ShopMembership(self._db).root is not None

    @property
    def has_data(self) -> bool:
        """Whether this home holds work of its own that joining a shop would merge into it."""
        with self._db.read() as session:
            return any(
                session.scalar(text(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608 - own names
                for table in _DATA
            )

    # --- set up or join ---------------------------------------------------------------------

    def create(self, folder: Path, station: str, shop: str = "") -> None:
        """Found a shop in an empty folder that all stations reach; this home is the first one.

        `station` is what the others call this computer; `shop` names the shop where it has no
        name yet. Print a recovery sheet next.
        """
        self._require()
        self._refuse_if_shared()
        name = _station_name(station)
        folder = prepare_folder(folder)
        if shop.strip():
            self._settings.set(SHOP_NAME, shop.strip())
        found_shop(
            self._db,
            name,
            str(folder),
            self._around,
            practice=self._home.practice,
            before=lambda marker: put_marker(folder, marker),
        )
        self._sync().restart()
        self._pass()

    def preview(self, folder: Path, code: str) -> Preview:
        """Tell what a code leads to, before anything is done."""
        self._require()
        self._refuse_if_shared()
        *_, (_, greeting) = _found(folder, code, practice=self._home.practice)
        return Preview(greeting.name, greeting.practice, self.has_data)

    def join(self, folder: Path, code: str, station: str, *, bring_data: bool = False) -> Preview:
        """Ask to join by an invitation; somebody at a managing station lets this one in then.

        A home with work of its own joins only with `bring_data`: its customers, orders and
        messages are merged into the shop's, its staff and shop settings give way to the shop's.
        """
        self._require()
        self._refuse_if_shared()
        name = _station_name(station)
        marker, relay, (opened, greeting) = _found(folder, code, practice=self._home.practice)
        if self.has_data and not bring_data:
            raise UserError(
                _("This computer holds customers, orders or messages of its own."),
                hint=_("They can be merged into the shop's; say so, or join with a new home."),
                code="home_has_data",
            )
        with relay_errors():
            me = (name, str(folder.resolve()))
            ask_to_join(self._db, relay, marker, opened, me, self._around)
        self._settings.set(WISHED_SHOP, greeting.name)
        self._sync().restart()
        return Preview(greeting.name, greeting.practice, self.has_data)

    def cancel(self) -> None:
        """Take back the wish to join, as long as nobody let this station in."""
        self._require()
        if not self.waiting:
            raise UserError(
                _("This station does not wait to join a shop."),
                hint=_("Ask to join with a code first."),
                code="not_waiting",
            )
        self._sync().stop()
        self._vault.withdraw()

    def recover(self, folder: Path, words: str, station: str) -> None:
        """Take the shop back with the words of its recovery sheet, or what its QR code holds."""
        self._require()
        self._refuse_if_shared()
        name = _station_name(station)
        marker, relay = _opened(folder, practice=self._home.practice)
        try:
            entropy = parse_words(words)
            with relay_errors():
                me = (name, str(folder.resolve()))
                recover(self._db, relay, marker, entropy, me, self._around)
        except BadWords as error:
            raise UserError(
                _("These are not the twelve words of a recovery sheet."),
                hint=_("Check every word and their order."),
                code="bad_words",
            ) from error
        except SheetVoid as error:
            raise UserError(
                _("This recovery sheet was replaced by a newer one."),
                hint=_("Use the words of the newest sheet."),
                code="sheet_void",
            ) from error
        except SheetUnknown as error:
            raise UserError(
                _("These words open nothing in this folder."),
                hint=_("Check the words, and that this is the right folder."),
                code="words_unknown",
            ) from error
        self._sync().restart()
        self._pass()

    # --- who is in --------------------------------------------------------------------------

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
        if not self.manages:
            return []
        membership = self._membership()
        try:
            found = pending(membership, _relay(membership), now_ms())
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
        with _no_root(), relay_errors():
            approve(membership, relay, waiting, manage=may, root=administrator)
        self._pass()

    def members(self) -> list[ShopMember]:
        """Return all stations, those that are out last."""
        membership = self._membership()
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
        with _last_manager(), relay_errors():
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
        with _no_root(), relay_errors():
            grant(membership, relay, station, root=administrator)
        self._pass()

    def withdraw(self, station: bytes) -> None:
        """Take the right to manage from a station; it stays in the shop."""
        self._pass(full=True)
        membership, relay = self._managing()
        self._check_member(membership, station)
        with _last_manager(), relay_errors():
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
        with _no_root(), relay_errors():
            if void_older:
                renew_root(membership, relay, self._around)
            words = make_sheet(membership, relay, tongue, self._around)
        return print_sheet(words, self._settings.get(SHOP_NAME), membership.folder)

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
        relay = _relay(membership)
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


def look_ahead(folder: Path, code: str) -> Preview:
    """Tell what a code leads to before this computer has a home; raises `UserError`."""
    *_, (_, greeting) = _found(folder, code, practice=False)
    return Preview(greeting.name, greeting.practice, has_data=False)


def _opened(folder: Path, *, practice: bool) -> tuple[Marker, FolderRelay]:
    marker, relay = open_folder(folder)
    check_home(marker, practice=practice)
    return marker, relay


def _found(
    folder: Path, code: str, *, practice: bool
) -> tuple[Marker, FolderRelay, tuple[Invitation, Greeting]]:
    try:
        secret = parse_code(code.strip().upper().removeprefix(JOIN_PREFIX))
    except BadCode as error:
        raise UserError(
            _("This code is mistyped."),
            hint=_("It has 16 letters and digits; check them one by one."),
            code="bad_code",
        ) from error
    marker, relay = _opened(folder, practice=practice)
    with relay_errors(), _invite_errors():
        return marker, relay, find_invitation(relay, marker, secret, now_ms())


def _relay(membership: ShopMembership) -> FolderRelay:
    marker = Marker(membership.founding_root, membership.practice)
    return FolderRelay(Path(membership.folder), marker.pack())


def _station_name(name: str) -> str:
    if not name.strip():
        raise UserError(
            _("The station needs a name."),
            hint=_("For example the desk or the person it belongs to."),
            code="empty_name",
        )
    return name.strip()[:60]


@contextmanager
def _invite_errors() -> Iterator[None]:
    try:
        yield
    except InviteUsed as error:
        raise UserError(
            _("This code was used already."),
            hint=_("Each code lets one station in; ask for another."),
            code="code_used",
        ) from error
    except InviteExpired as error:
        raise UserError(
            _("This code's time is over."), hint=_("Ask for another."), code="code_expired"
        ) from error
    except InviteUnknown as error:
        raise UserError(
            _("This folder knows no such code."),
            hint=_("Check code and folder; a folder that is copied may need a minute."),
            code="code_unknown",
        ) from error


@contextmanager
def _no_root() -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        raise UserError(
            _("This station does not hold the shop's root key."),
            hint=_("Do it at the station that founded the shop, or another administrator's."),
            code="no_root",
        ) from error


@contextmanager
def _last_manager() -> Iterator[None]:
    try:
        yield
    except LastManager as error:
        raise UserError(
            _("It is the last station that manages the shop."),
            hint=_("Let another one manage first."),
            code="last_manager",
        ) from error
