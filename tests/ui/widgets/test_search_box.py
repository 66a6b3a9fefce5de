"""What an input method composes is not searched for; what it hands over is."""

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.widgets import SearchBox
from ui.widgets.search_box import DEBOUNCE_MS


def test_a_search_waits_for_the_words_of_an_input_method(qtbot: QtBot) -> None:
    box = SearchBox("Search orders")
    qtbot.addWidget(box)
    told: list[str] = []
    box.searched.connect(told.append)
    for letters in ("f", "fa", "fapiao"):
        QApplication.sendEvent(box, QInputMethodEvent(letters, []))
    qtbot.wait(2 * DEBOUNCE_MS)
    assert told == []
    chosen = QInputMethodEvent()
    chosen.setCommitString("发票")
    QApplication.sendEvent(box, chosen)
    qtbot.waitUntil(lambda: told == ["发票"])
    QApplication.sendEvent(box, QInputMethodEvent("zai", []))
    QApplication.sendEvent(box, QInputMethodEvent())
    qtbot.wait(2 * DEBOUNCE_MS)
    assert told == ["发票"]
