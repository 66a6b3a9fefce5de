"""Takes a carrier's news into the database; the same news twice changes nothing."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.carriers import ParcelNews, TraceLine
from db.ids import natural_id
from db.models import Shipment, ShipmentState, Trace

__all__ = ["take_news"]


def take_news(session: Session, parcel: Shipment, news: ParcelNews) -> int:
    """Add what is new to the parcel's history and move its state; returns the number of new lines.

    News older than what is known add their lines and leave the state alone.
    """
    fresh = _fresh_lines(session, parcel.id, news.traces)
    if fresh:
        session.execute(insert(Trace), fresh)
    newest = max(news.traces, key=lambda line: line.at, default=None)
    if newest is not None and newest.at < (parcel.last_at or 0):
        return len(fresh)
    if newest is not None:
        # Carriers list lines of one second newest first, so the first of the newest is the last.
        parcel.last_at, parcel.last_text = newest.at, newest.text
    if news.state != ShipmentState.UNKNOWN or newest is not None:
        parcel.state = news.state
    picked_up = _first(news, ShipmentState.PICKED_UP) or (
        min(line.at for line in news.traces) if _is_moving(news) else None
    )
    parcel.picked_up_at = parcel.picked_up_at or picked_up
    if news.state == ShipmentState.SIGNED:
        parcel.signed_at = _first(news, ShipmentState.SIGNED) or parcel.last_at
    return len(fresh)


def _fresh_lines(
    session: Session, parcel: bytes, lines: tuple[TraceLine, ...]
) -> list[dict[str, object]]:
    # Filed oldest first, so that lines of one second keep their order by row number.
    wanted = {natural_id("trace", parcel.hex(), str(x.at), x.text): x for x in reversed(lines)}
    known = set(session.scalars(select(Trace.id).where(Trace.shipment_id == parcel)))
    return [
        {
            "id": key,
            "shipment_id": parcel,
            "at": line.at,
            "text": line.text,
            "place": line.place,
            "state": line.state or "",
            "code": line.code,
        }
        for key, line in wanted.items()
        if key not in known
    ]


def _first(news: ParcelNews, state: ShipmentState) -> int | None:
    return min((line.at for line in news.traces if line.state == state), default=None)


def _is_moving(news: ParcelNews) -> bool:
    still = {ShipmentState.WAITING, ShipmentState.UNKNOWN}
    return news.state not in still and bool(news.traces)
