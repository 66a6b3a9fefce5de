"""Writing a practice customer: the form, what the checker says, and a pane to try it out in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QScrollArea, QWidget

from app.core.errors import UserError
from app.core.i18n import _, current_language, ngettext
from app.training import Finding, ScenarioRow, TryOut
from ui.theme import icon, role, theme_signals
from ui.training.keyboard import form_key
from ui.training.scenario_form import ScenarioForm
from ui.training.try_out_pane import WIDTH, TryOutPane
from ui.widgets import StateBadge, confirm, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class ScenarioEditor(QWidget):
    """`left` asks for the list; `saved` says that the shop's scenarios are others now."""

    left = Signal()
    saved = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._scenarios = context, context.services.scenarios
        self._kept: dict[str, Any] = {}
        self._seed = 0
        self.form = ScenarioForm()
        self.form.changed.connect(self.check)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setObjectName("trainingPage")
        ground = QWidget()
        ground.setObjectName("trainingPage")
        stack_horizontally(ground, self.form, None).setStretch(0, 1000)
        self._scroll.setWidget(ground)
        self.pane = TryOutPane(context)
        self.pane.setFixedWidth(WIDTH)
        self.pane.hide()
        self.pane.closed.connect(self._close_pane)
        self.pane.begin_wanted.connect(self.try_out)
        row = stack_horizontally(None, self._scroll, self.pane)
        row.setStretch(0, 1)
        stack_vertically(self, self._make_head(), row)
        form_key(self, "Ctrl+S", self.keep, self.save)
        form_key(self, "Ctrl+Return", self.try_out, self.trial)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _make_head(self) -> QFrame:
        self.back = role(QPushButton(_("Back")), "ghost")
        self.back.clicked.connect(self.leave)
        self._verdict = QPushButton()
        role(self._verdict, "link")
        self._sound = StateBadge(_("Nothing to mend"), "success")
        self._verdict.clicked.connect(self._show_first)
        self._rest = role(QLabel(), "warning")
        self.active = QCheckBox(_("May come to trainees"))
        self.trial = QPushButton(_("Try it out"))
        self.trial.clicked.connect(self.try_out)
        self.save = role(QPushButton(_("Save")), "primary")
        self.save.clicked.connect(self.keep)
        head = role(QFrame(), "bar")
        row = stack_horizontally(
            *(head, self.back, self._verdict, self._sound, self._rest, None),
            *(self.active, self.trial, self.save),
            spacing=12,
        )
        row.setContentsMargins(16, 6, 16, 6)
        return head

    # --- what happens --------------------------------------------------------------------------

    def edit(self, document: dict[str, Any], *, active: bool = True, fresh: bool = False) -> None:
        """Show a document to be changed; a `fresh` one is not kept yet."""
        self.pane.hide()
        self.active.setChecked(active)
        self.form.show_document(document)
        self._kept = {} if fresh else self.form.document()
        self._scroll.verticalScrollBar().setValue(0)
        self.check()

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        self.form.focus_first()

    def check(self) -> None:
        """Let the checker look at what is written."""
        self._found = self._scenarios.check(self.form.document())
        rest = self.form.show_findings(self._found)
        self._rest.setText(" · ".join(rest))
        count = len(self._found)
        text = ngettext("{n} thing to mend", "{n} things to mend", count).format(n=count)
        self._verdict.setText(text)
        self._verdict.setVisible(bool(count))
        self._sound.setVisible(not count)
        self.trial.setEnabled(not count)

    def keep(self) -> None:
        """Save it; one that is not sound is kept, too, but does not come yet."""
        work = partial(self._scenarios.save, self.form.document(), active=self.active.isChecked())
        self._context.jobs.run(self, work, self._kept_it, lane="write")

    def _kept_it(self, row: ScenarioRow) -> None:
        self._kept = self.form.document()
        if row.faults:
            self._context.notices.warning(_("Saved, but it comes only when nothing is to mend."))
        else:
            self._context.notices.success(_("Saved."))
        self.saved.emit()

    def leave(self) -> None:
        """Back to the list; what is not saved is lost only on one's word."""
        text = _("What you changed since is lost.")
        if self.form.document() == self._kept or confirm(
            self, _("Leave without saving?"), text, _("Leave")
        ):
            self.left.emit()

    def try_out(self) -> None:
        """Let the customer come into the pane, each time another one."""
        self.check()
        if self._found:
            self._show_first()
            return
        self._seed += 1
        work = partial(
            self._scenarios.try_out,
            self.form.document(),
            seed=self._seed,
            english=current_language() == "en",
        )
        self._context.jobs.run(self, work, self._begin, failed=self._failed, key="try")

    def _begin(self, trial: TryOut) -> None:
        self.pane.show()
        self.pane.begin(trial)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.check()
        self._context.notices.failure(error)

    def _show_first(self) -> None:
        found: Sequence[Finding] = self._found
        if (field := self.form.first_fault(found)) is not None:
            self._scroll.ensureWidgetVisible(field, 0, 80)

    def _close_pane(self) -> None:
        self.pane.hide()
        self.trial.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.pane.isVisible():
            self._close_pane()
        else:
            self.leave()

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
        self.trial.setIcon(icon("play"))
