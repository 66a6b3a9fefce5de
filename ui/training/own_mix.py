"""One's own exam: topics, how many questions, how long, and from what share it is passed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.training import AREAS, bank, own_blueprint
from ui.theme import role
from ui.training.question_card import AREA_NAMES
from ui.widgets import FlowLayout, NoticeBar, NumberBox, stack_horizontally
from ui.widgets.card import Card


class OwnMix(Card):
    """`begin_wanted` carries the blueprint."""

    begin_wanted = Signal(object)

    def __init__(self) -> None:
        self.begin = QPushButton(_("Begin own mix"))
        super().__init__(_("Own mix"), self.begin)
        self.notice = NoticeBar()
        self.topics: dict[str, QPushButton] = {}
        chips = QWidget()
        flow = FlowLayout(chips)
        for area in AREAS:
            chip = QPushButton(_(AREA_NAMES[area]))
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setProperty("role", "chip")
            chip.setAccessibleName(_(AREA_NAMES[area]))
            chip.toggled.connect(self._on_topics)
            self.topics[area] = chip
            flow.addWidget(chip)
        self.count = self._number(_("Questions"), 5, 150, 20)
        self.minutes = self._number(_("Minutes"), 1, 180, 20)
        self.pass_percent = self._number(_("Passed from"), 50, 100, 80, "%")
        fields = stack_horizontally(None, spacing=8)
        for box in (self.count, self.minutes, self.pass_percent):
            label = QLabel(box.accessibleName())
            label.setBuddy(box)
            fields.addWidget(role(label, "muted"))
            fields.addWidget(box)
            fields.addSpacing(8)
        fields.addStretch(1)
        self.body.addWidget(self.notice)
        self.body.addWidget(chips)
        self.body.addLayout(fields)
        self.begin.clicked.connect(self._on_begin)
        self._on_topics()

    def chosen(self) -> tuple[str, ...]:
        """The topics that are on."""
        return tuple(area for area, chip in self.topics.items() if chip.isChecked())

    def _number(self, name: str, least: int, most: int, value: int, suffix: str = "") -> NumberBox:
        box = NumberBox(least, most, suffix)
        box.setAccessibleName(name)
        box.setValue(value)
        box.setMinimumWidth(72)
        return box

    def _on_topics(self) -> None:
        there = sum(question.area in self.chosen() for question in bank())
        self.remark.setText(_("{n} questions in these topics").format(n=there))
        self.notice.say("")

    def _on_begin(self) -> None:
        try:
            blueprint = own_blueprint(
                bank(),
                self.count.value(),
                self.chosen(),
                minutes=self.minutes.value(),
                pass_percent=self.pass_percent.value(),
            )
        except UserError as error:
            self.notice.say(str(error), "warning")
            return
        self.begin_wanted.emit(blueprint)
