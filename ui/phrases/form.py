"""The fields of a phrase: code, title, group, text with variables, and how it will read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.core.i18n import N_, _, current_language
from app.phrases import (
    MAX_CODE,
    MAX_TEXT,
    MAX_TITLE,
    STEP_TITLES,
    TITLES,
    Group,
    PhraseContext,
    PhraseText,
    PhraseView,
    Scope,
    Variable,
    fill,
    problems,
    token,
)
from ui.phrases.highlighter import VariableHighlighter
from ui.phrases.problem_texts import problem_text
from ui.theme import icon, role, set_state, theme_signals
from ui.widgets import stack_horizontally, stack_vertically

LANGUAGE_NAMES: Final = {"zh": N_("Chinese"), "en": N_("English")}
SAMPLES: Final = {
    "zh": PhraseContext(
        customer="王女士", agent="小丽", shop="花间小铺", order_no="2026112200001",
        tracking_no="YT8801234567890", carrier="圆通速递", items=("羊绒围巾",), paid_fen=12800,
        total_fen=13800, recipient="王芳", address="浙江省杭州市西湖区文三路1号",
    ),
    "en": PhraseContext(
        customer="Ms Wang", agent="Lily", shop="Garden Corner", order_no="2026112200001",
        tracking_no="YT8801234567890", carrier="YTO Express", items=("Cashmere scarf",),
        paid_fen=12800, total_fen=13800, recipient="Wang Fang",
        address="1 Wensan Road, Xihu District, Hangzhou, Zhejiang",
    ),
}  # fmt: skip
_FALLBACKS: Final = {"zh": "亲", "en": "there"}
_PAUSE_MS: Final = 120


class PhraseForm(QWidget):
    """`changed` follows what is written, with a short pause; `entered` is Enter in a line."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._groups: list[Group] = []
        self._case: PhraseContext | None = None
        self._build()
        self._arrange()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.check)
        self._connect()
        theme_signals().changed.connect(self._tint)
        self._tint()

    # --- what stands in it ----------------------------------------------------------------

    def written(self) -> PhraseText:
        """What is written now."""
        return PhraseText(
            self.group_id(), self.text.toPlainText(), self.code.text(), self.title.text(),
            self.language.currentData(), self.step.currentData(),
        )  # fmt: skip

    def write(self, phrase: PhraseText) -> None:
        """Put a phrase into the fields."""
        self.code.setText(phrase.code)
        self.title.setText(phrase.title)
        self.text.setPlainText(phrase.text)
        self.step.setCurrentIndex(max(0, self.step.findData(phrase.step)))
        self.language.setCurrentIndex(max(0, self.language.findData(phrase.language)))
        self.choose_group(phrase.group_id or None)

    def show_groups(self, groups: list[Group]) -> None:
        """Offer these groups, keeping the choice."""
        chosen = self.group_id()
        self._groups = groups
        self.group.clear()
        for group in groups:
            self.group.addItem(group_title(group))
        self.choose_group(chosen)

    def group_id(self) -> bytes:
        """The group chosen; empty where there is none."""
        number = self.group.currentIndex()
        return self._groups[number].id if 0 <= number < len(self._groups) else b""

    def choose_group(self, group_id: bytes | None) -> None:
        """Choose a group, or the first."""
        ids = [group.id for group in self._groups]
        self.group.setCurrentIndex(ids.index(group_id) if group_id in ids else 0)

    def show_case(self, case: PhraseContext) -> None:
        """Preview with a real customer instead of the sample."""
        self._case = case
        self.check()

    def set_free(self, free: bool) -> None:
        """Let it be changed, or only be read."""
        for field in (self.code, self.title, self.text):
            field.setReadOnly(not free)
        for combo in (self.group, self.step, self.language):
            combo.setEnabled(free)
        self.variables.setVisible(free)

    def check(self) -> None:
        """Show how it reads and what is wrong with it."""
        self._pause.stop()
        written = self.written()
        for field in (self.text, self.code, self.title):
            set_state(field, state="")
        self.fault.setText(problem_text(problems(written.text)))
        size = len(written.text)
        self.length.setText(f"{size} / {MAX_TEXT}")
        role(self.length, "danger" if size > MAX_TEXT else "hint")
        case = self._case or SAMPLES[written.language]
        self.preview.setText(fill(written.text, case, written.language).text or " ")
        self.changed.emit()

    def show_twins(self, twins: list[PhraseView]) -> None:
        """Name another phrase of the same code."""
        text = ""
        if twins:
            first = twins[0]
            text = _("“{code}” is also the code of: {other}").format(
                code=first.code, other=first.title or first.text[:20]
            )
        self.twins.setText(text)
        self.twins.setVisible(bool(text))
        set_state(self.code, state="error" if twins else "")

    def mark(self, code: str) -> None:
        """Put the cursor into the field an error speaks of."""
        fields: dict[str, QWidget] = {
            "phrase_text": self.text,
            "phrase_code": self.code,
            "phrase_title": self.title,
        }
        if (wrong := fields.get(code)) is not None:
            set_state(wrong, state="error")
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_text(self) -> None:
        """Put the cursor at the end of the text."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.code = QLineEdit(maxLength=MAX_CODE, placeholderText=_("e.g. fh"))
        self.title = QLineEdit(maxLength=MAX_TITLE, placeholderText=_("What it is about"))
        self.group, self.step, self.language = QComboBox(), QComboBox(), QComboBox()
        for step, title in STEP_TITLES.items():
            self.step.addItem(_(title), str(step))
        for language, title in LANGUAGE_NAMES.items():
            self.language.addItem(_(title), language)
        for combo in (self.group, self.step):
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            combo.setMinimumWidth(80)
        self.language.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(96)
        self.text.setMaximumHeight(260)
        self._highlighter = VariableHighlighter(self.text.document())
        self.twins = role(QLabel(wordWrap=True), "warning")
        self.twins.hide()
        self.fault = role(QLabel(wordWrap=True), "danger")
        self.length = role(QLabel(), "hint")
        self.preview = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.variables = role(QPushButton(_("Insert variable")), "ghost")
        self.variables.setMenu(_variable_menu(self.variables, self._insert))

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addLayout(_labelled(_("Short code"), self.code), 0, 0)
        grid.addLayout(_labelled(_("Title"), self.title), 0, 1)
        grid.addLayout(_labelled(_("Group"), self.group), 1, 0)
        grid.addLayout(_labelled(_("Step"), self.step), 1, 1)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.text.setAccessibleName(_("Text"))
        self.language.setAccessibleName(_("Language"))
        tools = stack_horizontally(
            None, role(QLabel(_("Text")), "hint"), None, self.variables, spacing=8
        )
        under = stack_horizontally(None, self.fault, self.length, spacing=8)
        under.setStretch(0, 1)
        seen = stack_horizontally(
            None, role(QLabel(_("How it reads")), "hint"), None, self.language, spacing=8
        )
        card = role(QFrame(), "card")
        stack_vertically(card, self.preview, margin=12)
        stack_vertically(
            self, grid, self.twins, tools, self.text, under, seen, card, None, spacing=8
        )

    def _connect(self) -> None:
        self.text.textChanged.connect(self._check_soon)
        for line in (self.code, self.title):
            line.textChanged.connect(self._check_soon)
            line.returnPressed.connect(self.entered)
        for combo in (self.group, self.step, self.language):
            combo.activated.connect(self._check_soon)

    def _check_soon(self) -> None:
        self._pause.start()

    def _insert(self, variable: Variable) -> None:
        language = self.language.currentData()
        fallback = _FALLBACKS[language] if variable is Variable.CUSTOMER else None
        self.text.insertPlainText(token(variable, language, fallback))
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tint(self) -> None:
        self.variables.setIcon(icon("plus"))


def group_title(group: Group) -> str:
    """A group's name, with a word where it is one's own."""
    if group.scope is Scope.SHOP:
        return group.name
    return _("{name} (mine)").format(name=group.name)


def _variable_menu(button: QPushButton, insert: Callable[[Variable], None]) -> QMenu:
    menu = QMenu(button)
    for variable, title in TITLES.items():
        action = menu.addAction(f"{_(title)}\t{token(variable, current_language())}")
        action.triggered.connect(partial(insert, variable))
    return menu


def _labelled(title: str, field: QWidget) -> QGridLayout:
    label = role(QLabel(title), "hint")
    label.setBuddy(field)
    field.setAccessibleName(title)
    box = QGridLayout()
    box.setVerticalSpacing(2)
    box.addWidget(label, 0, 0)
    box.addWidget(field, 1, 0)
    return box
