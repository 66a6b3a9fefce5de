"""What the training view says in a live shop: practice happens in a shop of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QProcess, QProcessEnvironment, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QWidget

from app.core.i18n import N_, _
from ui.shell.commands import Command
from ui.theme import pixmap, role, theme_signals
from ui.training.keyboard import lost_focus
from ui.training.pages import LIVE_PARTS
from ui.widgets import hline, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_WIDTH = 560
_ICON = 40


class LivePage(QWidget):
    """The way to the practice shop, which opens beside the live one, and what comes from there."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("training")
        self._context = context
        column = QWidget(maximumWidth=_WIDTH)
        self._picture = QLabel()
        self.open = role(QPushButton(_("Open the practice shop")), "primary")
        self.open.clicked.connect(self.open_practice)
        lines = stack_vertically(column, self._picture, _title(), *_about(), spacing=12)
        lines.addLayout(stack_horizontally(None, self.open, None))
        may = context.services.staff.may
        for part in LIVE_PARTS:
            if part.permission is None or may(part.permission):
                lines.addSpacing(12)
                lines.addWidget(hline())
                lines.addWidget(part.build(context))
        row = stack_horizontally(None, None, column, None)
        row.setStretch(1, 1000)
        ground = QWidget()
        ground.setObjectName("trainingPage")
        stack_vertically(ground, None, row, None, margin=24)
        # What is brought in from practice may need more room than a small screen has.
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setObjectName("trainingPage")
        scroll.setWidget(ground)
        stack_vertically(self, scroll)
        theme_signals().changed.connect(self._tint)
        self._tint()
        title = N_("Open the practice shop")
        context.commands.register(
            Command("training.practice", title, "", self.open_practice, icon="practice")
        )

    def open_practice(self) -> None:
        """Start the practice shop in a process of its own; customers here are not kept waiting."""
        # The stubs promise a pair with the process id; what comes is a bool.
        if cast("bool", practice_process(self._context.services.home.path).startDetached()):
            self._context.notices.info(_("The practice shop opens in a window of its own."))
        else:
            self._context.notices.error(_("The practice shop could not be started."))

    def focus_search(self) -> None:
        """Put the keyboard on the button."""
        self.open.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        if lost_focus(self):
            self.focus_search()

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap("practice", _ICON, "accent", self.devicePixelRatioF()))


def practice_process(home: Path) -> QProcess:
    """The program that opens the practice shop beside this live home, not yet started."""
    process = QProcess()
    asked = ["--practice", "--home", str(home)]
    process.setProgram(sys.executable)
    if getattr(sys, "frozen", False):
        process.setArguments(asked)
        return process
    process.setArguments(["-m", "ui", *asked])
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    process.setProcessEnvironment(environment)
    return process


def _title() -> QLabel:
    return role(QLabel(_("Practise where no customer is at stake")), "title")


def _about() -> list[QLabel]:
    texts = (
        _("The practice shop is this same desk with invented customers who answer back."),
        _("Conversations are scored line by line; there are exams, typing and a plan for 5 days."),
        _(
            "It opens in its own window with a coloured frame. Nothing gets from there to here by itself."
        ),
    )
    return [role(QLabel(text, wordWrap=True), "muted") for text in texts]
