"""The manual's page of definitions, made from their table: `python -m app.stats.handbook`."""

from __future__ import annotations

from typing import Final

from app.core.i18n import LANGUAGES, N_, Language, _, current_language, set_language
from app.core.paths import resource
from app.stats.definitions import METRICS, Area, Good

_FOLDERS: Final[dict[Language, str]] = {"zh_CN": "zh", "en": "en"}
_FILE: Final = "11-numbers.md"
_BETTER: Final = {Good.UP: "↑", Good.DOWN: "↓", Good.NEITHER: ""}
_HEADINGS: Final = {Area.TALK: N_("Conversations"), Area.SALES: N_("Orders and sales")}
_WORDS: Final = (
    N_(
        "Each number is worked out in one way only, wherever it is shown. ↑ means that more is "
        "better, ↓ that less is. What is marked as a setting is the shop's choice."
    ),
    N_(
        "Who gets a sale: the agent whose reception ran at that moment, of several the one that "
        "ended last, else the one that ended last within 48 h before; else nobody, a silent order. "
        "The moment is that of the order, of the payment, or first the one and then the other. "
        "By JD's rule the customer asked within 24 h before the order, about its product first, "
        "and an order closed within 15 days is taken back."
    ),
    N_("`kefu stats explain ORDER` says whose an order is by every rule, and from which talk."),
)


def page() -> str:
    """The page in the current language, as Markdown."""
    lines = ["# " + _("The numbers"), ""]
    columns = (_("Number"), _("How"), "`--metric`")
    for words in _WORDS:
        lines += [_(words), ""]
    for area, heading in _HEADINGS.items():
        lines += [f"## {_(heading)}", "", "| " + " | ".join(columns) + " |"]
        lines.append("| --- | --- | --- |")
        lines += [
            f"| {_(m.name)} {_BETTER[m.good]}".rstrip() + f" | {_(m.formula)} | `{m.key}` |"
            for m in METRICS
            if m.area is area
        ]
        lines.append("")
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Path below the manual and text of the page in each language."""
    before = current_language()
    try:
        found = {}
        for language in LANGUAGES:
            set_language(language)
            found[f"{_FOLDERS[language]}/{_FILE}"] = page()
        return found
    finally:
        set_language(before)


if __name__ == "__main__":
    for name, text in pages().items():
        resource("manual", name).write_text(text, encoding="utf-8")
