"""Why a message was not taken: a code for the page (which has the words) and for the log."""

from __future__ import annotations

import re
from typing import Any, Final

from app.channels.webchat.limits import MAX_TEXT
from app.channels.webchat.wire import Say

_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_SCRIPT: Final = re.compile(r"<\s*/?\s*script\b", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAX_PAYLOAD: Final = 8_000


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
    text = _CONTROL.sub("", say.text.replace("\r\n", "\n")).strip()
    if _SCRIPT.search(text) or _holds_script(say.payload):
        raise Refusal("script", say.client_id)
    if len(text) > MAX_TEXT or len(str(say.payload)) > _MAX_PAYLOAD:
        raise Refusal("too_long", say.client_id)
    if say.kind == "text" and not text:
        raise Refusal("empty", say.client_id)
    return text


def _holds_script(payload: Any) -> bool:
    if isinstance(payload, str):
        return _SCRIPT.search(payload) is not None
    if isinstance(payload, dict):
        return any(map(_holds_script, payload.values()))
    return isinstance(payload, list) and any(map(_holds_script, payload))
