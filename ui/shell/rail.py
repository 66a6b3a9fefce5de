"""The rail at the far left: one button per view, its key in the tool tip, its count on the icon."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget

from app.core.i18n import _
from ui.shell.plugs import ViewPlug
from ui.theme import current_tokens, pixmap, role, sized, theme_signals
from ui.widgets.layout import stack_vertically

WIDTH = 76
_BUTTON = QSize(68, 54)
_ICON = 22


class RailButton(QAbstractButton):
    """Icon above, word below; the view that shows has the accent."""

    def __init__(self, plug: ViewPlug) -> None:
        super().__init__()
        self.key, self._icon_name = plug.key, plug.icon
        self._count = 0
        self._keys = ""
        self.setText(_(plug.title))
        self.setCheckable(True)
        self.setFixedSize(_BUTTON)
        self.setAccessibleName(_(plug.title))
        self.setToolTip(_(plug.title))
        theme_signals().changed.connect(self.update)

    def show_count(self, count: int) -> None:
        """A small number at the icon's corner, nothing at zero."""
        if count != self._count:
            self._count = count
            self.update()

    def show_keys(self, keys: str) -> None:
        """Name the key in the tool tip."""
        if keys == self._keys:
            return
        self._keys = keys
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{self.text()}  {native}" if native else self.text())

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(tokens.accent_soft if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()), tokens.radius, tokens.radius)
        tint = "accent" if self.isChecked() else "text_muted"
        picture = pixmap(self._icon_name, _ICON, tint, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - _ICON) // 2, 8, picture)
        painter.setPen(QColor(getattr(tokens, tint)))
        painter.setFont(sized(tokens.text_xs, strong=self.isChecked()))
        words = self.rect().adjusted(2, 8 + _ICON, -2, 0)
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)
        self._paint_count(painter)
        painter.end()

    def _paint_count(self, painter: QPainter) -> None:
        if not self._count:
            return
        tokens = current_tokens()
        text = "99+" if self._count > 99 else str(self._count)
        painter.setFont(sized(11, strong=True))
        width = max(16, painter.fontMetrics().horizontalAdvance(text) + 8)
        box = QRectF(min(self.width() / 2 + 4, self.width() - width), 3, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.danger))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(tokens.on_danger))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QFrame):
    """`chosen` carries the key of a view. The last plug (settings) sits at the lower end."""

    chosen = Signal(str)

    def __init__(self, plugs: Sequence[ViewPlug], *foot: QWidget) -> None:
        super().__init__()
        role(self, "sidebar")
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._buttons = {plug.key: RailButton(plug) for plug in plugs}
        self._group = QButtonGroup(self)
        layout = stack_vertically(self, margin=4, spacing=4)
        layout.setContentsMargins(4, 8, 3, 8)
        for place, (key, button) in enumerate(self._buttons.items()):
            if place == len(self._buttons) - 1:
                layout.addStretch(1)
                for widget in foot:
                    layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            self._group.addButton(button)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            button.setObjectName(f"rail-{key}")
        self._group.buttonClicked.connect(self._on_clicked)

    def show_view(self, key: str) -> None:
        """Mark the view that shows."""
        self._buttons[key].setChecked(True)

    def show_count(self, key: str, count: int) -> None:
        """Put a number on a view, if it is here."""
        if (button := self._buttons.get(key)) is not None:
            button.show_count(count)

    def show_keys(self, key: str, keys: str) -> None:
        """Name the key of a view."""
        self._buttons[key].show_keys(keys)

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, RailButton):
            self.chosen.emit(button.key)
