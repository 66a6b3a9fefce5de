"""The first steps of sharing: found a shop in a folder, join one by a code, take one back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.core.i18n import _
from ui.theme import icon, role
from ui.widgets import stack_horizontally, stack_vertically


class FolderBox(QWidget):
    """A path one types, or picks with the button beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(_("e.g. Z:\\kefu or /mnt/shop/kefu"))
        self.edit.setAccessibleName(_("Shared folder"))
        self.pick = QPushButton(icon("folder"), _("Choose…"))
        self.pick.clicked.connect(self._choose)
        row = stack_horizontally(self, self.edit, self.pick, spacing=8)
        row.setStretchFactor(self.edit, 1)
        self.setFocusProxy(self.edit)

    def folder(self) -> Path:
        """Return the chosen folder."""
        return Path(self.edit.text().strip() or ".")

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, _("Shared folder"), self.edit.text())
        if found:
            self.edit.setText(found)


class StartForm(QFrame):
    """One way to begin: a few fields, a sentence, and a button."""

    submitted = Signal()

    def __init__(self, about: str, button: str) -> None:
        super().__init__()
        self.folder, self.station = FolderBox(), QLineEdit(maxLength=60)
        self.station.setPlaceholderText(_("e.g. Front desk 1"))
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.button = role(QPushButton(button), "primary")
        self.button.clicked.connect(self.submitted)
        words = role(QLabel(about, wordWrap=True), "hint")
        column = stack_vertically(self, words, self.form, spacing=12)
        column.addLayout(stack_horizontally(None, None, self.button))
        column.setContentsMargins(16, 12, 16, 12)
        self.add_row(_("Shared folder"), self.folder)

    def add_row(self, title: str, field: QWidget) -> None:
        """Add a field below the others; Return in the last one submits."""
        if not field.accessibleName():
            field.setAccessibleName(title)
        self.form.addRow(title, field)

    def finish(self) -> None:
        """The last field of all: what this station is called."""
        self.add_row(_("Name of this station"), self.station)
        self.station.returnPressed.connect(self.button.click)


class FoundForm(StartForm):
    """The first station makes the shop's folder its own."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Choose an empty folder that all computers of the shop reach. "
                "What lies in it is encrypted; it needs no server program."
            ),
            _("Share this shop"),
        )
        self.finish()


class JoinForm(StartForm):
    """Another station comes in with the code that the first one shows."""

    def __init__(self, *, has_data: bool) -> None:
        super().__init__(
            _("Ask a supervisor for a code: Settings, Sharing, Invite a station."),
            _("Ask to join"),
        )
        self.code = QLineEdit(maxLength=40)
        self.code.setPlaceholderText("ABCD-EFGH-JKLM-NPQR")
        self.add_row(_("Code"), self.code)
        self.finish()
        self.bring = QCheckBox(_("Merge this computer's customers, orders and messages into it"))
        self.bring.setVisible(has_data)
        if has_data:
            self.form.addRow("", self.bring)


class RecoverForm(StartForm):
    """The words of the recovery sheet bring a shop back whose managing computers are all lost."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "For when no managing computer is left: type the twelve words of the recovery sheet."
            ),
            _("Take the shop back"),
        )
        self.words = QLineEdit()
        self.words.setPlaceholderText(_("twelve words, in their order"))
        self.add_row(_("Words"), self.words)
        self.finish()
