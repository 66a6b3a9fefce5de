"""The first steps: found a shop, join one, or take one back."""

from __future__ import annotations

from pathlib import Path

from app.core.errors import UserError
from app.core.i18n import _
from app.core.settings import SHOP_NAME
from app.sync.folders import check_home, open_folder, prepare_folder, put_marker, relay_errors
from app.sync.refused import Refusal
from app.sync.settings import WISHED_SHOP
from app.sync.shop_errors import invite_errors, words_errors
from app.sync.shop_ground import ShopGround
from app.sync.shop_model import JOIN_PREFIX, Preview
from db.clock import now_ms
from db.sync.admission import ask_to_join, find_invitation, found_shop, take_back
from db.sync.folder import FolderRelay
from db.sync.invitations import BadCode, Greeting, Invitation, parse_code
from db.sync.marker import Marker
from db.sync.recovery import parse_words, recover


class ShopEntry(ShopGround):
    """What a home does that belongs to no shop yet."""

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

    @property
    def refusal(self) -> Refusal | None:
        """Why nobody will let this station in by the request that waits; None: somebody may."""
        membership = self._known()
        return None if membership is None else membership.refusal

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
        membership = self._membership()
        marker = Marker(membership.founding_root, self._home.practice).pack()
        take_back(self._db, FolderRelay(Path(membership.folder), marker))

    def recover(self, folder: Path, words: str, station: str) -> None:
        """Take the shop back with the words of its recovery sheet, or what its QR code holds."""
        self._require()
        self._refuse_if_shared()
        name = _station_name(station)
        marker, relay = _opened(folder, practice=self._home.practice)
        with words_errors(), relay_errors():
            entropy = parse_words(words)
            me = (name, str(folder.resolve()))
            recover(self._db, relay, marker, entropy, me, self._around)
        self._sync().restart()
        self._pass()


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
    with relay_errors(), invite_errors():
        return marker, relay, find_invitation(relay, marker, secret, now_ms())


def _station_name(name: str) -> str:
    if not name.strip():
        raise UserError(
            _("The station needs a name."),
            hint=_("For example the desk or the person it belongs to."),
            code="empty_name",
        )
    return name.strip()[:60]
