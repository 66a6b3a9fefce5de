"""The practice shop, filled once for all tests that only need it filled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.practice import open_practice_home
from app.services import build_services


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "practice"
    build_services(open_practice_home(path)).close()
    return path


@pytest.fixture
def practice_path(tmp_path: Path, _filled: Path) -> Path:
    """A practice home that is filled, where one beside `tmp_path / "shop"` lies."""
    return Path(shutil.copytree(_filled, tmp_path / "shop-practice"))
