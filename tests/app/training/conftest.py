"""A practice shop whose clock the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Template
from tests.school import Clock, School, opened_school


@pytest.fixture
def school(tmp_path: Path, _template: Template) -> Iterator[School]:
    """A practice shop."""
    with opened_school(tmp_path / "practice", _template, Clock()) as opened:
        yield opened
