"""What works for one membership of a home; made anew when the home joins another shop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.conversations import Attachments
from app.core.i18n import _
from app.homes import KindMismatch
from app.sync.attached import AttachedFiles
from app.sync.place import PACES, Pace, Place, guess_place
from db.database import Database
from db.sync.engine import Engine
from db.sync.folder import FolderRelay
from db.sync.here import HereBoard
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.snapshots import WORKERS
from db.sync.store import Store


@dataclass(slots=True)
class Parts:
    """One home in one shop."""

    membership: ShopMembership
    relay: FolderRelay
    engine: Engine
    board: HereBoard
    guessed: Place | None = None

    def pace(self, place: Place) -> Pace:
        """Return how often to write and look; what kind of folder it is, is found out once."""
        if place is not Place.AUTO:
            return PACES[place]
        if self.guessed is None:
            self.guessed = guess_place(Path(self.membership.folder))
        return PACES[self.guessed]

    def forget_place(self) -> None:
        """Find out again: where the folder was away, something else may have been mounted."""
        self.guessed = None


def make_parts(db: Database, attachments: Attachments | None, *, practice: bool) -> Parts:
    """Make them; raises `LookupError` where the home has no shop, `KindMismatch` for another kind's.

    `practice`: the home's kind; a station that waits has no record yet that tells it.
    """
    membership = ShopMembership(db)
    if membership.member and membership.practice != practice:
        raise KindMismatch(
            _("A practice shop and a real shop exchange nothing."), hint=membership.folder
        )
    marker = Marker(membership.founding_root, membership.practice or practice).pack()
    relay = FolderRelay(Path(membership.folder), marker)
    engine = Engine(db, relay, membership, app=_program_version(), workers=WORKERS)
    if attachments is not None:
        AttachedFiles(attachments, db, relay, membership).join(engine)
    return Parts(membership, relay, engine, HereBoard(relay, membership, partial(_dev, db)))


def _dev(db: Database) -> int:
    with db.read() as session:
        return Store(session.connection()).me().dev


def _program_version() -> str:
    try:
        return version("kefu-desk")
    except PackageNotFoundError:
        return ""
