"""When to come back to a customer: natural choices first, any time after that."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QDateTimeEdit, QPushButton, QWidget, QWidgetAction

from app.core.i18n import _
from ui.desk.waiting import now_ms
from ui.theme import role
from ui.widgets import stack_horizontally
from ui.widgets.format import local

AFTERNOON = time(15, 0)
MORNING = time(9, 0)


def presets(now: datetime) -> list[tuple[str, datetime]]:
    """Choices that lie ahead, the nearest first; `now` in the shop's zone."""
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    zone = now.tzinfo
    choices = [
        (_("In 10 minutes"), now + timedelta(minutes=10)),
        (_("In an hour"), now + timedelta(hours=1)),
        (_("This afternoon 15:00"), datetime.combine(today, AFTERNOON, zone)),
        (_("Tomorrow 9:00"), datetime.combine(tomorrow, MORNING, zone)),
        (_("Monday 9:00"), datetime.combine(monday, MORNING, zone)),
    ]
    ahead = [choice for choice in choices if choice[1] > now + timedelta(minutes=5)]
    if monday == tomorrow:
        ahead.pop()
    # From two o'clock on the afternoon comes before the hour is over.
    return sorted(ahead, key=lambda choice: choice[1])


def preset_times() -> list[tuple[str, int]]:
    """The choices from now on, as Unix ms."""
    choices = presets(local(now_ms()))
    return [(name, round(moment.timestamp() * 1000)) for name, moment in choices]


class CustomTime(QWidgetAction):
    """A line of the menu in which any time can be set."""

    picked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        holder = QWidget(parent)
        self._edit = QDateTimeEdit()
        self._edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        self._edit.setAccessibleName(_("Time of the follow-up"))
        start = local(now_ms()) + timedelta(hours=2)
        self._edit.setDateTime(
            QDateTime(start.year, start.month, start.day, start.hour, start.minute, 0)
        )
        button = role(QPushButton(_("Set")), "primary")
        button.clicked.connect(self._pick)
        stack_horizontally(holder, self._edit, button, margin=8, spacing=8)
        self.setDefaultWidget(holder)

    def _pick(self) -> None:
        day, clock = self._edit.date(), self._edit.time()
        moment = datetime(
            day.year(),
            day.month(),
            day.day(),
            clock.hour(),
            clock.minute(),
            tzinfo=local(now_ms()).tzinfo,
        )
        self.picked.emit(round(moment.timestamp() * 1000))
