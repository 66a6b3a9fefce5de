"""What was taken in good faith and does not count after all is taken back; what does count, taken.

Records arrive when they arrive. After each change of them the database becomes what it would be had
the records been known from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from db.database import Database
from db.sync.far import PROBLEM as FAR_AHEAD
from db.sync.far import far_places
from db.sync.judgement import Pin
from db.sync.manifests import Place
from db.sync.manifests import parse_name as parse_snapshot
from db.sync.members import Membership
from db.sync.ops import is_settled
from db.sync.readmission import take_what_counts_now
from db.sync.rebuilding import Judged, Rebuilding, Refused, is_alone, is_aside
from db.sync.rights import RESTRICTED, counts
from db.sync.store import Store
from db.sync.told import goes_beyond

__all__ = ["Judged", "judge_again"]

_NEVER: Final = Pin(0, frozenset())
"""End of the log of a station that is not in: who let it in had not the right to, after all."""
SKEW_MS: Final = 48 * 60 * 60_000
"""So far the clocks of two stations may lie apart, and a little more."""


def judge_again(database: Database, membership: Membership, now: int) -> Judged:
    """Bring the data into line with the records as they are now; `now` is Unix ms.

    Must not run inside another `write()` of the same thread.
    """
    judged = Judged()
    with database.write("sync") as session:
        connection = session.connection()
        if not is_settled(connection):
            # A local change is kept as what it is only once it is sealed.
            return Judged(done=False)
        refused = _refused(connection, membership)
        if any(not is_aside(connection, one) for one in refused):
            Rebuilding(connection, membership, judged, now).run(refused)
        for dev, seq in far_places(connection):
            if not membership.accepts(dev, seq):
                Store(connection).close_problem(FAR_AHEAD, f"{dev:016x}/{seq}", now)
    take_what_counts_now(database, membership, judged, now)
    return judged


# What does not count any more.


def _refused(connection: Connection, membership: Membership) -> list[Refused]:
    found = dict[tuple[Place, int], Refused]()
    mine = Store(connection).my_devs()
    for (dev,) in connection.exec_driver_sql("SELECT DISTINCT dev FROM sync_seen").all():
        unknown = membership.station_of(dev) is None and dev not in mine
        pin = _NEVER if unknown else membership.pin(dev)
        if pin is None:
            continue
        for *place, txn in connection.exec_driver_sql(
            "SELECT dev, seq, digest8, txn FROM sync_seen WHERE dev = ? AND seq >= ? AND txn > 0",
            (dev, min(pin.since, pin.seq)),
        ):
            one = Refused(Place(*place), txn, whole=True)
            if not counts(membership, one.place):
                found[one.place, txn] = one
        for seq, txn in connection.exec_driver_sql(
            "SELECT seq, txn FROM sync_aside WHERE dev = ? AND seq > ? AND txn > 0", (dev, pin.seq)
        ):
            # Put aside by somebody else's snapshot, and taken before the revocation was known, or
            # taken once before its log was set back.
            one = Refused(Place(dev, seq, b""), txn, whole=True)
            found[one.place, txn] = one
    for one in _with_rights(connection):
        if (one.place, one.txn) not in found and not membership.may_manage(*one.place):
            found[one.place, one.txn] = one
    synced = [one for one in found.values() if _is_synced(connection, one)]
    # Restricted rows out of a snapshot are its maker's word, as long as that had the right.
    alone = [one for one in synced if one.whole or is_alone(connection, one)]
    return [*alone, *_from_snapshots(connection, membership)]


def _is_synced(connection: Connection, one: Refused) -> bool:
    """Tell whether its transaction is still that of the sync: one without effect left its number."""
    run = connection.exec_driver_sql
    return bool(run("SELECT origin FROM txn WHERE rid = ?", (one.txn,)).scalar() == "sync")


def _with_rights(connection: Connection) -> Iterator[Refused]:
    """Segments that changed tables with restricted rows, and in which transactions."""
    tables = ", ".join(map(str, sorted(RESTRICTED)))
    touching = f"SELECT DISTINCT txn FROM change WHERE table_no IN ({tables})"
    rows = connection.exec_driver_sql(
        f"SELECT dev, seq, digest8, txn FROM sync_seen WHERE txn > 0 AND txn IN ({touching}) "
        f"UNION SELECT dev, seq, x'', txn FROM sync_aside WHERE txn > 0 AND txn IN ({touching})"
    ).all()
    for *place, txn in rows:
        yield Refused(Place(*place), txn, whole=False)


def _from_snapshots(connection: Connection, membership: Membership) -> Iterator[Refused]:
    """Snapshots whose maker had lost the right by the time that they were merged, as it seems now,
    or did not know that another one had.

    What it made before is its word as a manager. When it made them only its own clock tells, so
    the time of the merge decides.
    """
    merged = connection.exec_driver_sql(
        "SELECT rid, at, actor FROM txn WHERE origin = 'sync' AND actor LIKE 'snap/%'"
    ).all()
    for txn, at, name in merged:
        named = parse_snapshot(name)
        since = None if named is None else membership.distrusted_since(named.dev)
        if named is None:
            continue
        distrusted = since is not None and at >= since - SKEW_MS
        if distrusted or goes_beyond(connection, membership, name):
            yield Refused(Place(named.dev, 0, b""), txn, whole=False)
