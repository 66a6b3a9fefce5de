"""Pages of a station that comes into a shop, as they look on their way."""

from __future__ import annotations

from typing import Final

from app.sync import SyncState
from app.sync.arrival import Arrival
from ui.shell.arrival_pages import FetchPage, LetInPage
from ui.shell.join_pages import JoinPage, RecoverPage


def _asking() -> JoinPage:
    page = JoinPage(ask_passphrase=True, least=8)
    page.box.edit.setText("/mnt/shop/kefu")
    page.show_shop("青禾生活馆")
    return page


def _taking_back() -> RecoverPage:
    return RecoverPage(ask_passphrase=False, least=8)


def _waiting() -> LetInPage:
    page = LetInPage()
    page.show_arrival(
        Arrival(
            SyncState.WAITING,
            "青禾生活馆",
            "前台 2",
            "/mnt/shop/kefu",
            station_id=bytes(range(90, 106)),
        )
    )
    return page


def _fetching() -> FetchPage:
    page = FetchPage()
    records = {"customers": 1204, "orders": 3310, "messages": 20518}
    for unread in (40, 25):
        page.show_arrival(
            Arrival(SyncState.BEHIND, "青禾生活馆", staffed=True, unread=unread, records=records)
        )
    return page


JOIN_PAGES: Final = (_asking, _taking_back, _waiting, _fetching)
