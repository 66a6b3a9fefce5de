"""Inviting a station: a code to read out or to scan, good for one computer."""

from __future__ import annotations

import base64
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QWidget

from app.core.i18n import _
from ui.theme import role
from ui.widgets import stack_horizontally, stack_vertically
from ui.widgets.format import full_moment
from ui.widgets.labels import CopyLabel

QR_PX = 132


class InviteBox(QFrame):
    """`wanted` asks for a code, with whether the new station shall manage the shop."""

    wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        about = _(
            "On the other computer: “Join my shop” at its first start, or Settings, Sharing. "
            "Type the code there, then let the station in here."
        )
        self.manage = QCheckBox(_("It shall manage the shop"))
        self.manage.setToolTip(_("Let stations in, change staff and the shop's settings"))
        self.button = role(QPushButton(_("Make a code")), "primary")
        self.button.clicked.connect(self._ask)
        self.code = CopyLabel(mono=True, name=_("Code"))
        self.until = role(QLabel(), "hint")
        self.picture = QLabel()
        self.picture.setAccessibleName(_("The code as a QR picture"))
        self._made = QWidget()
        words = stack_vertically(None, self.code, self.until, None, spacing=4)
        made = stack_horizontally(self._made, self.picture, spacing=16)
        made.addLayout(words, 1)
        self._made.hide()
        row = stack_horizontally(None, self.manage, None, self.button, spacing=12)
        column = stack_vertically(
            self, role(QLabel(about, wordWrap=True), "hint"), row, self._made, spacing=12
        )
        column.setContentsMargins(16, 12, 16, 12)

    def show_invitation(self, invitation: Any) -> None:
        """Show a `ShopInvitation`."""
        self.code.setText(invitation.code)
        self.until.setText(
            _("For one station, until {time}").format(time=full_moment(invitation.expires_at))
        )
        self.picture.setPixmap(qr_pixmap(invitation.payload, self.devicePixelRatioF()))
        self._made.show()

    def _ask(self) -> None:
        self.wanted.emit(self.manage.isChecked())


def qr_pixmap(payload: str, ratio: float) -> QPixmap:
    """Draw a QR code, dark on white in both themes so that every camera reads it."""
    from app.sync.sheet import qr_image  # the library is needed here only

    data = base64.b64decode(qr_image(payload, scale=8).partition(",")[2])
    picture = QPixmap()
    picture.loadFromData(data)
    side = round(QR_PX * ratio)
    picture = picture.scaled(side, side)
    picture.setDevicePixelRatio(ratio)
    return picture
