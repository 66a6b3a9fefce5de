"""Something that fails again and again is tried more rarely, and told once."""

from __future__ import annotations

import logging

import pytest

from app.core.patience import Patience

log = logging.getLogger("tests.patience")


@pytest.fixture
def patience(caplog: pytest.LogCaptureFixture) -> Patience:
    caplog.set_level(logging.INFO, log.name)
    return Patience(log, "the watch", 0.5, most=3.0)


def test_each_failure_doubles_the_pause_up_to_the_most(patience: Patience) -> None:
    pauses = []
    for _n in range(5):
        patience.failed(OSError())
        pauses.append(patience.pause)
    assert pauses == [1.0, 2.0, 3.0, 3.0, 3.0]


def test_a_success_brings_the_usual_pause_back(patience: Patience) -> None:
    patience.failed(OSError())
    patience.went_well()
    assert patience.pause == 0.5


def test_a_fault_is_told_when_it_begins_changes_and_ends(
    patience: Patience, caplog: pytest.LogCaptureFixture
) -> None:
    patience.went_well()
    for error in (OSError(), OSError(), ValueError(), ValueError()):
        patience.failed(error)
    patience.went_well()
    patience.went_well()
    told = [(record.message, record.exc_info is not None) for record in caplog.records]
    failed = ("the watch failed", True)
    assert told == [failed, failed, ("the watch works again", False)]
