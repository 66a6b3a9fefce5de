"""Why a message was not taken: a code for the page (which has the words) and for the log."""

from __future__ import annotations

import re
from typing import Any, Final

from app.channels.webchat.limits import MAX_TEXT
from app.channels.webchat.shown import without_controls
from app.channels.webchat.wire import Say

_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_SCRIPT: Final = re.compile(r"<\s*/?\s*script\b", re.IGNORECASE)
_MAX_PAYLOAD: Final = 8_000
_MAX_DEPTH: Final = 8


class Refusal(Exception):
    """The message `client_id` was not taken; try again after `retry_ms` if that is not 0.

    `reason` is the code of the rule that declined it.
    """

    def __init__(self, code: str, client_id: str = "", retry_ms: int = 0, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.client_id, self.retry_ms, self.reason = code, client_id, retry_ms, reason

    def document(self) -> dict[str, Any]:
        """For the page."""
        return {
            "t": "refused",
            "code": self.code,
            "client_id": self.client_id,
            "retry_ms": self.retry_ms,
            "reason": self.reason,
        }


def checked_text(say: Say) -> str:
    """The text of a message as it is kept; raises `Refusal`."""
    if not _CLIENT_ID.fullmatch(say.client_id):
        raise Refusal("bad_message")
    text = without_controls(say.text.replace("\r\n", "\n")).strip()
    if _too_deep(say.payload):
        raise Refusal("bad_message", say.client_id)
    if _SCRIPT.search(text) or _holds_script(say.payload):
        raise Refusal("script", say.client_id)
    if len(text) > MAX_TEXT or len(str(say.payload)) > _MAX_PAYLOAD:
        raise Refusal("too_long", say.client_id)
    if say.kind == "text" and not text:
        raise Refusal("empty", say.client_id)
    return text


def _too_deep(payload: Any, depth: int = 0) -> bool:
    if not isinstance(payload, dict | list):
        return False
    inner = payload.values() if isinstance(payload, dict) else payload
    return depth >= _MAX_DEPTH or any(_too_deep(value, depth + 1) for value in inner)


def _holds_script(payload: Any) -> bool:
    if isinstance(payload, str):
        return _SCRIPT.search(payload) is not None
    if isinstance(payload, dict):
        return any(map(_holds_script, payload.values()))
    return isinstance(payload, list) and any(map(_holds_script, payload))
