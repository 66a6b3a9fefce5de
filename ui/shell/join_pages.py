"""Pages of a station that comes to a shop: join by a code, take one back, wait, fetch its data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.core.i18n import _
from ui.settings.sharing_forms import FolderBox
from ui.shell.pages import CenteredPage, Field, secret_edit
from ui.theme import role
from ui.widgets import NoticeBar, stack_horizontally

CODE_LENGTH: Final = 16
_LOOK_MS: Final = 400


@dataclass(frozen=True, slots=True, repr=False)
class Coming:
    """What a form holds: `secret` is the code or the words. Never printed."""

    folder: Path
    secret: str
    station: str
    passphrase: str | None


class ComingPage(CenteredPage):
    """Common ground: the shared folder, a secret, this station's name, perhaps a passphrase."""

    back_wanted = Signal()
    submitted = Signal(object)

    def __init__(
        self,
        title: str,
        about: str,
        secret: Field,
        button: str,
        *,
        ask_passphrase: bool,
        least: int,
    ) -> None:
        super().__init__(width=440)
        self._ask, self._least = ask_passphrase, least
        self.box = FolderBox()
        self.folder = Field(_("Shared folder"), self.box)
        self.secret = secret
        self.station = Field(
            _("Name of this station"), QLineEdit(maxLength=60), _("e.g. Front desk 1")
        )
        self.passphrase = Field(_("Passphrase for the shop's data"), secret_edit())
        self.again = Field(_("Passphrase again"), secret_edit())
        self.told = NoticeBar()
        self.go = role(QPushButton(button), "primary")
        back = role(QPushButton(_("Back")), "ghost")
        self.go.clicked.connect(self.submit)
        back.clicked.connect(self.back_wanted)
        self.column.setSpacing(12)
        self.column.addWidget(role(QLabel(title), "title"))
        self.column.addWidget(role(QLabel(about, wordWrap=True), "muted"))
        for field in self._fields():
            self.column.addWidget(field)
        if ask_passphrase:
            note = role(QLabel(_passphrase_words(), wordWrap=True), "hint")
            self.column.insertWidget(self.column.indexOf(self.passphrase), note)
        self.column.addWidget(self.told)
        self.column.addLayout(stack_horizontally(None, back, None, self.go))
        for field in self._fields():
            self._line(field).returnPressed.connect(self._on_return)
            self._line(field).textEdited.connect(self._on_edited)
        self.box.edit.setFocus()

    def submit(self) -> None:
        """Send the form, if nothing is missing."""
        if not self.go.isEnabled() or not self._check():
            return
        self.set_busy(True)
        phrase = self.passphrase.text() if self._ask else None
        self.submitted.emit(
            Coming(self.box.folder(), self.secret.text(), self.station.text().strip(), phrase)
        )

    def show_trouble(self, text: str) -> None:
        """Say why it did not work; the form can be sent again."""
        self.set_busy(False)
        self.told.say(text, "danger")

    def set_busy(self, busy: bool) -> None:
        """Nothing can be sent while something is under way."""
        self.go.setEnabled(not busy)
        if busy:
            self.told.say("")

    def _fields(self) -> tuple[Field, ...]:
        secrets = (self.passphrase, self.again) if self._ask else ()
        return (self.folder, self.secret, self.station, *secrets)

    def _line(self, field: Field) -> QLineEdit:
        edit = self.box.edit if field is self.folder else field.edit
        assert isinstance(edit, QLineEdit)  # noqa: S101 - these forms hold lines only
        return edit

    def _check(self) -> bool:
        empty, short = (
            _("Please fill this in."),
            _("At least {n} characters.").format(n=self._least),
        )
        wrong = {
            field: "" if self._line(field).text().strip() else empty
            for field in (self.folder, self.secret, self.station)
        }
        if self._ask:
            phrase, again = self.passphrase.text(), self.again.text()
            wrong[self.passphrase] = short if len(phrase) < self._least else ""
            wrong[self.again] = "" if phrase == again else _("The two are not the same.")
        for field, reason in wrong.items():
            field.refuse(reason)
        first = next((field for field, reason in wrong.items() if reason), None)
        if first is not None:
            self._line(first).setFocus()
        return first is None

    def _on_return(self) -> None:
        fields = self._fields()
        here = next((n for n, field in enumerate(fields) if self._line(field).hasFocus()), 0)
        if here + 1 < len(fields):
            self._line(fields[here + 1]).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.submit()

    def _on_edited(self) -> None:
        for field in self._fields():
            if self._line(field).hasFocus():
                field.refuse("")


class JoinPage(ComingPage):
    """`looked_for` carries folder and code as soon as both are there: which shop is it?"""

    looked_for = Signal(object, str)

    def __init__(self, *, ask_passphrase: bool, least: int) -> None:
        code = QLineEdit(maxLength=40)
        code.setPlaceholderText("ABCD-EFGH-JKLM-NPQR")
        hint = _("A computer that manages the shop makes one: Settings, Sharing, Invite a station.")
        super().__init__(
            _("Join my shop"),
            _("Work on the same data as the shop's other computers, through a folder all reach."),
            Field(_("Code"), code, hint),
            _("Ask to join"),
            ask_passphrase=ask_passphrase,
            least=least,
        )
        self.shop = NoticeBar()
        self.column.insertWidget(self.column.indexOf(self.station), self.shop)
        self._known = False
        self._looking = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)
        for edit in (self.box.edit, code):
            edit.textChanged.connect(self._on_changed)

    def fill_in(self, folder: str, station: str) -> None:
        """Begin with what was typed before; only the code is missing."""
        self.box.edit.setText(folder)
        self._line(self.station).setText(station)
        self.secret.edit.setFocus()

    def show_shop(self, name: str) -> None:
        """Tell which shop the code leads to."""
        self._known = True
        self.set_busy(False)
        shop = name or _("a shop without a name")
        self.shop.say(_("This code leads to “{shop}”.").format(shop=shop), "success")

    def show_no_shop(self, reason: str) -> None:
        """Tell why the code leads nowhere."""
        self._known = False
        self.set_busy(False)
        self.shop.say(reason, "warning")

    def submit(self) -> None:
        """Ask to join, but never before the shop's name was seen."""
        if self._known:
            super().submit()
        elif self._check():
            self._look()

    def _on_changed(self) -> None:
        self._known = False
        self.shop.say("")
        letters = "".join(filter(str.isalnum, self.secret.text()))
        if len(letters) >= CODE_LENGTH and self.box.edit.text().strip():
            self._looking.start()
        else:
            self._looking.stop()

    def _look(self) -> None:
        self._looking.stop()
        self.set_busy(True)
        self.looked_for.emit(self.box.folder(), self.secret.text())


class RecoverPage(ComingPage):
    """The words of the recovery sheet bring back a shop whose managing computers are all lost."""

    def __init__(self, *, ask_passphrase: bool, least: int) -> None:
        hint = _("Twelve words, in their order, or what the sheet's QR code holds.")
        super().__init__(
            _("Take my shop back"),
            _("For when no managing computer is left. You need the folder and the recovery sheet."),
            Field(_("Words"), QLineEdit(), hint),
            _("Take the shop back"),
            ask_passphrase=ask_passphrase,
            least=least,
        )


def _passphrase_words() -> str:
    return _(
        "This computer has no keyring that could keep the key of your data, so a passphrase "
        "locks it. It is asked for at every start. Nobody can open the data without it, "
        "not even us: write it down and keep it in a safe place."
    )
