"""Five stations write while they are killed and halted and their storage fails: nothing is lost.

`KEFU_PROOF_SECONDS` sets how long each of them works: 600 unless told otherwise.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.proofs.crew import Crew, Station, admit, found
from tests.proofs.shares import (
    LocalFolder,
    SambaShare,
    Share,
    SyncthingPair,
    need,
    need_fuse,
    running,
)

SECONDS = float(os.environ.get("KEFU_PROOF_SECONDS", "600"))
SEED = int(os.environ.get("KEFU_PROOF_SEED", "1"))
STATIONS = 5

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(SECONDS + 900),
    pytest.mark.skipif(sys.platform == "win32", reason="processes are halted by Unix signals"),
]


def work_together(share: Share, root: Path, settle_s: float = 300) -> None:
    homes = [root / f"home{number}" for number in range(STATIONS)]
    found(homes[0], share.seen_by(0), "station 0")
    for number, home in enumerate(homes[1:], 1):
        admit(homes[0], home, f"station {number}", share.seen_by(number))
    stations = [
        Station(home, manages=not number, place=share.place) for number, home in enumerate(homes)
    ]
    crew = Crew(stations, SEED, share.outages())
    try:
        crew.work(SECONDS)
        crew.settle(settle_s)
        crew.end()
        crew.judge()
        print(f"\n{type(share).__name__}: {crew.course}")
    finally:
        crew.end()


def test_over_a_folder(tmp_path: Path) -> None:
    work_together(LocalFolder(tmp_path), tmp_path)


def test_over_a_samba_share(tmp_path: Path) -> None:
    need("smbd", "rclone")
    need_fuse()
    with running(SambaShare(tmp_path)) as share:
        work_together(share, tmp_path)


def test_over_folders_that_syncthing_copies(tmp_path: Path) -> None:
    need("syncthing")
    with running(SyncthingPair(tmp_path)) as share:
        work_together(share, tmp_path)
