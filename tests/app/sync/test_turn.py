"""One engine a home, also over processes, and after one of them was killed."""

import subprocess
import sys
from pathlib import Path

from app.sync.turn import Turn

HOLD = """
import sys, time
from pathlib import Path
from app.sync.turn import Turn
turn = Turn(Path(sys.argv[1]))
print(turn.take(), flush=True)
time.sleep(60)
"""


def test_the_second_waits_until_the_first_gives_it_back(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "sync.lock"), Turn(tmp_path / "sync.lock")
    assert first.take()
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()
    second.give_back()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sync.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "True"
        turn = Turn(path)
        assert not turn.take()
        process.kill()
        process.wait()
        assert turn.take()
        turn.give_back()
