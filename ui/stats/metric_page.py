"""One number in full: what it means, its course or who has it, and the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget

from app.core.i18n import N_, _
from app.stats import BY_KEY, Area, By, Good, Measure, Report, Unit
from app.stats.behind import EVERY
from ui.stats.behind_table import BehindTable
from ui.stats.chart import ChartCard
from ui.stats.figures import Figures, read_figures
from ui.stats.loading import when_drawing_is_loaded
from ui.stats.period import Period
from ui.stats.series import Series
from ui.stats.words import axis_of, change, row_name, value_text
from ui.theme import Role, icon, role, theme_signals
from ui.widgets import FilterChips, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from app.stats import Stats
    from ui.shell.plugs import UiContext

VIEWS: Final = {
    "course": N_("Course"),
    "hour": N_("By hour"),
    "agent": N_("By agent"),
    "channel": N_("By channel"),
    "product": N_("By product"),
}
_BETTER: Final = {
    Good.UP: N_("more is better"),
    Good.DOWN: N_("less is better"),
    Good.NEITHER: "",
}
_ROLES: Final[dict[str, Role]] = {"success": "success", "danger": "danger"}
_MOST: Final = 60
_SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class _Asked:
    metric: str
    period: Period
    view: str


def _read(stats: Stats, asked: _Asked) -> tuple[Figures, Report | None]:
    figures = read_figures(stats, asked.period, (asked.metric,))
    if asked.view == "course":
        return figures, None
    period = asked.period
    by = By(asked.view)
    return figures, stats.report(period.first, period.last, by=by, metrics=(asked.metric,))


class MetricPage(QScrollArea):
    """`left` asks for the page one came from."""

    left = Signal()

    def __init__(self, context: UiContext, period: Period) -> None:
        super().__init__()
        self._context, self._period = context, period
        self.number, self._view = "", "course"
        self._by: By | None = None
        self._key: Any = EVERY
        self._keys: list[Any] = []
        self._place_by = By.DAY
        self.back = role(QPushButton(), "icon")
        self.back.setAccessibleName(_("Back"))
        self.back.setToolTip(_("Back  Esc"))
        self.name = role(QLabel(), "title")
        self.formula = role(QLabel(wordWrap=True), "muted")
        self.value, self.moved = QLabel(), role(QLabel(), "muted")
        self.value.setObjectName("bigNumber")
        self.spread = role(QLabel(), "muted")
        self.views = FilterChips([(k, _(t)) for k, t in VIEWS.items()], "course", _("View"))
        self.chart = ChartCard(_("Course"), context.jobs, 150)
        self.behind = BehindTable(context)
        self._arrange()
        self.back.clicked.connect(self.left)
        self.views.changed.connect(self._on_view)
        self.chart.entered.connect(self._enter_place)
        self.behind.cleared.connect(self._widen)
        theme_signals().changed.connect(self._tint)
        self._tint()
        when_drawing_is_loaded(self, context.jobs, self.chart.ready)

    def open_metric(
        self, metric: str, *, by: By | None = None, key: Any = EVERY, name: str = ""
    ) -> None:
        """Show a number, or what one row of a table has of it."""
        self.number, self._by, self._key = metric, by, key
        self._view = "agent" if by is By.AGENT else "course"
        self.views.set_value(self._view)
        self.views.set_shown("product", BY_KEY[metric].area is Area.SALES)
        self.views.keep_on_one_line()
        found = BY_KEY[metric]
        self.name.setText(_(found.name))
        better = _BETTER[found.good]
        words = _(found.formula) + (f" · {_(better)}" if better else "")
        self.formula.setText(words)
        self.value.setText("")
        self.moved.setText("")
        self.spread.setText("")
        self._read()
        self._read_behind(name)
        self.verticalScrollBar().setValue(0)

    def show_period(self, period: Period) -> None:
        """Show other days."""
        self._period = period
        if self.number and self.isVisible():
            self._read()
            self._widen()

    def focus_first(self) -> None:
        """Put the keyboard on the chart."""
        (self.chart.plot or self.back).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Backspace}:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        inside = QWidget()
        inside.setObjectName("statsPage")
        head = stack_horizontally(None, self.back, self.name, None, spacing=8)
        figures = stack_horizontally(
            None, self.value, self.moved, self.spread, None, self.views, spacing=12
        )
        self.views.keep_on_one_line()
        layout = stack_vertically(inside, spacing=8)
        layout.addLayout(head)
        layout.addWidget(self.formula)
        layout.addLayout(figures)
        layout.addWidget(self.chart, 4)
        layout.addWidget(self.behind, 5)
        layout.setContentsMargins(16, 8, 16, 16)
        self.setWidget(inside)
        self.setWidgetResizable(True)

    # --- reading ---------------------------------------------------------------------------

    def _read(self) -> None:
        asked = _Asked(self.number, self._period, self._view)
        work = partial(_read, self._context.services.stats, asked)
        self._context.jobs.run(self, work, partial(self._show, asked), key="metric")

    def _read_behind(self, name: str) -> None:
        known = self._context.services.board.can_open(self.number)
        self.behind.setVisible(known)
        if not known:
            return
        self.behind.read(self.number, self._period, by=self._by, key=self._key, row_name=name)

    def _show(self, asked: _Asked, found: tuple[Figures, Report | None]) -> None:
        figures, report = found
        metric = BY_KEY[asked.metric]
        measure = figures.measure(asked.metric)
        self.value.setText(value_text(metric.unit, measure.value))
        self._show_change(figures)
        self.spread.setText(self._spread(measure))
        self.chart.title.setText(_(VIEWS[asked.view]))
        words = partial(value_text, metric.unit)
        if report is None:
            self._place_by = By.HOUR if asked.period.days == 1 else By.DAY
            self._show_course(figures, words)
        else:
            self._place_by = By(asked.view)
            self._show_rows(report, words)

    def _show_change(self, figures: Figures) -> None:
        metric = BY_KEY[self.number]
        if (team := figures.team(self.number)) is not None:
            self.moved.setText(_("team {value}").format(value=value_text(metric.unit, team.value)))
            return
        found = change(
            metric,
            figures.measure(self.number),
            figures.measure_before(self.number),
            partly=figures.period.running(),
        )
        self.moved.setText(found.text)
        role(self.moved, _ROLES.get(found.tone, "muted"))

    def _spread(self, measure: Measure) -> str:
        unit = BY_KEY[self.number].unit
        if measure.median is None:
            return ""
        return _("median {median} · P90 {p90} · over {n}").format(
            median=value_text(unit, measure.median),
            p90=value_text(unit, measure.p90),
            n=f"{measure.n:,}",
        )

    def _show_course(self, figures: Figures, words: Any) -> None:
        places = figures.places()
        self._keys = [place.key for place in places]
        unit, values = BY_KEY[self.number].unit, figures.course(self.number)
        before = figures.course_before(self.number)
        self.chart.show_series(
            Series(
                [place.label for place in places],
                [place.name for place in places],
                values,
                before,
                line=len(places) > 1 and figures.period.days > 1,
                words=words,
                axis=axis_of(unit, (*values, *before)),
                seconds=unit is Unit.SECONDS,
                title=figures.period.words_now(),
                before_title=_("before: {days}").format(days=figures.period.words_before()),
            ),
            _("No values in this period"),
        )

    def _show_rows(self, report: Report, words: Any) -> None:
        by = str(report.by)
        known = [(row, row.measures[self.number].value) for row in report.rows]
        rows = [(row, value) for row, value in known if value is not None]
        if report.by is not By.HOUR:
            rows.sort(key=lambda pair: -(pair[1] or 0))
        rows = rows[:_MOST]
        self._keys = [row.key for row, _value in rows]
        names = [row_name(by, row.key, row.name) for row, _value in rows]
        labels = [n if len(n) <= _SHORT else n[: _SHORT - 1] + "…" for n in names]
        unit, values = BY_KEY[self.number].unit, [value for _row, value in rows]
        axis, clock = axis_of(unit, values), unit is Unit.SECONDS
        self.chart.show_series(
            Series(labels, names, values, words=words, axis=axis, seconds=clock),
            _("No values in this period"),
        )

    # --- looking into ----------------------------------------------------------------------

    def _on_view(self, key: object) -> None:
        self._view = str(key)
        self._read()

    def _enter_place(self, place: int) -> None:
        self._by, self._key = self._place_by, self._keys[place]
        self._read_behind(self.chart.series().name(place))

    def _widen(self) -> None:
        self._by, self._key = None, EVERY
        self._read_behind("")

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
