"""The shop most tests of sharing begin with. A file that wants another folder overrides `relay`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.sync.relay import MemoryRelay, Relay
from tests.db.sync.shops import Shop


@pytest.fixture
def relay() -> MemoryRelay:
    """The folder that stations meet in."""
    return MemoryRelay()


@pytest.fixture
def shop(tmp_path: Path, relay: Relay) -> Iterator[Shop]:
    """A shop nobody has founded yet."""
    made = Shop(tmp_path, relay)
    yield made
    made.close()
