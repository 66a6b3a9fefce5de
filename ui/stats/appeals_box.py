"""The log of appeals: who, about which order, why, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from app.core.i18n import N_, _
from app.staff import Member
from app.stats.appeals import AppealState, AppealView
from ui.stats.words import APPEAL_STATES, NOTHING, appeal_outcome, appeal_state
from ui.theme import role
from ui.widgets import Column, NoticeBar, stack_horizontally, stack_vertically
from ui.widgets.card import Card
from ui.widgets.fitting import fitted
from ui.widgets.format import full_moment, moment
from ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_STATE: Final = Column(
    "state", N_("State"), role="badge", text=appeal_state,
    color=lambda a: APPEAL_STATES[a.state][1],
)  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column("at", N_("When"), 88, role="muted", text=lambda a: moment(a.at), tip=lambda a: full_moment(a.at)),
        Column("number", N_("Order number"), 168, role="mono", text=lambda a: a.number),
        Column("who", N_("Who"), 76, role="strong", text=lambda a: a.who),
        Column("reason", N_("Reason"), 120, text=lambda a: a.reason, stretch=True),
        fitted(_STATE, [_(name) for name, _kind in APPEAL_STATES.values()]),
        Column("outcome", N_("Decision"), 92, role="muted", text=appeal_outcome),
    ]  # fmt: skip


_NAME_LENGTH: Final = 9


class AppealsBox(Card):
    """`changed` tells that one was decided here, `order_wanted` which order to explain."""

    changed = Signal()
    counted = Signal(int)
    order_wanted = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Appeals"))
        self._context, self._appeals = context, context.services.appeals
        self._chosen: AppealView | None = None
        self._views: Sequence[AppealView] = ()
        self.table = ListTable(_columns(), context.jobs, _("Appeals"), lambda view: view.id)
        self.table.set_empty(
            "check-circle",
            _("No appeals"),
            _("Whoever thinks a sale is theirs can say so beside the order."),
        )
        self.notice = NoticeBar()
        self.about = role(QLabel(wordWrap=True), "muted")
        self.agent = QComboBox()
        self.agent.setAccessibleName(_("Who gets the sale"))
        self.agent.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.agent.setMinimumContentsLength(_NAME_LENGTH)
        self.answer = QLineEdit()
        self.answer.setPlaceholderText(_("What to tell them (optional)"))
        self.answer.setAccessibleName(_("What to tell them (optional)"))
        self.grant = role(QPushButton(_("Grant")), "primary")
        self.refuse = QPushButton(_("Turn down"))
        self.withdraw = QPushButton(_("Take the appeal back"))
        self.form = QWidget()
        told = stack_horizontally(None, self.agent, self.answer, spacing=8)
        told.setStretch(1, 1)
        done = stack_horizontally(None, self.withdraw, None, self.refuse, self.grant, spacing=8)
        layout = stack_vertically(self.form, self.about, told, done, spacing=6)
        layout.setContentsMargins(0, 0, 4, 0)
        for widget in (self.table, self.notice, self.form):
            self.body.addWidget(widget)
        self.body.setStretch(1, 1)
        self.form.hide()
        self.table.selection_changed.connect(self._on_chosen)
        self.table.row_activated.connect(self._on_entered)
        self.grant.clicked.connect(partial(self._decide, grant=True))
        self.refuse.clicked.connect(partial(self._decide, grant=False))
        self.withdraw.clicked.connect(self._withdraw)

    def reload(self) -> None:
        """Read the log again."""
        self._context.jobs.run(self, self._read, self._show, key="appeals")

    def views(self) -> Sequence[AppealView]:
        """The log."""
        return self._views

    def _read(self) -> tuple[list[AppealView], list[Member]]:
        return self._appeals.log(), self._context.services.staff.members()

    def _show(self, found: tuple[list[AppealView], list[Member]]) -> None:
        views, members = found
        chosen = self.agent.currentData()
        self.agent.clear()
        for member in members:
            self.agent.addItem(member.shown_name, member.id.hex())
        self.agent.setCurrentIndex(max(0, self.agent.findData(chosen)))
        open_ones = sum(view.state is AppealState.OPEN for view in views)
        self.remark.setText(_("{n} open").format(n=open_ones) if open_ones else "")
        self.counted.emit(open_ones)
        self._views = views
        self.table.show_rows(views)
        if self._chosen is not None:
            self.table.select_id(self._chosen.id)
        self._on_chosen(None)

    def _on_chosen(self, view: AppealView | None) -> None:
        self._chosen = view
        me = self._context.services.staff.current
        is_open = view is not None and view.state is AppealState.OPEN
        may = self._appeals.may_decide()
        mine = view is not None and me is not None and view.who_id == me.id
        self.form.setVisible(view is not None)
        if view is None:
            return
        for widget in (self.agent, self.answer, self.grant, self.refuse):
            widget.setVisible(is_open and may)
        self.withdraw.setVisible(is_open and mine)
        self.agent.setCurrentIndex(max(0, self.agent.findData(view.who_id.hex())))
        self.about.setText(_about(view))

    def _on_entered(self, view: AppealView) -> None:
        self.order_wanted.emit(view.number)

    def _decide(self, _checked: bool = False, *, grant: bool) -> None:
        if self._chosen is None:
            return
        work = partial(
            self._appeals.decide,
            self._chosen.id,
            grant=grant,
            agent_id=bytes.fromhex(self.agent.currentData() or "") or None,
            answer=self.answer.text(),
        )
        self._context.jobs.run(self, work, self._done, failed=self._failed, lane="write")

    def _withdraw(self) -> None:
        if self._chosen is not None:
            work = partial(self._appeals.withdraw, self._chosen.id)
            self._context.jobs.run(self, work, self._done, failed=self._failed, lane="write")

    def _done(self, _nothing: Any) -> None:
        self.notice.say("")
        self.answer.clear()
        self._chosen = None
        self.reload()
        self.changed.emit()

    def _failed(self, error: BaseException) -> None:
        self.notice.say(str(error), "warning")


def _about(view: AppealView) -> str:
    text = f"{view.who}: {view.reason}"
    if view.decided_at is None:
        return text
    decided = _("{state} by {who}, {when}").format(
        state=appeal_state(view), who=view.decided_by or NOTHING, when=full_moment(view.decided_at)
    )
    return f"{text}\n{decided}" + (f": {view.answer}" if view.answer else "")
