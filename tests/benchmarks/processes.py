"""Starts the desk in processes of their own and reads what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from tests.benchmarks.seed import Shop


def ask(what: str, shop: Shop, count: int = 0) -> dict[str, Any]:
    """Run one task of `desk_process`; its answer."""
    command = [sys.executable, "-m", "tests.benchmarks.desk_process", what, str(time.time())]
    command += [str(shop.live), str(shop.plain), str(count)]
    done = subprocess.run(
        command, env=dict(os.environ), stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
