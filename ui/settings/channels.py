"""The web chat of this station: whether and where it is served, how it looks, what it refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.channels import ChannelStatus, is_colour, normal_origin
from app.channels import settings as chat
from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.core.settings import Setting
from ui.settings.channel_log import RefusedList
from ui.settings.form import SettingsPage, setting_row
from ui.shell.plugs import UiContext
from ui.theme import role
from ui.widgets import NoticeBar, NumberBox, StateBadge, stack_horizontally
from ui.widgets.labels import CopyLabel

WEBCHAT: Final = "webchat"
EVERY_MS: Final = 2_000
_LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - chosen by the person at the desk


class ChannelsPage(SettingsPage):
    """What is changed takes effect with "Apply": visitors on the line come back by themselves."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Channels"))
        self._context, self._channels = context, context.services.channels
        self._settings = context.services.settings
        self._told = NoticeBar()
        self._refused = RefusedList(self._channels.log, context.jobs)
        self.add_widget(self._told)
        self.add_group(_("Web chat"), *self._state_rows())
        self.add_group(_("Where it is reached"), *self._place_rows())
        self.add_group(_("How it looks"), *self._look_rows())
        self.add_group(_("Refused requests"), self._refused)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._ask)
        self._show_status(self._channels.status(WEBCHAT))

    # --- rows -----------------------------------------------------------------------------

    def _state_rows(self) -> list[QWidget]:
        self._on = _check(self._settings.get(chat.WEBCHAT_ON))
        self._on.toggled.connect(self._switch)
        self._badge, self._visitors = StateBadge(), QLabel()
        self._address = CopyLabel(name=_("Web address"))
        self._tag = CopyLabel(mono=True, name=_("Script tag"))
        self._demo = QPushButton(_("Open the demo shop"))
        self._demo.clicked.connect(self._open_demo)
        state = QWidget()
        stack_horizontally(state, self._badge, self._on, spacing=12)
        self._on.setAccessibleName(_("Serve the web chat"))
        serve = _(
            "While this window is open. A computer without a window runs “kefu serve webchat”."
        )
        tag = _("One line for the pages of your own shop; it brings the button.")
        return [
            setting_row(_("Serve the web chat"), serve, state),
            setting_row(_("Web address"), "", self._address),
            setting_row(_("Script tag"), tag, self._tag),
            setting_row(_("Visitors on the line"), "", self._visitors),
            setting_row(
                _("Try it"), _("A little shop in your browser, with the chat."), self._demo
            ),
        ]

    def _place_rows(self) -> list[QWidget]:
        self._port = NumberBox(1, 65_535)
        self._port.setValue(self._settings.get(chat.WEBCHAT_PORT))
        self._network = _check(self._settings.get(chat.WEBCHAT_HOST) != _LOOPBACK)
        sites: list[str] = self._settings.get(chat.WEBCHAT_ORIGINS)
        self._sites = QPlainTextEdit("\n".join(sites))
        self._sites.setPlaceholderText("https://shop.example")
        self._sites.setTabChangesFocus(True)
        self._sites.setFixedSize(300, 72)
        network = _("Without it only this computer reaches the chat, e.g. through a tunnel.")
        about = _("One address a line. Pages of other sites can't show the chat or write into it.")
        return [
            setting_row(_("Port"), "", self._port),
            setting_row(_("Let other computers of the network in"), network, self._network),
            setting_row(_("Sites of your shop"), about, self._sites),
            self._apply_row(self._apply_place),
        ]

    def _look_rows(self) -> list[QWidget]:
        self._accent = QLineEdit(self._settings.get(chat.WEBCHAT_ACCENT), maxLength=7)
        self._accent.setPlaceholderText("#156B94")
        self._greetings = {
            setting: QLineEdit(self._settings.get(setting), maxLength=200)
            for setting in (chat.WEBCHAT_GREETING_ZH, chat.WEBCHAT_GREETING_EN)
        }
        for field in self._greetings.values():
            field.setMinimumWidth(300)
            field.setPlaceholderText(_("The page's own words"))
        self._form = _check(self._settings.get(chat.WEBCHAT_OFFLINE_FORM))
        chinese, english = self._greetings.values()
        return [
            setting_row(
                _("Colour"), _("Like #156B94; writing on it stays readable."), self._accent
            ),
            setting_row(_("Chinese greeting"), "", chinese),
            setting_row(_("English greeting"), "", english),
            setting_row(
                _("Form while nobody is signed in"),
                _("Visitors leave a name, a way to reach them and their question."),
                self._form,
            ),
            self._apply_row(self._apply_look),
        ]

    def _apply_row(self, slot: Callable[[], None]) -> QWidget:
        button = role(QPushButton(_("Apply")), "primary")
        button.clicked.connect(slot)
        return setting_row("", "", button)

    # --- changes --------------------------------------------------------------------------

    def _switch(self, on: bool) -> None:
        self._configure([(chat.WEBCHAT_ON, on)])

    def _apply_place(self) -> None:
        lines = [line for line in self._sites.toPlainText().splitlines() if line.strip()]
        wrong = [line for line in lines if not normal_origin(line)]
        if wrong:
            self._say(_("This is no address of a site: {line}").format(line=wrong[0]))
            return
        sites = list(dict.fromkeys(map(normal_origin, lines)))
        self._sites.setPlainText("\n".join(sites))
        self._configure(
            [
                (chat.WEBCHAT_PORT, self._port.value()),
                (chat.WEBCHAT_HOST, _EVERYWHERE if self._network.isChecked() else _LOOPBACK),
                (chat.WEBCHAT_ORIGINS, sites),
            ]
        )

    def _apply_look(self) -> None:
        accent = self._accent.text().strip()
        if not is_colour(accent):
            self._say(_("A colour looks like #156B94."))
            self._accent.setFocus()
            return
        greetings = [(setting, field.text().strip()) for setting, field in self._greetings.items()]
        self._configure(
            [
                (chat.WEBCHAT_ACCENT, accent),
                (chat.WEBCHAT_OFFLINE_FORM, self._form.isChecked()),
                *greetings,
            ]
        )

    def _configure(self, values: Sequence[tuple[Setting[Any], object]]) -> None:
        work = partial(self._channels.configure, WEBCHAT, values)
        self._context.jobs.run(self, work, self._applied, failed=self._failed, lane="network")

    def _applied(self, status: ChannelStatus) -> None:
        self._show_status(status)
        self._told.say(_("Applied."), "success")

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        self._say(" ".join(filter(None, (error.message, error.hint))))
        self._show_status(self._channels.status(WEBCHAT))

    def _say(self, text: str) -> None:
        self._told.say(text, "danger")
        self.ensureWidgetVisible(self._told)

    # --- status ---------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _ask(self) -> None:
        self._show_status(self._channels.status(WEBCHAT))
        self._refused.refresh()

    def _show_status(self, status: ChannelStatus) -> None:
        running = status.state == "running"
        names = {"running": _("Running"), "off": _("Off"), "failed": _("Can't run")}
        kinds: dict[str, Any] = {"running": "success", "off": "neutral", "failed": "danger"}
        self._badge.show_state(names[status.state], kinds[status.state])
        self._address.setText(status.url)
        tag = f'<script src="{status.url}/widget.js" defer></script>' if running else ""
        self._tag.setText(tag)
        self._demo.setEnabled(running)
        self._visitors.setText(
            ngettext("{n} visitor", "{n} visitors", status.visitors).format(n=status.visitors)
            if running
            else "—"
        )

    def _open_demo(self) -> None:
        QDesktopServices.openUrl(QUrl(f"{self._channels.status(WEBCHAT).url}/demo"))


def _check(on: bool) -> QCheckBox:
    box = QCheckBox()
    box.setProperty("bare", True)
    box.setChecked(on)
    return box
