"""Attempts in words: how they ended, what was measured, what a line was."""

from __future__ import annotations

from typing import NamedTuple

from app.core.i18n import _
from app.training import (
    ACTION_NAMES,
    END_NAMES,
    Attempt,
    AttemptRow,
    Comment,
    Ended,
    Line,
    Outcome,
    Part,
    need_name,
)
from ui.widgets import Kind
from ui.widgets.format import duration

_KINDS: dict[str, Kind] = {
    Outcome.SATISFIED: "success",
    Outcome.SETTLED: "info",
    Outcome.STUCK: "warning",
    Outcome.LEFT: "danger",
    Outcome.ANGRY: "danger",
    Ended.STOPPED: "neutral",
    Ended.CUT_SHORT: "neutral",
}
_GOOD, _FAIR = 80, 60
_IN_TIME_S = 30


class Mark(NamedTuple):
    """What there is to say about a line: in a word or two, in full, and its colour's token."""

    short: str
    full: str
    token: str


def end_words(row: AttemptRow) -> str:
    """How an attempt ended."""
    return _(END_NAMES[row.outcome]) if row.outcome in END_NAMES else _("Done")


def whose(comment: Comment) -> str:
    """A comment with the name of who wrote it."""
    return _("{name}: {text}").format(name=comment.staff, text=comment.text)


def end_kind(row: AttemptRow) -> Kind:
    """What that means."""
    return _KINDS.get(row.outcome, "neutral")


def points_words(points: float | None) -> str:
    """Points, or a dash."""
    return "—" if points is None else f"{points:.0f}"


def points_colour(points: float | None) -> str:
    """The token by which points are coloured."""
    if points is None:
        return "text_muted"
    return "success" if points >= _GOOD else "warning" if points >= _FAIR else "danger"


def figures_words(attempt: Attempt) -> str:
    """Times and typing speed in one line."""
    figures, words = attempt.figures, []
    if figures.first_s is not None:
        words.append(_("first answer after {n} s").format(n=round(figures.first_s)))
    if figures.mean_s is not None:
        words.append(_("{n} s on average").format(n=round(figures.mean_s)))
    if figures.chars_per_minute is not None:
        speed = round(figures.chars_per_minute)
        words.append(_("{n} characters a minute").format(n=speed))
    words.append(_("{time} long").format(time=duration(round(attempt.length_s))))
    return " · ".join(words)


def line_text(line: Line) -> str:
    """What was said, or done in the desk."""
    if line.action:
        return _(ACTION_NAMES[line.action]) if line.action in ACTION_NAMES else line.action
    return line.text


def unanswered(attempt: Attempt) -> frozenset[int]:
    """The places of the customer's lines that cost points because nobody answered them."""
    times = (part for part in attempt.parts if part.part is Part.TIMES)
    places = {reason.line for part in times for reason in part.reasons if reason.line is not None}
    return frozenset(n for n in places if n < len(attempt.lines) and not attempt.lines[n].agent)


def line_marks(line: Line, mood: int | None = None, *, answered: bool = True) -> list[Mark]:
    """What there is to say about a line, faults first; `mood` was that before it."""
    if not line.agent:
        words = _("no answer")
        return [] if answered else [Mark(words, _("Nobody answered this."), "danger")]
    return _faults(line) + _merits(line) + _course(line, mood)


def _faults(line: Line) -> list[Mark]:
    marks = []
    for what in line.wrong:
        words = _("wrong: {what}").format(what=need_name(what))
        marks.append(Mark(words, words, "danger"))
    for hit in line.hits:
        full = _("“{found}” {why}").format(found=hit.found, why=hit.why)
        marks.append(Mark(f"“{hit.found}”", full, "danger"))
    if not line.understood:
        full = _("The customer did not understand this.")
        marks.append(Mark(_("not understood"), full, "warning"))
    return marks


def _merits(line: Line) -> list[Mark]:
    words = ["✓ " + need_name(what) for what in line.met]
    return [Mark(text, text, "success") for text in words]


def _course(line: Line, mood: int | None) -> list[Mark]:
    marks = []
    if mood is not None and line.mood != mood:
        if line.mood > mood:
            marks.append(Mark(_("mood ↑"), _("The customer's mood rose."), "success"))
        else:
            marks.append(Mark(_("mood ↓"), _("The customer's mood fell."), "danger"))
    if line.waited is not None:
        token = "text_muted" if line.waited <= _IN_TIME_S else "danger"
        n = round(line.waited)
        full = _("The answer came after {n} s.").format(n=n)
        marks.append(Mark(_("{n} s").format(n=n), full, token))
    return marks
