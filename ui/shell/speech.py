"""Speaks one language everywhere: our own texts and those of Qt's dialogs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.i18n import LANGUAGES, set_language

_loaded: list[QTranslator] = []


def speak(app: QApplication, language: str) -> None:
    """Use `language` from now on; an unknown one leaves all as it is."""
    if language not in LANGUAGES:
        return
    set_language(language)
    QLocale.setDefault(QLocale(language))
    while _loaded:
        app.removeTranslator(_loaded.pop())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(app)
    if translator.load(f"qtbase_{language}", folder):
        app.installTranslator(translator)
        _loaded.append(translator)
