"""Words the desk shows for what the database keeps as codes."""

from __future__ import annotations

from typing import Any, Final

from app.conversations import PREVIEW_MARKS, Author, InboxView, MessageKind, MessageState
from app.core.i18n import N_, _
from app.satisfaction import LEVEL_NAMES
from ui.widgets.format import moment

_PREVIEWS: Final = {
    PREVIEW_MARKS[MessageKind.IMAGE]: N_("[Image]"),
    PREVIEW_MARKS[MessageKind.FILE]: N_("[File]"),
    PREVIEW_MARKS[MessageKind.PRODUCT_CARD]: N_("[Product]"),
    PREVIEW_MARKS[MessageKind.ORDER_CARD]: N_("[Order]"),
    PREVIEW_MARKS[MessageKind.CONFIRM_CARD]: N_("[Order to confirm]"),
    PREVIEW_MARKS[MessageKind.SATISFACTION_CARD]: N_("[Rating]"),
    PREVIEW_MARKS[MessageKind.CONFIRM_ANSWER]: N_("[Answer to the confirmation]"),
}
_CHANNELS: Final = {
    "webchat": (N_("Web chat"), "web"),
    "email": (N_("Mail"), "mail"),
    "simulator": (N_("Practice"), "practice"),
    "practice": (N_("Practice"), "practice"),
    "taobao": (N_("Taobao"), "shop"),
    "tmall": (N_("Tmall"), "shop"),
    "jd": (N_("JD"), "shop"),
    "pdd": (N_("Pinduoduo"), "shop"),
    "douyin": (N_("Douyin"), "shop"),
}
VIEW_NAMES: Final = {
    InboxView.WAITING: N_("Waiting"),
    InboxView.MINE: N_("Mine"),
    InboxView.ALL: N_("Active"),
    InboxView.FOLLOW_UP: N_("Later"),
    InboxView.CLOSED: N_("Closed"),
}
_STATES: Final = {
    MessageState.QUEUED: N_("Waiting to be sent"),
    MessageState.SENDING: N_("Sending"),
    MessageState.SENT: N_("Sent"),
    MessageState.DELIVERED: N_("Delivered"),
    MessageState.READ: N_("Read"),
    MessageState.FAILED: N_("Not sent"),
    MessageState.UNKNOWN: N_("Not known whether it was sent"),
}


def customer_name(name: str) -> str:
    """The name, or what a customer without one is called."""
    return name or _("Visitor")


def channel_name(channel: str) -> str:
    """What people call a channel."""
    known = _CHANNELS.get(channel)
    return _(known[0]) if known else channel


def channel_icon(channel: str) -> str:
    """The icon of a channel."""
    return _CHANNELS.get(channel, ("", "chat"))[1]


def preview(last_text: str) -> str:
    """The last line of a conversation, with the words for images and cards."""
    mark, _space, rest = last_text.partition(" ")
    known = _PREVIEWS.get(mark)
    return last_text if known is None else f"{_(known)} {rest}".rstrip()


def state_name(state: MessageState) -> str:
    """What became of a message."""
    return _(_STATES[state])


def author_name(author: Author, staff_name: str, customer: str) -> str:
    """Who wrote, as colleagues call them."""
    if author is Author.CUSTOMER:
        return customer_name(customer)
    if author is Author.ROBOT:
        return _("Automatic reply")
    return staff_name or _("Colleague")


def event_text(text: str, payload: Any, staff_name: str) -> str:
    """A line of the thread about the conversation itself."""
    facts = payload if isinstance(payload, dict) else {}
    who = staff_name or _("The system")
    match facts.get("event"):
        case "assigned" if facts.get("to"):
            return _("{who} handed the conversation to {name}").format(who=who, name=facts["to"])
        case "assigned":
            return _("{who} released the conversation").format(who=who)
        case "follow_up":
            time = moment(facts.get("at"))
            return _("{who} set a follow-up for {time}").format(who=who, time=time)
        case "follow_up_done":
            return _("{who} ended the follow-up").format(who=who)
        case "closed":
            return _("{who} closed the conversation").format(who=who)
        case "rated" if facts.get("level") in LEVEL_NAMES:
            name = LEVEL_NAMES[facts["level"]]
            return _("The customer's rating: {level}").format(level=_(name))
        case "reopened":
            return _("{who} opened the conversation again").format(who=who)
        case "taken_back":
            return _("{who} took that back").format(who=who)
        case _:
            return text
