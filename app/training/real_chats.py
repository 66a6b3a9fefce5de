"""Real chats with their personal data masked: as turns, as a file, and out of a shop's records.

The file is one JSON document, to be read by anybody before it is handed on:

    {"kind": "kefu-real-chats", "version": 1,
     "chats": [{"title", "source", "turns": [{"customer": [texts], "agent": [texts]}]}]}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from app.core.errors import UserError
from app.core.i18n import _
from app.training.masking import Secret, secrets_in
from db.models import Author, MessageKind

KIND: Final = "kefu-real-chats"
VERSION: Final = 1
LEAST_TURNS: Final = 2
"""A chat with fewer is nothing to practise with."""
MOST_TURNS: Final = 60
TITLE_LENGTH: Final = 30
_TELLING: Final = 5
"""Fewer characters are a greeting."""
_PICTURES: Final = {MessageKind.IMAGE: "【图片】", MessageKind.FILE: "【文件】"}
_CARDS: Final = {
    MessageKind.PRODUCT_CARD: "【商品卡片】",
    MessageKind.ORDER_CARD: "【订单卡片】",
    MessageKind.CONFIRM_CARD: "【核对订单卡片】",
}
Known = Sequence[tuple[str, Secret]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a customer wrote, and what the agent of that day answered."""

    customer: tuple[str, ...]
    agent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RealChat:
    """A masked chat; `source` tells where it is from, without naming anybody."""

    title: str
    source: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a chat, not masked yet."""

    author: str
    kind: str
    text: str


class _File(msgspec.Struct, frozen=True):
    kind: str
    version: int
    chats: tuple[RealChat, ...]


def mask_chat(said: Iterable[Said], known: Known, source: str) -> tuple[RealChat, Counter[Secret]]:
    """Mask a chat and cut it into turns; also returns how much was masked, by kind.

    It may have too few turns to be of use: see `LEAST_TURNS`.
    """
    count: Counter[Secret] = Counter()
    turns: list[tuple[list[str], list[str]]] = []
    for one in said:
        text = _shown(one)
        if text and one.author == Author.CUSTOMER:
            if not turns or turns[-1][1]:
                turns.append(([], []))
            turns[-1][0].append(_masked(text, known, count))
        elif text and one.author == Author.AGENT and turns:
            turns[-1][1].append(_masked(text, known, count))
    whole = tuple(Turn(tuple(c), tuple(a)) for c, a in turns[:MOST_TURNS] if a)
    return RealChat(_title(whole), source, whole), count


def _title(turns: Sequence[Turn]) -> str:
    """The customer's first words that say more than a greeting."""
    said = [text.replace("\n", " ") for turn in turns for text in turn.customer]
    telling = (text for text in said if len(text) >= _TELLING)
    return next(telling, said[0] if said else "")[:TITLE_LENGTH]


def mask_again(chat: RealChat) -> RealChat:
    """Mask a chat that should be masked: nobody knows who wrote the file."""
    turns = tuple(
        Turn(
            *(
                tuple(_masked(text, (), Counter()) for text in side)
                for side in (t.customer, t.agent)
            )
        )
        for t in chat.turns[:MOST_TURNS]
    )
    title = _masked(chat.title, (), Counter())[:TITLE_LENGTH]
    return RealChat(title, _masked(chat.source, (), Counter()), turns)


def pack(chats: Sequence[RealChat]) -> bytes:
    """Return the file's bytes, the same for the same chats."""
    return msgspec.json.format(msgspec.json.encode(_File(KIND, VERSION, tuple(chats))), indent=1)


def is_chat_file(data: bytes) -> bool:
    """Tell a file of masked chats from records in another format."""
    return KIND.encode() in data[:200] and data.lstrip()[:1] == b"{"


def read_chats(data: bytes, name: str) -> list[RealChat]:
    """Read a file's chats; raises `UserError` for one that is damaged or of a newer program."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(
            _("“{name}” is no whole file of masked chats.").format(name=name),
            hint=str(error),
            code="bad_chats",
        ) from error
    if file.version > VERSION:
        raise UserError(
            _("“{name}” was written by a newer version of Kefu Desk.").format(name=name),
            hint=_("Update the program on this computer."),
            code="bad_chats",
        )
    return [chat for chat in file.chats if len(chat.turns) >= LEAST_TURNS and _whole(chat)]


def _whole(chat: RealChat) -> bool:
    return all(turn.customer and turn.agent for turn in chat.turns)


def _shown(one: Said) -> str:
    kind = MessageKind(one.kind) if one.kind in set(MessageKind) else MessageKind.EVENT
    if kind is MessageKind.TEXT:
        return one.text.strip()
    return (_PICTURES | _CARDS).get(kind, "")


def _masked(text: str, known: Known, count: Counter[Secret]) -> str:
    parts, last = [], 0
    for span in secrets_in(text, known):
        parts += [text[last : span.start], f"【{span.secret}】"]
        last = span.end
        count[span.secret] += 1
    return "".join([*parts, text[last:]])
