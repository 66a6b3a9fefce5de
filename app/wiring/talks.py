"""Customers' chats and what is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.conversations import Attachments, FollowUps

if TYPE_CHECKING:
    from app.language import Language
    from app.phrases import Phrases
    from app.satisfaction import SatisfactionService
    from app.services import Services


def attachments(services: Services) -> Attachments:
    return Attachments(services.db, services.home.path / "attachments")


def follow_ups(services: Services) -> FollowUps:
    def elsewhere() -> bool:
        me = services.staff.current
        if me is None or "sync" not in services.__dict__:
            return False
        return any(here.staff == me.id for here in services.sync.colleagues())

    return FollowUps(services.db, services.staff, services.settings, services.home.id, elsewhere)


def phrases(services: Services) -> Phrases:
    from app.phrases import Phrases

    return Phrases(services.db, services.staff, services.settings)


def language(services: Services) -> Language:
    from app.language import Language

    return Language(services.db, services.settings)


def satisfaction(services: Services) -> SatisfactionService:
    from app.satisfaction import SatisfactionService

    return SatisfactionService(
        services.db, services.staff, services.settings, services.conversations
    )
