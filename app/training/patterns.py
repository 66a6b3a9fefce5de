"""Patterns that a shop writes itself, for the facts of a scenario: never slow, whatever they are.

They are searched by RE2, whose time grows with the text's length only. It knows no look-around and
no back references; its digits, letters and word boundaries are those of ASCII.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re2

MOST_PATTERN: Final = 300
MOST_TEXT: Final = 1_000
"""Characters of a line that are looked at; nobody types more."""
MOST_FOUND: Final = 20
_TOO_OFTEN: Final = re.compile(r"\{\d*,?\d{5}")
_MEMORY: Final = 1 << 18
"""Bytes a pattern may take; a greater one is refused, or searched without keeping its states."""


class BadPattern(ValueError):
    """No pattern, or one of a kind that can't be searched; the message says which, in English."""

    def __init__(self, why: str, *, slow_kind: bool = False) -> None:
        super().__init__(why)
        self.slow_kind = slow_kind
        """Whether it is a pattern of another program that can get slow: look-around and the like."""


def groups_of(pattern: str) -> int:
    """How many groups in brackets a pattern has; raises `BadPattern`."""
    return _compiled(pattern).groups


def stated(pattern: str, text: str) -> list[str]:
    """What the first group holds wherever the pattern is found, whatever the case of letters."""
    # Half a character, as a broken paste may bring it, is none that can be searched.
    sound = text[:MOST_TEXT].encode("utf-8", "replace").decode()
    found = _compiled(pattern).finditer(sound)
    return [match.group(1) or "" for match in islice(found, MOST_FOUND)]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re2._Regexp:
    import re2

    if len(pattern) > MOST_PATTERN:
        raise BadPattern("too long")
    if _TOO_OFTEN.search(pattern):  # RE2 would take the braces for letters
        raise BadPattern("repeated too often")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except UnicodeEncodeError as error:
        raise BadPattern(error.reason) from error
    except re2.error as error:
        raise BadPattern(_why(error), slow_kind=_is_sound(pattern)) from error


def _why(error: Exception) -> str:
    (told,) = error.args or ("",)
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told)


def _is_sound(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
