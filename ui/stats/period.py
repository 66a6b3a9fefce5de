"""Which days the numbers are of, and which ones they are set against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel, QPushButton, QWidget

from app.core.i18n import N_, _
from ui.stats.words import day_text
from ui.theme import icon, role, theme_signals
from ui.widgets import stack_horizontally
from ui.widgets.format import today

_DAY: Final = timedelta(1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, and the days before that they are compared with."""

    first: date
    last: date
    first_before: date
    last_before: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def running(self) -> bool:
        """Whether it is one day that is not over."""
        return self.days == 1 and self.last >= today()

    def words(self) -> str:
        """The days."""
        if self.days == 1:
            return f"{self.first:%Y-%m-%d}"
        return f"{self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    def words_now(self) -> str:
        """The days, without the year where it is this one."""
        return _short(self.first, self.last)

    def words_before(self) -> str:
        """The days compared with."""
        return _short(self.first_before, self.last_before)


def _short(first: date, last: date) -> str:
    known = first.year == last.year == today().year
    words = [day_text(day) if known else day.isoformat() for day in (first, last)]
    return words[0] if first == last else f"{words[0]} – {words[1]}"


def of_days(first: date, last: date) -> Period:
    """These days, against as many just before."""
    first, last = min(first, last), max(first, last)
    length = last - first
    return Period(first, last, first - length - _DAY, first - _DAY)


def _this_month(day: date) -> Period:
    first = day.replace(day=1)
    before = (first - _DAY).replace(day=1)
    return Period(first, day, before, min(before + (day - first), first - _DAY))


def _last_month(day: date) -> Period:
    last = day.replace(day=1) - _DAY
    end = last.replace(day=1) - _DAY
    return Period(last.replace(day=1), last, end.replace(day=1), end)


PRESETS: Final[dict[str, tuple[str, Callable[[date], Period] | None]]] = {
    "today": (N_("Today"), lambda day: of_days(day, day)),
    "yesterday": (N_("Yesterday"), lambda day: of_days(day - _DAY, day - _DAY)),
    "week": (N_("Last 7 days"), lambda day: of_days(day - 6 * _DAY, day)),
    "month": (N_("Last 30 days"), lambda day: of_days(day - 29 * _DAY, day)),
    "this_month": (N_("This month"), _this_month),
    "last_month": (N_("Last month"), _last_month),
    "custom": (N_("Choose dates…"), None),
}


class PeriodPicker(QWidget):
    """`changed` carries the `Period`."""

    changed = Signal(object)

    def __init__(self, preset: str = "week") -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("Period"))
        for key, (title, _make) in PRESETS.items():
            self.choice.addItem(_(title), key)
        self._first, self._last = self._edit(_("From")), self._edit(_("To"))
        self._dash = role(QLabel("–"), "muted")
        self.against = role(QLabel(), "hint")
        self.back = self._arrow(_("Earlier"))
        self.forward = self._arrow(_("Later"))
        stack_horizontally(
            self,
            self.against,
            self.choice,
            self._first,
            self._dash,
            self._last,
            self.back,
            self.forward,
            spacing=8,
        )
        self._period = of_days(today(), today())
        self._against = (True, False)
        self.set_preset(preset)
        self.choice.activated.connect(self._chosen)
        self._first.dateChanged.connect(self._dated)
        self._last.dateChanged.connect(self._dated)
        self.back.clicked.connect(self.earlier)
        self.forward.clicked.connect(self.later)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def value(self) -> Period:
        """The days chosen."""
        return self._period

    def preset(self) -> str:
        """The name of the choice."""
        return str(self.choice.currentData())

    def set_preset(self, key: str) -> None:
        """Choose by name without telling."""
        self.choice.setCurrentIndex(list(PRESETS).index(key))
        if make := PRESETS[key][1]:
            self._period = make(today())
        self._show()

    def choose(self, key: str) -> None:
        """Choose by name and tell."""
        self.set_preset(key)
        self.changed.emit(self._period)

    def choose_days(self, first: date, last: date) -> None:
        """Choose these days and tell."""
        self._period = of_days(first, last)
        self.choice.setCurrentIndex(list(PRESETS).index("custom"))
        self._show()
        self.changed.emit(self._period)

    def show_against(self, *, shown: bool, narrow: bool) -> None:
        """Say with which days it is compared, where something is; days of one's own need room."""
        self._against = (shown, narrow)
        self.against.setVisible(shown and not (narrow and self.preset() == "custom"))

    def earlier(self) -> None:
        """As many days before."""
        self.choose_days(self._period.first_before, self._period.last_before)

    def later(self) -> None:
        """As many days after, up to today."""
        if self._period.last < today():
            step = timedelta(self._period.days)
            last = min(self._period.last + step, today())
            self.choose_days(last - step + _DAY, last)

    def _chosen(self) -> None:
        self.set_preset(self.preset())
        self.changed.emit(self._period)

    def _dated(self) -> None:
        self._period = of_days(_to_date(self._first.date()), _to_date(self._last.date()))
        self._show()
        self.changed.emit(self._period)

    def _show(self) -> None:
        custom = self.preset() == "custom"
        for edit, day in ((self._first, self._period.first), (self._last, self._period.last)):
            with QSignalBlocker(edit):
                edit.setDate(QDate(day.year, day.month, day.day))
        for widget in (self._first, self._dash, self._last):
            widget.setVisible(custom)
        words = _("against {days}").format(days=self._period.words_before())
        self.against.setText(words)
        self.show_against(shown=self._against[0], narrow=self._against[1])
        self.forward.setEnabled(self._period.last < today())
        self.choice.setToolTip(f"{self._period.words()}, {words}")

    def _edit(self, name: str) -> QDateEdit:
        edit = QDateEdit()
        edit.setCalendarPopup(True)
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setAccessibleName(name)
        return edit

    def _arrow(self, name: str) -> QPushButton:
        button = role(QPushButton(), "icon")
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.forward.setIcon(icon("chevron-right"))


def _to_date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
