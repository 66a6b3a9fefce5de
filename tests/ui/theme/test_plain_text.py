"""What customers call themselves is shown as they wrote it, never as markup."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

NAME = "<h1>admin</h1><img src='file:///etc/hostname'>"


def test_a_label_shows_markup_as_text(qtbot: QtBot) -> None:
    label = QLabel(NAME)
    qtbot.addWidget(label)
    label.show()
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_label_with_escaped_markup_may_say_so(qtbot: QtBot) -> None:
    label = QLabel("<s>old</s>")
    label.setObjectName("rich")
    qtbot.addWidget(label)
    label.show()
    assert label.textFormat() is Qt.TextFormat.RichText


def test_a_tool_tip_shows_markup_as_text(qtbot: QtBot, qapp: QApplication) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    QToolTip.showText(QPoint(1, 1), NAME, widget)
    tips = [w for w in qapp.topLevelWidgets() if w.metaObject().className() == "QTipLabel"]
    assert tips
    assert all(isinstance(t, QLabel) and t.textFormat() is Qt.TextFormat.PlainText for t in tips)
    QToolTip.hideText()
