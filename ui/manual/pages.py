"""Reads the manual's pages in the language of the window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.i18n import _, current_language
from app.core.paths import resource

KEYS_PAGE: Final = "keys"
_FOLDERS: Final = {"zh_CN": "zh", "en": "en"}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its file name without suffix, its first heading, its Markdown."""

    key: str
    title: str
    text: str


def manual_folder() -> Path:
    """Where the pages of the current language lie."""
    return resource("manual", _FOLDERS[current_language()])


def read_pages() -> list[Page]:
    """All pages by file name; the number before a name gives the order."""
    files = sorted(manual_folder().glob("*.md"))
    return [_page(file.stem, file.read_text(encoding="utf-8")) for file in files]


def keys_page(rows: Iterable[tuple[str, str, str]]) -> Page:
    """A page of (group, title, key), made from the keys in force."""
    groups: dict[str, list[str]] = {}
    for group, title, keys in rows:
        if keys:
            groups.setdefault(group, []).append(f"| {title} | **{_escaped(keys)}** |")
    title, what, key = _("Keyboard"), _("What"), _("Key")
    parts = [f"# {title}", _("Every key can be changed in the settings.")]
    for group, lines in groups.items():
        head = f"| {what} | {key} |\n| --- | --- |"
        parts.append(f"## {group}\n\n{head}\n" + "\n".join(lines))
    return Page(KEYS_PAGE, title, "\n\n".join(parts))


def matching(pages: Iterable[Page], words: str) -> list[Page]:
    """Pages that hold all words, those with them in the title first."""
    wanted = words.casefold().split()
    found = [p for p in pages if all(w in f"{p.title} {p.text}".casefold() for w in wanted)]
    return sorted(found, key=lambda p: not all(w in p.title.casefold() for w in wanted))


def _page(key: str, text: str) -> Page:
    heading = next((line[2:] for line in text.splitlines() if line.startswith("# ")), key)
    return Page(key, heading.strip(), text)


def _escaped(keys: str) -> str:
    return keys.replace("|", "\\|").replace("*", "\\*").replace("`", "\\`")
