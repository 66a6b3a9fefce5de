"""Ops that were put aside and count after all: records came that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from db.database import Database
from db.sync.frames import FrameDamaged, decode_groups
from db.sync.manifests import Place
from db.sync.members import Membership
from db.sync.rebuilding import Judged
from db.sync.rights import NO_RIGHT, REVOKED, counts, may_manage_as, sift
from db.sync.setting_back import take_again
from db.sync.store import Store
from db.sync.taking import merge_safely, take_groups


def take_what_counts_now(
    database: Database, membership: Membership, judged: Judged, now: int
) -> None:
    """Merge what was put aside as far as it counts; each lot in a transaction of its own."""
    with database.read() as session:
        due = list(_due(session.connection(), membership))
    for rid in due:
        with database.write("sync") as session:
            judged.taken += _take(session.connection(), membership, rid, now)


def _due(connection: Connection, membership: Membership) -> Iterator[int]:
    waiting = connection.exec_driver_sql(
        "SELECT rid, dev, seq, reason FROM sync_aside WHERE closed_at IS NULL "
        f"AND reason IN ('{REVOKED}', '{NO_RIGHT}') ORDER BY rid"
    ).all()
    for rid, dev, seq, reason in waiting:
        revoked_no_more = reason == REVOKED and membership.accepts(dev, seq)
        if revoked_no_more or may_manage_as(connection, membership, dev, seq):
            yield rid


def _take(connection: Connection, membership: Membership, rid: int, now: int) -> int:
    run = connection.exec_driver_sql
    dev, seq, data, reason = run(
        "SELECT dev, seq, groups, reason FROM sync_aside WHERE rid = ?", (rid,)
    ).one()
    if reason == REVOKED and not _every_branch_counts(connection, membership, dev, seq):
        return 0
    try:
        held = groups = decode_groups(data)
    except FrameDamaged:
        return 0
    if not may_manage_as(connection, membership, dev, seq):
        groups, kept = sift(groups)
        if kept:
            packed = msgspec.msgpack.encode(kept)
            Store(connection).put_aside(dev, seq, packed, NO_RIGHT, now)
    take_groups(connection, (dev, seq), groups, now, merge_safely)
    txn = noted_txn(connection)
    Store(connection).take_aside(rid, txn, now)
    if reason == REVOKED and not held:
        # Its ops were not here when it was taken back: the log, or a snapshot, brings them.
        take_again(connection, membership, dev, seq)
    elif reason == REVOKED:
        _read_again(run, dev, seq)
    return 1


def _every_branch_counts(
    connection: Connection, membership: Membership, dev: int, seq: int
) -> bool:
    found = connection.exec_driver_sql(
        "SELECT dev, seq, digest8 FROM sync_seen WHERE dev = ? AND seq = ?", (dev, seq)
    ).all()
    # Which branch was put aside is not noted: while one of them is refused, none is taken.
    return all(counts(membership, Place(*row)) for row in found)


def _read_again(run: Any, dev: int, seq: int) -> None:
    """Let the reader pass over the segment once more, where its cursor stopped before it."""
    run(
        "DELETE FROM sync_seen WHERE dev = ? AND seq = ? AND txn = 0 AND NOT EXISTS "
        "(SELECT 1 FROM sync_cursor AS c WHERE c.dev = sync_seen.dev AND c.seq >= sync_seen.seq)",
        (dev, seq),
    )


def noted_txn(connection: Connection) -> int:
    """Return the running transaction; 0 where it changed nothing so far, and will be forgotten."""
    txn = connection.exec_driver_sql("SELECT txn FROM txn_context").scalar_one()
    noted = connection.exec_driver_sql("SELECT 1 FROM change WHERE txn = ? LIMIT 1", (txn,)).first()
    return int(txn) if noted else 0
