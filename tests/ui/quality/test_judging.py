"""A supervisor judges a check by keyboard, beside the conversation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.quality import CheckState
from app.services import Services
from tests.ui.stats.conftest import Gone
from ui.desk.transcript import Transcript
from ui.quality.check_page import CheckPage
from ui.quality.points_field import PointsField
from ui.quality.view import QualityView

Open = Callable[[], QualityView]
Key = Qt.Key


@pytest.fixture
def page(checks: list[bytes], open_view: Open, qtbot: QtBot) -> CheckPage:
    view = open_view()
    view.open_check(checks[0], checks)
    page = view.check_page()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.sheet.lines[0].field)
    return page


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(*keys: Qt.Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(focus(), key, with_)


def write(text: str) -> None:
    for letter in text:  # each to where the focus is by then
        QTest.keyClicks(focus(), letter)


def points(services: Services, check: bytes) -> list[tuple[int | None, bool]]:
    return [(score.points, score.judged) for score in services.quality.check(check).scores]


def test_digits_and_enter_give_points_and_go_on(page: CheckPage, services: Services) -> None:
    write("4")
    press(Key.Key_Return)
    write("18")
    press(Key.Key_Down)
    write("-+")
    press(Key.Key_Up, Key.Key_Up, Key.Key_Up)
    write("3")
    press(Key.Key_Return)
    given = points(services, page.check_id)
    assert given[:4] == [(4, True), (3, True), (None, True), (10, True)]
    assert page.foot.sum.text().startswith("17 / 35")
    assert page.foot.open.text() == "6 lines open"
    assert focus() is page.sheet.lines[2].field


def test_more_than_a_line_is_worth_is_not_taken(page: CheckPage, services: Services) -> None:
    write("9")
    press(Key.Key_Return)
    field = page.sheet.lines[0].field
    assert isinstance(field, PointsField)
    assert focus() is field
    assert field.property("state") == "error"
    write("x5")
    press(Key.Key_Return)
    assert points(services, page.check_id)[0] == (5, True)


def test_what_is_typed_but_left_by_mouse_is_kept(page: CheckPage, services: Services) -> None:
    write("2")
    page.line.edit.setFocus()
    assert points(services, page.check_id)[0] == (2, True)


def test_the_last_line_leads_to_finish_and_finishing_to_the_next_open_check(
    page: CheckPage, checks: list[bytes], services: Services
) -> None:
    write("+" * 10)
    assert focus() is page.foot.finish
    press(Key.Key_Return, with_=Qt.KeyboardModifier.ControlModifier)
    done = services.quality.check(checks[0]).row
    assert (done.state, done.score) == (CheckState.DONE, 1.0)
    assert page.check_id == checks[1]
    assert focus() is page.sheet.lines[0].field


def test_open_lines_are_named_instead_of_finishing(page: CheckPage, services: Services) -> None:
    write("+")
    press(Key.Key_Return, with_=Qt.KeyboardModifier.ControlModifier)
    assert "9" in page.trouble.text()
    assert services.quality.check(page.check_id).row.state is CheckState.STARTED
    page.foot.rest.click()
    page.foot.finish.click()
    assert page.trouble.text() == ""


def test_a_check_can_be_left_out(page: CheckPage, checks: list[bytes], services: Services) -> None:
    page.foot.skip.click()
    assert services.quality.check(checks[0]).row.state is CheckState.SKIPPED
    assert page.check_id == checks[1]


def test_a_comment_is_pinned_to_the_chosen_message(page: CheckPage, services: Services) -> None:
    page.comment()
    press(Key.Key_Home, Key.Key_Down, Key.Key_Down)
    chosen = page.transcript.message()
    assert chosen is not None
    press(Key.Key_Return)
    assert focus() is page.line.edit
    write("more warmly")
    press(Key.Key_Return)
    (comment,) = services.quality.check(page.check_id).comments
    assert (comment.text, comment.message_id) == ("more warmly", chosen.id)
    assert page.line.text() == ""


def test_a_comment_can_be_about_the_whole(page: CheckPage, services: Services) -> None:
    page.transcript.go_to(services.conversations.thread(chosen_talk(page, services))[0].id)
    page.line.whole.click()
    write("well done")
    press(Key.Key_Return)
    (comment,) = services.quality.check(page.check_id).comments
    assert comment.message_id is None


def test_the_quote_of_a_comment_leads_to_its_message(page: CheckPage, services: Services) -> None:
    said = services.conversations.thread(chosen_talk(page, services))
    services.quality.comment(page.check_id, "here", said[1].id)
    page.side.comments.wanted.emit(said[1].id)
    chosen = page.transcript.message()
    assert chosen is not None
    assert chosen.id == said[1].id


def test_a_comment_begun_waits_where_it_was_and_goes_along_with_finish(
    page: CheckPage, checks: list[bytes], services: Services
) -> None:
    page.line.show_text("almost")
    page.step(1)
    assert page.line.text() == ""
    page.step(-1)
    assert page.line.text() == "almost"
    page.foot.rest.click()
    page.finish()
    done = services.quality.check(checks[0])
    assert done.row.state is CheckState.DONE
    assert [comment.text for comment in done.comments] == ["almost"]


def test_steps_to_the_neighbours(page: CheckPage, checks: list[bytes]) -> None:
    page.step(1)
    assert page.check_id == checks[1]
    assert page.head.place.text() == "2 / 3"
    page.step(5)
    assert page.check_id == checks[1]
    page.step(-1)
    assert page.check_id == checks[0]


def test_f6_goes_round_and_escape_leads_out(page: CheckPage, qtbot: QtBot) -> None:
    press(Key.Key_F6)
    talk = page.findChild(Transcript)
    assert talk is not None
    assert talk.isAncestorOf(focus())
    press(Key.Key_F6)
    assert focus() is page.line.edit
    press(Key.Key_F6)
    assert isinstance(focus(), PointsField)
    with qtbot.waitSignal(page.left, timeout=1_000):
        press(Key.Key_Escape)


def test_the_talk_can_be_opened_in_the_desk(
    page: CheckPage, services: Services, gone: Gone
) -> None:
    page.head.desk.click()
    assert gone.places == [("desk", chosen_talk(page, services))]


def test_the_transcript_marks_nothing_as_read(page: CheckPage, services: Services) -> None:
    context = services.conversations.context(chosen_talk(page, services))
    assert context.agent_read_at == 0


def chosen_talk(page: CheckPage, services: Services) -> bytes:
    return services.quality.check(page.check_id).row.conversation_id
