"""Why an order is whose: the rule in force, the talk it rests on, and what the others would say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import _
from app.stats import Credit, Explanation, Rules
from ui.stats.words import NOTHING, RULE_HINTS, RULE_NAMES
from ui.theme import role
from ui.widgets import (
    Avatar,
    ElidedLabel,
    NoticeBar,
    refilled,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.card import Card
from ui.widgets.format import full_moment, local
from ui.widgets.tips import folded

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def talk_words(credit: Credit) -> str:
    """When the talk was that a credit rests on."""
    if credit.starts_at is None or credit.ends_at is None:
        return ""
    start, end = local(credit.starts_at), local(credit.ends_at)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return f"{start:%m-%d %H:%M} – {last}"


class WhyCredited(Card):
    """Filled by `explain`; offers to open the talk and the order, and to appeal."""

    appealed = Signal()

    def __init__(self, context: UiContext) -> None:
        self.order = role(QPushButton(_("Open the order")), "link")
        super().__init__(_("Why"), self.order)
        self._context = context
        self._found: Explanation | None = None
        self._number = ""
        self._asked_rules: Rules | None = None
        self.face = Avatar("", size=32)
        self.who = role(ElidedLabel(), "heading")
        self.reason = role(QLabel(wordWrap=True), "muted")
        self.talk = role(QPushButton(_("Open the talk")), "link")
        self.times = role(QLabel(), "muted")
        self.others = QWidget()
        self._grid = QGridLayout(self.others)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self._grid.setHorizontalSpacing(16)
        self._grid.setColumnStretch(1, 1)
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("Why this sale is mine"))
        self.words.setAccessibleName(_("Why this sale is mine"))
        self.appeal = QPushButton(_("Appeal"))
        self.trouble = NoticeBar()
        self._arrange()
        self._connect()
        self._show_nothing()

    def explain(self, number: str, rules: Rules | None) -> None:
        """Say whose an order is, by these rules where they are only tried."""
        self._number, self._asked_rules = number, rules
        work = partial(self._context.services.stats.explain, number, rules=rules)
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="why")

    def show_rules(self, rules: Rules) -> None:
        """Explain the same order by other rules."""
        if self._number:
            self.explain(self._number, rules)

    def found(self) -> Explanation | None:
        """What it tells."""
        return self._found

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        text = stack_vertically(None, self.who, self.reason, spacing=2)
        self.whose = QWidget()
        row = stack_horizontally(self.whose, self.face, text, self.talk, spacing=12)
        row.setStretch(1, 1)
        self.form = QWidget()
        stack_horizontally(self.form, self.words, self.appeal, spacing=8)
        self.told = QWidget()
        stack_vertically(self.told, self.whose, self.times, self.others, None, self.form, spacing=8)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.told)

    def _connect(self) -> None:
        self.order.clicked.connect(self._open_order)
        self.talk.clicked.connect(self._open_talk)
        self.appeal.clicked.connect(self._file)
        self.words.returnPressed.connect(self._file)
        self.words.textChanged.connect(self._on_typed)

    # --- showing ---------------------------------------------------------------------------

    def _show_nothing(self) -> None:
        self.told.hide()
        self.order.hide()
        self.remark.setText(_("Choose an order"))

    def _show(self, found: Explanation) -> None:
        self.trouble.say("")
        self._found = found
        self.remark.setText(found.number)
        credit = found.credit
        name = credit.agent if credit.agent_id is not None else _("Nobody: a silent order")
        self.who.setText(name)
        self.face.show_person(credit.agent)
        self.face.setVisible(bool(credit.agent))
        self.reason.setText(_reason(credit))
        self.talk.setVisible(credit.conversation_id is not None)
        self.times.setText(
            _("Ordered {ordered} · paid {paid}").format(
                ordered=full_moment(found.created_at), paid=full_moment(found.paid_at)
            )
        )
        self._show_others(found)
        self._on_typed()
        self.order.show()
        self.told.show()

    def _show_others(self, found: Explanation) -> None:
        with refilled(self.others):
            for line, credit in enumerate(found.others):
                self._add_other(line, credit, same=credit.agent_id == found.credit.agent_id)

    def _add_other(self, line: int, credit: Credit, *, same: bool) -> None:
        name = _(RULE_NAMES[credit.rule])
        rule = role(QLabel(name), "muted")
        rule.setToolTip(folded(_(RULE_HINTS[credit.rule])))
        agent = ElidedLabel(credit.agent if credit.agent_id is not None else _("nobody"))
        when = role(QLabel(talk_words(credit) or NOTHING), "muted")
        role(agent, "" if same else "warning")
        for column, label in enumerate((rule, agent, when)):
            self._grid.addWidget(label, line, column)
        if credit.conversation_id is not None:
            button = role(QPushButton(_("Open")), "link")
            button.setAccessibleName(_("Open the talk of {rule}").format(rule=name))
            button.clicked.connect(partial(self._go_talk, credit.conversation_id))
            self._grid.addWidget(button, line, 3)

    def _failed(self, error: BaseException) -> None:
        self._show_nothing()
        self.trouble.say(str(error), "warning")

    # --- doing -----------------------------------------------------------------------------

    def _open_order(self) -> None:
        if self._found is not None:
            self._context.go("orders", self._found.order_id)

    def _open_talk(self) -> None:
        if self._found is not None and self._found.credit.conversation_id is not None:
            self._go_talk(self._found.credit.conversation_id)

    def _go_talk(self, conversation: bytes, _checked: bool = False) -> None:
        self._context.go("desk", conversation)

    def _on_typed(self, _text: str = "") -> None:
        self.appeal.setEnabled(bool(self.words.text().strip()))

    def _file(self) -> None:
        if self._found is None or not self.words.text().strip():
            return
        work = partial(self._context.services.appeals.file, self._found.number, self.words.text())
        self._context.jobs.run(self, work, self._filed, failed=self._refused, lane="write")

    def _filed(self, _appeal: Any) -> None:
        self.words.clear()
        self.trouble.say(_("Your appeal is with the supervisors now."), "success")
        self.appealed.emit()

    def _refused(self, error: BaseException) -> None:
        self.trouble.say(str(error), "warning")


def _reason(credit: Credit) -> str:
    rule = _(RULE_HINTS[credit.rule])
    if talk := talk_words(credit):
        return _("{rule}: {why} Talked {when}.").format(
            rule=_(RULE_NAMES[credit.rule]), why=rule, when=_unbroken(talk)
        )
    return _("{rule}: {why}").format(rule=_(RULE_NAMES[credit.rule]), why=rule)


def _unbroken(text: str) -> str:
    """The text as one piece where a line is broken."""
    text = text.replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{NON-BREAKING HYPHEN}")
    return text.replace("–", "–\N{WORD JOINER}")
