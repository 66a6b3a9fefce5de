"""A scenario in full: what the customer wants, how they are, what it trains; and its start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from app.core.i18n import _, current_language
from app.training import (
    DIFFICULTY_NAMES,
    MANNER_HINTS,
    MANNER_NAMES,
    bar_words,
    difficulty,
    need_words,
)
from ui.theme import role
from ui.training.scroll import Scroll
from ui.widgets import (
    FilterChips,
    Kind,
    NumberBox,
    StateBadge,
    clear_layout,
    hline,
    stack_horizontally,
    stack_vertically,
)

if TYPE_CHECKING:
    from ui.training.practice_page import Row

_WIDTH: Final = 400
_MOST_SEED: Final = 99_999
_KINDS: Final[dict[int, Kind]] = {1: "success", 2: "info", 3: "warning"}


class ScenarioCard(QFrame):
    """`row` is the scenario that shows."""

    start_wanted = Signal()
    several_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("examSide")
        self.setFixedWidth(_WIDTH)
        self.row: Row | None = None
        self.title = role(QLabel(wordWrap=True), "heading")
        self.badge = StateBadge()
        self.goal = QLabel(wordWrap=True)
        self.manner = role(QLabel(wordWrap=True), "muted")
        self.task = role(QLabel(wordWrap=True), "warning")
        self.trains = stack_vertically(None, spacing=4)
        self.best = role(QLabel(wordWrap=True), "muted")
        self.language = FilterChips([(False, "中文"), (True, "English")], False, _("Language"))
        self.number = NumberBox(0, _MOST_SEED)
        self.start = role(QPushButton(_("Let the customer come")), "primary")
        self.several = QPushButton(_("Three at once"))
        self._arrange()
        self.start.clicked.connect(self.start_wanted)
        self.several.clicked.connect(self.several_wanted)
        self.setEnabled(False)

    def show_row(self, row: Row | None) -> None:
        """Show another scenario."""
        self.row = row
        self.setEnabled(row is not None)
        if row is None:
            return
        english, scenario = current_language() == "en", row.scenario
        self.title.setText(scenario.title[english])
        hard = difficulty(scenario)
        self.badge.show_state(_(DIFFICULTY_NAMES[hard]), _KINDS[hard])
        self.goal.setText(_("Wants: {goal}").format(goal=scenario.goal[english]))
        name = _(MANNER_NAMES.get(scenario.manner, scenario.manner))
        hint = _(MANNER_HINTS[scenario.manner]) if scenario.manner in MANNER_HINTS else ""
        self.manner.setText(_("{name}: {text}").format(name=name, text=hint) if hint else name)
        clear_layout(self.trains)
        for need in scenario.needs:
            self.trains.addWidget(QLabel(f"·  {need_words(need)}", wordWrap=True))
        self.best.setText(
            _("Not practised yet")
            if row.best is None
            else _("Own best: {points} points").format(points=round(row.best))
        )
        self.task.setVisible(row.task is not None and not row.task.finished)
        if (task := row.task) is not None:
            bar = bar_words(task.kind, task.count, task.at_least)
            self.task.setText(_("Your task: {bar}").format(bar=bar))

    def seed(self) -> int | None:
        """The customer's number one wants again, None for any."""
        return self.number.value() or None

    def english(self) -> bool:
        """Whether the customer writes English."""
        return bool(self.language.value())

    def set_english(self, english: bool) -> None:
        """Choose the customer's language."""
        self.language.set_value(english)

    def _arrange(self) -> None:
        self.number.setSpecialValueText(_("any"))
        told = _("The same number brings the very same customer, word for word.")
        self.number.setAccessibleName(_("Customer number"))
        self.number.setAccessibleDescription(told)
        self.several.setToolTip(_("This one and two more by chance, one after the other."))
        head = stack_horizontally(None, self.title, self.badge, spacing=8)
        head.setStretch(0, 1)
        body = QWidget()
        lines = stack_vertically(
            body, self.task, self.goal, self.manner, hline(), margin=0, spacing=8
        )
        lines.addWidget(role(QLabel(_("What it trains")), "strong"))
        lines.addLayout(self.trains)
        lines.addWidget(self.best)
        lines.addStretch(1)
        scroll = Scroll(body, canvas=True)
        tongue = stack_horizontally(None, QLabel(_("Customer writes")), self.language, spacing=8)
        tongue.setStretch(1, 1)
        which = stack_horizontally(None, QLabel(_("Customer number")), self.number, None, spacing=8)
        buttons = stack_horizontally(None, self.start, self.several, None, spacing=8)
        hint = role(QLabel(told, wordWrap=True), "hint")
        whole = stack_vertically(
            self, head, scroll, hline(), tongue, which, hint, buttons, spacing=10
        )
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 14, 16, 14)
