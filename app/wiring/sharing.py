"""What stations of a shop share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services import Services
    from app.sync.disputes import Disputes
    from app.sync.history import FieldHistory
    from app.sync.service import SyncService
    from app.sync.shop import Shop


def sync(services: Services) -> SyncService:
    from app.sync.service import SyncService

    return SyncService(
        services.db,
        services.settings,
        services.channels.presence,
        services.attachments,
        practice=services.home.practice,
    )


def shop(services: Services) -> Shop:
    from app.sync.shop import Shop

    return Shop(
        services.home, services.db, services.settings, services.staff, lambda: services.sync
    )


def disputes(services: Services) -> Disputes:
    from app.sync.disputes import Disputes

    return Disputes(services.db, services.sync.station_name, services.staff)


def history(services: Services) -> FieldHistory:
    from app.sync.history import FieldHistory

    return FieldHistory(services.db, services.sync.station_name)
