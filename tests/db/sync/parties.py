"""Members of a shop for the tests: a database, keys and the logs of each in one relay."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from db.database import Database
from db.sync.apply import apply_groups
from db.sync.images import build_image
from db.sync.keys import EpochKey, StationKeys, StationPublic
from db.sync.manifests import Header, Manifest, Opened, Place, Sealer
from db.sync.membership import Pin
from db.sync.mergers import Merged, merge_image
from db.sync.ops import take_ops
from db.sync.relay import Relay
from db.sync.scratch import Scratch, scratch_file
from db.sync.segments import Writer, open_segment, parse_name
from db.sync.snapshots import Snapshots
from db.sync.store import Store
from db.sync.surroundings import Surroundings
from tests.db.sync.stations import open_station, take

SHOP = b"shop-id!"
EPOCH = EpochKey(1, bytes(range(32)))


@dataclass
class Circle:
    """Who is in the shop, and who may manage it."""

    keys: dict[int, StationKeys] = field(default_factory=dict)
    managers: set[int] = field(default_factory=set)
    pins: dict[int, Pin] = field(default_factory=dict)
    epochs: dict[int, EpochKey] = field(default_factory=lambda: {1: EPOCH})


class Members:
    """The membership as one station sees it."""

    def __init__(self, circle: Circle, dev: int) -> None:
        self.circle, self.dev = circle, dev

    shop = SHOP
    current = EPOCH
    member = True

    @property
    def manager(self) -> bool:
        return self.dev in self.circle.managers

    @property
    def keys(self) -> StationKeys:
        return self.circle.keys[self.dev]

    @property
    def station(self) -> bytes:
        return self.dev.to_bytes(16, "big")

    @property
    def epochs(self) -> Mapping[int, EpochKey]:
        return self.circle.epochs

    def refresh(self, relay: Relay) -> bool:
        return False

    def new_dev(self, random: Callable[[int], bytes]) -> int:
        return int.from_bytes(random(7), "big")

    @property
    def delivered(self) -> bool:
        return True

    def announce(self, relay: Relay, dev: int) -> None:
        raise NotImplementedError

    def signer(self, dev: int) -> StationPublic | None:
        return self.circle.keys[dev].public if dev in self.circle.keys else None

    def station_of(self, dev: int) -> bytes | None:
        return dev.to_bytes(16, "big") if dev in self.circle.keys else None

    def names(self) -> Mapping[bytes, str]:
        return {}

    def pin(self, dev: int) -> Pin | None:
        return self.circle.pins.get(dev)

    def accepts(self, dev: int, seq: int) -> bool:
        pin = self.pin(dev)
        return dev in self.circle.keys and (pin is None or seq <= pin.seq)

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        return self.accepts(dev, seq) and dev in self.circle.managers

    cuts: frozenset[bytes] = frozenset()

    def cuts_below(self, dev: int, seq: int) -> frozenset[bytes]:
        return frozenset()

    def distrusted_since(self, dev: int) -> int | None:
        return None


class Party:
    """One station with its log on a relay."""

    def __init__(
        self,
        path: Path,
        dev: int,
        circle: Circle,
        relay: Relay,
        surroundings: Surroundings | None = None,
        *,
        manages: bool = True,
    ) -> None:
        self.db, self.dev, self.relay = open_station(path, dev), dev, relay
        circle.keys[dev] = StationKeys.generate()
        if manages:
            circle.managers.add(dev)
        self.members = Members(circle, dev)
        with self.db.write("system") as session:
            session.execute(
                text(
                    "INSERT INTO sync_self(rid, shop, root_public, station, dev, digest, token) "
                    "VALUES (1, :shop, x'', :station, :dev, :digest, x'')"
                ),
                {"shop": SHOP, "station": self.members.station, "dev": dev, "digest": bytes(32)},
            )
        self.snapshots = Snapshots(
            self.db, relay, self.members, surroundings or Surroundings(), workers=1
        )

    def seal(self) -> None:
        """Put the outbox into segments, and those into the folder."""
        writer = Writer(SHOP, self.dev, self.members.keys, EPOCH)
        with self.db.write("system") as session:
            store = Store(session.connection())
            me = store.me()
            ops = take_ops(session.connection())
            for sealed in writer.seal(ops, me.seq + 1, me.digest):
                store.keep(sealed, self.dev, 0)
                self.relay.put_new(sealed.name, sealed.data)
                store.mark_published([sealed.name])

    def read(self) -> int:
        """Read the logs up to the first gap; returns how many segments were new."""
        count = 0
        for name in self.relay.list("ops/"):
            place = Place(*(parse_name(name) or (self.dev, 0, b"")))
            if place.dev != self.dev and self._take(name, place):
                count += 1
        return count

    def _take(self, name: str, place: Place) -> bool:
        with self.db.read() as session:
            if Store(session.connection()).cursor(place.dev).seq != place.seq - 1:
                return False
        signer = self.members.signer(place.dev)
        assert signer is not None
        data = self.relay.get(name)
        apply_groups(self.db, open_segment(data, SHOP, place.dev, signer, {1: EPOCH}).groups)
        with self.db.write("system") as session:
            store = Store(session.connection())
            store.note_seen(place, 0)
            store.move_cursor(place)
        return True

    def vector(self) -> dict[int, int]:
        """How far it read each log."""
        with self.db.read() as session:
            return {d: p.seq for d, p in Store(session.connection()).cursors().items()}


def nobody(dev: int) -> Pin | None:
    return None


@contextmanager
def image_of(
    database: Database, sealed: Callable[[], object] | None = None
) -> Iterator[tuple[Scratch, Opened]]:
    """Build an image outside of any relay."""
    with scratch_file(database.path) as scratch:
        image = build_image(database, scratch, sealed or (lambda: take(database)), nobody)
        header = Header(SHOP, 1, image.stamp, 1, bytes(32))
        manifest = Manifest(
            2, 0, image.stamp, image.vector, image.forks, [], image.fields, image.rows
        )
        yield scratch, Opened("snap/test", header, manifest, Sealer(header, EPOCH))


def merge_from(source: Database, target: Database) -> Merged:
    """Merge an image of one station into another."""
    with image_of(source) as (scratch, opened):
        return merge_image(target, scratch, opened, 0)
