"""The ways customers reach the shop."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from app.channels import ChannelLog, ChannelPlan, ChannelsService, Presence
from app.channels import settings as chat
from app.core.settings import SHOP_NAME
from app.practice import PRACTICE_CHANNEL

if TYPE_CHECKING:
    from app.channels.simulator import Simulator
    from app.channels.webchat import WebChat
    from app.services import Services


def channels(services: Services) -> ChannelsService:
    db, settings, staff = services.db, services.settings, services.staff
    presence, log_ = Presence(), ChannelLog(db)

    def webchat(overrides: Mapping[str, Any]) -> WebChat:
        # A web server is loaded only where one is wanted.
        from app.channels.webchat import Desk, Look, WebChat, WebChatOptions

        look = Look(
            shop=settings.get(SHOP_NAME),
            accent=settings.get(chat.WEBCHAT_ACCENT),
            greeting_zh=settings.get(chat.WEBCHAT_GREETING_ZH),
            greeting_en=settings.get(chat.WEBCHAT_GREETING_EN),
            offline_form=settings.get(chat.WEBCHAT_OFFLINE_FORM),
        )
        origins: list[str] = settings.get(chat.WEBCHAT_ORIGINS)
        options = WebChatOptions(
            host=overrides.get(chat.WEBCHAT_HOST.key, settings.get(chat.WEBCHAT_HOST)),
            port=overrides.get(chat.WEBCHAT_PORT.key, settings.get(chat.WEBCHAT_PORT)),
            origins=tuple(origins),
            look=look,
            burst=settings.get(chat.WEBCHAT_BURST),
            per_second=settings.get(chat.WEBCHAT_PER_SECOND),
            per_address=settings.get(chat.WEBCHAT_PER_ADDRESS),
        )
        return WebChat(
            Desk(
                db,
                services.conversations,
                services.attachments,
                presence,
                services.confirmations,
                satisfaction=services.satisfaction,
            ),
            options,
            staffed=services.staffed,
            report=partial(log_.add, "webchat"),
        )

    def simulator(_overrides: Mapping[str, Any]) -> Simulator:
        from app.channels.simulator import Simulator

        return Simulator(services.training.stage)

    plans = {"webchat": ChannelPlan(partial(settings.get, chat.WEBCHAT_ON), webchat)}
    if services.home.practice:
        plans[PRACTICE_CHANNEL] = ChannelPlan(lambda: True, simulator)
    return ChannelsService(db, services.conversations, presence, log_, plans, settings, staff)
