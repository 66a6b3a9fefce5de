"""Ranking, password strength, crash reports, the single window, the idle watch."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from db.clock import now_ms
from ui.shell.crash import KEPT, Crashes, redacted, report_text
from ui.shell.fuzzy import score
from ui.shell.lock import IdleWatch
from ui.shell.logs import LogFile
from ui.shell.main_window import MainWindow
from ui.shell.single import SingleInstance
from ui.shell.strength import Strength, strength
from ui.shell.wheel import field_at
from ui.widgets import stack_vertically


def test_better_matches_rank_higher() -> None:
    texts = ["Settings", "Reset tings", "Open settings", "See the things"]
    ranks = [score("set", text) for text in texts]
    assert ranks[0] == max(ranks)
    assert score("sett", "Settings") > score("sett", "Open settings") > 0
    assert score("ost", "Open settings") > 0
    assert score("xyz", "Settings") == 0
    assert score("设置", "打开设置") > 0


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("short", Strength.SHORT),
        ("aaaaaaaa", Strength.WEAK),
        ("password2024", Strength.WEAK),
        ("teapot72", Strength.WEAK),
        ("Teapot-722", Strength.FAIR),
        ("correct horse battery staple", Strength.STRONG),
    ],
)
def test_strength_of_passwords(password: str, expected: Strength) -> None:
    assert strength(password, 8) == expected


def test_reports_hold_neither_names_nor_numbers_nor_quoted_texts() -> None:
    text = redacted("customer 张三丰 13812345678 at li@shop.cn wrote 'where is my parcel'")
    for secret in ("张", "1381", "li@", "parcel"):
        assert secret not in text


def test_a_report_names_the_place_and_the_cause() -> None:
    def fail() -> None:
        try:
            int("13812345678x")
        except ValueError as error:
            raise RuntimeError("读不出来") from error

    with pytest.raises(RuntimeError) as caught:
        fail()
    text = report_text(caught.value)
    assert "test_small_parts.py" in text
    assert "ValueError" in text
    assert "1381" not in text


def test_names_of_the_code_stay_readable_in_a_report() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = QObject.nowhere  # type: ignore[attr-defined]  # that is the error
    assert "nowhere" in report_text(caught.value)
    assert "138" not in report_text(AttributeError("no 13812345678"))


def test_what_nobody_caught_is_noted_in_every_thread(qtbot: QtBot, tmp_path: Path) -> None:
    crashes = Crashes(lambda: tmp_path / "logs")
    before = (sys.excepthook, threading.excepthook)
    crashes.install()
    try:
        with qtbot.waitSignal(crashes.happened) as blocker:
            thread = threading.Thread(target=lambda: int("x"))
            thread.start()
            thread.join()
        assert blocker.args is not None
        assert "ValueError" in blocker.args[0].read_text(encoding="utf-8")
        sys.excepthook(ValueError, ValueError("x"), None)
        assert len(list((tmp_path / "logs").glob("crash-*.txt"))) == 2
    finally:
        crashes.uninstall()
        sys.excepthook, threading.excepthook = before


def test_old_reports_go(tmp_path: Path) -> None:
    crashes = Crashes(lambda: tmp_path)
    for _n in range(KEPT + 3):
        crashes.report(ValueError("x"))
    assert len(list(tmp_path.glob("crash-*.txt"))) == KEPT


def test_a_second_window_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    other = SingleInstance(tmp_path / "other")
    assert first.claim()
    with qtbot.waitSignal(first.raise_wanted):
        assert not second.claim()
    assert other.claim()
    first.release()
    assert second.claim()
    second.release()
    other.release()


@pytest.mark.skipif(os.name != "posix", reason="other systems keep no sockets in folders")
@pytest.mark.parametrize("runtime", [True, False])
def test_nobody_else_can_take_the_name_of_the_lock_first(
    monkeypatch: pytest.MonkeyPatch, runtime: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:  # a short path: sockets take no long ones
        top = Path(folder)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(top / "run") if runtime else "")
        monkeypatch.setenv("XDG_CACHE_HOME", str(top / "cache"))
        single = SingleInstance(top / "home")
        assert single.claim()
        found = [path for path in top.rglob("*") if path.suffix in {".lock", ".socket"}]
        assert sorted(path.suffix for path in found) == [".lock", ".socket"]
        assert {path.parent.stat().st_mode & 0o077 for path in found} == {0}
        single.release()


def test_the_desk_is_idle_after_the_minutes_set(qtbot: QtBot) -> None:
    owner = QObject()
    watch = IdleWatch(owner)
    watch.set_minutes(10)
    with qtbot.assertNotEmitted(watch.idle):
        watch.check(now_ms() + 9 * 60_000)
    with qtbot.waitSignal(watch.idle):
        watch.check(now_ms() + 11 * 60_000)
    watch.set_minutes(0)
    with qtbot.assertNotEmitted(watch.idle):
        watch.check(now_ms() + 999 * 60_000)


def test_the_log_lies_in_the_home_without_values(tmp_path: Path) -> None:
    log_file = LogFile()
    log_file.open(tmp_path)
    error = ValueError("电话 13812345678")
    logging.getLogger("ui").error("a view failed", exc_info=error)
    log_file.close()
    text = (tmp_path / "window.log").read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "1381" not in text


def test_under_a_cover_the_keyboard_is_kept_and_comes_back(qtbot: QtBot) -> None:
    window, page, cover = MainWindow(), QWidget(), QWidget()
    qtbot.addWidget(window)
    fields = [QLineEdit(page), QLineEdit(page)]
    password = QLineEdit(cover)
    password.setFocus()
    window.show_page(page)
    window.show()
    window.activateWindow()
    fields[1].setFocus()
    window.cover(cover)
    assert window.focusWidget() is password
    window.uncover(cover)
    assert window.focusWidget() is fields[1]


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot) -> None:
    window, page, pressed = MainWindow(), QWidget(), list[str]()
    button = QPushButton("Start")
    stack_vertically(page, button)
    button.clicked.connect(lambda: pressed.append("yes"))
    qtbot.addWidget(window)
    window.show_page(page)
    window.show()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == ["yes"]


def test_the_wheel_changes_no_list_that_one_scrolls_past(qtbot: QtBot) -> None:
    window, area, page = MainWindow(), QScrollArea(), QWidget()
    box, number = QComboBox(), QSpinBox()
    box.addItems(["refund", "exchange"])
    stack_vertically(page, box, number, None)
    page.setMinimumSize(400, 3000)
    area.setWidget(page)
    qtbot.addWidget(window)
    window.show_page(area)
    window.show()
    for field in (box, number):
        roll(window, field)
    assert (box.currentText(), number.value()) == ("refund", 0)
    assert area.verticalScrollBar().value() > 0
    number.setFocus()
    qtbot.waitUntil(number.hasFocus)
    area.ensureWidgetVisible(number)
    assert field_at(wheel(number)) is None


def wheel(target: QWidget) -> QWheelEvent:
    at = QPointF(target.mapToGlobal(target.rect().center()))
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    down = QPoint(0, -120)
    return QWheelEvent(at, at, QPoint(), down, Qt.MouseButton.NoButton, none, phase, False)


def roll(window: MainWindow, target: QWidget) -> None:
    handle = window.windowHandle()
    assert handle is not None
    QApplication.sendEvent(handle, wheel(target))
