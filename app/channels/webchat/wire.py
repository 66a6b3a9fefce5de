"""The messages of the web chat's protocol, version 1 (PROTOCOL.md beside the page)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

MAX_SEQ: Final = 2**53
Seq = Annotated[int, msgspec.Meta(ge=-MAX_SEQ, le=MAX_SEQ)]
"""A message's number; beyond it neither the browser nor the database could count."""
Kind = Literal["text", "product_card", "order_card", "confirm_answer", "satisfaction_answer"]


class Cursor(msgspec.Struct, frozen=True):
    """How far a page has come; `epoch` changes when the numbering starts anew."""

    epoch: str
    seq: Seq


class Hello(msgspec.Struct, tag="hello", tag_field="t"):
    """The first frame: who is there and what it has."""

    token: str = ""
    cursor: Cursor | None = None
    v: int = 1


class Say(msgspec.Struct, tag="say", tag_field="t"):
    """A message of the customer; `client_id` is made by the page, once per message.

    `name` is what the shop's site calls the customer: a form of address, never an identity.
    """

    client_id: str
    kind: Kind = "text"
    text: str = ""
    name: str = ""
    payload: dict[str, Any] | None = None


class Seen(msgspec.Struct, tag="seen", tag_field="t"):
    """Everything up to `seq` has arrived, and was looked at if `read`."""

    seq: Seq
    read: bool = False


class Typing(msgspec.Struct, tag="typing", tag_field="t"):
    """The customer types, or has stopped."""

    on: bool = True


class Ping(msgspec.Struct, tag="ping", tag_field="t"):
    """Is the line alive?"""


FromPage = Hello | Say | Seen | Typing | Ping
_decoder: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)
_encoder = msgspec.json.Encoder()


def decode(frame: str | bytes) -> FromPage:
    """Read a frame of the page; raises msgspec.DecodeError (or its ValidationError)."""
    try:
        return _decoder.decode(frame)
    except (RecursionError, UnicodeDecodeError) as error:
        raise msgspec.DecodeError(type(error).__name__) from error


def encode(frame: dict[str, Any]) -> str:
    """Write a frame for the page."""
    return _encoder.encode(frame).decode()
