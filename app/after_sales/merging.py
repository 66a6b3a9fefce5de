"""Which of two reports of one after-sale holds: the pure rules of DESIGN §3.

An export that carries its date in its name is newer or older by it. Else the case itself tells:
one that has come further is newer. Only where both stand alike the file's own time decides. An
older row adds what is missing and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from db.models import AfterSaleState

JUDGED: Final = ("reason_group", "reason", "responsibility", "freight_payer")
"""What is derived from the platform's words, until a person judges otherwise."""

_RANK: Final[Mapping[str, int]] = {
    AfterSaleState.REQUESTED: 0,
    AfterSaleState.REFUSED: 1,
    AfterSaleState.AGREED: 1,
    AfterSaleState.WITHDRAWN: 2,
    AfterSaleState.DONE: 2,
}
_STATE: Final = ("state", "platform_status", "done_at", "withdrawn_at")
_KEPT: Final = frozenset({"agreed_at", "deadline_at", "return_number", "return_carrier", "text"})
"""A known value of these is not blanked by a later file that leaves it out."""


def keep_task(stored: Mapping[str, Any], fields: dict[str, Any]) -> None:
    """Leave out of a review's fields how far the shop is with it: no export knows.

    Only a customer who thinks better or worse of it makes another task of it.
    """
    if stored["grade"] == fields["grade"]:
        fields |= {name: stored[name] for name in ("state", "done_at", "withdrawn_at")}


def is_newer(stored: Mapping[str, Any], state: str, exported_at: int, *, dated: bool) -> bool:
    """Tell whether a file's row is at least as new as what is stored."""
    if dated and exported_at > stored["source_at"]:
        return True
    new, old = _RANK.get(state, 0), _RANK.get(stored["state"], 0)
    if new != old:
        return new > old
    return bool(exported_at >= stored["source_at"])


def merge(
    stored: Mapping[str, Any],
    fields: Mapping[str, Any],
    extra: Mapping[str, str],
    exported_at: int,
    *,
    dated: bool,
) -> dict[str, Any]:
    """What a row changes in a stored record, by column; empty if nothing."""
    newer = is_newer(stored, fields["state"], exported_at, dated=dated)
    changes: dict[str, Any] = {}
    for name, value in fields.items():
        if value == (old := stored[name]) or (name in JUDGED and stored["judged_at"]):
            continue
        replaces = newer and (value or name not in _KEPT)
        fills = value and not old and name not in _STATE and name not in JUDGED
        if replaces or fills:
            changes[name] = value
    known = stored["extra"] or {}
    merged = {**known, **extra} if newer else {**extra, **known}
    if merged != known:
        changes["extra"] = merged
    if changes and newer and exported_at > stored["source_at"]:
        changes["source_at"] = exported_at
    return changes
