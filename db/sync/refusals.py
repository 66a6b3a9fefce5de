"""Why a request to join will never be answered, as its station can tell from the records."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from db.sync.judgement import Judgement
from db.sync.records import Approve, Invite, Record, station_id


class Refusal(StrEnum):
    """What became of a request."""

    DECLINED = "declined"
    """A manager turned it down."""
    VOID = "void"
    """Who let the station in, or invited it, lost the right to before the others heard of it."""
    USED = "used"
    """Another station was let in by the same invitation."""
    EXPIRED = "expired"


def why_refused(
    judgement: Judgement, records: Iterable[Record], invite: bytes, station: bytes, now: int
) -> Refusal | None:
    """Tell why nobody lets a station in that asked by an invitation; None where somebody may.

    `now` is Unix ms.
    """
    if (invite, station) in judgement.declined:
        return Refusal.DECLINED
    if judgement.used.get(invite, station) != station:
        return Refusal.USED
    invitation = judgement.invites.get(invite)
    if invitation is None:
        mine = (r for r in records if _concerns(r, invite, station))
        return Refusal.VOID if any(_is_void(judgement, record) for record in mine) else None
    fact = invitation.fact
    if isinstance(fact, Invite) and fact.expires_at < now:
        return Refusal.EXPIRED
    return None


def was_let_in_for_nothing(
    judgement: Judgement, records: Iterable[Record], invite: bytes, station: bytes
) -> bool:
    """Tell whether somebody let a station in who had lost the right to: so it asks again."""
    approvals = (r for r in records if isinstance(r.fact, Approve))
    mine = (r for r in approvals if _concerns(r, invite, station))
    return any(_is_void(judgement, record) for record in mine)


def _concerns(record: Record, invite: bytes, station: bytes) -> bool:
    fact = record.fact
    if isinstance(fact, Approve):
        return station_id(fact.signing) == station
    return isinstance(fact, Invite) and fact.invite == invite


def _is_void(judgement: Judgement, record: Record) -> bool:
    """Its maker is known, and lost the right; else a record that says so may still be on its way."""
    cut = record.signer in judgement.revoked or record.signer in judgement.withdrawn
    return cut and record.digest not in judgement.counted
