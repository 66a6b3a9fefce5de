"""Each agent's sales under every rule, side by side, before one of them is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton

from app.core.i18n import N_, _, ngettext
from app.stats import RULES, Rules, Unit
from app.stats.board import RuleSales
from ui.stats.period import Period
from ui.stats.words import NOTHING, RULE_HINTS, RULE_NAMES, value_text
from ui.theme import role
from ui.widgets import Column, FilterChips, NoticeBar, stack_horizontally
from ui.widgets.card import Card
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


def _agent(line: RuleSales) -> str:
    return line.agent if line.agent_id is not None else _("nobody")


class RuleTrial(Card):
    """`tried` carries `Rules` one looks at; nothing is kept before the button is pressed."""

    tried = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Sales by rule"))
        self._context, self._board = context, context.services.board
        self._period: Period | None = None
        self._lines: list[RuleSales] = []
        self._kept = context.services.stats.rules
        self.chips = FilterChips(
            [(rule, _(RULE_NAMES[rule])) for rule in RULES], self._kept.attribution, _("Rule")
        )
        self.hint = role(QLabel(wordWrap=True), "muted")
        self.refunds = QCheckBox(_("Less refunds"))
        self.postage = QCheckBox(_("Less postage"))
        self.refunds.setChecked(self._kept.deduct_refunds)
        self.postage.setChecked(self._kept.deduct_postage)
        self.notice = NoticeBar()
        self.keep = role(QPushButton(_("Keep this rule")), "primary")
        self.undo = role(QPushButton(_("Back to the rule in force")), "ghost")
        self.table = ListTable(
            self._columns(), context.jobs, _("Sales by rule"), lambda x: x.agent_id
        )
        self.table.set_empty("money", _("No sales in this period"), _("Choose other days."))
        self._arrange()
        self.chips.changed.connect(self._try)
        self.refunds.toggled.connect(self._try_sums)
        self.postage.toggled.connect(self._try_sums)
        self.keep.clicked.connect(self._save)
        self.undo.clicked.connect(self._take_back)
        self._show_state()

    def rules(self) -> Rules:
        """The rules one looks at."""
        return replace(
            self._kept,
            attribution=str(self.chips.value()),
            deduct_refunds=self.refunds.isChecked(),
            deduct_postage=self.postage.isChecked(),
        )

    def in_force(self) -> str:
        """The rule that is kept."""
        return self._kept.attribution

    def lines(self) -> list[RuleSales]:
        """What it shows."""
        return self._lines

    def show_period(self, period: Period) -> None:
        """Show the sales of these days."""
        kept = self._context.services.stats.rules
        if kept != self._kept and self.rules() == self._kept:
            self._kept = kept
            self._put(kept)
        self._kept, self._period = kept, period
        self._show_state()
        self._read()

    def focus_first(self) -> None:
        """Put the keyboard on the rules."""
        self.chips.focus_choice()

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self.body.addWidget(self.chips)
        self.body.addWidget(self.hint)
        self.body.addLayout(stack_horizontally(None, self.refunds, self.postage, None, spacing=16))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.table, 1)
        foot = stack_horizontally(None, None, self.undo, self.keep, spacing=8)
        self.body.addLayout(foot)

    def _columns(self) -> list[Column]:
        columns = [Column("agent", N_("Agent"), 110, role="strong", text=_agent, stretch=True)]
        columns += [
            Column(
                rule, RULE_NAMES[rule], 112, align="right", role="mono",
                text=partial(_amount, rule), color=partial(self._tone, rule), tip=partial(_orders, rule),
            )
            for rule in RULES
        ]  # fmt: skip
        return columns

    def _tone(self, rule: str, line: RuleSales) -> str | None:
        """Loud is what one looks at; where it differs from what is in force it says which way."""
        tried = str(self.chips.value())
        if rule != tried:
            return "text_muted"
        moved = line.sales.get(rule, 0) - line.sales.get(self._kept.attribution, 0)
        return "success" if moved > 0 else "danger" if moved < 0 else "text"

    # --- trying ----------------------------------------------------------------------------

    def _try(self, _rule: object = None) -> None:
        self._show_state()
        self._sort()
        self.tried.emit(self.rules())

    def _try_sums(self, _on: bool) -> None:
        self._show_state()
        self._read()
        self.tried.emit(self.rules())

    def _read(self) -> None:
        if self._period is None:
            return
        work = partial(
            self._board.compare_rules, self._period.first, self._period.last, self.rules()
        )
        self._context.jobs.run(self, work, self._show, failed=self._failed, key="rules")

    def _show(self, lines: list[RuleSales]) -> None:
        self._lines = lines
        self._sort()

    def _sort(self) -> None:
        rule = str(self.chips.value())
        self._lines.sort(key=lambda line: (line.agent_id is None, -line.sales.get(rule, 0)))
        self.table.show_rows(self._lines)
        total = sum(line.sales.get(rule, 0) for line in self._lines)
        self.remark.setText(_("{amount} in all").format(amount=value_text(Unit.FEN, total)))

    def _show_state(self) -> None:
        rules = self.rules()
        differs, may = rules != self._kept, self._board.may_choose_rule()
        self.hint.setText(_(RULE_HINTS[rules.attribution]))
        in_force = _(RULE_NAMES[self._kept.attribution])
        text = ""
        if differs:
            words = _("Only a trial: in force is “{rule}”.")
            if not may:
                words = _("Only a trial: in force is “{rule}”. A supervisor can keep another rule.")
            text = words.format(rule=in_force)
        self.notice.say(text, "info")
        self.keep.setVisible(differs and may)
        self.undo.setVisible(differs)

    # --- keeping ---------------------------------------------------------------------------

    def _save(self) -> None:
        rules = self.rules()
        work = partial(self._board.choose_rule, rules)
        self._context.jobs.run(
            self, work, partial(self._saved, rules), failed=self._failed, lane="write"
        )

    def _saved(self, rules: Rules, _nothing: Any) -> None:
        self._kept = rules
        self._show_state()
        self.table.view.viewport().update()
        name = _(RULE_NAMES[rules.attribution])
        self._context.notices.success(_("“{rule}” is in force now.").format(rule=name))

    def _take_back(self) -> None:
        self._put(self._kept)
        self._try()
        self._read()

    def _put(self, rules: Rules) -> None:
        self.chips.set_value(rules.attribution)
        for box, on in ((self.refunds, rules.deduct_refunds), (self.postage, rules.deduct_postage)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)

    def _failed(self, error: BaseException) -> None:
        self.notice.say(str(error), "danger")


def _amount(rule: str, line: RuleSales) -> str:
    return value_text(Unit.FEN, line.sales.get(rule, 0)) if line.sales.get(rule) else NOTHING


def _orders(rule: str, line: RuleSales) -> str:
    number = round(line.orders.get(rule, 0))
    return ngettext("{n} order", "{n} orders", number).format(n=f"{number:,}")
