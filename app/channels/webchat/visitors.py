"""Visitor tokens: 32 random bytes that only the visitor's browser knows; we keep their hash."""

from __future__ import annotations

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
