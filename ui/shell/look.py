"""Language, time zone, theme and text size of the running program."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.core.i18n import current_language
from app.core.settings import LANGUAGE, THEME, Settings
from app.core.zones import shop_zone
from ui.settings.choices import FONT_SCALE
from ui.shell.speech import speak
from ui.theme import apply_theme, current_tokens
from ui.theme.apply import ThemeName
from ui.widgets.format import set_zone


class Look:
    """`settings` are those of the open home; without one, a choice holds for the pages that show.

    Who shows words builds them anew after another language.
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.settings: Settings | None = None

    def speak(self) -> None:
        """Use the settings' language and the shop's time zone."""
        if self.settings is not None:
            speak(self._app, self.settings.get(LANGUAGE))
            set_zone(shop_zone(self.settings))

    def show(self) -> None:
        """Use the settings' theme and text size."""
        if self.settings is not None:
            theme = _theme(self.settings.get(THEME))
            apply_theme(self._app, theme, self.settings.get(FONT_SCALE))

    def switch_theme(self, name: str) -> None:
        """Use a theme from now on."""
        if self.settings is None:
            apply_theme(self._app, _theme(name))
        else:
            self.settings.set(THEME, name)
            self.show()

    def switch_to_other_theme(self) -> None:
        """Light instead of dark, or the other way."""
        self.switch_theme("light" if current_tokens().is_dark else "dark")

    def switch_language(self, language: str) -> None:
        """Use a language from now on."""
        if self.settings is not None:
            self.settings.set(LANGUAGE, language)
        speak(self._app, language)


def other_language() -> str:
    """The one that is not spoken now."""
    return "en" if current_language() == "zh_CN" else "zh_CN"


def _theme(name: str) -> ThemeName:
    return "light" if name == "light" else "dark" if name == "dark" else "system"
