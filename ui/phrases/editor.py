"""Writes a phrase: code, title, group, text with variables, and how it will read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
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

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.phrases import (
    MAX_CODE,
    MAX_TEXT,
    MAX_TITLE,
    STEP_TITLES,
    TITLES,
    Group,
    PhraseContext,
    Phrases,
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
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

LANGUAGE_NAMES: Final = {"zh": N_("Chinese"), "en": N_("English")}
SAMPLE: Final = PhraseContext(
    customer="王女士", agent="小丽", shop="花间小铺", order_no="2026112200001", tracking_no="YT8801234567890",
    carrier="圆通速递", items=("羊绒围巾",), paid_fen=12800, total_fen=13800, recipient="王芳",
    address="浙江省杭州市西湖区文三路1号",
)  # fmt: skip
_FALLBACKS: Final = {"zh": "亲", "en": "there"}
_PAUSE_MS: Final = 120


class PhraseEditor(QFrame):
    """One phrase at a time. Where it may not be changed, it can be copied to one's own.

    `saved` carries the `PhraseView`; `cancelled` leaves a new phrase; `deleted` carries the view.
    """

    saved = Signal(object)
    cancelled = Signal()
    delete_wanted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._phrases = context, context.services.phrases
        self._shown: PhraseView | None = None
        self._case = SAMPLE
        self._groups: list[Group] = []
        self._build_fields()
        self._build_buttons()
        self._arrange()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._check)
        self._connect()
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_groups()
        self.new()

    # --- what is edited -------------------------------------------------------------------

    @property
    def shown(self) -> PhraseView | None:
        """The phrase being changed; None while a new one is written."""
        return self._shown

    def show_groups(self) -> None:
        """Offer the groups there are now."""
        chosen = self._group_id()
        self._groups = self._phrases.groups.all()
        self._group.clear()
        for group in self._groups:
            name = group.name if group.scope is Scope.SHOP else _("{name} (mine)")
            self._group.addItem(name.format(name=group.name))
        self._choose_group(chosen)

    def new(self, text: str = "", group_id: bytes | None = None) -> None:
        """Begin a phrase, perhaps with a text one has at hand."""
        self._shown = None
        self._fill(PhraseText(group_id or b"", text))
        if group_id is None or not self._may_write(group_id):
            self._choose_group(self._first_writable())
        self._settle()

    def show_phrase(self, phrase: PhraseView) -> None:
        """Show a phrase to be changed; nothing is lost if it is the one already shown."""
        if self._shown is not None and phrase.id == self._shown.id and self.dirty():
            return
        self._shown = phrase
        self._fill(
            PhraseText(
                phrase.group_id, phrase.text, phrase.code, phrase.title, phrase.language,
                phrase.step,
            )
        )  # fmt: skip
        self._settle()

    def show_case(self, case: PhraseContext) -> None:
        """Preview with a real customer instead of the sample."""
        self._case = case
        self._check()

    def dirty(self) -> bool:
        """Whether something was written that is not saved."""
        return self._written() != self._start and not self._text.isReadOnly()

    def focus_text(self) -> None:
        """Put the cursor at the end of the text."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.moveCursor(self._text.textCursor().MoveOperation.End)

    # --- saving ---------------------------------------------------------------------------

    def save(self) -> None:
        """Save, or say what is wrong."""
        if self._text.isReadOnly():
            return
        written, shown = self._written(), self._shown
        work = (
            partial(self._phrases.change, shown.id, written)
            if shown is not None
            else partial(_add, self._phrases, written, _("Common"), self._may_edit_shop())
        )
        self._context.jobs.run(self, work, self._on_saved, failed=self._on_failed, lane="write")

    def copy_to_mine(self) -> None:
        """Take a phrase of the shop as one's own, to be changed."""
        text = self._written()
        work = partial(_copy, self._phrases, text, _("My phrases"))
        self._context.jobs.run(self, work, self._on_saved, failed=self._on_failed, lane="write")

    def revert(self) -> None:
        """Back to what is saved."""
        if self._shown is None:
            self.cancelled.emit()
            return
        self._fill(self._start)
        self._settle()

    def _on_saved(self, phrase: PhraseView) -> None:
        self._context.notices.success(_("Phrase saved"))
        self._shown = phrase
        self.show_groups()
        self._fill(
            PhraseText(
                phrase.group_id, phrase.text, phrase.code, phrase.title, phrase.language,
                phrase.step,
            )
        )  # fmt: skip
        self._settle()
        self.saved.emit(phrase)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._trouble.say(" ".join(filter(None, (error.message, error.hint))), "danger")
        fields: dict[str, QWidget] = {
            "phrase_text": self._text,
            "phrase_code": self._code,
            "phrase_title": self._title,
        }
        if (wrong := fields.get(error.code)) is not None:
            set_state(wrong, state="error")
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- parts ----------------------------------------------------------------------------

    def _build_fields(self) -> None:
        self._heading = role(QLabel(), "heading")
        self._trouble = NoticeBar()
        self._code = QLineEdit(maxLength=MAX_CODE, placeholderText=_("e.g. fh"))
        self._title = QLineEdit(maxLength=MAX_TITLE, placeholderText=_("What it is about"))
        self._group, self._step, self._language = QComboBox(), QComboBox(), QComboBox()
        for step, title in STEP_TITLES.items():
            self._step.addItem(_(title), str(step))
        for language, title in LANGUAGE_NAMES.items():
            self._language.addItem(_(title), language)
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(96)
        self._highlighter = VariableHighlighter(self._text.document())
        self._twins = role(QLabel(wordWrap=True), "warning")
        self._fault = role(QLabel(wordWrap=True), "danger")
        self._length = role(QLabel(), "hint")
        self._preview = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for combo in (self._group, self._step, self._language):
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            combo.setMinimumWidth(80)

    def _build_buttons(self) -> None:
        self._variables = role(QPushButton(_("Insert variable")), "ghost")
        menu = QMenu(self._variables)
        for variable, title in TITLES.items():
            action = menu.addAction(f"{_(title)}\t{token(variable)}")
            action.triggered.connect(partial(self._insert, variable))
        self._variables.setMenu(menu)
        self._save = role(QPushButton(_("Save")), "primary")
        self._revert = QPushButton(_("Cancel"))
        self._delete = role(QPushButton(_("Delete")), "ghost")
        self._copy = QPushButton(_("Copy to my phrases"))
        self._locked = role(
            QLabel(_("A phrase of the shop: supervisors change it."), wordWrap=True), "hint"
        )

    def _arrange(self) -> None:
        self.setObjectName("phraseEditor")
        grid = QGridLayout()
        grid.setSpacing(8)
        rows: list[tuple[str, QWidget, str, QWidget]] = [
            (_("Short code"), self._code, _("Title"), self._title),
            (_("Group"), self._group, _("Step"), self._step),
        ]
        for number, (left, one, right, other) in enumerate(rows):
            for column, (title, field) in enumerate(((left, one), (right, other))):
                grid.addLayout(_labelled(title, field), number, column)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        _name(self._text, _("Text"))
        _name(self._language, _("Language"))
        tools = stack_horizontally(
            None, role(QLabel(_("Text")), "hint"), None, self._variables, spacing=8
        )
        under = stack_horizontally(None, self._fault, self._length, spacing=8)
        under.setStretch(0, 1)
        card = QFrame()
        role(card, "card")
        stack_vertically(card, self._preview, margin=12)
        seen = stack_horizontally(
            None, role(QLabel(_("How it reads")), "hint"), None, self._language, spacing=8
        )
        self._language.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        buttons = stack_horizontally(
            None, self._save, self._revert, self._copy, None, self._delete, spacing=8
        )
        stack_vertically(
            self, self._heading, self._trouble, grid, self._twins, tools, self._text, under, seen,
            card, self._locked, None, buttons, margin=16, spacing=8,
        )  # fmt: skip

    def _connect(self) -> None:
        self._text.textChanged.connect(self._check_soon)
        for line in (self._code, self._title):
            line.textChanged.connect(self._check_soon)
            line.returnPressed.connect(self.save)
        for combo in (self._group, self._step, self._language):
            combo.activated.connect(self._check)
        self._save.clicked.connect(self.save)
        self._revert.clicked.connect(self.revert)
        self._copy.clicked.connect(self.copy_to_mine)
        self._delete.clicked.connect(self._on_delete)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self, context=inside).activated.connect(self.save)

    # --- following what is written --------------------------------------------------------

    def _fill(self, phrase: PhraseText) -> None:
        self._code.setText(phrase.code)
        self._title.setText(phrase.title)
        self._text.setPlainText(phrase.text)
        self._step.setCurrentIndex(max(0, self._step.findData(phrase.step)))
        self._language.setCurrentIndex(max(0, self._language.findData(phrase.language)))
        self._choose_group(phrase.group_id or None)

    def _settle(self) -> None:
        self._start = self._written()
        self._trouble.say("")
        self._heading.setText(_("Change the phrase") if self._shown else _("New phrase"))
        free = self._shown is None or self._may_write(self._shown.group_id)
        for field in (self._code, self._title, self._text):
            field.setReadOnly(not free)
        for combo in (self._group, self._step, self._language):
            combo.setEnabled(free)
        self._locked.setVisible(not free)
        self._copy.setVisible(not free)
        self._variables.setVisible(free)
        self._save.setVisible(free)
        self._delete.setVisible(free and self._shown is not None)
        self._check()

    def _check_soon(self) -> None:
        self._pause.start()

    def _check(self) -> None:
        self._pause.stop()
        written = self._written()
        for field in (self._text, self._code, self._title):
            set_state(field, state="")
        self._fault.setText(problem_text(problems(written.text)))
        size = len(written.text)
        self._length.setText(f"{size} / {MAX_TEXT}")
        role(self._length, "danger" if size > MAX_TEXT else "hint")
        filled = fill(written.text, self._case, written.language)
        self._preview.setText(filled.text or " ")
        self._revert.setVisible(self.dirty() or self._shown is None)
        self._save.setEnabled(self.dirty() and bool(written.text.strip()))
        self._ask_for_twins(written.code.strip())

    def _ask_for_twins(self, code: str) -> None:
        besides = self._shown.id if self._shown else None
        work = partial(self._phrases.twins, code, besides)
        self._context.jobs.run(self, work, self._show_twins, key="twins")

    def _show_twins(self, twins: list[PhraseView]) -> None:
        text = ""
        if twins:
            first = twins[0]
            text = _("“{code}” is also the code of: {other}").format(
                code=first.code, other=first.title or first.text[:20]
            )
        self._twins.setText(text)
        self._twins.setVisible(bool(text))
        set_state(self._code, state="error" if twins else "")

    def _written(self) -> PhraseText:
        return PhraseText(
            self._group_id(), self._text.toPlainText(), self._code.text(),
            self._title.text(), self._language.currentData(), self._step.currentData(),
        )  # fmt: skip

    def _insert(self, variable: Variable) -> None:
        language = self._language.currentData()
        fallback = _FALLBACKS[language] if variable is Variable.CUSTOMER else None
        self._text.insertPlainText(token(variable, language, fallback))
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_delete(self) -> None:
        if self._shown is not None:
            self.delete_wanted.emit(self._shown)

    # --- groups ---------------------------------------------------------------------------

    def _group_id(self) -> bytes:
        number = self._group.currentIndex()
        return self._groups[number].id if 0 <= number < len(self._groups) else b""

    def _choose_group(self, group_id: bytes | None) -> None:
        ids = [group.id for group in self._groups]
        self._group.setCurrentIndex(ids.index(group_id) if group_id in ids else 0)

    def _may_write(self, group_id: bytes) -> bool:
        group = next((g for g in self._groups if g.id == group_id), None)
        if group is None:
            return False
        needed = (
            Permission.EDIT_SHOP_PHRASES
            if group.scope is Scope.SHOP
            else Permission.EDIT_OWN_PHRASES
        )
        return self._context.services.staff.may(needed)

    def _may_edit_shop(self) -> bool:
        return self._context.services.staff.may(Permission.EDIT_SHOP_PHRASES)

    def _first_writable(self) -> bytes | None:
        return next((g.id for g in self._groups if self._may_write(g.id)), None)

    def _tint(self) -> None:
        self._variables.setIcon(icon("plus"))
        self._delete.setIcon(icon("trash"))


def _add(phrases: Phrases, text: PhraseText, group_name: str, shop: bool) -> PhraseView:
    """Runs in a job: a phrase written before there is any group makes the first one."""
    if not text.group_id:
        scope = Scope.SHOP if shop else Scope.MINE
        text = replace(text, group_id=phrases.groups.create(group_name, scope).id)
    return phrases.add(text)


def _copy(phrases: Phrases, text: PhraseText, group_name: str) -> PhraseView:
    """Runs in a job: one's own copy, in a group of one's own."""
    return phrases.add(replace(text, group_id=own_group(phrases, group_name)))


def own_group(phrases: Phrases, name: str) -> bytes:
    """The first group of one's own, made if there is none."""
    for group in phrases.groups.all():
        if group.scope is Scope.MINE:
            return group.id
    return phrases.groups.create(name, Scope.MINE).id


def _labelled(title: str, field: QWidget) -> QGridLayout:
    label = role(QLabel(title), "hint")
    label.setBuddy(field)
    _name(field, title)
    box = QGridLayout()
    box.setVerticalSpacing(2)
    box.addWidget(label, 0, 0)
    box.addWidget(field, 1, 0)
    return box


def _name(field: QWidget, name: str) -> None:
    field.setAccessibleName(name)
