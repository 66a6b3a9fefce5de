"""How far a station is that has no staff yet: asked, let in, fetching, there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from app.core.settings import SHOP_NAME
from app.sync.figures import view_stations
from app.sync.settings import WISHED_SHOP
from app.sync.status import SyncState
from db.sync.refusals import Refusal
from db.sync.vault import Vault

if TYPE_CHECKING:
    from app.core.settings import Settings
    from app.staff import StaffService
    from app.sync.service import SyncService
    from db.database import Database

_COUNTED: Final = ("customers", "orders", "messages")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Times are UTC ms, 0 for never. `unread` counts parts that others wrote and are not here yet.

    `records`: about how many rows are here, by table.
    """

    state: SyncState
    shop: str = ""
    station: str = ""
    folder: str = ""
    staffed: bool = False
    unread: int = 0
    last_pass: int = 0
    offline_since: int = 0
    records: Mapping[str, int] = field(default_factory=dict)
    station_id: bytes = b""
    refusal: Refusal | None = None
    """Why nobody will let this station in by the request that waits."""
    asks_again: bool = False
    """It was let in by a station that may not do so any more, and waits for another."""

    @property
    def complete(self) -> bool:
        """Whether somebody can sign in and nothing is missing."""
        return self.staffed and self.last_pass > 0 and self.unread == 0


def look_at_arrival(
    db: Database, settings: Settings, staff: StaffService, sync: SyncService
) -> Arrival:
    """Tell how far this station is; cheap enough to be asked twice a second."""
    if not sync.shared:
        return Arrival(SyncState.ALONE)
    status, membership = sync.last_status, sync.membership()
    waits = not membership.member and not membership.revoked
    return Arrival(
        state=SyncState.WAITING if waits else _after(status.state),
        shop=settings.get(SHOP_NAME) or settings.get(WISHED_SHOP),
        station=Vault(db).myself().name,
        station_id=membership.station,
        refusal=membership.refusal,
        asks_again=waits and membership.asks_again,
        folder=membership.folder,
        staffed=not staff.is_empty(),
        unread=0 if waits else sum(s.unread for s in view_stations(db, membership)),
        last_pass=status.last_pass,
        offline_since=status.offline_since,
        records=_records(db),
    )


def _after(told: SyncState) -> SyncState:
    """What was told last may be older than having been let in."""
    return SyncState.BEHIND if told in {SyncState.WAITING, SyncState.ALONE} else told


def _records(db: Database) -> dict[str, int]:
    # The highest row number tells it without counting.
    with db.read() as session:
        return {
            table: int(session.scalar(text(f"SELECT max(rid) FROM {table}")) or 0)  # noqa: S608
            for table in _COUNTED
        }
