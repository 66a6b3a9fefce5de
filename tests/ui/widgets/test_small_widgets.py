"""What the small parts do when one uses them by mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import TAG_NAMES, apply_theme, contrast, current_tokens
from ui.widgets import (
    Avatar,
    Collapsible,
    CopyLabel,
    CountBadge,
    DateRange,
    ElidedLabel,
    EmptyState,
    FilterChips,
    FlowLayout,
    KeyHint,
    NoticeBar,
    NumberBox,
    SearchBox,
    StateBadge,
    TagChip,
    stack_vertically,
)
from ui.widgets.avatar import avatar_colors, initial
from ui.widgets.confirm import ConfirmDialog
from ui.widgets.focus_ring import FocusRing
from ui.widgets.tags import tag_colors

pytestmark = pytest.mark.usefixtures("english")


def test_search_waits_for_a_pause_and_tells_each_text_once(qtbot: QtBot) -> None:
    box = SearchBox("Search orders")
    qtbot.addWidget(box)
    told: list[str] = []
    box.searched.connect(told.append)
    QTest.keyClicks(box, "abc")
    assert told == []
    qtbot.waitUntil(lambda: told == ["abc"])
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert told == ["abc", ""]


def test_a_tag_is_removed_by_its_cross_or_by_key(qtbot: QtBot) -> None:
    chip = TagChip("VIP", "violet", removable=True)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    chip.show()
    removed: list[bool] = []
    chip.removed.connect(lambda: removed.append(True))
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 8, 10))
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    assert len(removed) == 2
    with qtbot.waitSignal(chip.clicked):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(6, 10))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chips_and_faces_stay_readable_in_any_colour(qapp: QApplication, theme: str) -> None:
    apply_theme(qapp, "dark" if theme == "dark" else "light")
    for color in (*TAG_NAMES, "#FFFF00", "#000080", "nonsense"):
        assert contrast(*tag_colors(color)) >= 4.5
    for seed in "abcdefghijklmnop":
        assert contrast(*avatar_colors(seed)) >= 4.5


def test_a_face_shows_the_first_character_that_means_something() -> None:
    assert [initial(n) for n in ("小丽", "__bob", "", "👍a")] == ["小", "B", "?", "A"]


def test_a_face_names_the_person(qtbot: QtBot) -> None:
    face = Avatar("小丽", size=40)
    qtbot.addWidget(face)
    assert face.sizeHint() == QSize(40, 40)
    assert face.accessibleName() == "小丽"


def test_counts_hide_at_zero_and_end_at_99(qtbot: QtBot) -> None:
    badge = CountBadge()
    qtbot.addWidget(badge)
    badge.show_count(120)
    assert badge.text() == "99+"
    badge.show_count(0)
    assert badge.isHidden()


def test_a_state_without_words_hides(qtbot: QtBot) -> None:
    badge = StateBadge("Paid", "success")
    qtbot.addWidget(badge)
    assert not badge.isHidden()
    badge.show_state("", "neutral")
    assert badge.isHidden()


def test_a_section_folds(qtbot: QtBot) -> None:
    part = Collapsible("Address", QLabel("Hangzhou"))
    qtbot.addWidget(part)
    part.show()
    part.set_opened(False)
    assert not part.content.isVisible()


def test_a_notice_hides_without_a_text_and_offers_its_action(qtbot: QtBot) -> None:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.say("3 rows were left out.", "warning", "Show")
    with qtbot.waitSignal(bar.action):
        QTest.mouseClick(bar.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)


def test_an_empty_state_offers_what_to_do(qtbot: QtBot) -> None:
    state = EmptyState("orders", "No orders yet", "Import a file.", "Import")
    qtbot.addWidget(state)
    state.show()
    button = state.findChild(QPushButton)
    assert button is not None
    with qtbot.waitSignal(state.action):
        button.click()


def test_filter_chips_tell_the_key_and_show_counts(qtbot: QtBot) -> None:
    chips = FilterChips([(None, "All"), ("paid", "Paid")])
    qtbot.addWidget(chips)
    chips.set_count("paid", 1200)
    paid = chips.findChildren(QPushButton)[1]
    assert paid.text() == "Paid 1,200"
    with qtbot.waitSignal(chips.changed) as blocker:
        paid.click()
    assert blocker.args == ["paid"]
    assert chips.value() == "paid"


def test_a_date_range_is_open_by_default_and_shows_dates_only_when_asked(qtbot: QtBot) -> None:
    span = DateRange()
    qtbot.addWidget(span)
    assert span.value() == (None, None)
    span.set_preset("week")
    start, end = span.value()
    assert start is not None
    assert end is not None
    assert round((end - start) / 86_400_000) == 7
    span.set_preset("custom")
    assert not span._start.isHidden()


def test_a_value_is_copied_by_its_button(qtbot: QtBot) -> None:
    label = CopyLabel("SF1234567890123", mono=True, name="tracking number")
    qtbot.addWidget(label)
    label._button.click()
    assert QGuiApplication.clipboard().text() == "SF1234567890123"


def test_a_long_line_is_cut_and_told_in_full_by_its_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("a very long line " * 20)
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show()
    assert label.toolTip().startswith("a very long")
    assert label.minimumSizeHint().width() == 0


def test_a_key_hint_hides_without_a_key(qtbot: QtBot) -> None:
    hint = KeyHint("Ctrl+K")
    qtbot.addWidget(hint)
    assert hint.text() == "Ctrl+K"
    hint.show_keys("")
    assert hint.isHidden()


def test_chips_wrap_like_text(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(box)
    for _n in range(6):
        flow.addWidget(TagChip("a tag of words"))
    assert flow.heightForWidth(150) > flow.heightForWidth(2000)


def test_before_harm_the_safe_answer_has_the_focus(qtbot: QtBot) -> None:
    dialog = ConfirmDialog(None, "Delete phrase?", "It can be restored for 30 days.", "Delete")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.cancel.isDefault()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == 0


def test_the_focus_ring_shows_for_keys_and_not_for_the_mouse(
    qtbot: QtBot, qapp: QApplication
) -> None:
    ring = FocusRing(qapp)
    window = QWidget()
    one, two = QPushButton("one"), QPushButton("two")
    stack_vertically(window, one, two, margin=12, spacing=8)
    qtbot.addWidget(window)
    window.show()
    assert QTest.qWaitForWindowActive(window)
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    assert ring._ring is None or ring._ring.isHidden()
    QTest.keyClick(one, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: qapp.focusWidget() is two)
    assert ring._ring is not None
    assert ring._ring.isVisible()
    assert current_tokens().focus
    ring.deleteLater()


def test_a_number_box_keeps_its_bounds_and_its_margin(qtbot: QtBot) -> None:
    box = NumberBox(1, 72, " h")
    qtbot.addWidget(box)
    box.setValue(500)
    assert box.text() == "72 h"
    assert box.lineEdit().textMargins().left() == current_tokens().space_s


def test_the_down_key_goes_from_the_search_to_what_it_found(qtbot: QtBot) -> None:
    whole, box, found = QWidget(), SearchBox("Search orders"), QListWidget()
    found.addItems(["one", "two"])
    stack_vertically(whole, box, found)
    qtbot.addWidget(whole)
    box.lead_to(found)
    whole.show()
    box.setFocus()
    told: list[str] = []
    box.searched.connect(told.append)
    QTest.keyClicks(box, "o")
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert told == ["o"]
    assert whole.focusWidget() is found
