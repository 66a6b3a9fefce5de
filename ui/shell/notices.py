"""Quiet messages above the status line; they never take the keyboard from a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from ui.theme import icon, pixmap, role, theme_signals
from ui.widgets.badges import Kind
from ui.widgets.layout import stack_horizontally, stack_vertically

MOST: Final = 4
SECONDS: Final[dict[Kind, int]] = {"info": 5, "success": 4, "warning": 10, "danger": 20}
_ICONS: Final[dict[Kind, str]] = {"info": "info", "success": "check-circle"}
_numbers = count()

Action = tuple[str, Callable[[], object]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: a sentence, perhaps what to do about it, perhaps a button."""

    text: str
    kind: Kind = "info"
    hint: str = ""
    action: Action | None = None
    stays: bool = False
    number: int = field(default_factory=lambda: next(_numbers))


class Notices(QObject):
    """Where every area leaves its messages; survives a rebuild of the window."""

    posted = Signal(object)
    outdated = Signal(object)

    def post(self, notice: Notice) -> None:
        """Show one that may have to be taken off."""
        self.posted.emit(notice)

    def take_off(self, notice: Notice) -> None:
        """Take one off the screen that is true no more."""
        self.outdated.emit(notice)

    def info(self, text: str, hint: str | None = None, action: Action | None = None) -> None:
        """Something happened that one may want to know."""
        self._post("info", text, hint, action)

    def reminder(self, text: str, hint: str, action: Action) -> None:
        """The time for something has come; it stays until one goes there or puts it away."""
        self.posted.emit(Notice(text, "info", hint, action, stays=True))

    def success(self, text: str, hint: str | None = None, action: Action | None = None) -> None:
        """What one asked for is done."""
        self._post("success", text, hint, action)

    def warning(self, text: str, hint: str | None = None, action: Action | None = None) -> None:
        """Done, but something wants a look."""
        self._post("warning", text, hint, action)

    def error(self, text: str, hint: str | None = None, action: Action | None = None) -> None:
        """It could not be done."""
        self._post("danger", text, hint, action)

    def failure(self, error: UserError) -> None:
        """An error a person can cause, in its own words."""
        self._post("danger", error.message, error.hint, None)

    def _post(self, kind: Kind, text: str, hint: str | None, action: Action | None) -> None:
        self.post(Notice(text, kind, hint or "", action))


class Toast(QFrame):
    """One notice on the screen."""

    gone = Signal(object)

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("toast")
        self.setProperty("kind", notice.kind)
        self.setAccessibleName(notice.text)
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignTop)
        words = stack_vertically(None, *self._lines(), spacing=2)
        self._cross = role(QPushButton(), "icon")
        self._cross.setAccessibleName(_("Close"))
        self._cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._cross.clicked.connect(self.leave)
        row = stack_horizontally(self, self._picture, spacing=8)
        row.addLayout(words, 1)
        if notice.action is not None:
            row.addWidget(self._button(notice.action[0]))
        row.addWidget(self._cross)
        row.setContentsMargins(12, 8, 8, 8)
        self._timer = QTimer(self, singleShot=True, interval=SECONDS[notice.kind] * 1000)
        self._timer.timeout.connect(self.leave)
        self._let_pass()
        theme_signals().changed.connect(self._tint)
        self._tint()

    def leave(self) -> None:
        """Take it off the screen."""
        self._timer.stop()
        self.gone.emit(self)

    def event(self, event: QEvent) -> bool:
        # Whoever reads a notice under the pointer shall be able to finish.
        if event.type() == QEvent.Type.Enter:
            self._timer.stop()
        elif event.type() == QEvent.Type.Leave:
            self._let_pass()
        return super().event(event)

    def _let_pass(self) -> None:
        if not self.notice.stays:
            self._timer.start()

    def _lines(self) -> list[QWidget]:
        text = QLabel(self.notice.text, wordWrap=True)
        lines: list[QWidget] = [text]
        if self.notice.hint:
            lines.append(role(QLabel(self.notice.hint, wordWrap=True), "hint"))
        for line in lines:
            line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return lines

    def _button(self, label: str) -> QPushButton:
        button = role(QPushButton(label), "link")
        button.clicked.connect(self._act)
        return button

    def _act(self) -> None:
        if self.notice.action is not None:
            self.notice.action[1]()
        self.leave()

    def _tint(self) -> None:
        kind = self.notice.kind
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(_ICONS.get(kind, "warning"), 18, kind, ratio))
        self._cross.setIcon(icon("close"))


class ToastStack(QObject):
    """Piles notices at the lower left of a window, the newest below.

    Where `place` names a widget they hang from its upper right instead, the newest on top: there
    they cover neither what one types nor whom one answers next.
    """

    WIDTH: Final = 420

    def __init__(
        self,
        notices: Notices,
        window: QWidget,
        place: Callable[[], QWidget | None],
        *,
        left: int,
        bottom: int,
    ) -> None:
        super().__init__(window)
        self._window, self._place, self._left, self._bottom = window, place, left, bottom
        self._toasts: list[Toast] = []
        notices.posted.connect(self._show)
        notices.outdated.connect(self._take_off)
        window.installEventFilter(self)

    def texts(self) -> list[str]:
        """What is on the screen, oldest first."""
        return [toast.notice.text for toast in self._toasts]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.arrange()
        return False

    def _show(self, notice: Notice) -> None:
        for old in [t for t in self._toasts if t.notice.text == notice.text]:
            old.leave()
        toast = Toast(notice, self._window)
        toast.gone.connect(self._remove)
        self._toasts.append(toast)
        for old in self._toasts[:-MOST]:
            old.leave()
        toast.show()
        self.arrange()

    def _take_off(self, notice: Notice) -> None:
        for toast in [toast for toast in self._toasts if toast.notice is notice]:
            toast.leave()

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self.arrange()

    def arrange(self) -> None:
        """Put them where they belong in the view that shows."""
        place = self._place()
        if place is None:
            self._pile_up(min(self.WIDTH, self._window.width() - 32))
        else:
            corner = place.mapTo(self._window, place.rect().topRight())
            self._hang_down(corner.x(), corner.y() + 8, min(self.WIDTH, place.width() - 32))

    def _pile_up(self, width: int) -> None:
        y = self._window.height() - self._bottom
        for toast in reversed(self._toasts):
            _fit(toast, width)
            y -= toast.height() + 8
            toast.move(self._left, y)

    def _hang_down(self, right: int, y: int, width: int) -> None:
        for toast in reversed(self._toasts):
            _fit(toast, width)
            toast.move(right - width - 16, y)
            y += toast.height() + 8


def _fit(toast: Toast, width: int) -> None:
    toast.setFixedWidth(width)
    layout = toast.layout()
    toast.setFixedHeight(max(layout.totalHeightForWidth(width) if layout else 0, 44))
    toast.raise_()
