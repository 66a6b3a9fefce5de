"""Whole shops at play in a folder that misbehaves: nothing is lost, and every rule is needed."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.db.sync.simulation.__main__ import scratch_directory
from tests.db.sync.simulation.mutants import MUTANTS
from tests.db.sync.simulation.world import Options, Outcome, play

SAVED = Path(__file__).with_name("simulation") / "saved_seeds.txt"
"""Seeds that once failed, one a line with what they found."""

NOTICED_SOON = {
    "normal_commit": 0,
    "wall_clock": 1,
    "exports_by_stamp": 0,
    "rights_unchecked": 0,
    "revocation_ignored": 5,
    "delete_by_absence": 18,
}
"""Mutants that few histories betray, with the seed that was the first to do so."""

NEVER_ALONE = frozenset({"no_fsync", "no_read_back", "no_rename"})
"""Rules that others hide here: each has a test of its own in `test_layers`."""

HUNT = 400
"""Histories among which the others must be noticed, in the long run."""


def saved_seeds() -> list[int]:
    lines = SAVED.read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def played(seed: int, **options: object) -> Outcome:
    with scratch_directory() as directory:
        return play(seed, Path(directory), Options(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(30))
def test_a_shop_loses_nothing_and_all_stations_agree(seed: int) -> None:
    assert played(seed).failure is None


@pytest.mark.parametrize("seed", saved_seeds())
def test_what_once_failed_does_not_fail_again(seed: int) -> None:
    assert played(seed).failure is None


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_histories(block: int) -> None:
    failures = {}
    for seed in range(1_000 + 100 * block, 1_100 + 100 * block):
        outcome = played(seed)
        if outcome.failure:
            failures[seed] = outcome.failure.splitlines()[0]
    assert not failures


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
def test_fifty_stations(seed: int) -> None:
    assert played(seed, stations=50, steps=600).failure is None


def test_a_seed_plays_the_same_in_every_process() -> None:
    command = [sys.executable, "-m", "tests.db.sync.simulation", "--seeds", "3-4", "--digests"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [f"seed {n} {played(n).digest}" in told for n in (3, 4)] == [True, True]


@pytest.mark.parametrize("seed", [1, 3])
def test_a_seed_plays_the_same_over_the_product_s_own_driver_and_enciphered_files(
    seed: int,
) -> None:
    assert played(seed, whole_driver=True).history == played(seed).history


def is_noticed(mutant: str, seeds: Iterable[int]) -> bool:
    for seed in seeds:
        try:
            if played(seed, mutant=mutant).failure is not None:
                return True
        except Exception:  # noqa: BLE001 - a program that falls over was noticed as well
            return True
    return False


@pytest.mark.parametrize("mutant", sorted(NOTICED_SOON))
def test_a_rule_that_is_switched_off_is_noticed(mutant: str) -> None:
    first = NOTICED_SOON[mutant]
    assert is_noticed(mutant, [first, *range(12)])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mutant", sorted(MUTANTS.keys() - NEVER_ALONE - NOTICED_SOON.keys()))
def test_a_rule_that_others_nearly_hide_is_noticed_in_the_long_run(mutant: str) -> None:
    assert is_noticed(mutant, range(HUNT))
