"""Where customers write: the channels of the shop and what they share."""

from app.channels.colours import is_colour
from app.channels.log import ChannelLog, RefusedRequest
from app.channels.origins import normal_origin
from app.channels.presence import Marks, Presence
from app.channels.protocol import Channel, Inbox, OutgoingMessage, SendResult
from app.channels.service import ChannelPlan, ChannelsService, ChannelStatus

__all__ = [
    "Channel",
    "ChannelLog",
    "ChannelPlan",
    "ChannelStatus",
    "ChannelsService",
    "Inbox",
    "Marks",
    "OutgoingMessage",
    "Presence",
    "RefusedRequest",
    "SendResult",
    "is_colour",
    "normal_origin",
]
