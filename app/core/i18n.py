"""Texts people read: English message ids in the code, translations looked up at call time.

Constants are marked with `N_` and translated where they are shown, so that the language
can be switched while the desk runs. `_` and `ngettext` may be called from any thread.
"""

from __future__ import annotations

import gettext
import logging
from collections.abc import Iterable
from typing import Final, Literal

from app.core.paths import resource

__all__ = [
    "LANGUAGES",
    "N_",
    "Language",
    "_",
    "current_language",
    "listing",
    "ngettext",
    "set_language",
]

Language = Literal["zh_CN", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh_CN", "en")
DEFAULT_LANGUAGE: Final[Language] = "zh_CN"
_DOMAIN: Final = "kefu"

_log = logging.getLogger(__name__)


class _Spoken:
    """The language in use; replaced as a whole, so a reader sees the old one or the new one."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.texts = _load(language)


def _load(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    try:
        return gettext.translation(_DOMAIN, str(resource("locale")), [language])
    except FileNotFoundError:
        _log.warning("no compiled texts for %s: showing English", language)
        return gettext.NullTranslations()


_spoken: _Spoken | None = None


def _current() -> _Spoken:
    global _spoken  # noqa: PLW0603 - one language per process, read by every widget and service
    if _spoken is None:
        _spoken = _Spoken(DEFAULT_LANGUAGE)
    return _spoken


def set_language(language: str) -> None:
    """Speak `language` ("zh_CN" or "en") from the next lookup on.

    An unknown name raises ValueError.
    """
    global _spoken  # noqa: PLW0603 - see _current
    for known in LANGUAGES:
        if known == language:
            _spoken = _Spoken(known)
            return
    raise ValueError(f"unknown language {language!r}")


def current_language() -> Language:
    """The language texts are shown in now."""
    return _current().language


def _(message: str) -> str:
    """Translate `message`; fill placeholders afterwards: `_("{n} saved").format(n=n)`."""
    return _current().texts.gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a text whose wording depends on the number `n`."""
    return _current().texts.ngettext(singular, plural, n)


def listing(words: Iterable[str]) -> str:
    """Words one after the other, with the comma of the language."""
    return _(", ").join(words)


def N_(message: str) -> str:
    """Mark a constant for the catalogue; it is translated where it is shown."""
    return message
