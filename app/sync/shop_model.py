"""What the shop's service answers, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

JOIN_PREFIX: Final = "KEFU-JOIN:"
"""Begins what the QR code of an invitation holds; the code follows."""


@dataclass(frozen=True, slots=True)
class ShopInvitation:
    """A code to type or, as `payload`, to scan; good for one station until `expires_at` (ms)."""

    code: str
    payload: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a code leads to. `has_data`: this home's data would be merged into that shop's."""

    shop: str
    practice: bool
    has_data: bool


@dataclass(frozen=True, slots=True)
class StationRequest:
    """A station that waits to be let in; `asked_at` is Unix ms by its clock."""

    station: bytes
    name: str
    asked_at: int
    manage: bool
    shared_code: bool = False
    """Another station asks by the same invitation: at most one of them was invited."""


@dataclass(frozen=True, slots=True)
class ShopMember:
    """A station of the shop. `administers`: it holds the shop's root key as well."""

    station: bytes
    name: str
    joined_at: int
    mine: bool
    manages: bool
    administers: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """Parts of what a station wrote that nobody can find."""

    station: str
    parts: int
