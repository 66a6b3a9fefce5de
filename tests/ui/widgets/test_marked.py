"""A hit far to the right is brought into sight and stays lit."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ui.widgets.marked import one_line


def test_a_hit_far_to_the_right_is_brought_into_sight(qapp: QApplication) -> None:
    text = "很长的一句话" * 30 + "什么时候发货"
    at = text.index("发货")
    line, lit = one_line(text, [(at, at + 2)], QFontMetrics(QApplication.font()), 300)
    assert line.startswith("…")
    assert [line[start:end] for start, end in lit] == ["发货"]


def test_a_short_line_is_shown_whole(qapp: QApplication) -> None:
    line, lit = one_line("发货", [(0, 1)], QFontMetrics(QApplication.font()), 300)
    assert (line, lit) == ("发货", [(0, 1)])
