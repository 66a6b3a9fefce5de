"""Starts the desk in processes of their own and reads what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any, Final

from tests.benchmarks.seed import Shop

_NO_BYTECODE: Final = "PYTHONDONTWRITEBYTECODE"


def ask(what: str, shop: Shop, count: int = 0) -> dict[str, Any]:
    """Run one task of `desk_process`; its answer."""
    command = [sys.executable, "-m", "tests.benchmarks.desk_process", what, str(time.time())]
    command += [str(shop.live), str(shop.plain), str(count)]
    # As installed, Python files are compiled; a set-up that forbids it would measure the compiler.
    env = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    env["PYTHONPYCACHEPREFIX"] = str(shop.live.parents[1] / "bytecode")
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
