"""A process that writes and syncs until it is killed; it says of each row that it was saved.

`python -m tests.db.sync.writer HOME SHARE` — the names it prints are acknowledged.
"""

import hashlib
import sys
from itertools import count
from pathlib import Path

from db.ids import new_id
from db.models import Customer
from db.sync.folder import FolderRelay
from db.sync.keys import StationKeys
from db.sync.relay import Relay
from tests.db.sync.homes import Home, MembershipOfAll, Register

MARKER = b"the shop that is killed"


class SharedMembership(MembershipOfAll):
    """Everybody belongs to the shop; whose incarnation is whose lies in a directory."""

    def __init__(self, register: Register, station: bytes, directory: Path) -> None:
        register.keys[station] = StationKeys(hashlib.sha512(station).digest())
        super().__init__(register, station)
        self._directory = directory
        directory.mkdir(exist_ok=True)

    @property
    def delivered(self) -> bool:
        return True

    def announce(self, relay: Relay, dev: int) -> None:
        (self._directory / str(dev)).write_bytes(self.station)

    def station_of(self, dev: int) -> bytes | None:
        path = self._directory / str(dev)
        if not path.exists():
            return None
        station = path.read_bytes()
        self.register.keys[station] = StationKeys(hashlib.sha512(station).digest())
        return station

    def accepts(self, dev: int, seq: int) -> bool:
        return self.station_of(dev) is not None

    def may_manage(self, dev: int, seq: int, digest8: bytes = b"") -> bool:
        return self.accepts(dev, seq)


class SharedHome(Home):
    """A home that other processes know."""

    def __init__(self, path: Path, share: Path) -> None:
        self.share = share
        super().__init__(path, path.name, FolderRelay(share, MARKER), Register())

    def membership(self) -> MembershipOfAll:
        return SharedMembership(self.register, self.station, self.share.parent / "stations")


def main() -> None:
    home = SharedHome(Path(sys.argv[1]), Path(sys.argv[2]))
    start = len(home.ask("SELECT 1 FROM customers"))
    for number in count(start):
        name = f"{home.name}-{number}-{new_id().hex()[-6:]}"
        with home.db.write() as session:
            session.add(Customer(nick=name, created_at=1))
        print(name, flush=True)  # saved: whatever happens now, it must not be lost
        if number % 3 == 0:
            home.sync(full=number % 9 == 0)


if __name__ == "__main__":
    main()
