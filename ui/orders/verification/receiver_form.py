"""The form in which a receiver is corrected, in place; a pasted address fills it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton

from app.core.i18n import _
from app.core.phones import read_phone
from app.orders import Receiver
from app.regions import Region, regions
from ui.orders.verification.region_fields import RegionFields
from ui.theme import role, set_state
from ui.widgets import SectionHeader, stack_horizontally, stack_vertically
from ui.widgets.keys import is_escape


class ReceiverForm(QFrame):
    """`saved` carries the `Receiver` as typed; Enter saves, Escape leaves."""

    saved = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        role(self, "card")
        self._before = Receiver()
        self.paste = _field(_("Paste a whole address here"))
        self.name = _field(_("Recipient"))
        self.phone = _field(_("Phone"))
        self.extension = _field(_("Extension"))
        self.region = RegionFields()
        self.detail = _field(_("Street and number"))
        self.hint = role(QLabel(wordWrap=True), "warning")
        self.save = role(QPushButton(_("Save")), "primary")
        self.cancel = role(QPushButton(_("Cancel")), "ghost")
        self._arrange()
        self._connect()

    def open(self, receiver: Receiver) -> None:
        """Show a receiver and wait for changes."""
        self._before = receiver
        self.paste.clear()
        self._fill(receiver)
        self.show()
        self._judge()

    def current(self) -> Receiver:
        """The receiver as typed."""
        region = self.region.region()
        return replace(
            self._before,
            name=self.name.text().strip(),
            phone=self.phone.text().strip(),
            extension=self.extension.text().strip(),
            province=region.province,
            city=region.city,
            district=region.district,
            detail=self.detail.text().strip(),
        )

    def typed(self) -> Receiver | None:
        """What was changed but not saved, to be taken up again; None where nothing was."""
        now = self.current()
        return None if self.isHidden() or now == self._before else now

    def take_up(self, before: Receiver, typed: Receiver) -> None:
        """Go on with what `typed` told."""
        self.open(before)
        self._fill(typed)

    def _arrange(self) -> None:
        self.extension.setMaximumWidth(88)
        for field in (self.paste, self.name, self.phone, self.extension, self.detail):
            field.setMinimumWidth(48)
        who = stack_horizontally(None, self.name, spacing=4)
        call = stack_horizontally(None, self.phone, self.extension, spacing=4)
        buttons = stack_horizontally(None, None, self.cancel, self.save, spacing=8)
        header = SectionHeader(_("Correct the receiver"))
        layout = stack_vertically(
            self,
            header,
            self.paste,
            who,
            call,
            self.region,
            self.detail,
            self.hint,
            margin=12,
            spacing=6,
        )
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.left)
        self.paste.textChanged.connect(self._on_paste)
        self.region.changed.connect(self._judge)
        self.phone.textChanged.connect(self._judge)
        self.detail.textChanged.connect(self._judge)
        for field in (self.paste, self.name, self.phone, self.extension, self.detail):
            field.returnPressed.connect(self._save)
            field.installEventFilter(self)

    def _fill(self, receiver: Receiver) -> None:
        self.name.setText(receiver.name)
        self.phone.setText(receiver.phone)
        self.extension.setText(receiver.extension)
        self.detail.setText(receiver.detail)
        region = Region(receiver.province, receiver.city, receiver.district)
        self.region.show_region(region)

    def _on_paste(self, text: str) -> None:
        """Take a pasted text apart; what it does not say stays as it is."""
        parsed = regions().parse(text)
        found = self.current()
        if parsed.name:
            found = replace(found, name=parsed.name)
        if parsed.phone is not None and parsed.phone.reachable:
            found = replace(found, phone=parsed.phone.number, extension=parsed.phone.extension)
        if parsed.province and parsed.city:
            found = replace(
                found,
                province=parsed.province,
                city=parsed.city,
                district=parsed.district,
                detail=parsed.street_and_detail or found.detail,
            )
        self._fill(found)

    def _judge(self) -> None:
        """Say what does not fit while one types; saving is refused by the service only."""
        now, problems = self.current(), []
        found = regions().resolve(now.province, now.city, now.district, now.detail)
        if not found.consistent:
            problems.append(_("Province, city and district do not fit together."))
        phone = read_phone(now.phone, now.extension)
        bad_phone = not phone.reachable and not (not now.phone and now.landline)
        if bad_phone:
            problems.append(_("The phone number is not valid."))
        set_state(self.phone, state="error" if bad_phone else "")
        self.hint.setText(" ".join(problems))
        self.hint.setHidden(not problems)

    def _save(self) -> None:
        self.saved.emit(self.current())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_escape(event):
            self.left.emit()
            return True
        return super().eventFilter(watched, event)


def _field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field
