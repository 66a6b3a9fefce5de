"""The form a scenario is written in, with what the checker finds at the field it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.core.i18n import N_, _, current_language
from app.training import ACTION_NAMES, ACTIONS, MANNER_NAMES, Finding, intent_name, intents
from ui.training.form_cards import CardList, Spec
from ui.training.form_fields import (
    ChoiceField,
    Field,
    Labelled,
    LineField,
    NumberField,
    PairField,
    PairsField,
    WordsField,
)
from ui.training.names_field import NamesField
from ui.widgets import SectionHeader, stack_horizontally, stack_vertically

ORDER_STATES: Final = (
    ("", N_("No order")),
    ("unpaid", N_("Not paid yet")),
    ("paid", N_("Paid, not shipped")),
    ("shipped", N_("On its way")),
    ("received", N_("Received")),
    ("completed", N_("Completed")),
)
_PARTS: Final = (("steps", N_("Steps")), ("actions", N_("Actions in the desk")))
_CHECK_MS: Final = 350
_WIDTH: Final = 1120


class ScenarioForm(QWidget):
    """`changed` comes some time after the last key: it is time to check again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._plain: dict[str, Labelled] = {}
        self._lists: dict[str, CardList] = {}
        self._rest: dict[str, Any] = {}
        self._column = stack_vertically(self, margin=16, spacing=14)
        self._timer = QTimer(self, singleShot=True, interval=_CHECK_MS)
        self._timer.timeout.connect(self.changed)
        self._make_basics()
        self._make_talk()
        self._column.addStretch(1)
        self.setMaximumWidth(_WIDTH)

    # --- its parts -----------------------------------------------------------------------------

    def _make_basics(self) -> None:
        self._section(_("The basics"))
        self._add("id", _("Identifier"), LineField("late-parcel", 41), _("a-z, 0-9, hyphens"))
        self._add("title", _("Title"), PairField())
        self._add("goal", _("Wants"), PairField())
        manners = [(key, _(name)) for key, name in MANNER_NAMES.items()]
        states = [(key, _(name)) for key, name in ORDER_STATES]
        self._add_row(
            ("manner", _("Manner"), ChoiceField(manners)),
            ("patience", _("Patience"), NumberField(1, 3_600, _(" s"))),
        )
        self._add_row(
            ("order", _("Order it is about"), ChoiceField(states)),
            ("orders", _("Orders at least"), NumberField(1, 9)),
            ("items", _("Goods in each"), NumberField(1, 9)),
        )
        self._add("goods", _("Words in their names"), WordsField(), _("with commas between"))

    def _make_talk(self) -> None:
        self._section(_("How the customer begins and ends"))
        self._add("opening", _("First line"), PairsField(), _("one is drawn"))
        self._add("end", _("Last line, when all is settled"), PairsField(), _("one is drawn"))
        self._section(_("What has to happen"))
        self._cards("needs", self._need_specs(), _("Need"), _("Add a need"))
        self._section(_("What the customer tells when asked"))
        self._cards("knows", self._answer_specs(), _("What is told"), _("Add an answer"))
        self._section(_("What the customer takes amiss"))
        minds = (
            *self._answer_specs(),
            Spec("mood", _("Mood"), partial(NumberField, -4, 0), _("0 counts as −1"), 2),
        )
        self._cards("minds", minds, _("Offence"), _("Add an offence"))
        self._section(_("Facts an agent may state"))
        self._cards("truths", self._truth_specs(), _("Fact"), _("Add a fact"))
        self._section(_("What agents write"))
        hint = _("line by line; {hole} stands for the order").format(hole="{order}")
        self._add("model", _("A good agent"), PairsField(), hint)
        self._add("slips", _("With wrong facts"), PairsField(), _("for the scripted agents"))

    def _need_specs(self) -> Sequence[Spec]:
        actions = [
            ("", _("nothing")),
            *((k, _(n)) for k, n in ACTION_NAMES.items() if k in ACTIONS),
        ]
        parts = [(key, _(name)) for key, name in _PARTS]
        return (
            Spec("id", _("Identifier"), partial(LineField, "", 40)),
            Spec("part", _("Counts as"), partial(ChoiceField, parts)),
            Spec("when", _("Met by what is written"), _intents_field, row=1),
            Spec("action", _("or by what is done"), partial(ChoiceField, actions), row=1),
            Spec("after", _("Only after"), self._after_field, row=2),
            Spec("say", _("The customer then says"), PairsField, _("one is drawn"), 3),
            Spec("nudge", _("The customer asks for it"), PairsField, _("one is drawn"), 4),
        )

    def _answer_specs(self) -> Sequence[Spec]:
        return (
            Spec("when", _("When this is written"), _intents_field),
            Spec("say", _("The customer says"), PairsField, _("one is drawn"), 1),
        )

    def _truth_specs(self) -> Sequence[Spec]:
        hint = _("a regular expression; the value in brackets")
        return (
            Spec("id", _("Identifier"), partial(LineField, "", 40)),
            Spec("right", _("Right values"), WordsField, _("with commas between")),
            Spec("find", _("Found by"), partial(LineField, r"(\d+)\s*小时"), hint, 1),
        )

    def _after_field(self) -> Field:
        return NamesField(self._need_names, _("Add a need…"))

    def _need_names(self) -> list[tuple[str, str]]:
        names = [str(part["id"]) for part in self._lists["needs"].value() if part["id"]]
        english = current_language() == "en"
        return [(name, intent_name(name, english=english)) for name in dict.fromkeys(names)]

    # --- building ------------------------------------------------------------------------------

    def _section(self, title: str) -> None:
        self._column.addWidget(SectionHeader(title))

    def _add(self, key: str, title: str, field: Field, hint: str = "") -> Labelled:
        self._plain[key] = labelled = Labelled(title, field, hint)
        field.changed.connect(self._timer.start)
        self._column.addWidget(labelled)
        return labelled

    def _add_row(self, *fields: tuple[str, str, Field]) -> None:
        self._column.addLayout(
            stack_horizontally(None, *(self._add(*one) for one in fields), None, spacing=24)
        )

    def _cards(self, key: str, specs: Sequence[Spec], word: str, add: str) -> None:
        self._lists[key] = made = CardList(specs, word, add)
        made.changed.connect(self._timer.start)
        self._column.addWidget(made)

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        self._plain["id"].field.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what one asks of it -------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """What stands in the form, in the file's format."""
        plain = {key: one.field.value() for key, one in self._plain.items()}
        lists = {key: one.value() for key, one in self._lists.items()}
        return self._rest | plain | lists

    def show_document(self, document: dict[str, Any]) -> None:
        """Show a document; what the form has no field for is kept as it is."""
        shown = self._plain.keys() | self._lists.keys()
        self._rest = {key: value for key, value in document.items() if key not in shown}
        for key, one in self._lists.items():
            one.set_value(document.get(key))
        for key, labelled in self._plain.items():
            labelled.field.set_value(document.get(key))
        self.show_findings([])

    def show_findings(self, found: Sequence[Finding]) -> list[str]:
        """Say each at its field; returns those no field is there for."""
        left: list[str] = []
        at: dict[Labelled, list[str]] = {labelled: [] for labelled in self._fields()}
        for one in found:
            labelled = self._field(one.where)
            (left if labelled is None else at[labelled]).append(one.words)
        for labelled, faults in at.items():
            labelled.show_faults(faults)
        return [*left]

    def first_fault(self, found: Sequence[Finding]) -> QWidget | None:
        """The field of the first finding, to be shown."""
        fields = (self._field(one.where) for one in found)
        return next((field for field in fields if field is not None), None)

    def _fields(self) -> Iterator[Labelled]:
        yield from self._plain.values()
        for cards in self._lists.values():
            for card in cards.cards:
                yield from card.fields.values()

    def _field(self, where: str) -> Labelled | None:
        name, *rest = where.split(".")
        if name in self._plain:
            return self._plain[name]
        if name not in self._lists or not rest or not rest[0].isdigit():
            return None
        cards, place = self._lists[name].cards, int(rest[0])
        if place >= len(cards):
            return None
        fields = cards[place].fields
        return fields.get(rest[1] if len(rest) > 1 else "id") or next(iter(fields.values()))


def _intents_field() -> Field:
    return NamesField(_intent_names, _("Add a meaning…"))


def _intent_names() -> list[tuple[str, str]]:
    english = current_language() == "en"
    named = ((name, intent_name(name, english=english)) for name in intents().names)
    return sorted(named, key=lambda pair: pair[1])
