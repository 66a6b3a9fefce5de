"""First start: practise with the sample shop, set up one's own, or join the one one works in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.core.i18n import N_, _
from app.core.paths import resource
from ui.shell.pages import CenteredPage, Field, secret_edit
from ui.shell.strength import Strength, strength
from ui.theme import icon, pixmap, role, set_state, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically

PLATFORMS: Final = {
    "taobao": N_("Taobao / Tmall"),
    "jd": N_("JD"),
    "pdd": N_("Pinduoduo"),
    "douyin": N_("Douyin"),
    "own": N_("My own website"),
    "other": N_("Another platform"),
}


class FirstStartPage(CenteredPage):
    """Three ways to begin, side by side, and a quiet one below."""

    practice_wanted = Signal()
    setup_wanted = Signal()
    join_wanted = Signal()
    recover_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(width=880)
        mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        mark.setPixmap(QIcon(str(resource("app-icon.svg"))).pixmap(56, 56))
        title = role(QLabel(_("Welcome to Kefu Desk")), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = role(QLabel(_("Your data stays with you. How do you want to begin?")), "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.practice = WayCard(
            "practice",
            _("Practise with the sample shop"),
            _(
                "An invented shop with customers, orders and parcels. Try everything; nothing you do there reaches anybody."
            ),
        )
        self.setup = WayCard(
            "shop",
            _("Set up my shop"),
            _(
                "Name your shop, make your sign-in, then import your order files or open the web chat."
            ),
        )
        self.join = WayCard(
            "customers",
            _("Join my shop"),
            _(
                "The shop runs on another computer already. Work on the same data through a shared folder."
            ),
        )
        self.recover = role(QPushButton(_("Take my shop back with a recovery sheet")), "link")
        self.practice.clicked.connect(self.practice_wanted)
        self.setup.clicked.connect(self.setup_wanted)
        self.join.clicked.connect(self.join_wanted)
        self.recover.clicked.connect(self.recover_wanted)
        ways = (self.practice, self.setup, self.join)
        cards = stack_horizontally(None, *ways, spacing=16)
        for number in range(len(ways)):
            cards.setStretch(number, 1)
        self.column.addWidget(mark)
        self.column.addWidget(title)
        self.column.addWidget(hint)
        self.column.addSpacing(8)
        self.column.addLayout(cards)
        self.column.addLayout(stack_horizontally(None, None, self.recover, None))
        self.practice.setFocus()


class WayCard(QAbstractButton):
    """A large button: picture, title and a few lines."""

    def __init__(self, picture: str, title: str, text: str) -> None:
        super().__init__()
        self._name = picture
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(208)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._frame = role(QFrame(), "card")
        self._frame.setObjectName("wayCard")
        self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._picture = QLabel()
        body = role(QLabel(text, wordWrap=True), "muted")
        body.setAlignment(Qt.AlignmentFlag.AlignTop)
        stack_vertically(
            self._frame, self._picture, role(QLabel(title, wordWrap=True), "heading"), body, None,
            margin=24, spacing=12,
        )  # fmt: skip
        stack_vertically(self, self._frame)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def paintEvent(self, event: object) -> None:
        """The frame inside draws everything."""

    def enterEvent(self, event: object) -> None:
        set_state(self._frame, state="hover")

    def leaveEvent(self, event: object) -> None:
        set_state(self._frame, state="")

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap(self._name, 40, "accent", self.devicePixelRatioF()))


@dataclass(frozen=True, slots=True, repr=False)
class NewShop:
    """What the form of a new shop holds. Never printed: it carries secrets."""

    shop: str
    platform: str
    name: str
    login: str
    password: str
    passphrase: str | None


class SetupPage(CenteredPage):
    """Name of the shop, who you are, a password, and where needed a passphrase for the data."""

    back_wanted = Signal()
    submitted = Signal(object)

    def __init__(self, *, ask_passphrase: bool, least_password: int) -> None:
        super().__init__(width=420)
        self._least = least_password
        self.shop = Field(_("Shop name"), QLineEdit(), _("Customers see it in the web chat."))
        self._platform = QComboBox()
        for key, name in PLATFORMS.items():
            self._platform.addItem(_(name), key)
        self.name = Field(_("Your name"), QLineEdit())
        self.login = Field(_("Login"), QLineEdit(), _("Short, for instance your name in pinyin."))
        self.password = Field(_("Password"), secret_edit())
        self.again = Field(_("Password again"), secret_edit())
        self.passphrase = Field(_("Passphrase for the shop's data"), secret_edit())
        self.passphrase_again = Field(_("Passphrase again"), secret_edit())
        self._ask_passphrase = ask_passphrase
        self._trouble = role(QLabel(wordWrap=True), "danger")
        self._trouble.hide()
        self._create = role(QPushButton(_("Open my shop")), "primary")
        back = role(QPushButton(_("Back")), "ghost")
        self._create.clicked.connect(self._submit)
        back.clicked.connect(self.back_wanted)
        self._build(back)
        _line(self.password).textChanged.connect(self._on_password)
        for field in self._fields():
            _line(field).textEdited.connect(self._on_edited)
            _line(field).returnPressed.connect(self._on_return)
        self._on_password("")
        self.shop.edit.setFocus()

    def show_trouble(self, text: str) -> None:
        """Say why the shop could not be made; the form can be sent again."""
        self._trouble.setText(text)
        self._trouble.setVisible(bool(text))
        self._create.setEnabled(True)

    def _build(self, back: QPushButton) -> None:
        self.column.setSpacing(12)
        self.column.addWidget(role(QLabel(_("Set up my shop")), "title"))
        platform = Field(_("Platform"), self._platform)
        for field in (self.shop, platform, self.name, self.login, self.password, self.again):
            self.column.addWidget(field)
        if self._ask_passphrase:
            self.column.addWidget(_passphrase_note())
            self.column.addWidget(self.passphrase)
            self.column.addWidget(self.passphrase_again)
        self.column.addWidget(self._trouble)
        self.column.addLayout(stack_horizontally(None, back, None, self._create))

    def _fields(self) -> tuple[Field, ...]:
        """The lines one types into, from top to bottom."""
        secrets = (self.passphrase, self.passphrase_again) if self._ask_passphrase else ()
        return (self.shop, self.name, self.login, self.password, self.again, *secrets)

    def _on_edited(self) -> None:
        """Whoever mends a field need not read on what was wrong with it."""
        for field in self._fields():
            if field.edit.hasFocus() and field is not self.password:  # its hint follows the text
                field.refuse("")

    def _on_return(self) -> None:
        fields = self._fields()
        here = next((n for n, field in enumerate(fields) if field.edit.hasFocus()), 0)
        if here + 1 < len(fields):
            fields[here + 1].edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._submit()

    def _on_password(self, text: str) -> None:
        hints = {
            Strength.SHORT: _("At least {n} characters.").format(n=self._least),
            Strength.WEAK: _("Easy to guess. Longer is better than stranger."),
            Strength.FAIR: _("Good."),
            Strength.STRONG: _("Very good."),
        }
        self.password.advise(hints[strength(text, self._least)])

    def _submit(self) -> None:
        if not self._check():
            return
        self._create.setEnabled(False)
        self.show_trouble("")
        self._create.setEnabled(False)
        self.submitted.emit(
            NewShop(
                self.shop.text().strip(),
                str(self._platform.currentData()),
                self.name.text().strip(),
                self.login.text().strip(),
                self.password.text(),
                self.passphrase.text() if self._ask_passphrase else None,
            )
        )

    def _check(self) -> bool:
        empty = _("Please fill this in.")
        short = _("At least {n} characters.").format(n=self._least)
        differs = _("The two are not the same.")
        wrong = {
            field: "" if field.text().strip() else empty
            for field in (self.shop, self.name, self.login)
        }
        wrong[self.password] = short if len(self.password.text()) < self._least else ""
        wrong[self.again] = "" if self.again.text() == self.password.text() else differs
        if self._ask_passphrase:
            phrase = self.passphrase.text()
            wrong[self.passphrase] = short if len(phrase) < self._least else ""
            wrong[self.passphrase_again] = "" if self.passphrase_again.text() == phrase else differs
        for field, reason in wrong.items():
            field.refuse(reason)
        first = next((field for field, reason in wrong.items() if reason), None)
        if first is not None:
            first.edit.setFocus()
        return first is None


class PassphrasePage(CenteredPage):
    """Asks for the passphrase of a home whose key no keyring keeps."""

    submitted = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=360)
        self._field = Field(_("Passphrase for the shop's data"), secret_edit())
        self._open = role(QPushButton(_("Open")), "primary")
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._open.clicked.connect(self._submit)
        _line(self._field).returnPressed.connect(self._submit)
        for widget in (self._picture, self._field, self._open):
            self.column.addWidget(widget)
        theme_signals().changed.connect(self._tint)
        self._tint()
        self._field.edit.setFocus()

    def refuse(self, reason: str) -> None:
        """It did not open the data."""
        self._open.setEnabled(True)
        _line(self._field).clear()
        self._field.refuse(reason)
        self._field.edit.setFocus()

    def _submit(self) -> None:
        if text := self._field.text():
            self._open.setEnabled(False)
            self.submitted.emit(text)

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap("key", 36, "text_faint", self.devicePixelRatioF()))


class WaitPage(CenteredPage):
    """Says what is being done while the data opens."""

    retry_wanted = Signal()

    def __init__(self, text: str, trouble: str = "", hint: str = "") -> None:
        super().__init__(width=420)
        title = role(QLabel(trouble or text, wordWrap=True), "heading")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.addWidget(title)
        if hint:
            line = role(QLabel(hint, wordWrap=True), "muted")
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.column.addWidget(line)
        if trouble:
            again = QPushButton(_("Try again"))
            again.setIcon(icon("refresh"))
            again.clicked.connect(self.retry_wanted)
            self.column.addLayout(stack_horizontally(None, None, again, None))


def _passphrase_note() -> QWidget:
    text = _(
        "This computer has no keyring that could keep the key of your data, so a passphrase "
        "locks it. It is asked for at every start. Nobody can open the data without it, "
        "not even us: write it down and keep it in a safe place."
    )
    return role(QLabel(text, wordWrap=True), "hint")


def _line(field: Field) -> QLineEdit:
    assert isinstance(field.edit, QLineEdit)  # noqa: S101 - only called for lines
    return field.edit
