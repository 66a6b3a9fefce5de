"""Typing practice: a text of the shop, the field below it, and where one stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import floor
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _, current_language
from app.training import BAR, PracticeText, Typed, TypingRow, TypingSummary
from app.training import BAR_ACCURACY as ACCURATE
from ui.theme import role
from ui.training.figure import Figure
from ui.training.speed_chart import SpeedChart
from ui.training.typing_field import TypingField
from ui.training.typing_text import TypingText
from ui.widgets import Column, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.format import full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from app.services import Services
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_TICK_MS: Final = 500
_MANY: Final = 40


@dataclass(frozen=True, slots=True)
class _Standing:
    summary: TypingSummary
    rows: list[TypingRow]


def _read(services: Services) -> _Standing:
    return _Standing(services.typing.summary(), services.typing.history())


def _share(value: float) -> str:
    # Rounded down: 94.7 must not read as the 95 that is enough.
    return f"{floor(100 * value)}%"


def _good(row: TypingRow) -> str | None:
    return None if row.typed.accuracy >= ACCURATE else "danger"


HISTORY: Final = (
    Column("at", N_("When"), 104, role="muted", text=lambda r: moment(r.at), tip=lambda r: full_moment(r.at)),
    Column("speed", N_("A minute"), 78, align="right", role="mono", text=lambda r: f"{r.typed.per_minute:.0f}"),
    Column("accuracy", N_("Accuracy"), 78, align="right", role="mono", text=lambda r: _share(r.typed.accuracy), color=_good),
    Column("source", N_("Source"), 90, role="muted", text=lambda r: r.source, stretch=True),
)  # fmt: skip


class TypingPage(QWidget):
    """Texts follow each other; each that is typed to its end counts."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("trainingPage")
        self._context, self._typing = context, context.services.typing
        self._texts: list[PracticeText] = []
        self._stale = True
        self.text, self.field = TypingText(), TypingField()
        self.field.setAccessibleName(_("Type here"))
        self.field.setPlaceholderText(
            _("Type the text above; the clock starts with the first key.")
        )
        self.notice = NoticeBar()
        self.live = role(QLabel(), "muted")
        self.source = role(QLabel(), "hint")
        self.next_button = role(QPushButton(_("Next text")), "primary")
        self.again = QPushButton(_("Once more"))
        self.recent = Figure(_("Last 5 texts"))
        self.best = Figure(_("Best"))
        self.accuracy = Figure(_("Accuracy"))
        self.chart = SpeedChart()
        self.history = ListTable(HISTORY, context.jobs, _("Texts typed"), lambda row: row.id)
        self.history.set_empty("keyboard", _("Nothing typed yet"))
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._arrange()
        self.field.committed.connect(self._on_committed)
        self.field.finished.connect(self._on_finished)
        self.field.refused.connect(self._on_refused)
        self.next_button.clicked.connect(self.next_text)
        self.again.clicked.connect(self.restart)
        context.store.changed.connect(self._on_store)

    @property
    def current(self) -> PracticeText | None:
        """The text to type."""
        return self._texts[0] if self._texts else None

    def focus_first(self) -> None:
        """Put the keyboard into the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def next_text(self) -> None:
        """On to another text."""
        self._texts = self._texts[1:]
        if self._texts:
            self.restart()
        else:
            self._fetch()

    def restart(self) -> None:
        """The same text from its beginning; what was typed of it does not count."""
        text = self.current
        if text is None:
            return
        self.notice.say("")
        self.text.show_text(text.text)
        self.source.setText(_("From: {source}").format(source=text.source) if text.source else "")
        self.field.begin(len(text.text))
        self.live.setText("")
        if self.isVisible():
            self.focus_first()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        practice = Card(_("Typing practice"), self.again, self.next_button)
        practice.remark.setText(
            _("{bar} characters a minute with at least {share} right are the bar").format(
                bar=BAR, share=_share(ACCURATE)
            )
        )
        self.text.setFixedHeight(132)
        self.field.setMinimumHeight(110)
        foot = stack_horizontally(None, self.live, None, self.source, spacing=8)
        for widget in (self.text, self.field):
            practice.body.addWidget(widget)
        practice.body.addLayout(foot)
        practice.body.addWidget(self.notice)
        practice.body.setStretchFactor(self.field, 1)
        course = Card(_("My speed"))
        course.body.addWidget(self.chart, 1)
        left = stack_vertically(None, practice, course, spacing=12)
        left.setStretch(0, 3)
        left.setStretch(1, 2)
        figures = stack_horizontally(None, self.recent, self.best, self.accuracy, spacing=8)
        history = Card(_("Texts typed"))
        history.body.addWidget(self.history, 1)
        right = stack_vertically(None, spacing=12)
        right.addLayout(figures)
        right.addWidget(history, 1)
        row = stack_horizontally(self, spacing=12)
        row.addLayout(left, 5)
        row.addLayout(right, 3)
        row.setContentsMargins(16, 12, 16, 16)

    def _fetch(self) -> None:
        seed = int(1000 * monotonic())
        english = current_language() == "en"
        work = partial(self._typing.texts, _MANY, english=english, seed=seed)
        self._context.jobs.run(self, work, self._show_texts, key="texts")

    def _show_texts(self, texts: list[PracticeText]) -> None:
        self._texts = texts
        self.restart()

    def _on_committed(self, typed: str) -> None:
        self.text.show_typed(typed)
        self._on_tick()

    def _on_refused(self) -> None:
        self.notice.say(_("Nothing is pasted here: it wants to be typed."), "warning")

    def _on_tick(self) -> None:
        ms = self.field.elapsed_ms()
        if not ms or self.field.isReadOnly() or self.current is None:
            return
        typed = self.field.toPlainText()
        errors = self.text.show_typed(typed)
        so_far = Typed(len(typed), ms, errors)
        self.live.setText(
            _("{n} a minute · {share} right").format(
                n=round(so_far.per_minute), share=_share(so_far.accuracy) if typed else "—"
            )
        )

    def _on_finished(self, typed: str, ms: int) -> None:
        text = self.current
        if text is None:
            return
        self.text.show_typed(typed, whole=True)
        work = partial(self._typing.keep, text, typed, ms)
        self._context.jobs.run(
            self, work, self._show_typed, failed=self._not_kept, lane="write", key="keep"
        )

    def _show_typed(self, typed: Typed) -> None:
        good = typed.per_minute >= BAR and typed.accuracy >= ACCURATE
        words = _("{n} characters a minute, {share} right, {errors} mistakes.").format(
            n=round(typed.per_minute), share=_share(typed.accuracy), errors=typed.errors
        )
        self.live.setText("")
        self.notice.say(words, "success" if good else "info")
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_kept(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.live.setText("")
        self.notice.say(str(error), "warning")

    def reload(self) -> None:
        """Read where one stands."""
        self._stale = False
        work = partial(_read, self._context.services)
        self._context.jobs.run(self, work, self._show_standing, key="standing")

    def _show_standing(self, standing: _Standing) -> None:
        summary = standing.summary
        self.recent.show_value(_number(summary.recent), _("bar: {n}").format(n=BAR))
        self.best.show_value(_number(summary.best), _("characters a minute"))
        share = "—" if summary.accuracy is None else _share(summary.accuracy)
        self.accuracy.show_value(share, _("at least {share}").format(share=_share(ACCURATE)))
        self.recent.set_reached(None if summary.recent is None else summary.recent >= BAR)
        self.accuracy.set_reached(
            None if summary.accuracy is None else summary.accuracy >= ACCURATE
        )
        self.history.show_rows(standing.rows)
        self.chart.show_values([row.typed.per_minute for row in reversed(standing.rows)])

    def _on_store(self, changes: Changes) -> None:
        if changes.touches("training_typing"):
            self._stale = True
            if self.isVisible():
                self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.restart()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.field.isReadOnly():
            self.next_text()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        if not self._texts:
            self._fetch()
        if self._stale:
            self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}"
