"""`kill -9` of a desk that writes and syncs over real files: nothing acknowledged is lost or doubled."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs.crew import REPO, Crew, Station, admit, environment, found, opened

ROUNDS = 500

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


def kill_often(root: Path, rounds: int) -> None:
    folder = root / "shop"
    folder.mkdir()
    writer, reader = root / "home0", root / "home1"
    found(writer, folder, "writer")
    admit(writer, reader, "reader", folder)
    stations = [Station(writer, manages=True), Station(reader)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.kill_loop", writer,
         "--ledger", stations[0].ledger, "--rounds", str(rounds)],
        env=environment(), cwd=REPO, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    for home in (writer, reader, writer, reader):
        with opened(home) as services:
            services.sync.pass_now(full=True)
    crew = Crew(stations, 1)
    assert stations[0].read() == stations[1].read(), crew.differences()
    crew.judge()
    with opened(writer) as services, services.db.cursor() as cursor:
        assert cursor.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert cursor.execute("PRAGMA cipher_integrity_check").fetchall() == []
    print(f"\nkill -9: {rounds} rounds, {crew.course.writes} acknowledged writes stand")


def test_a_few_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, 4)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_kills(tmp_path: Path) -> None:
    kill_often(tmp_path, ROUNDS)
