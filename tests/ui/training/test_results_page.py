"""Results: why each point was lost, replay by keyboard, comments, two attempts side by side."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.training.scripted import Script
from db.clock import now_ms
from tests.school import School
from tests.ui.training.conftest import Window
from ui.shell.notices import Notice
from ui.shell.shots_training import practise, talk
from ui.theme import current_tokens, sized
from ui.training.attempt_words import Mark, unanswered
from ui.training.ended import PracticeEnded
from ui.training.player import Player
from ui.training.results_page import ResultsPage
from ui.training.score_list import ScoreList
from ui.training.transcript_paint import fitting

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def done(school: School) -> list[bytes]:
    """What 小梅 practised: an invoice, a rude reply, wrong facts, and a good one."""
    school.sit(school.mei)
    return practise(school.services)


def test_one_sees_points_reasons_and_the_line_of_each(
    done: list[bytes], window: Window, qtbot: QtBot
) -> None:
    page = window(ResultsPage)
    page.open_item(done[1])
    view = page.view
    assert view.title.text() == "A lost parcel"
    assert view.points.text() == "50"
    links = [b for b in view.score.findChildren(type(view.again)) if "line" in b.text()]
    assert links
    links[0].click()
    place = view.transcript.place()
    assert place is not None
    attempt = view.attempt
    assert attempt is not None
    assert attempt.lines[place].hits
    assert view.line_card.better.text() in attempt.model


def test_the_replay_is_steered_by_keys(done: list[bytes], window: Window, qtbot: QtBot) -> None:
    page = window(ResultsPage)
    page.open_item(done[0])
    view = page.view
    lines = view.transcript.lines
    whole = lines.rowCount()
    QTest.keyClick(view.transcript, Qt.Key.Key_Space)
    playing = [view.player.playing]
    assert lines.rowCount() == 1
    QTest.keyClick(view.transcript, Qt.Key.Key_Right)
    assert lines.rowCount() == 2
    QTest.keyClick(view.transcript, Qt.Key.Key_Plus)
    assert view.player.speed() == 2
    QTest.keyClick(view.transcript, Qt.Key.Key_Left)
    assert lines.rowCount() == 1
    QTest.keyClick(view.transcript, Qt.Key.Key_Space)
    playing.append(view.player.playing)
    assert playing == [True, False]
    view.player.go_to(whole)
    assert lines.rowCount() == whole


def test_lines_come_as_fast_as_wanted(done: list[bytes], window: Window, qtbot: QtBot) -> None:
    player = Player()
    seen: list[int] = []
    qtbot.addWidget(player)
    attempt = window.context.services.training.results.attempt(done[0])
    lines = [line for line in attempt.lines if line.at < 30]
    player.show_lines([type(line)(line.at / 100, line.agent, "", 0) for line in lines])
    player.moved.connect(seen.append)
    player.faster(3)
    player.toggle()
    qtbot.waitUntil(lambda: player.shown == len(lines))
    assert seen[-1] == len(lines)
    assert not player.playing


def test_a_comment_is_pinned_to_the_line_one_is_at(
    done: list[bytes], window: Window, school: School, qtbot: QtBot
) -> None:
    school.sit(school.boss)
    page = window(ResultsPage)
    page.open_item(done[1])
    page.view.transcript.go_to(3)
    page.view.comment.setText("这句不能说。")
    QTest.keyClick(page.view.comment, Qt.Key.Key_Return)
    pinned = page.view.transcript.lines.comments_of(3)
    assert [(one.staff, one.text) for one in pinned] == [("周小满", "这句不能说。")]
    spoken = page.view.transcript.lines.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "这句不能说。" in spoken
    page.view.transcript.go_to(3)
    page.view.take_back.click()
    assert page.view.transcript.lines.comments_of(3) == []


def test_a_comment_may_be_about_the_whole_and_is_told_to_whom_it_concerns(
    done: list[bytes], window: Window, school: School
) -> None:
    owner = QObject()
    watcher = PracticeEnded(window.context, owner)
    told: list[Notice] = []
    window.notices.posted.connect(told.append)
    school.sit(school.boss)
    page = window(ResultsPage)
    page.open_item(done[1])
    page.view.about.set_value(False)
    page.view.comment.setText("整体不错，语气要改。")
    QTest.keyClick(page.view.comment, Qt.Key.Key_Return)
    assert "周小满: 整体不错" in page.view.whole.text()
    school.sit(school.mei)
    results = school.services.training.results
    ids = [one.id for one in results.attempt(done[1]).comments]
    ((row, comment),) = results.said_to_me(ids)
    assert (row.id, comment.staff) == (done[1], "周小满")
    watcher._tell_comments([(row, comment)])
    assert "整体不错" in told[-1].text
    watcher.deleteLater()


def test_two_attempts_stand_side_by_side(done: list[bytes], window: Window, qtbot: QtBot) -> None:
    page = window(ResultsPage)
    page.open_item(done[1])
    page.view.compare.click()
    page.table.select_id(done[3])
    assert page.currentWidget() is page.comparison
    first, second = (talk.lines.rowCount() for talk in page.comparison.talks)
    assert first
    assert second
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.currentWidget() is not page.comparison


def test_the_same_customer_comes_once_more(done: list[bytes], window: Window) -> None:
    page = window(ResultsPage)
    page.open_item(done[1])
    page.view.again.click()
    assert window.gone[-1] == ("training", ("practice", ("missing-parcel", 5, False)))


def test_trainees_see_their_own_supervisors_everybodys(
    done: list[bytes], window: Window, school: School
) -> None:
    school.sit(school.lan)
    page = window(ResultsPage)
    assert (page.table.row_count(), page.whose.isVisible()) == (0, False)
    school.sit(school.boss)
    page = window(ResultsPage)
    assert page.table.row_count() == len(done)


def test_an_attempt_without_points_says_so(school: School, window: Window, qtbot: QtBot) -> None:
    scores = ScoreList()
    qtbot.addWidget(scores)
    school.sit(school.mei)
    done = practise(school.services)
    attempt = school.services.training.results.attempt(done[0])
    scores.show_attempt(
        type(attempt)(**{n: getattr(attempt, n) for n in attempt.__slots__} | {"parts": ()})
    )
    texts = [label.text() for label in scores.findChildren(type(window(ResultsPage).view.title))]
    assert any("Without points" in text for text in texts)


def test_what_nobody_answered_is_named_by_its_line(
    school: School, window: Window, qtbot: QtBot
) -> None:
    school.sit(school.mei)
    slow = talk(school.services, school.mei.id, "complaint", Script.SLOW, 1, now_ms())
    page = window(ResultsPage)
    page.open_item(slow)
    attempt, view = page.view.attempt, page.view
    assert attempt is not None
    (place,) = unanswered(attempt)
    assert not attempt.lines[place].agent
    view.transcript.go_to(place)
    assert [mark.short for mark in view.transcript.lines.marks_of(place)] == ["no answer"]
    spoken = view.transcript.lines.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Nobody answered this." in spoken


def test_marks_take_one_line_and_tell_how_many_more_there_are(qtbot: QtBot) -> None:
    marks = [Mark(f"mark {n}", f"Mark {n} in full", "text") for n in range(6)]
    metrics = QFontMetrics(sized(current_tokens().text_s))
    whole = fitting(marks, metrics, 10_000)
    assert [words for words, _token in whole if words.startswith("mark")] == [
        mark.short for mark in marks
    ]
    some = fitting(marks, metrics, 180)
    shown = [words for words, _token in some if words.startswith("mark")]
    assert 0 < len(shown) < len(marks)
    assert some[-1][0].strip() == f"+{len(marks) - len(shown)}"
    assert sum(metrics.horizontalAdvance(words) for words, _token in some) <= 180


def test_the_columns_of_a_comparison_are_named(done: list[bytes], window: Window) -> None:
    page = window(ResultsPage)
    page.open_item(done[1])
    page.view.compare.click()
    page.table.select_id(done[3])
    texts = [label.text() for label in page.comparison.findChildren(QLabel)]
    assert {"Attempt 1", "Attempt 2", "Change"} <= set(texts)
    first, second = (title.text() for title in page.comparison.titles)
    assert first.startswith("Attempt 1: A lost parcel")
    assert second.startswith("Attempt 2: A lost parcel")
