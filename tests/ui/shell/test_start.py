"""Command line and window are told apart, and pictures of the window can be taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication

from ui.__main__ import _is_for_cli
from ui.shell.camera import Style
from ui.shell.shots import take

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "cli"),
    [
        ([], False),
        (["--practice"], False),
        (["--home", "somewhere"], False),
        (["--home", "somewhere", "doctor"], True),
        (["orders", "import", "a.csv"], True),
        (["--json", "doctor"], True),
        (["--help"], True),
        (["--shots", "folder"], False),
    ],
)
def test_a_verb_goes_to_the_command_line(arguments: list[str], cli: bool) -> None:
    assert _is_for_cli(arguments) is cli


def test_a_verb_never_loads_qt() -> None:
    code = (
        "import sys\nfrom ui.__main__ import main\n"
        "try:\n main(['shipments', 'recognise', 'SF1234567890123', '--json'])\n"
        "except SystemExit:\n pass\n"
        "sys.exit(any(m.startswith(('PySide6', 'shiboken6')) for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()


def test_pictures_are_taken_in_the_style_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    style = Style("zh", "dark", "1366x768")
    taken, faults = take(qapp, tmp_path / "shots", [style], ["settings-general", "lock"])
    assert [path.name for path in taken] == [
        "settings-general-zh-dark-1366x768.png",
        "lock-zh-dark-1366x768.png",
    ]
    assert faults == []
    picture = QImage(str(taken[0]))
    assert picture.size() == QSize(1366, 768)
    assert picture.pixelColor(700, 400).lightness() < 80


def test_there_is_a_font_for_chinese(qapp: QApplication) -> None:
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        pytest.skip("no Chinese font on this machine")
    assert QFontMetrics(qapp.font()).inFontUcs4(ord("客"))
