"""Text copied out of a chat window of Qianniu: a name and a time, then what was said (FORMATS §5).

The name may stand in a line before the time, stick to it, or be two names with an arrow. Read
marks, transfers, recalls and the prices of item cards are no words of anybody and are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.records.fields import moment
from app.records.json_rows import unreadable
from app.records.model import BadRecord, Hints, Person, ReadingNotes, RecordMessage, Rows
from app.sources import RejectedRow, TextFile
from db.models import Author

CHANNEL: Final = "taobao"
_TIME: Final = (
    r"(?P<day>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)"
)
_HEAD: Final = re.compile(rf"(?P<nick>\S.{{0,79}}?)\s*[（(]?{_TIME}[)）]?\s*")
_ALONE: Final = re.compile(rf"\s*[（(]?{_TIME}[)）]?\s*")
_ARROW: Final = re.compile(r"\s*-+>\s*")
_COLON: Final = re.compile(r"[:：]")
_NOT_A_NAME: Final = re.compile(
    r"[，。！？；,!?;]|https?:|(?:时间|日期|截止|预计|于|在|到|至|[:：])$"
)
_STATUS: Final = frozenset({"已读", "未读", "发送中"})
_RECALL: Final = re.compile(r".{1,80}\s撤回了一条消息")
_MOVED: Final = re.compile(r"由\s*.+?\s*转交给\s*.+")
_WHY: Final = re.compile(r"原因[:：]\s*【.*】")
_FROM: Final = re.compile(r"当前用户来自.*")
_CARD: Final = re.compile(r"商品详情页|商品推荐")
_PRICE: Final = re.compile(r"[¥￥]\s*\d+(?:\.\d+)?")
_LINK: Final = re.compile(r"https?://")


@dataclass(slots=True)
class _Said:
    """One message on its way: its head, its lines, and how it stands."""

    row: int
    nick: str
    to: str
    time: str
    lines: list[str] = field(default_factory=list)
    lost: bool = False


def looks_like_qianniu(line: str, after: str) -> bool:
    """Tell whether a line, or it and the one after it, begin a message."""
    return _head(line) is not None or _is_nick_line(line, after)


def read_qianniu(file: TextFile, zone: dt.tzinfo, hints: Hints, notes: ReadingNotes) -> Rows:
    """Yield the messages of a file; raises `UserError` where nobody is known as the agent."""
    cast = _Cast(hints)
    for found in _messages(file, ReadingNotes()):
        if isinstance(found, _Said):
            cast.note(found)
    cast.conclude()
    for found in _messages(file, notes):
        if isinstance(found, RejectedRow):
            yield found
            continue
        try:
            yield _message(found, cast, zone, file)
        except BadRecord as error:
            yield RejectedRow(found.row, error.column, error.reason)


class _Cast:
    """Who is who: agents carry the shop's name before a colon, or are named by the person."""

    def __init__(self, hints: Hints) -> None:
        self._agents = {name.casefold() for name in hints.agents} | {hints.shop.casefold()} - {""}
        self._seen: dict[str, None] = {}
        self.customers: list[str] = []
        self._current = ""

    def note(self, said: _Said) -> None:
        """Take notice of a message's names."""
        for nick in filter(None, (said.nick, said.to)):
            self._seen.setdefault(nick)
            if _COLON.search(nick):
                # The shop's main account speaks without a colon.
                self._agents.add(_COLON.split(nick)[0].strip().casefold())

    def conclude(self) -> None:
        """Tell customers from agents once all names are known."""
        self.customers = [nick for nick in self._seen if not self.is_agent(nick)]
        if len(self.customers) > 1 and len(self.customers) == len(self._seen):
            raise UserError(
                _("It can't be told who of these is the agent."),
                hint=_(
                    "Name the agents as the file writes them (on the command line with --agent)."
                ),
                code="no_agent",
            )

    def is_agent(self, nick: str) -> bool:
        """Whether a name is one of the shop's."""
        return bool(_COLON.search(nick)) or nick.casefold() in self._agents

    def customer_of(self, said: _Said) -> str:
        """Whose conversation a message belongs to: by its names, else the one that goes on."""
        named = next((n for n in (said.nick, said.to) if n and not self.is_agent(n)), "")
        self._current = named or self._current or next(iter(self.customers), "")
        return self._current


def _message(said: _Said, cast: _Cast, zone: dt.tzinfo, file: TextFile) -> RecordMessage:
    if said.lost:
        raise BadRecord(unreadable(file))
    at = moment(said.time, zone, _("time"))
    from_agent, customer = cast.is_agent(said.nick), cast.customer_of(said)
    if not customer:
        raise BadRecord(_("There is no customer in this file."), _("name"))
    lines = said.lines
    read = bool(lines) and lines[-1] == "已读"
    text = "\n".join(lines[:-1] if lines and lines[-1] in _STATUS and len(lines) > 1 else lines)
    if not text.strip():
        raise BadRecord(_("Nothing is said below this name, perhaps it was a picture."), said.nick)
    return RecordMessage(
        row=said.row,
        channel=CHANNEL,
        conversation=customer,
        author=Author.AGENT if from_agent else Author.CUSTOMER,
        text=text,
        at=at,
        customer=Person(nick=customer),
        agent=_short(said.nick) if from_agent else "",
        read=read and len(lines) > 1,
    )


def _short(nick: str) -> str:
    """An agent's own name: what follows the shop's."""
    return _COLON.split(nick, maxsplit=1)[-1].strip() or nick


def _messages(file: TextFile, notes: ReadingNotes) -> Iterator[_Said | RejectedRow]:
    """Cut the text into messages; what stands before the first head is told of."""
    current: _Said | None = None
    for number, head, line in _heads_and_lines(file):
        lost = "\ufffd" in line and (file.damaged or not file.whole)
        if head is not None:
            if current is not None:
                yield _trimmed(current, notes)
            current = _Said(number, *head, lost=lost)
        elif _is_noise(line, current):
            notes.left_out += 1
        elif current is not None:
            current.lines.append(line)
            current.lost = current.lost or lost
        elif line.strip():
            yield RejectedRow(number, "", _("No name and time stand before this line."))
    if current is not None:
        yield _trimmed(current, notes)


def _trimmed(said: _Said, notes: ReadingNotes) -> _Said:
    lines = [line.rstrip() for line in said.lines]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    said.lines = lines
    if len(lines) > 1 and lines[-1] in _STATUS:
        notes.left_out += 1
        # Nothing but blanks may stand between the words and their mark.
        while len(lines) > 2 and not lines[-2]:
            del lines[-2]
    return said


def _is_noise(line: str, current: _Said | None) -> bool:
    text = line.strip()
    if any(kind.fullmatch(text) for kind in (_RECALL, _MOVED, _WHY, _FROM)):
        return True
    if current is None or not any(_LINK.match(said.strip()) for said in current.lines):
        return False
    return bool(_PRICE.fullmatch(text) or _CARD.fullmatch(text))


_Head = tuple[str, str, str]


def _heads_and_lines(file: TextFile) -> Iterator[tuple[int, _Head | None, str]]:
    """Every line with its head, if it is one; of a name and the time below it only the name's."""
    waiting: tuple[int, str] | None = None
    for number, line in file.lines():
        if waiting is not None:
            row, before = waiting
            waiting = None
            alone = _ALONE.fullmatch(line)
            if alone is not None and _is_nick_line(before, line):
                yield row, (*_names(before), _time(alone)), before + line
                continue
            yield row, _head(before), before
        waiting = (number, line)
    if waiting is not None:
        yield waiting[0], _head(waiting[1]), waiting[1]


def _is_nick_line(line: str, after: str) -> bool:
    name = line.strip()
    if not name or len(name) > 80 or _head(line) or name in _STATUS or _NOT_A_NAME.search(name):
        return False
    return _ALONE.fullmatch(after) is not None


def _head(line: str) -> _Head | None:
    match = _HEAD.fullmatch(line)
    if match is None or _ALONE.fullmatch(line) or _NOT_A_NAME.search(match["nick"]):
        return None
    return (*_names(match["nick"]), _time(match))


def _names(text: str) -> tuple[str, str]:
    nick, *to = _ARROW.split(text.strip(), maxsplit=1)
    return nick.strip(), to[0].strip() if to else ""


def _time(match: re.Match[str]) -> str:
    year, month, day = re.findall(r"\d+", match["day"])
    hour, _colon, rest = match["clock"].partition(":")
    seconds = rest if ":" in rest else f"{rest}:00"
    return f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{seconds}"
