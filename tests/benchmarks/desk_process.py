"""Runs in a process of its own: the real window on the seeded shop, or an empty one.

`python -m tests.benchmarks.desk_process empty|floor|start|switch|memory|stats_tab BEGAN [HOME PLAIN COUNT]`
prints one JSON document. BEGAN is the wall clock (s) at which the parent started it. `floor` is an
empty window in a process that has loaded SQLAlchemy too: no start of the desk can be shorter.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

_PATIENCE_S: Final = 60


def main() -> None:
    """Do what the arguments say."""
    what, began, *rest = sys.argv[1:]
    if what in {"empty", "floor"}:
        if what == "floor":
            import sqlalchemy.orm  # noqa: F401 - measured
        from PySide6.QtWidgets import QApplication, QMainWindow

        app = QApplication([])
        window = QMainWindow()
        window.resize(1366, 768)
        window.show()
        app.processEvents()
        _tell(_times(began))
        return
    from ui.shell import garbage

    garbage.hold()  # as the program's entry does before it loads anything else
    from tests.benchmarks.desk_driver import Driver

    driver = Driver(Path(rest[0]))
    driver.wait_until_usable(_PATIENCE_S)
    if what == "start":
        _tell(_times(began))
    elif what == "stats_tab":
        from tests.benchmarks.stats_driver import stats_tab

        _tell(stats_tab(driver, int(rest[2])))
    else:
        from tests.benchmarks import desk_driver

        _tell(getattr(desk_driver, what)(driver, Path(rest[1]), int(rest[2])))
    driver.close()


def _times(began: str) -> dict[str, float]:
    """Since the parent started this process, and what it has computed since; milliseconds."""
    return {"ms": (time.time() - float(began)) * 1000, "cpu": time.process_time() * 1000}


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
