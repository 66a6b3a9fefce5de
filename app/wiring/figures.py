"""What the numbers say: statistics, quality, worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.quality import Quality
    from app.services import Services
    from app.stats import Stats
    from app.stats.appeals import Appeals
    from app.stats.board import Board
    from app.stats.export import Exports
    from app.stats.worth import Worth


def stats(services: Services) -> Stats:
    from app.stats import Stats

    return Stats(services.db, services.staff, services.settings)


def board(services: Services) -> Board:
    from app.stats.board import Board

    return Board(services.db, services.staff, services.settings, services.stats)


def appeals(services: Services) -> Appeals:
    from app.stats.appeals import Appeals

    return Appeals(services.db, services.staff, services.stats)


def stats_exports(services: Services) -> Exports:
    from app.stats.export import Exports

    return Exports(services.staff, services.settings, services.stats)


def quality(services: Services) -> Quality:
    from app.quality import Quality

    return Quality(services.db, services.staff, services.settings, services.stats)


def worth(services: Services) -> Worth:
    from app.stats.worth import Worth

    return Worth(services.db, services.staff, services.settings, services.stats)
