"""Homes of one shop within the test's own process: passes are made one after the other."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from app.homes import open_home
from app.services import Services, build_services
from app.sync.verbs import run_sync
from tests.app.sync.test_shop import World, add_customer, nicks
from tests.conftest import Template
from tests.db.sync.stations import dump
from tests.proofs.station import hash_of

__all__ = ["Pair", "add_customer", "nicks", "shop_of_two"]


class Pair(World):
    """Two stations, `first` that manages and `second`, and the folder between them."""

    first: Services
    second: Services

    @property
    def both(self) -> tuple[Services, Services]:
        """Both, the managing one first."""
        return self.first, self.second

    def status(self, services: Services) -> dict[str, Any]:
        """What `kefu sync --status --json` tells."""
        document: dict[str, Any] = run_sync(services, Namespace(mode="status")).document
        return document

    def hashes(self) -> set[str]:
        """One for every state that differs."""
        return {hash_of(dump(services.db)) for services in self.homes.values()}

    def reopen(self, name: str) -> Services:
        """End the program at a station and start it again."""
        old = self.homes[name]
        path = old.home.path
        old.close()
        self.homes[name] = build_services(open_home(path))
        self.homes[name].staff.act_as_operator()
        self.first, self.second = self.homes["first"], self.homes["second"]
        return self.homes[name]


@contextmanager
def shop_of_two(
    root: Path,
    template: Template,
    mounted: Callable[[Path], AbstractContextManager[object]] = nullcontext,
) -> Iterator[Pair]:
    """A shop of two homes; no thread syncs them. `mounted` puts something over the folder."""
    root.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.sync.service.SyncService.start", lambda _self: None)
        pair = Pair(root, template)
        with mounted(pair.folder):
            yield from _founded(pair)


def _founded(pair: Pair) -> Iterator[Pair]:
    try:
        pair.first = pair.founded()
        pair.second = pair.admitted("second", pair.first)
        for services in pair.both:
            services.staff.act_as_operator()
        yield pair
    finally:
        pair.close()
