"""What of a message reaches the browser: named fields only, so that nothing inside slips out."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.channels.webchat.limits import MAX_TEXT
from app.channels.webchat.store import ChatMessage
from db.models import MessageKind

Shaper = Callable[[Any], Any]
_MAX_LINE: Final = 200
_MAX_ITEMS: Final = 50
_MAX_WORDS: Final = 1_000


_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")
_DIRECTIONS: Final = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_controls(text: str) -> str:
    """A text without characters that are no text, or that would turn it around."""
    return _CONTROLS.sub("", text)


def line(value: Any) -> str:
    """A short text without line breaks and marks that would turn its surroundings around."""
    if not isinstance(value, str | int | float):
        return ""
    text = _DIRECTIONS.sub("", without_controls(str(value)))
    return " ".join(text.split())[:_MAX_LINE]


def words(value: Any) -> str:
    """A text of some lines; one that is too long is refused by whom it is for."""
    return without_controls(value).strip()[:_MAX_WORDS] if isinstance(value, str) else ""


def link(value: Any) -> str:
    """A web address or nothing: no other scheme may become a link."""
    text = str(value).strip()[:1000] if isinstance(value, str) else ""
    return text if text.lower().startswith(("https://", "http://")) else ""


def number(value: Any) -> int | None:
    """A whole number, e.g. an amount in fen."""
    return value if isinstance(value, int) and abs(value) < 10**12 else None


_ITEM: Final = {"title": line, "sku": line, "quantity": number, "price_fen": number, "image": link}


def _items(value: Any) -> list[dict[str, Any]]:
    rows = value[:_MAX_ITEMS] if isinstance(value, list) else []
    return [_shape(row, _ITEM) for row in rows if isinstance(row, Mapping)]


_CARDS: Final[dict[str, dict[str, Shaper]]] = {
    MessageKind.PRODUCT_CARD: {
        "number": line,
        "title": line,
        "sku": line,
        "price_fen": number,
        "currency": line,
        "image": link,
        "url": link,
    },
    MessageKind.ORDER_CARD: {
        "number": line,
        "order_number": line,
        "status": line,
        "total_fen": number,
        "paid_fen": number,
        "currency": line,
        "url": link,
        "created": line,
        "items": _items,
    },
    MessageKind.CONFIRM_CARD: {
        "confirmation_id": line,
        "order_number": line,
        "recipient": line,
        "phone_masked": line,
        "address": line,
        "province": line,
        "city": line,
        "district": line,
        "detail": line,
        "items": _items,
        "promise": line,
        "state": line,
    },
    MessageKind.CONFIRM_ANSWER: {
        "confirmation_id": line,
        "state": line,
        "recipient": line,
        "phone": line,
        "province": line,
        "city": line,
        "district": line,
        "detail": line,
    },
    MessageKind.SATISFACTION_CARD: {"satisfaction_id": line},
    "satisfaction_answer": {"satisfaction_id": line, "level": number, "text": words},
    MessageKind.TEXT: {"offline": bool, "name": line, "contact": line},
}


def card(kind: str, payload: Any) -> dict[str, Any] | None:
    """The known fields of a card's payload, each in its shape; None where there are none."""
    if not isinstance(payload, Mapping):
        return None
    return _shape(payload, _CARDS.get(kind, {})) or None


def _shape(payload: Mapping[str, Any], fields: Mapping[str, Shaper]) -> dict[str, Any]:
    shaped = {name: shape(payload[name]) for name, shape in fields.items() if name in payload}
    return {name: value for name, value in shaped.items() if value not in (None, "", [])}


class Shown:
    """Turns messages into protocol documents for one visitor."""

    def __init__(self, secret: bytes, visitor_key: str, conversation_id: bytes) -> None:
        self._secret, self._key = secret, visitor_key
        self._conversation = conversation_id

    def message(self, message: ChatMessage) -> dict[str, Any]:
        """One message, e.g. {"seq","id","author","kind","text","at",…}."""
        payload = card(message.kind, message.payload)
        if payload is not None and message.answered:
            payload["state"] = message.answered
        document = {
            "seq": message.seq,
            "id": message.id.hex(),
            "author": "me" if message.own else "shop",
            "name": "" if message.own else message.staff,
            "kind": message.kind,
            "text": message.text[: MAX_TEXT * 5],
            "payload": payload,
            "at": message.at,
            "client_id": message.external_id.partition(":")[2] if message.own else "",
        }
        if message.attachment_id is not None:
            url = self.picture_url(message.attachment_id)
            if message.width:
                size = {"width": message.width, "height": message.height}
                document["picture"] = {"url": url, **size}
            else:
                document["file"] = {"url": url, "name": line(message.file), "size": message.size}
        return document

    def picture_url(self, attachment_id: bytes) -> str:
        """Address of a picture that only this visitor is told."""
        mac = self.mac(attachment_id)
        return f"/files/{self._conversation.hex()}/{attachment_id.hex()}/{self._key}/{mac}"

    def mac(self, attachment_id: bytes) -> str:
        """Proof that we gave out the address."""
        text = b"|".join((self._key.encode(), self._conversation, attachment_id))
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:43]
