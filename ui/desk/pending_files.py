"""Images and files waiting to be sent with the next Enter, kept apart per conversation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QImageWriter, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from app.conversations import MAX_BYTES, SUFFIXES
from app.core.errors import UserError
from app.core.i18n import _
from ui.desk.blocks import file_size
from ui.theme import icon, role
from ui.widgets import FlowLayout, stack_horizontally, stack_vertically
from ui.widgets.layout import clear_layout

_MOST: Final = 9


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file as it will be sent."""

    name: str
    data: bytes

    @property
    def size(self) -> str:
        """Its size for people."""
        return file_size(len(self.data))


def read_file(path: Path) -> PendingFile:
    """Read a file that shall be sent; raises `UserError`."""
    if path.suffix.lower().lstrip(".") not in SUFFIXES:
        raise UserError(
            _("{name}: this kind of file can't be sent.").format(name=path.name),
            hint=_("Images, PDF, Office files, text, MP4 and ZIP can."),
            code="file_type",
        )
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                _("{name} is larger than {n} MB.").format(
                    name=path.name, n=MAX_BYTES // 1024 // 1024
                ),
                code="file_too_large",
            )
        data = path.read_bytes()
    except OSError as error:
        message = _("{name} can't be read.").format(name=path.name)
        raise UserError(message, code="file_unreadable") from error
    if not data:
        raise UserError(_("{name} is empty.").format(name=path.name), code="file_empty")
    return PendingFile(path.name, data)


def from_image(image: QImage) -> PendingFile:
    """A picture from the clipboard as a PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return PendingFile(_("Screenshot") + ".png", bytes(data.data()))


class PendingFiles(QWidget):
    """The chips over the text field; hidden while there are none."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[bytes, list[PendingFile]] = {}
        self._here = b""
        self._flow = FlowLayout(self, 8)
        self._flow.setContentsMargins(12, 8, 12, 0)
        self.hide()

    def show_conversation(self, conversation_id: bytes) -> None:
        """Show what waits in this conversation."""
        self._here = conversation_id
        self._rebuild()

    def files(self) -> list[PendingFile]:
        """What waits here."""
        return list(self._files.get(self._here, []))

    def add(self, file: PendingFile) -> None:
        """Let a file wait; raises `UserError` beyond nine."""
        waiting = self._files.setdefault(self._here, [])
        if len(waiting) >= _MOST:
            message = _("Up to {n} files can be sent at once.").format(n=_MOST)
            raise UserError(message, code="too_many_files")
        waiting.append(file)
        self._rebuild()
        self.changed.emit()

    def take(self) -> list[PendingFile]:
        """Hand over what waits here, for sending."""
        files = self._files.pop(self._here, [])
        self._rebuild()
        return files

    def _remove(self, file: PendingFile) -> None:
        self._files[self._here].remove(file)
        self._rebuild()
        self.changed.emit()

    def _rebuild(self) -> None:
        clear_layout(self._flow)
        for file in self.files():
            self._flow.addWidget(self._chip(file))
        self.setVisible(bool(self.files()))
        self.updateGeometry()

    def _chip(self, file: PendingFile) -> QFrame:
        chip = role(QFrame(), "card")
        picture = QLabel()
        thumbnail = QPixmap.fromImage(QImage.fromData(file.data))
        if thumbnail.isNull():
            picture.setPixmap(icon("file", "accent").pixmap(QSize(20, 20)))
        else:
            ratio = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            picture.setPixmap(thumbnail.scaled(48, 36, ratio, smooth))
        name = QLabel(self.fontMetrics().elidedText(file.name, Qt.TextElideMode.ElideMiddle, 140))
        words = stack_vertically(None, name, role(QLabel(file.size), "hint"))
        cross = role(QPushButton(QIcon(icon("close")), ""), "icon")
        cross.setAccessibleName(_("Remove {name}").format(name=file.name))
        cross.clicked.connect(partial(self._remove, file))
        row = stack_horizontally(chip, picture, words, cross, spacing=8)
        row.setContentsMargins(8, 4, 4, 4)
        return chip
