"""Pages shown before anybody works: one calm column in the middle of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.i18n import _, current_language
from ui.theme import current_tokens, icon, role, set_state, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically


class CenteredPage(QWidget):
    """A column of `width` pixels; language and theme can be changed at the upper right."""

    language_wanted = Signal(str)
    theme_wanted = Signal(str)

    def __init__(self, width: int = 420) -> None:
        super().__init__()
        role(self, "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.column = QVBoxLayout()
        self.column.setSpacing(16)
        inner = QWidget()
        inner.setFixedWidth(width)
        inner.setLayout(self.column)
        self.column.setContentsMargins(0, 0, 0, 0)
        middle = QWidget()
        grid = QGridLayout(middle)
        grid.addWidget(inner, 0, 0, Qt.AlignmentFlag.AlignCenter)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(middle)
        self._language = role(QPushButton(_other_language_name()), "ghost")
        self._theme = role(QPushButton(), "icon")
        self._theme.setAccessibleName(_("Light or dark"))
        self._theme.setToolTip(_("Light or dark"))
        self._language.clicked.connect(self._on_language)
        self._theme.clicked.connect(self._on_theme)
        self.corner = stack_horizontally(None, None, self._language, self._theme, spacing=4)
        self.corner.setContentsMargins(16, 12, 16, 0)
        stack_vertically(self, self.corner, area)
        theme_signals().changed.connect(self._tint_corner)
        self._tint_corner()

    def _on_language(self) -> None:
        self.language_wanted.emit("en" if current_language() == "zh_CN" else "zh_CN")

    def _on_theme(self) -> None:
        self.theme_wanted.emit("light" if current_tokens().is_dark else "dark")

    def _tint_corner(self) -> None:
        self._language.setIcon(icon("globe"))
        self._theme.setIcon(icon("sun" if current_tokens().is_dark else "moon"))


class Field(QWidget):
    """A labelled field with room for what is wrong with it."""

    def __init__(self, label: str, edit: QWidget, hint: str = "") -> None:
        super().__init__()
        self.edit = edit
        name = QLabel(label)
        name.setBuddy(edit)
        edit.setAccessibleName(label)
        self._hint_text = hint
        self._hint = role(QLabel(hint, wordWrap=True), "hint")
        self._hint.setVisible(bool(hint))
        stack_vertically(self, name, edit, self._hint, spacing=4)

    def text(self) -> str:
        """What was typed, if this is a line."""
        return self.edit.text() if isinstance(self.edit, QLineEdit) else ""

    def refuse(self, reason: str) -> None:
        """Say what is wrong; an empty reason shows the hint again."""
        role(self._hint, "danger" if reason else "hint")
        self._hint.setText(reason or self._hint_text)
        self._hint.setVisible(bool(reason or self._hint_text))
        set_state(self.edit, state="error" if reason else "")

    def advise(self, text: str) -> None:
        """Show another hint, for instance how strong a password is."""
        self._hint_text = text
        self.refuse("")


def secret_edit() -> QLineEdit:
    """A line that shows dots."""
    return QLineEdit(echoMode=QLineEdit.EchoMode.Password)


def _other_language_name() -> str:
    return "English" if current_language() == "zh_CN" else "简体中文"
