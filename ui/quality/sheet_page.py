"""The sheet everybody is scored by: names, points, lines taken out and lines of one's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.core.errors import UserError
from app.core.i18n import _
from app.quality import STAGES, Criterion
from ui.theme import icon, role, theme_signals
from ui.widgets import NoticeBar, NumberBox, clear_layout, stack_horizontally, stack_vertically
from ui.widgets.sub_page import SubPage

if TYPE_CHECKING:
    from db.changes import Changes
    from ui.shell.plugs import UiContext

_WIDTH: Final = 760
_MOST: Final = 100


class SheetPage(SubPage):
    """Every change is kept at once and holds for checks from then on."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._quality = context, context.services.quality
        self._shown: list[Criterion] = []
        self.back = role(QPushButton(), "icon")
        self.back.setAccessibleName(_("Back"))
        self.back.setToolTip(_("Back") + "  Esc")
        self.sum = role(QLabel(), "muted")
        self.trouble = NoticeBar()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self._arrange()
        self.back.clicked.connect(self.left)
        context.store.changed.connect(self._on_store)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.reload()

    def reload(self) -> None:
        """Read the sheet again."""
        self._context.jobs.run(self, self._quality.sheet, self._show, key="sheet")

    def focus_first(self) -> None:
        """Put the keyboard on the first name."""
        item = self._grid.itemAtPosition(1, 2)
        widget = item.widget() if item is not None else None
        (widget or self.back).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # --- parts -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        head = role(QFrame(), "bar")
        head.setMinimumHeight(52)
        title = role(QLabel(_("Score sheet")), "title")
        row = stack_horizontally(head, self.back, title, self.sum, None, spacing=12)
        row.setContentsMargins(12, 8, 16, 8)
        card = role(QFrame(), "card")
        card.setLayout(self._grid)
        hint = _("Finished checks keep their points. A line without a tick is asked no more.")
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH)
        body = stack_vertically(
            inner, role(QLabel(hint, wordWrap=True), "muted"), self.trouble, card,
            self._new_line(), None, spacing=12,
        )  # fmt: skip
        body.setContentsMargins(0, 0, 0, 0)
        outer = QWidget()
        outer_row = stack_horizontally(outer, inner, None)
        outer_row.setContentsMargins(24, 16, 24, 24)
        outer_row.setStretchFactor(inner, 1000)
        scroll = QScrollArea()
        scroll.setWidget(outer)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        stack_vertically(self, head, scroll).setStretch(1, 1)

    def _new_line(self) -> QWidget:
        card = role(QFrame(), "card")
        self.stage = QComboBox()
        self.stage.setAccessibleName(_("Part of the new line"))
        for key, name in STAGES.items():
            self.stage.addItem(_(name), key)
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("A line of your own, Enter adds it"))
        self.name.setAccessibleName(_("Name of the new line"))
        self.points = NumberBox(1, _MOST)
        self.points.setValue(5)
        self.points.setAccessibleName(_("Points of the new line"))
        add = QPushButton(_("Add"))
        add.clicked.connect(self._add)
        self.name.returnPressed.connect(self._add)
        row = stack_horizontally(card, self.stage, self.name, self.points, add, spacing=8)
        row.setStretch(1, 1)
        row.setContentsMargins(16, 12, 16, 12)
        return card

    # --- showing ---------------------------------------------------------------------------

    def _show(self, lines: list[Criterion]) -> None:
        active = [line for line in lines if line.active]
        words = _("{n} lines, {points} points")
        self.sum.setText(words.format(n=len(active), points=sum(line.points for line in active)))
        if [line.id for line in lines] != [line.id for line in self._shown]:
            self._build(lines)
        self._shown = lines

    def _build(self, lines: list[Criterion]) -> None:
        clear_layout(self._grid)
        for column, title in enumerate((_("Ask"), _("Part"), _("What is judged"), _("Points"))):
            self._grid.addWidget(role(QLabel(title), "hint"), 0, column)
        for number, line in enumerate(lines, 1):
            for column, widget in enumerate(self._row(line)):
                self._grid.addWidget(widget, number, column)

    def _row(self, line: Criterion) -> tuple[QWidget, ...]:
        tick = QCheckBox()
        tick.setProperty("bare", True)
        tick.setChecked(line.active)
        tick.setAccessibleName(_("Ask: {line}").format(line=line.name))
        tick.toggled.connect(partial(self._on_tick, line.id))
        part = role(QLabel(_(STAGES.get(line.stage, ""))), "muted")
        name = QLineEdit(line.name)
        name.setAccessibleName(_("Name of “{line}”").format(line=line.name))
        name.setToolTip(line.hint)
        name.editingFinished.connect(partial(self._on_name, line.id, name))
        points = NumberBox(1, _MOST)
        points.setKeyboardTracking(False)
        points.setMinimumWidth(84)
        points.setValue(line.points)
        points.setAccessibleName(_("Points of “{line}”").format(line=line.name))
        points.valueChanged.connect(partial(self._on_points, line.id))
        return tick, part, name, points

    # --- doing -----------------------------------------------------------------------------

    def _on_tick(self, line: bytes, ticked: bool) -> None:
        self._keep(partial(self._quality.change_line, line, active=ticked))

    def _on_name(self, line: bytes, field: QLineEdit) -> None:
        if field.isModified():
            field.setModified(False)
            self._keep(partial(self._quality.change_line, line, name=field.text()))

    def _on_points(self, line: bytes, points: int) -> None:
        self._keep(partial(self._quality.change_line, line, points=points))

    def _add(self) -> None:
        if name := self.name.text().strip():
            stage, points = str(self.stage.currentData()), self.points.value()
            self._keep(partial(self._quality.add_line, stage, name, points), self._added)

    def _added(self, _line: object) -> None:
        self.name.clear()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self, work: Callable[[], Any], done: Callable[[Any], None] | None = None) -> None:
        self.trouble.say("")
        self._context.jobs.run(self, work, done, failed=self._failed, lane="write")

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self.trouble.say(f"{error.message} {error.hint}".strip(), "danger")

    def _on_store(self, changes: Changes) -> None:
        if changes.touches("quality_criteria"):
            self.reload()

    def _tint(self) -> None:
        self.back.setIcon(icon("chevron-left"))
