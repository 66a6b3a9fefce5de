"""What is done again and again, and fails for a while: tried ever more rarely, told once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MOST_S: Final = 30.0
"""A person who mends what was wrong waits no longer than this."""


class Patience:
    """How long to wait before the next try; a fault that lasts fills neither time nor log.

    A fault is logged when it begins, again where it turns into another one, and when it is over.
    """

    def __init__(self, log: logging.Logger, doing: str, pause: float, most: float = MOST_S) -> None:
        """`doing` names for the log what is tried every `pause` seconds."""
        self._log, self._doing = log, doing
        self._usual, self._most = pause, most
        self._fault = ""
        self.pause = pause

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Do it in this block: what fails there is taken in, and goes no further."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
            self.failed(error)
        else:
            self.went_well()

    def failed(self, error: Exception) -> None:
        """Take in that it failed: the pause doubles, up to the most."""
        fault = type(error).__name__
        if fault != self._fault:
            self._log.error("%s failed", self._doing, exc_info=error)
        self._fault, self.pause = fault, min(self.pause * 2, self._most)

    def went_well(self) -> None:
        """Take in that it works."""
        if self._fault:
            self._log.warning("%s works again", self._doing)
        self._fault, self.pause = "", self._usual
