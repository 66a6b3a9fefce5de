"""Takes pictures of the running desk in languages, themes and sizes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from app.core.settings import LANGUAGE, THEME
from app.services import Services
from ui.shell.desk import Desk
from ui.shell.workspace import Workspace

LANGUAGES: Final = {"zh": "zh_CN", "en": "en"}
THEMES: Final = ("light", "dark")
SIZES: Final = ("1366x768", "1920x1080")
PATIENCE_S: Final = 8.0
_CALM_MS: Final = 60
_CALM_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Style:
    """One way to look at everything."""

    language: str
    theme: str
    size: str

    def file(self, name: str) -> str:
        """File name of a picture."""
        return f"{name}-{self.language}-{self.theme}-{self.size}.png"


def asked(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None
) -> argparse.Namespace:
    """What the command line asks for: a folder, states by name, styles."""
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--lang", choices=LANGUAGES)
    parser.add_argument("--theme", choices=THEMES)
    parser.add_argument("--size", choices=SIZES)
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.styles = [
        Style(language, theme, size)
        for size in SIZES
        for language in LANGUAGES
        for theme in THEMES
        if options.lang in {None, language}
        and options.theme in {None, theme}
        and options.size in {None, size}
    ]
    return options


class Camera:
    """Puts the desk in a style, waits until it has settled, and keeps what shows."""

    def __init__(self, desk: Desk, folder: Path, only: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._desk, self._folder, self._only = desk, folder, tuple(only)
        self.taken: list[Path] = []
        self.faults: list[str] = []
        desk.crashes.happened.connect(self._note_fault)

    def _note_fault(self, report: Path | None) -> None:
        self.faults.append(report.read_text(encoding="utf-8") if report else "")

    def _put_on(self, style: Style) -> None:
        settings = self._services().settings
        settings.set(LANGUAGE, LANGUAGES[style.language])
        settings.set(THEME, style.theme)
        width, height = map(int, style.size.split("x"))
        self._desk.window.resize(width, height)
        self._desk.use_look()
        self._desk.rebuild()
        self._settle()

    def _at(self, key: str, item: object | None = None) -> QWidget:
        self._workspace().go(key, item)
        return self._desk.window

    def _cover(self, page: QWidget) -> QWidget:
        # These pages belong to a shop of one's own: the practice asks no questions.
        self._desk.window.show_practice(on=False)
        self._desk.window.cover(page)
        return self._desk.window

    def _services(self) -> Services:
        if self._desk.services is None:
            raise RuntimeError("no home is open")
        return self._desk.services

    def _workspace(self) -> Workspace:
        workspace = self._desk.workspace
        if workspace is None:
            raise RuntimeError("the practice shop did not open")
        return workspace

    def _settle(self) -> None:
        """Until the jobs are done and what they brought has been laid out."""
        end, calm = monotonic() + PATIENCE_S, 0
        while calm < _CALM_ROUNDS and monotonic() < end:
            wait(_CALM_MS)
            calm = 0 if self._desk.jobs.busy else calm + 1

    def _keep(self, shown: QWidget, name: str) -> None:
        path = self._folder / name
        shown.grab().save(str(path))
        self.taken.append(path)


def wait(ms: int) -> None:
    """Let events happen; a real loop, so that worker threads get their turn."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
