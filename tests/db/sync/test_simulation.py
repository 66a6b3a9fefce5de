"""Whole shops at play in a folder that misbehaves: nothing is lost, and every rule is needed."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.db.sync.simulation.__main__ import scratch_directory
from tests.db.sync.simulation.mutants import MUTANTS
from tests.db.sync.simulation.settings import SETTINGS
from tests.db.sync.simulation.world import Options, Outcome, play

SAVED = Path(__file__).with_name("simulation") / "saved_seeds.txt"
"""Seeds that once failed, one a line with what they found; `7@only_logs` is one of "only logs"."""

SEEDS = int(os.environ.get("KEFU_SIMULATION_SEEDS", "200"))
"""Histories in a usual run; `KEFU_SIMULATION_SEEDS` sets fewer or more."""
BLOCK = 10
LONG_SEEDS = int(os.environ.get("KEFU_SIMULATION_LONG_SEEDS", "10000"))
"""Histories in the long run, from seed 1000 on; `KEFU_SIMULATION_LONG_SEEDS` sets fewer."""
LONG_BLOCK = 100

NOTICED_BY = {
    "normal_commit": 0,
    "wall_clock": 1,
    "no_fsync": 1,
    "no_read_back": 7,
    "no_rename": 1,
    "no_healing": 1,
    "hash_not_in_names": 64,
    "no_checksum": 3,
    "apply_before_verify": 5,
    "over_gaps": 1,
    "delete_by_absence": 19,
    "cursor_before_data": 8,
    "own_numbers_move": 16,
    "no_fork_detection": 1,
    "counted_incarnations": 10,
    "abandoned_outbox": 2,
    "snapshot_with_open_outbox": 2,
    "gc_on_one_snapshot": 1,
    "rights_unchecked": 0,
    "revocation_ignored": 33,
    "exports_by_stamp": 2,
    "removals_by_stamp": 1,
}
"""Every mutant, with the first seed that betrayed it in its world."""

HUNT = 40
"""Histories in which a mutant must be noticed besides, where the program has changed since."""
LONG_HUNT = 200


def saved_seeds() -> list[tuple[int, str]]:
    lines = SAVED.read_text().splitlines()
    named = [line.split()[0].partition("@") for line in lines if line and line[0] != "#"]
    return [(int(seed), world.replace("_", " ")) for seed, _, world in named]


def played(seed: int, **options: object) -> Outcome:
    with scratch_directory() as directory:
        return play(seed, Path(directory), Options(**options))  # type: ignore[arg-type]


def failures(seeds: Iterable[int], **options: object) -> dict[int, str]:
    outcomes = (played(seed, **options) for seed in seeds)
    return {o.seed: o.failure.splitlines()[0] for o in outcomes if o.failure is not None}


@pytest.mark.parametrize("block", range(-(-SEEDS // BLOCK)))
def test_a_shop_loses_nothing_and_all_stations_agree(block: int) -> None:
    assert failures(range(BLOCK * block, min(SEEDS, BLOCK * (block + 1)))) == {}


@pytest.mark.parametrize("setting", sorted(SETTINGS.keys() - {"whole"}))
def test_nor_does_it_where_a_layer_that_heals_is_missing(setting: str) -> None:
    assert failures(range(4), setting=setting) == {}


@pytest.mark.parametrize(("seed", "world"), saved_seeds())
def test_what_once_failed_does_not_fail_again(seed: int, world: str) -> None:
    assert played(seed, setting=world).failure is None


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("block", range(-(-LONG_SEEDS // LONG_BLOCK)))
def test_ten_thousand_histories(block: int) -> None:
    first = 1_000 + LONG_BLOCK * block
    assert failures(range(first, min(first + LONG_BLOCK, 1_000 + LONG_SEEDS))) == {}


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("setting", sorted(SETTINGS.keys() - {"whole"}))
def test_bare_worlds_at_length(setting: str) -> None:
    assert failures(range(1_000, 1_000 + LONG_SEEDS // 50), setting=setting) == {}


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


def test_every_mutant_has_a_seed() -> None:
    assert NOTICED_BY.keys() == MUTANTS.keys()


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_rule_that_is_switched_off_is_noticed(mutant: str) -> None:
    first = NOTICED_BY[mutant]
    assert is_noticed(mutant, [first, *range(HUNT)])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_it_is_noticed_by_other_seeds_too(mutant: str) -> None:
    assert is_noticed(mutant, range(1_000, 1_000 + LONG_HUNT))
