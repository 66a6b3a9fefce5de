"""From when to when: the usual stretches by name, any other by two dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel, QWidget

from app.core.i18n import N_, _
from ui.theme import role
from ui.widgets.format import day_bounds, today
from ui.widgets.layout import stack_horizontally

Span = tuple[date, date]
Bounds = tuple[int | None, int | None]

PRESETS: Final[dict[str, tuple[str, Callable[[date], Span] | None]]] = {
    "any": (N_("Any time"), None),
    "today": (N_("Today"), lambda today: (today, today)),
    "yesterday": (N_("Yesterday"), lambda today: (today - timedelta(1), today - timedelta(1))),
    "week": (N_("Last 7 days"), lambda today: (today - timedelta(6), today)),
    "month": (N_("Last 30 days"), lambda today: (today - timedelta(29), today)),
    "custom": (N_("Choose dates…"), None),
}


class DateRange(QWidget):
    """`changed` carries (from, before) in UTC milliseconds, None where open."""

    changed = Signal(object)

    def __init__(self, preset: str = "any", name: str = "") -> None:
        super().__init__()
        self._choice = QComboBox()
        self._choice.setAccessibleName(name or _("Time span"))
        for key, (title, _span) in PRESETS.items():
            self._choice.addItem(_(title), key)
        self._start, self._end = self._date_edit(_("From")), self._date_edit(_("To"))
        self._dash = role(QLabel("–"), "muted")
        stack_horizontally(self, self._choice, self._start, self._dash, self._end, spacing=4)
        self.set_preset(preset)
        self._choice.currentIndexChanged.connect(self._on_changed)
        self._start.dateChanged.connect(self._on_changed)
        self._end.dateChanged.connect(self._on_changed)

    def set_preset(self, key: str) -> None:
        """Choose a stretch by its name."""
        self._choice.setCurrentIndex(list(PRESETS).index(key))
        self._show_dates()

    def value(self) -> Bounds:
        """(from, before) in UTC milliseconds, None where open."""
        key = str(self._choice.currentData())
        if key == "any":
            return None, None
        first, last = self._span(key)
        first, last = min(first, last), max(first, last)
        return day_bounds(first)[0], day_bounds(last)[1]

    def _span(self, key: str) -> Span:
        span = PRESETS[key][1]
        return span(today()) if span else (_to_date(self._start.date()), _to_date(self._end.date()))

    def _date_edit(self, name: str) -> QDateEdit:
        now = today()
        edit = QDateEdit(QDate(now.year, now.month, now.day))
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setAccessibleName(name)
        return edit

    def _show_dates(self) -> None:
        custom = self._choice.currentData() == "custom"
        for widget in (self._start, self._dash, self._end):
            widget.setVisible(custom)

    def _on_changed(self) -> None:
        self._show_dates()
        self.changed.emit(self.value())


def _to_date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
