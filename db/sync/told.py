"""What the makers of merged snapshots knew of rights that had ended.

A manager that does not know yet of another one's end takes its restricted ops, and its snapshots
hold them. Who merged such a one has them without the segments that they came in.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import Connection

from db.sync.manifests import Manifest
from db.sync.members import Membership

_KEY: Final = "sync.told:"
"""Local setting, followed by a snapshot's name."""


class _Told(msgspec.Struct, array_like=True):
    """How far it goes in each log, as (incarnation, number), and the withdrawals known then."""

    vector: list[tuple[int, int]]
    cuts: list[bytes]


def note_told(connection: Connection, name: str, manifest: Manifest) -> None:
    """Remember it of a snapshot that is merged in the transaction that runs."""
    told = _Told([(place.dev, place.seq) for place in manifest.vector], list(manifest.cuts))
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO local_settings(key, value) VALUES (?, ?)",
        (_KEY + name, msgspec.json.encode(told).decode()),
    )


def goes_beyond(connection: Connection, membership: Membership, name: str) -> bool:
    """Tell whether a merged snapshot holds what somebody wrote after the right to it had ended."""
    text = connection.exec_driver_sql(
        "SELECT value FROM local_settings WHERE key = ?", (_KEY + name,)
    ).scalar()
    if text is None:
        return False  # merged by a program that noted nothing
    told = msgspec.json.decode(text, type=_Told)
    ends = (membership.cuts_below(dev, seq) for dev, seq in told.vector)
    return not frozenset[bytes]().union(*ends) <= set(told.cuts)
