"""The popup at the cursor: driven by the composer's keys, never taking the focus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.phrases import PhraseText, Scope
from app.services import Services
from tests.ui.conftest import InlineJobs
from ui.phrases.popup import PhrasePopup, PickedPhrase

NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
PHRASES = [
    ("zk", "在的{客户称呼|亲}，请问有什么可以帮您？"),
    ("fh", "亲，{光标}付款后按顺序发货。"),
    ("dh", "单号{运单号}，请查收。"),
    *((f"x{n}", f"第{n}句话") for n in range(10)),
]


@dataclass
class Desk:
    """A composer with a popup over it."""

    window: QWidget
    composer: QPlainTextEdit
    popup: PhrasePopup
    chosen: list[PickedPhrase]
    closed: list[bool]

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> bool:
        return self.popup.handle_key(QKeyEvent(QEvent.Type.KeyPress, key, modifiers))

    def open(self, query: str = "") -> None:
        corner = self.window.mapToGlobal(QPoint(100, 500))
        self.popup.open_at(QRect(corner, self.composer.cursorRect().size()))
        if query:
            self.popup.set_query(query)

    def line(self) -> str:
        index = self.popup._list.currentIndex()
        hit = self.popup._model.hit(index.row())
        return hit.code if hit else ""


@pytest.fixture
def desk(qtbot: QtBot, services: Services, jobs: InlineJobs) -> Desk:
    group = services.phrases.groups.create("常用", Scope.SHOP)
    for code, text in PHRASES:
        services.phrases.add(PhraseText(group.id, text, code))
    window = QWidget()
    window.resize(900, 600)
    composer = QPlainTextEdit(window)
    popup = PhrasePopup(services.phrases, jobs, window)
    qtbot.addWidget(window)
    window.show()
    composer.setFocus()
    made = Desk(window, composer, popup, [], [])
    popup.chosen.connect(made.chosen.append)
    popup.closed.connect(_noting(made.closed))
    return made


def _noting(where: list[bool]) -> Callable[[], None]:
    def note() -> None:
        where.append(True)

    return note


def test_it_opens_with_the_usual_and_leaves_the_focus_where_it_was(desk: Desk) -> None:
    desk.open()
    assert desk.popup.is_open()
    assert desk.popup.isVisible()
    assert desk.line() == "zk"
    assert desk.window.focusWidget() is desk.composer


def test_it_lies_above_the_cursor_and_inside_the_window(desk: Desk) -> None:
    desk.open()
    place = desk.popup.geometry()
    assert place.bottom() < 500
    assert desk.window.rect().contains(place)


def test_what_is_typed_narrows_the_list(desk: Desk) -> None:
    desk.open("qingwen")
    assert desk.line() == "zk"
    assert desk.popup._model.rowCount() == 1


def test_enter_inserts_the_filled_text_and_closes(desk: Desk, services: Services) -> None:
    desk.open("zdq")
    assert desk.press(Qt.Key.Key_Return)
    assert desk.chosen == [PickedPhrase("在的亲，请问有什么可以帮您？", None)]
    assert not desk.popup.is_open()
    assert desk.closed == []
    assert services.phrases.find("zk")[0].score > 1000


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Enter])
def test_the_cursor_of_the_phrase_is_handed_on(desk: Desk, key: Qt.Key) -> None:
    desk.open("fh")
    assert desk.press(key)
    assert desk.chosen == [PickedPhrase("亲，付款后按顺序发货。", 2)]


def test_a_hole_stays_visible_in_what_is_inserted(desk: Desk) -> None:
    desk.open("dh")
    assert "运单号" in desk.popup._preview._lack.text()
    desk.press(Qt.Key.Key_Return)
    assert desk.chosen[0].text == "单号{运单号}，请查收。"


def test_arrows_and_pages_move_through_the_list(desk: Desk) -> None:
    desk.open()
    steps: list[tuple[Any, str]] = [
        (Qt.Key.Key_Down, "fh"),
        (Qt.Key.Key_Up, "zk"),
        (Qt.Key.Key_Up, "zk"),
        (Qt.Key.Key_PageDown, "x5"),
        (Qt.Key.Key_PageDown, "x9"),
        (Qt.Key.Key_PageUp, "x1"),
    ]
    for key, line in steps:
        assert desk.press(key)
        assert desk.line() == line


def test_alt_and_a_digit_pick_a_line(desk: Desk) -> None:
    desk.open()
    assert desk.press(Qt.Key.Key_2, ALT)
    assert desk.chosen == [PickedPhrase("亲，付款后按顺序发货。", 2)]


def test_a_digit_without_a_line_picks_nothing(desk: Desk) -> None:
    desk.open("zdq")
    assert desk.press(Qt.Key.Key_5, ALT)
    assert desk.chosen == []
    assert desk.popup.is_open()


def test_escape_closes_without_a_choice(desk: Desk) -> None:
    desk.open()
    assert desk.press(Qt.Key.Key_Escape)
    assert (desk.chosen, desk.closed) == ([], [True])
    assert not desk.press(Qt.Key.Key_Return)


def test_where_nothing_fits_enter_keeps_its_meaning(desk: Desk) -> None:
    desk.open("xyzzy")
    assert "xyzzy" in desk.popup._nothing.text()
    assert not desk.press(Qt.Key.Key_Return)
    assert not desk.press(Qt.Key.Key_Down)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key.Key_A, NONE),
        (Qt.Key.Key_Backspace, NONE),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_1, NONE),
    ],
)
def test_other_keys_are_the_composers(
    desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    desk.open()
    assert not desk.press(key, modifiers)


def test_another_customer_closes_it(desk: Desk) -> None:
    desk.open()
    desk.popup.show_conversation(None)
    assert not desk.popup.is_open()


def test_a_click_picks(desk: Desk) -> None:
    desk.open()
    view = desk.popup._list
    middle = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert desk.chosen[0].cursor_offset == 2
    assert desk.window.focusWidget() is desk.composer


class SlowJobs(InlineJobs):
    """Holds reads back until told."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Callable[[], None]] = []
        self.slow = False

    def run(self, owner: Any, work: Any, done: Any = None, **rest: Any) -> None:
        if self.slow and rest.get("key") == "find":
            self.held.append(lambda: done(work()))
        else:
            super().run(owner, work, done, **rest)


def test_enter_typed_ahead_waits_for_the_answer(
    qtbot: QtBot, services: Services, desk: Desk
) -> None:
    jobs = SlowJobs()
    popup = PhrasePopup(services.phrases, jobs, desk.window)
    popup.chosen.connect(desk.chosen.append)
    jobs.slow = True
    popup.open_at(QRect(0, 0, 1, 16))
    popup.set_query("f")
    popup.set_query("fh")
    assert popup.is_open()
    assert popup.handle_key(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, NONE))
    assert desk.chosen == []
    for answer in jobs.held:
        answer()
    assert [picked.text for picked in desk.chosen] == ["亲，付款后按顺序发货。"]


def test_an_answer_after_escape_is_dropped(services: Services, desk: Desk) -> None:
    jobs = SlowJobs()
    popup = PhrasePopup(services.phrases, jobs, desk.window)
    jobs.slow = True
    popup.open_at(QRect(0, 0, 1, 16))
    popup.close_picker()
    for answer in jobs.held:
        answer()
    assert not popup.is_open()
