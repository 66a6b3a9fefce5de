"""Writes a phrase: shows one, keeps what is being written, saves it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from app.core.errors import UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.phrases import (
    Group,
    PhraseContext,
    Phrases,
    PhraseText,
    PhraseView,
    Scope,
    own_language_first,
)
from ui.phrases.form import PhraseForm
from ui.theme import icon, role, theme_signals
from ui.widgets import NoticeBar, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class PhraseEditor(QFrame):
    """One phrase at a time. Where it may not be changed, it can be copied to one's own.

    `saved` and `delete_wanted` carry the `PhraseView`; `cancelled` leaves a new phrase.
    """

    saved = Signal(object)
    cancelled = Signal()
    delete_wanted = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context, self._phrases = context, context.services.phrases
        self._shown: PhraseView | None = None
        self._groups: list[Group] = []
        self._free = True
        self.form = PhraseForm()
        self._start = self.form.written()
        self._build()
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
        self._groups = own_language_first(self._phrases.groups.all())
        self.form.show_groups(self._groups)

    def new(self, text: str = "", group_id: bytes | None = None) -> None:
        """Begin a phrase, perhaps with a text one has at hand."""
        self._shown = None
        self.form.write(PhraseText(group_id or b"", text, language=current_language()[:2]))
        if group_id is None or not self._may_write(group_id):
            self.form.choose_group(self._first_writable())
        self._settle()
        if text:
            self._start = replace(self._start, text="")
            self.form.check()

    def show_phrase(self, phrase: PhraseView) -> None:
        """Show a phrase to be changed; nothing is lost if it is the one being changed already."""
        if self._shown is not None and phrase.id == self._shown.id and self.dirty():
            return
        self._take(phrase)

    def show_case(self, case: PhraseContext) -> None:
        """Preview with a real customer instead of the sample."""
        self.form.show_case(case)

    def dirty(self) -> bool:
        """Whether something was written that is not saved."""
        return self._free and self.form.written() != self._start

    def holds(self) -> bool:
        """Whether something unsaved keeps another phrase from being shown; then it says so."""
        if not self.dirty():
            return False
        self._trouble.say(_("This phrase is not saved yet: save it or cancel first."), "warning")
        return True

    def focus_text(self) -> None:
        """Put the cursor at the end of the text."""
        self.form.focus_text()

    # --- saving ---------------------------------------------------------------------------

    def save(self) -> None:
        """Save, or say what is wrong."""
        if not self._free:
            return
        written, shown = self.form.written(), self._shown
        work = (
            partial(self._phrases.change, shown.id, written)
            if shown is not None
            else partial(_add, self._phrases, written, _("Common"), self._may_edit_shop())
        )
        self._context.jobs.run(self, work, self._on_saved, failed=self._on_failed, lane="write")

    def copy_to_mine(self) -> None:
        """Take a phrase of the shop as one's own, to be changed."""
        work = partial(_copy, self._phrases, self.form.written(), _("My phrases"))
        self._context.jobs.run(self, work, self._on_saved, failed=self._on_failed, lane="write")

    def revert(self) -> None:
        """Back to what is saved."""
        if self._shown is None:
            self.cancelled.emit()
            return
        self.form.write(self._start)
        self._settle()

    def _on_saved(self, phrase: PhraseView) -> None:
        self._context.notices.success(_("Phrase saved"))
        self.show_groups()
        self._take(phrase)
        self.saved.emit(phrase)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._trouble.say(" ".join(filter(None, (error.message, error.hint))), "danger")
        self.form.mark(error.code)

    # --- parts ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.setObjectName("phraseEditor")
        self._heading = role(QLabel(), "heading")
        self._trouble = NoticeBar()
        self._save = role(QPushButton(_("Save")), "primary")
        self._revert = QPushButton(_("Cancel"))
        self._delete = role(QPushButton(_("Delete")), "ghost")
        self._copy = QPushButton(_("Copy to my phrases"))
        self._locked = role(
            QLabel(_("A phrase of the shop: supervisors change it."), wordWrap=True), "hint"
        )
        buttons = stack_horizontally(
            None, self._save, self._revert, self._copy, None, self._delete, spacing=8
        )
        column = stack_vertically(
            self, self._heading, self._trouble, self.form, self._locked, buttons, margin=16,
            spacing=8,
        )  # fmt: skip
        column.setStretch(2, 1)

    def _connect(self) -> None:
        self.form.changed.connect(self._follow)
        self.form.entered.connect(self.save)
        self._save.clicked.connect(self.save)
        self._revert.clicked.connect(self.revert)
        self._copy.clicked.connect(self.copy_to_mine)
        self._delete.clicked.connect(self._on_delete)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self, context=inside).activated.connect(self.save)

    def _take(self, phrase: PhraseView) -> None:
        self._shown = phrase
        self.form.write(
            PhraseText(
                phrase.group_id, phrase.text, phrase.code, phrase.title, phrase.language,
                phrase.step,
            )
        )  # fmt: skip
        self._settle()

    def _settle(self) -> None:
        """What is in the form now is where changes begin."""
        self._start = self.form.written()
        self._trouble.say("")
        self._heading.setText(_("Change the phrase") if self._shown else _("New phrase"))
        self._free = self._shown is None or self._may_write(self._shown.group_id)
        self.form.set_free(self._free)
        self._locked.setVisible(not self._free)
        self._copy.setVisible(not self._free)
        self._save.setVisible(self._free)
        self._delete.setVisible(self._free and self._shown is not None)
        self.form.check()

    def _follow(self) -> None:
        written = self.form.written()
        self._revert.setVisible(self.dirty())
        self._save.setEnabled(self.dirty() and bool(written.text.strip()))
        besides = self._shown.id if self._shown else None
        work = partial(self._phrases.twins, written.code.strip(), besides)
        self._context.jobs.run(self, work, self.form.show_twins, key="twins")

    def _on_delete(self) -> None:
        if self._shown is not None:
            self.delete_wanted.emit(self._shown)

    def _may_write(self, group_id: bytes) -> bool:
        group = next((g for g in self._groups if g.id == group_id), None)
        if group is None:
            return False
        if group.scope is Scope.SHOP:
            return self._may_edit_shop()
        return self._context.services.staff.may(Permission.EDIT_OWN_PHRASES)

    def _may_edit_shop(self) -> bool:
        return self._context.services.staff.may(Permission.EDIT_SHOP_PHRASES)

    def _first_writable(self) -> bytes | None:
        return next((g.id for g in self._groups if self._may_write(g.id)), None)

    def _tint(self) -> None:
        self._delete.setIcon(icon("trash"))


def _add(phrases: Phrases, text: PhraseText, group_name: str, shop: bool) -> PhraseView:
    """Runs in a job: a phrase written before there is any group makes the first one."""
    if not text.group_id:
        scope = Scope.SHOP if shop else Scope.MINE
        text = replace(text, group_id=phrases.groups.create(group_name, scope).id)
    return phrases.add(text)


def _copy(phrases: Phrases, text: PhraseText, group_name: str) -> PhraseView:
    """Runs in a job: one's own copy, in a group of one's own."""
    own = next((g.id for g in phrases.groups.all() if g.scope is Scope.MINE), None)
    return phrases.add(
        replace(text, group_id=own or phrases.groups.create(group_name, Scope.MINE).id)
    )
