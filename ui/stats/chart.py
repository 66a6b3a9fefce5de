"""A chart with its heading, the value one reads, and the same values as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton

from app.core.i18n import N_, _
from ui.jobs import Jobs
from ui.stats.legend import Legend
from ui.stats.series import Series
from ui.theme import icon, role, theme_signals
from ui.widgets import Column, Pages
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.stats.plot import Plot

_Line = tuple[int, str, str, str]

_COLUMNS: Final = (
    Column("place", "", 150, text=lambda line: line[1], stretch=True),
    Column("value", N_("Reading"), 130, align="right", role="mono", text=lambda line: line[2]),
    Column("before", N_("Before"), 130, align="right", role="muted", text=lambda line: line[3]),
)


class TableToggle(QPushButton):
    """Shows a chart's values as a table, and back."""

    def __init__(self, what: str) -> None:
        super().__init__()
        role(self, "icon")
        self.setCheckable(True)
        self.setAccessibleName(_("{what} as a table").format(what=what))
        self.setToolTip(_("As a table"))
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon("list"))


class ChartCard(Card):
    """`entered` carries the place somebody wants to look into.

    The drawing is made when `pyqtgraph` is at hand (`ui.stats.loading`); until then and without
    values there is a calm empty ground. `read` carries the place the cursor is at.
    """

    entered = Signal(int)
    read = Signal(int)

    def __init__(self, title: str, jobs: Jobs, height: int = 220) -> None:
        self.toggle = TableToggle(title)
        super().__init__(title, self.toggle)
        self.legend = Legend()
        self.head.insertWidget(1, self.legend)
        self._name, self._series, self._jobs = title, Series(), jobs
        self.plot: Plot | None = None
        self._table: ListTable | None = None
        self._ground = role(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "muted")
        self._stack = Pages()
        self._stack.setMinimumHeight(height)
        self._stack.addWidget(self._ground)
        self.body.addWidget(self._stack, 1)
        self.toggle.toggled.connect(self._show_page)

    def ready(self) -> None:
        """Make the drawing: its library is loaded."""
        from ui.stats.plot import Plot

        self.plot = Plot()
        self.plot.setAccessibleName(self._name)
        self.plot.read.connect(self._tell)
        self.plot.entered.connect(self.entered)
        self._stack.addWidget(self.plot)
        self.setTabOrder(self.toggle, self.plot)
        self.plot.show_series(self._series)
        self._describe("")
        self._show_page()

    def show_series(self, series: Series, empty: str = "") -> None:
        """Show values; `empty` says why there are none."""
        self._series = series
        self._ground.setText(empty if not any(v is not None for v in series.values) else "")
        self.remark.setText("")
        self.legend.show_series(series)
        if self.plot is not None:
            self.plot.show_series(series)
            self._describe("")
        if self._table is not None:
            self._table.show_rows(self._lines())
        self._show_page()

    def series(self) -> Series:
        """What it shows."""
        return self._series

    def _show_page(self) -> None:
        known = any(value is not None for value in self._series.values)
        self.toggle.setVisible(known)
        if self.toggle.isChecked() and known:
            self._stack.setCurrentWidget(self._made_table())
        elif self.plot is not None and known:
            self._stack.setCurrentWidget(self.plot)
        else:
            self._stack.setCurrentWidget(self._ground)

    def _made_table(self) -> ListTable:
        if self._table is None:
            columns = (
                _COLUMNS
                if any(self._series.before_words(n) for n in self._places())
                else (_COLUMNS[:2])
            )
            self._table = ListTable(columns, self._jobs, self._name, lambda line: line[0])
            self._table.row_activated.connect(self._enter_line)
            self._table.show_rows(self._lines())
            self._stack.addWidget(self._table)
            self.setTabOrder(self.toggle, self._table.view)
        return self._table

    def _lines(self) -> list[_Line]:
        series = self._series
        return [
            (n, series.name(n), series.value_words(n), series.before_words(n))
            for n in self._places()
        ]

    def _places(self) -> range:
        return range(len(self._series.values))

    def _enter_line(self, line: _Line) -> None:
        self.entered.emit(line[0])

    def _tell(self, place: int) -> None:
        series = self._series
        text = f"{series.name(place)}   {series.value_words(place)}"
        if before := series.before_words(place):
            text += "   " + _("before {value}").format(value=before)
        self.remark.setText(text)
        self._describe(text)
        self.read.emit(place)

    def _describe(self, text: str) -> None:
        """What a screen reader says: the name of the chart, then the value at the cursor."""
        if self.plot is not None:
            self.plot.setAccessibleName(f"{self._name}: {text}" if text else self._name)
            self.plot.setAccessibleDescription(_("← → move from value to value, Enter opens one"))
