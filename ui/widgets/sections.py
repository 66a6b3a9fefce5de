"""Headings of parts of a panel, plain or folding."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ui.theme import icon, role, theme_signals
from ui.widgets.badges import CountBadge
from ui.widgets.layout import stack_horizontally, stack_vertically


class SectionHeader(QWidget):
    """A heading, an optional remark beside it, and room for buttons at the right."""

    def __init__(self, title: str, remark: str = "", *buttons: QWidget) -> None:
        super().__init__()
        self.title = role(QLabel(title), "heading")
        self.remark = role(QLabel(remark), "hint")
        self.remark.setVisible(bool(remark))
        row = stack_horizontally(self, self.title, self.remark, None, *buttons, spacing=8)
        row.setContentsMargins(0, 4, 0, 4)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_remark(self, text: str) -> None:
        """Change the remark, for instance a count."""
        self.remark.setText(text)
        self.remark.setVisible(bool(text))


class Collapsible(QWidget):
    """A part of a panel that folds; `toggled` says whether it is open now."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, opened: bool = True) -> None:
        super().__init__()
        self.content = content
        self.badge = CountBadge()
        self._toggle = QPushButton(title)
        self._toggle.setObjectName("sectionToggle")
        self._toggle.setCheckable(True)
        self._toggle.setChecked(opened)
        self._toggle.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._toggle.setAccessibleName(title)
        self._toggle.toggled.connect(self._on_toggled)
        head = stack_horizontally(None, self._toggle, self.badge, None, spacing=4)
        layout = stack_vertically(self, spacing=4)
        layout.addLayout(head)
        layout.addWidget(content)
        content.setVisible(opened)
        theme_signals().changed.connect(self._tint)
        self._tint()

    @property
    def opened(self) -> bool:
        """Whether the content shows."""
        return self._toggle.isChecked()

    def set_opened(self, opened: bool) -> None:
        """Fold or unfold."""
        self._toggle.setChecked(opened)

    def set_title(self, title: str) -> None:
        """Change the heading."""
        self._toggle.setText(title)
        self._toggle.setAccessibleName(title)

    def _on_toggled(self, opened: bool) -> None:
        self.content.setVisible(opened)
        self._tint()
        self.toggled.emit(opened)

    def _tint(self) -> None:
        self._toggle.setIcon(icon("chevron-down" if self.opened else "chevron-right"))
