"""Visitor tokens: 32 random bytes that only the visitor's browser knows; we keep their hash."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from typing import Final

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a token nobody can guess."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a token, or "" where it has not the shape of one."""
    if not _TOKEN.fullmatch(token):
        return ""
    return hashlib.sha256(token.encode()).hexdigest()


def nickname(key: str) -> str:
    """A visitor's name until a better one is known, e.g. 访客K7Q2M9TX."""
    return "访客" + base64.b32encode(bytes.fromhex(key[:10])).decode()
