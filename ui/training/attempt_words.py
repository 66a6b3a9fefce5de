"""Attempts in words: how they ended, what was measured, what a line was."""

from __future__ import annotations

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


def line_marks(line: Line, mood: int | None = None) -> list[tuple[str, str]]:
    """What there is to say about an agent's line: (words, token); `mood` was that before it."""
    if not line.agent:
        return []
    marks = [("✓ " + need_name(what), "success") for what in line.met]
    if not line.understood:
        marks.append((_("not understood"), "warning"))
    for what in line.wrong:
        name = need_name(what)
        marks.append((_("wrong: {what}").format(what=name), "danger"))
    words = _("wording: “{found}”")
    marks += [(words.format(found=hit.found), "danger") for hit in line.hits]
    if mood is not None and line.mood != mood:
        better = line.mood > mood
        words = _("mood ↑") if better else _("mood ↓")
        marks.append((words, "success" if better else "danger"))
    if line.waited is not None:
        token = "text_muted" if line.waited <= _IN_TIME_S else "danger"
        marks.append((_("after {n} s").format(n=round(line.waited)), token))
    return marks
