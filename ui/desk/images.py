"""Thumbnails of the thread: decrypted and scaled off the GUI thread, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from app.conversations import Attachments
from ui.desk.blocks import IMAGE_SIDE
from ui.jobs import Jobs

_KEPT: Final = 60


class Thumbnails(QObject):
    """`arrived` carries the attachment's id once its picture can be drawn."""

    arrived = Signal(bytes)

    def __init__(self, attachments: Attachments, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._attachments, self._jobs = attachments, jobs
        self._kept: OrderedDict[bytes, QPixmap] = OrderedDict()
        self._asked: set[bytes] = set()

    def get(self, attachment_id: bytes) -> QPixmap | None:
        """The picture, or None while it is fetched; a broken one is an empty picture."""
        if attachment_id in self._kept:
            self._kept.move_to_end(attachment_id)
            return self._kept[attachment_id]
        if attachment_id not in self._asked:
            self._asked.add(attachment_id)
            self._jobs.run(
                self,
                partial(_scaled, self._attachments, attachment_id),
                partial(self._keep, attachment_id),
                failed=partial(self._give_up, attachment_id),
            )
        return None

    def _keep(self, attachment_id: bytes, image: QImage) -> None:
        self._kept[attachment_id] = QPixmap.fromImage(image)
        self._asked.discard(attachment_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(attachment_id)

    def _give_up(self, attachment_id: bytes, _error: BaseException) -> None:
        self._keep(attachment_id, QImage())


def _scaled(attachments: Attachments, attachment_id: bytes) -> QImage:
    image = QImage.fromData(attachments.data(attachment_id))
    side = IMAGE_SIDE * 2
    if image.isNull() or max(image.width(), image.height()) <= side:
        return image
    ratio, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, ratio, smooth)
