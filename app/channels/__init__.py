"""Where customers write: the channels of the shop and what they share."""

from app.channels.presence import Presence

__all__ = ["Presence"]
