"""Homes of one shop for the tests of the engine: real databases and engines over one relay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from db.clock import now_ms
from db.database import Database
from db.sync.engine import Engine, PassResult
from db.sync.keys import EpochKey, StationKeys, StationPublic
from db.sync.membership import Pin
from db.sync.relay import Relay
from db.sync.surroundings import Surroundings
from tests.db.sync.stations import KEY, empty_file

SHOP = b"shop-id!"
EPOCH = EpochKey(1, bytes(range(32)))


@dataclass
class Register:
    """Whose incarnations there are; every station of it is a manager."""

    devs: dict[int, bytes] = field(default_factory=dict)
    keys: dict[bytes, StationKeys] = field(default_factory=dict)
    pins: dict[int, Pin] = field(default_factory=dict)
    workers: set[bytes] = field(default_factory=set)


class MembershipOfAll:
    """Everybody in the register belongs to the shop."""

    shop, epochs, current = SHOP, {1: EPOCH}, EPOCH
    member = True

    def __init__(self, register: Register, station: bytes) -> None:
        self.register, self.station = register, station
        self.keys = register.keys.setdefault(station, StationKeys.generate())

    @property
    def manager(self) -> bool:
        return self.station not in self.register.workers

    def refresh(self, relay: Relay) -> bool:
        return False

    def new_dev(self, random: Callable[[int], bytes]) -> int:
        return int.from_bytes(random(8), "big") >> 1 or 1

    @property
    def delivered(self) -> bool:
        return True

    def announce(self, relay: Relay, dev: int) -> None:
        self.register.devs[dev] = self.station

    def signer(self, dev: int) -> StationPublic | None:
        station = self.station_of(dev)
        return None if station is None else self.register.keys[station].public

    def station_of(self, dev: int) -> bytes | None:
        return self.register.devs.get(dev)

    def names(self) -> Mapping[bytes, str]:
        return {station: station.decode().strip() for station in self.register.keys}

    def pin(self, dev: int) -> Pin | None:
        return self.register.pins.get(dev)

    def accepts(self, dev: int, seq: int) -> bool:
        pin = self.pin(dev)
        return dev in self.register.devs and (pin is None or seq <= pin.seq)

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        return self.accepts(dev, seq) and self.register.devs[dev] not in self.register.workers

    cuts: frozenset[bytes] = frozenset()

    def cuts_below(self, dev: int, seq: int) -> frozenset[bytes]:
        return frozenset()

    def distrusted_since(self, dev: int) -> int | None:
        return None


class Clock:
    """A wall clock that goes on by being told to."""

    def __init__(self) -> None:
        self.ms = now_ms()

    def now_ms(self) -> int:
        return self.ms

    def sleep(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


class Home:
    """One home with its engine."""

    def __init__(
        self, path: Path, name: str, relay: Relay, register: Register, clock: Clock | None = None
    ) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path, self.name = path, name
        self.register, self.relay = register, relay
        self.around = Surroundings(now_ms=clock.now_ms, sleep=clock.sleep) if clock else None
        if not self.file.exists():
            self.file.write_bytes(empty_file())
        self.open()
        with self.db.write("system") as session:
            session.execute(
                text(
                    "INSERT OR IGNORE INTO sync_self"
                    "(rid, shop, root_public, station, name, digest, token) "
                    "VALUES (1, :shop, x'', :station, :name, zeroblob(32), x'')"
                ),
                {"shop": SHOP, "station": self.station, "name": name},
            )

    @property
    def file(self) -> Path:
        return self.path / "kefu.db"

    @property
    def station(self) -> bytes:
        return self.name.encode().ljust(16)

    def open(self) -> None:
        """Start the program."""
        self.db = Database(self.file, KEY)
        self.engine = self.make_engine()

    def make_engine(self) -> Engine:
        return Engine(self.db, self.relay, self.membership(), self.around, app="1.0")

    def membership(self) -> MembershipOfAll:
        return MembershipOfAll(self.register, self.station)

    def close(self) -> None:
        self.db.close()

    def restart(self) -> None:
        self.close()
        self.open()

    def sync(self, *, full: bool = True) -> PassResult:
        return self.engine.pass_once(full=full)

    @property
    def dev(self) -> int:
        with self.db.read() as session:
            return int(session.scalar(text("SELECT dev FROM sync_self")) or 0)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Return what a query finds."""
        with self.db.read() as session:
            return [tuple(row) for row in session.execute(text(sql))]


def settle(*homes: Home, rounds: int = 3) -> None:
    """Let all of them hear of each other."""
    for _ in range(rounds):
        for home in homes:
            home.sync()
