"""Settings of the channels; those of the station decide which of them it serves."""

from __future__ import annotations

from typing import Final

from app.core.settings import Setting

WEBCHAT_ON: Final = Setting("webchat.on", bool, False, scope="station")
"""Whether this station serves the web chat while the desk runs."""

WEBCHAT_HOST: Final = Setting("webchat.host", str, "127.0.0.1", scope="station")
"""Address to listen on; 0.0.0.0 for every computer of the network."""

WEBCHAT_PORT: Final = Setting("webchat.port", int, 8765, scope="station")
"""Port to listen on; 0 picks a free one."""

WEBCHAT_ORIGINS: Final = Setting("webchat.origins", list[str], [])
"""The shop's own sites, which may show the chat, e.g. https://shop.example."""

WEBCHAT_ACCENT: Final = Setting("webchat.accent", str, "#156B94")
"""Colour of the chat as #rrggbb."""

WEBCHAT_GREETING_ZH: Final = Setting("webchat.greeting_zh", str, "")
"""First words to a Chinese visitor; empty for the page's own."""

WEBCHAT_GREETING_EN: Final = Setting("webchat.greeting_en", str, "")
"""First words to an English visitor; empty for the page's own."""

WEBCHAT_OFFLINE_FORM: Final = Setting("webchat.offline_form", bool, True)
"""Whether a visitor may leave contact details while nobody is at the desk."""

WEBCHAT_BURST: Final = Setting("webchat.burst", int, 20)
"""Messages one visitor may send at once."""

WEBCHAT_PER_SECOND: Final = Setting("webchat.per_second", float, 1.0)
"""Messages a second one visitor may send after that."""

WEBCHAT_PER_ADDRESS: Final = Setting("webchat.per_address", int, 40)
"""Connections one internet address may hold open."""
