"""What replies are checked for: rule packs with their levels, words of the shop's own, a trial."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.core.i18n import N_, _, current_language
from app.language import Hit, Level, OwnWord, Pack
from app.language.settings import CHECK_LANGUAGE
from ui.settings.form import SettingsPage, keyboard_kept, setting_row
from ui.theme import icon, role
from ui.widgets import NoticeBar, clear_layout, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

LEVEL_NAMES: Final = {
    Level.OFF: N_("Off"),
    Level.HINT: N_("Hint: shown only"),
    Level.WARN: N_("Warn: Enter again sends"),
    Level.BLOCK: N_("Block: must be changed"),
}
_WORD_WIDTH: Final = 130


class WordingPage(SettingsPage):
    """Every change is kept at once and holds for the next key at every desk."""

    width_limit = 760

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Wording"))
        self._context, self._language = context, context.services.language
        self._told = NoticeBar()
        self.own = QVBoxLayout()
        self.own.setSpacing(8)
        self.add_group("", self._switch())
        self.add_group(_("Rules"), *self._packs())
        self.add_widget(self._told)
        self.add_group(_("The shop's own words"), self._own_words())
        self.add_group(_("Try it"), self._trial())
        self._show_own()

    # --- rules ---------------------------------------------------------------------------------

    def _switch(self) -> QWidget:
        box = QCheckBox()
        box.setChecked(self._context.services.settings.get(CHECK_LANGUAGE))
        box.toggled.connect(self._on_switch)
        hint = _("While one types, with a wording to take instead. It never stops the typing.")
        return setting_row(_("Check replies before they go out"), hint, box)

    def _on_switch(self, on: bool) -> None:
        self._keep(partial(self._context.services.settings.set, CHECK_LANGUAGE, on))

    def _packs(self) -> list[QWidget]:
        english = current_language() == "en"
        return [self._pack(pack, level, english) for pack, level in self._language.levels()]

    def _pack(self, pack: Pack, level: Level, english: bool) -> QWidget:
        box = _level_box(level, with_off=True)
        box.activated.connect(partial(self._on_level, pack.key, box))
        title, why = (pack.title_en, pack.why_en) if english else (pack.title, pack.why)
        return setting_row(title, why, box)

    def _on_level(self, pack: str, box: QComboBox, _index: int) -> None:
        self._keep(partial(self._language.set_level, pack, Level(box.currentData())))

    # --- own words -----------------------------------------------------------------------------

    def _own_words(self) -> QWidget:
        self.new_word = QLineEdit()
        self.new_word.setPlaceholderText(_("New word, Enter"))
        self.new_word.setAccessibleName(_("A word that should not go out"))
        self.new_word.returnPressed.connect(self._add)
        holder = QWidget()
        holder.setLayout(stack_vertically(None, self.own, self.new_word, margin=16, spacing=12))
        return holder

    def _show_own(self) -> None:
        with keyboard_kept(self):
            clear_layout(self.own)
            for number, own in enumerate(self._language.own_words()):
                self.own.addLayout(self._own_row(number, own))

    def _own_row(self, number: int, own: OwnWord) -> QVBoxLayout:
        word, instead = QLabel(own.word), QLineEdit(own.instead)
        word.setMinimumWidth(_WORD_WIDTH)
        instead.setPlaceholderText(_("Write instead"))
        instead.setAccessibleName(_("Instead of “{word}”").format(word=own.word))
        level = _level_box(own.level, with_off=False)
        level.setAccessibleName(_("Level of “{word}”").format(word=own.word))
        away = role(QPushButton(icon("trash"), ""), "icon")
        away.setAccessibleName(_("Remove “{word}”").format(word=own.word))
        away.setToolTip(away.accessibleName())
        instead.editingFinished.connect(partial(self._on_instead, number, instead))
        level.activated.connect(partial(self._on_own_level, number, level))
        away.clicked.connect(partial(self._remove, number))
        row = stack_horizontally(None, word, instead, level, away, spacing=8)
        row.setStretchFactor(instead, 1)
        return stack_vertically(None, row)

    def _add(self) -> None:
        word = self.new_word.text().strip()
        if word:
            self._change([*self._language.own_words(), OwnWord(word, Level.WARN)])

    def _on_instead(self, number: int, field: QLineEdit) -> None:
        if field.isModified():
            field.setModified(False)
            self._replace(number, instead=field.text().strip())

    def _on_own_level(self, number: int, box: QComboBox, _index: int) -> None:
        self._replace(number, level=Level(box.currentData()))

    def _replace(
        self, number: int, *, level: Level | None = None, instead: str | None = None
    ) -> None:
        words = self._language.own_words()
        old = words[number]
        words[number] = OwnWord(
            old.word, level or old.level, old.instead if instead is None else instead
        )
        self._change(words)

    def _remove(self, number: int) -> None:
        words = self._language.own_words()
        del words[number]
        self._change(words)

    def _change(self, words: list[OwnWord]) -> None:
        self._keep(partial(self._language.set_own_words, words))

    # --- trial ---------------------------------------------------------------------------------

    def _trial(self) -> QWidget:
        self.trial = QLineEdit()
        self.trial.setPlaceholderText(_("Type a reply to see what is found"))
        self.trial.setAccessibleName(self.trial.placeholderText())
        self.trial.textChanged.connect(self._on_trial)
        self.found = role(QLabel(wordWrap=True), "hint")
        self.found.hide()
        holder = QWidget()
        holder.setLayout(stack_vertically(None, self.trial, self.found, margin=16, spacing=8))
        return holder

    def _on_trial(self, text: str) -> None:
        hits = self._language.check(text) if text.strip() else []
        words = [_told(hit) for hit in hits] or [_("Nothing to object to.")]
        self.found.setText("\n".join(words))
        self.found.setVisible(bool(text.strip()))

    # --- keeping -------------------------------------------------------------------------------

    def _keep(self, work: Callable[[], object]) -> None:
        self._context.jobs.run(self, work, self._on_kept, failed=self._on_failed, lane="write")

    def _on_kept(self, _none: object) -> None:
        self._told.say("")
        self.new_word.clear()
        self._show_own()
        self._on_trial(self.trial.text())

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._told.say(f"{error.message} {error.hint}".strip(), "danger")


def _level_box(level: Level, *, with_off: bool) -> QComboBox:
    box = QComboBox()
    box.setMinimumWidth(200)
    for one, name in LEVEL_NAMES.items():
        if with_off or one is not Level.OFF:
            box.addItem(_(name), str(one))
    box.setCurrentIndex(box.findData(str(level)))
    return box


def _told(hit: Hit) -> str:
    head = f"“{hit.found}” · {_(LEVEL_NAMES[hit.level])}"
    return f"{head} → {hit.instead[0]}" if hit.instead else head
