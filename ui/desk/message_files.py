"""What one does with the files of messages: look at a picture, keep a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.conversations import Attachments, MessageView
from app.core.i18n import _
from ui.desk.image_viewer import ImageViewer
from ui.desk.thread_delegate import ThreadDelegate
from ui.widgets.file_dialogs import ask_save

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class MessageFiles(QObject):
    """Serves one list of messages; `delegate` knows the names of their files."""

    def __init__(self, context: UiContext, owner: QWidget, delegate: ThreadDelegate) -> None:
        super().__init__(owner)
        self._owner, self._jobs, self._delegate = owner, context.jobs, delegate
        self._attachments = context.services.attachments
        self._viewer: ImageViewer | None = None

    def open_image(self, message: MessageView) -> None:
        """Show a picture over the window."""
        if message.attachment_id is None:
            return
        if self._viewer is None:
            self._viewer = ImageViewer(self._owner.window(), self._attachments, self._jobs)
        self._viewer.open(message.attachment_id, self._name(message.attachment_id))

    def save_file(self, message: MessageView) -> None:
        """Ask where to, and keep the file there."""
        if message.attachment_id is None:
            return
        save = partial(self._save_to, message.attachment_id)
        ask_save(self._owner, _("Save file"), self._name(message.attachment_id), save)

    def _name(self, attachment_id: bytes) -> str:
        file = self._delegate.files.get(attachment_id)
        return file.name if file else ""

    def _save_to(self, attachment_id: bytes, path: str) -> None:
        work = partial(_write, self._attachments, attachment_id, Path(path))
        self._jobs.run(self, work, lane="network")


def _write(attachments: Attachments, attachment_id: bytes, path: Path) -> None:
    path.write_bytes(attachments.data(attachment_id))
