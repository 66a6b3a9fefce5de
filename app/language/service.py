"""The language check as the desk uses it: the packs, with what the shop has set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from app.core.errors import UserError
from app.core.i18n import _, current_language
from app.core.settings import Settings
from app.language.checker import Checker
from app.language.model import Hit, Level, OwnWord, Pack
from app.language.packs import packs, unfilled
from app.language.settings import CHECK_LANGUAGE, OWN_WORDS, PACK_LEVELS
from db.database import Database

_LONGEST_WORD = 40


class Language:
    """Checks what is about to be sent. Setting anything needs the right to the shop's settings."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._settings = settings
        self._checker: tuple[str, Checker] | None = None
        db.subscribe(self._on_changes)

    def check(self, text: str) -> list[Hit]:
        """What should not go out in this text, nothing where the shop has switched it off."""
        return self.checker().check(text)

    def unfilled(self, text: str) -> list[str]:
        """Places in offered wordings that the text still leaves open."""
        return unfilled(text)

    def checker(self) -> Checker:
        """The check in force; one at hand is used until a setting changes."""
        tongue = current_language()
        known = self._checker
        if known is None or known[0] != tongue:
            known = self._checker = (tongue, self._make(english=tongue == "en"))
        return known[1]

    def _make(self, *, english: bool) -> Checker:
        if not self._settings.get(CHECK_LANGUAGE):
            return Checker(())
        levels = self._settings.get(PACK_LEVELS)
        return Checker(packs(), levels, self.own_words(), english=english)

    def _on_changes(self, changes: Any) -> None:
        if changes.touches("settings"):
            self._checker = None

    # --- what the shop sets --------------------------------------------------------------------

    def levels(self) -> list[tuple[Pack, Level]]:
        """Every pack with the level in force."""
        set_ = self._settings.get(PACK_LEVELS)
        return [(pack, set_.get(pack.key) or pack.level) for pack in packs()]

    def set_level(self, pack: str, level: Level) -> None:
        """Make a pack harder, milder, or switch it off."""
        known = {one.key: one for one in packs()}
        if pack not in known:
            raise UserError(
                _("There is no rule pack “{name}”.").format(name=pack),
                hint=", ".join(known),
                code="usage",
            )
        levels = self._settings.get(PACK_LEVELS).copy()
        levels[pack] = level
        if level is known[pack].level:
            del levels[pack]
        self._settings.set(PACK_LEVELS, levels)
        self._checker = None

    def own_words(self) -> list[OwnWord]:
        """The shop's own words; what can't be read any more is left out."""
        rows = self._settings.get(OWN_WORDS)
        return [msgspec.convert(row, OwnWord) for row in rows if _readable(row)]

    def set_own_words(self, words: Sequence[OwnWord]) -> None:
        """Keep the shop's own words; raises `UserError` naming the one that can't be kept."""
        seen: set[str] = set()
        for own in words:
            word = own.word.strip()
            if not 1 <= len(word) <= _LONGEST_WORD:
                message = _("A word of one’s own has 1 to {n} characters: “{word}”.")
                raise UserError(message.format(n=_LONGEST_WORD, word=own.word), code="bad_word")
            if word.lower() in seen:
                raise UserError(_("“{word}” stands twice.").format(word=word), code="bad_word")
            seen.add(word.lower())
        self._settings.set(OWN_WORDS, [msgspec.to_builtins(own) for own in words])
        self._checker = None


def _readable(row: dict[str, Any]) -> bool:
    try:
        msgspec.convert(row, OwnWord)
    except msgspec.ValidationError:
        return False
    return True
