"""Runs what takes long, proof by proof: `python3 dev.py test --long [PROOF …]`.

Every proof is a run of pytest of its own and tells how it fares; at the end stands what became of
each, and how long it took. One that was broken off is taken up again with `--resume`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree as ET

REPO: Final = Path(__file__).parents[2]
PASSED: Final = REPO / ".venv" / "kefu-desk.proofs"
"""Names of the proofs that ended well in the run that `--resume` goes on with, one a line."""
HISTORIES: Final = 10_000
_BLOCK: Final = 100
_BLOCKS: Final = 100
_TOGETHER: Final = 10
"""Blocks of histories that are one step: a thousand histories, some minutes of two processors."""
_NONE_CHOSEN: Final = 5
"""Exit code of pytest where its options leave no test."""
CORES: Final = os.cpu_count() or 1
"""Histories need nothing but a processor, so that several are played at once."""
_ALL: Final = ("-m", "long or not long")
_LONG: Final = ("-m", "long")
_STATIONS: Final = "tests/proofs/test_stations_together.py::test_over"
_NUMBERS: Final = "tests/app/stats/test_numbers.py"
_SIMULATION: Final = "tests/db/sync/test_simulation.py"


@dataclass(frozen=True, slots=True)
class Proof:
    """`arguments` are pytest's; of so many `blocks` each is run and remembered by itself."""

    what: str
    arguments: tuple[str, ...]
    blocks: int = 0


PROOFS: Final = {
    "folder": Proof(
        "a folder that is full, read-only, moved away, or last week's",
        (*_ALL, "tests/proofs/test_folder_trouble.py"),
    ),
    "undo": Proof(
        "what is taken back here is taken back there",
        (*_ALL, "tests/proofs/test_undo_elsewhere.py"),
    ),
    "erasure": Proof(
        "a person erased here is erased there, and stays so",
        (*_ALL, "tests/proofs/test_erasure_elsewhere.py"),
    ),
    "web-chat": Proof(
        "200 visitors whose lines break, for a minute",
        (*_LONG, "tests/e2e/test_webchat_load.py"),
    ),
    "pinyin": Proof(
        "Chinese typed by a real pinyin input method", (*_LONG, "tests/e2e/test_pinyin.py")
    ),
    "kills": Proof(
        "kill -9, 500 times, of a desk that writes and shares",
        (*_ALL, "tests/proofs/test_kills.py"),
    ),
    "crashes": Proof(
        "kill -9, 500 times, of a writer over bare files",
        (*_ALL, "tests/db/sync/test_crashes.py"),
    ),
    "unreadable": Proof(
        "nothing readable, every changed byte found",
        (*_ALL, "tests/proofs/test_nothing_readable.py"),
    ),
    "local": Proof("five stations over a folder, ten minutes", (*_ALL, f"{_STATIONS}_a_folder")),
    "samba": Proof("… over a Samba share", (*_ALL, f"{_STATIONS}_a_samba_share")),
    "syncthing": Proof(
        "… over two folders that Syncthing copies",
        (*_ALL, f"{_STATIONS}_folders_that_syncthing_copies"),
    ),
    "histories": Proof(
        "shops of the simulation, by seed",
        (*_LONG, "-n", str(CORES), f"{_SIMULATION}::test_ten_thousand_histories"),
        blocks=_BLOCKS // _TOGETHER,
    ),
    "numbers": Proof(
        "1,500 shops at random, whose every number is worked out twice",
        (*_LONG, f"{_NUMBERS}::test_every_metric_is_what_its_words_say_in_many_more_shops"),
        blocks=15,
    ),
    "excel": Proof(
        "the report as LibreOffice reads it", (*_LONG, "tests/app/stats/export/test_exports.py")
    ),
    "simulation": Proof(
        "large shops, and every rule that is switched off is noticed",
        (*_LONG, "-n", str(CORES), _SIMULATION, "-k", "not histories"),
    ),
}


def others() -> Proof:
    """Whatever is marked `long` and has no name above: nothing is forgotten."""
    named = {a.partition("::")[0] for p in PROOFS.values() for a in p.arguments if ".py" in a}
    return Proof("all that is marked long besides", (*_LONG, *(f"--ignore={n}" for n in named)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a proof ended; `words` tell what was skipped and why."""

    name: str
    code: int
    seconds: float
    tests: int = 0
    words: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something is wrong."""
        return self.code not in {0, _NONE_CHOSEN}

    def line(self) -> str:
        """One line of the summary."""
        result = "FAILED" if self.failed else "ok"
        if not self.failed and len(self.words) == self.tests:
            result = "skipped" if self.tests else "none"
        lines = [f"{self.name:11} {result:8} {self.seconds:7.1f} s  {self.tests} tests"]
        return "\n".join([*lines, *(f"{'':21}skipped: {word}" for word in self.words)])


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen proofs; the exit code tells whether all that ran went well."""
    proofs = {**PROOFS, "others": others()}
    parser = _parser(proofs)
    options, rest = parser.parse_known_args(arguments)
    if unknown := set(options.proofs) - proofs.keys():
        parser.error(f"unknown proofs: {', '.join(sorted(unknown))}")
    if options.list:
        print("\n".join(f"{name:11} {proof.what}" for name, proof in proofs.items()))
        return 0
    done = _remembered() if options.resume else set[str]()
    PASSED.write_text("".join(f"{name}\n" for name in sorted(done)))
    chosen = [name for name in proofs if name in (options.proofs or proofs)]
    wanted = [
        step
        for name in chosen
        for step in _steps(name, proofs[name], options.histories)
        if step not in done
    ]
    outcomes = list[Outcome]()
    try:
        for number, step in enumerate(wanted, 1):
            what = proofs[step.partition("[")[0]].what
            print(f"\n== {number}/{len(wanted)} {step}: {what}", flush=True)
            outcomes.append(_run(step, [*_arguments(step, proofs, options.histories), *rest]))
            print(outcomes[-1].line(), flush=True)
    finally:
        print("\n" + "\n".join(outcome.line() for outcome in outcomes), flush=True)
    return int(any(outcome.failed for outcome in outcomes))


def _parser(proofs: Iterable[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py test --long", description=__doc__)
    parser.add_argument(
        "proofs", nargs="*", metavar="PROOF", help=f"only these of: {', '.join(proofs)}"
    )
    parser.add_argument("--list", action="store_true", help="tell what each of them is")
    parser.add_argument("--resume", action="store_true", help="leave out what passed before")
    parser.add_argument(
        "--histories", type=int, default=HISTORIES, help="shops to simulate, up to all 10000"
    )
    return parser


def _steps(name: str, proof: Proof, histories: int) -> list[str]:
    blocks = -(-_blocks(histories) // _TOGETHER) if name == "histories" else proof.blocks
    return [f"{name}[{block}]" for block in range(blocks)] or [name]


def _blocks(histories: int) -> int:
    """How many blocks so many histories are."""
    return max(1, min(_BLOCKS, -(-histories // _BLOCK)))


def _arguments(step: str, proofs: dict[str, Proof], histories: int) -> list[str]:
    name, bracket, block = step.partition("[")
    arguments = list(proofs[name].arguments)
    if name == "histories":
        test, first = arguments.pop(), _TOGETHER * int(block.rstrip("]"))
        last = min(first + _TOGETHER, _blocks(histories))
        return [*arguments, *(f"{test}[{number}]" for number in range(first, last))]
    if bracket:
        arguments[-1] += bracket + block
    return arguments


def _remembered() -> set[str]:
    return set(PASSED.read_text().split()) if PASSED.exists() else set()


def _run(name: str, arguments: list[str]) -> Outcome:
    start = time.monotonic()
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        # One after the other: they start many processes of their own, and tell figures.
        command = [sys.executable, "-m", "pytest", "-v", "-s", f"--junit-xml={report}", *arguments]
        code = subprocess.call(command, cwd=REPO)
        tests, words = _read(report)
    outcome = Outcome(name, code, time.monotonic() - start, tests, words)
    if code == 0:
        with PASSED.open("a") as passed:
            passed.write(f"{name}\n")
    return outcome


def _read(report: Path) -> tuple[int, tuple[str, ...]]:
    """How many tests there were, and why some were skipped."""
    if not report.exists():
        return 0, ()
    cases = list(ET.parse(report).iter("testcase"))
    skipped = [case.find("skipped") for case in cases]
    return len(cases), tuple(s.get("message", "") for s in skipped if s is not None)


if __name__ == "__main__":
    sys.exit(main())
