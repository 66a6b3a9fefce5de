"""Shows an image in full: over the window, away with Escape or a click."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.conversations import Attachments
from app.core.i18n import _
from ui.jobs import Jobs
from ui.theme import current_tokens, icon, role
from ui.widgets.file_dialogs import ask_save


class ImageViewer(QWidget):
    """Covers `window`; wheel and + - zoom, the image is dragged by its own middle."""

    def __init__(self, window: QWidget, attachments: Attachments, jobs: Jobs) -> None:
        super().__init__(window)
        self._window, self._attachments, self._jobs = window, attachments, jobs
        self._image, self._zoom, self._id, self._name = QImage(), 1.0, b"", ""
        self._pan, self._grabbed = QPointF(), QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Image"))
        self._save = role(QPushButton(_("Save as…"), self), "ghost")
        self._save.clicked.connect(self.save)
        self._close = role(QPushButton(self), "icon")
        self._close.setAccessibleName(_("Close"))
        self._close.clicked.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def open(self, attachment_id: bytes, name: str) -> None:
        """Show an attachment."""
        self._image, self._zoom, self._pan = QImage(), 1.0, QPointF()
        self._id, self._name = attachment_id, name
        self._close.setIcon(icon("close"))
        self._fill_window()
        self.show()
        self.raise_()
        self.setFocus()
        work = partial(_decode, self._attachments, attachment_id)
        self._jobs.run(self, work, self._show, key="image")

    def save(self) -> None:
        """Write the image to a file of the person's choice."""
        ask_save(self.window(), _("Save image"), self._name, partial(self._save_to, self._id))

    def _save_to(self, attachment_id: bytes, path: str) -> None:
        work = partial(_write, self._attachments, attachment_id, Path(path))
        self._jobs.run(self, work, lane="network")

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()

    def _fill_window(self) -> None:
        self.setGeometry(self._window.rect())
        self._close.move(self.width() - 48, 16)
        self._save.adjustSize()
        self._save.move(self.width() - 64 - self._save.width(), 16)

    def _area(self) -> QRectF:
        free = QRectF(self.rect()).adjusted(48, 64, -48, -48)
        size = QPointF(self._image.width(), self._image.height())
        fit = min(1.0, free.width() / max(1, size.x()), free.height() / max(1, size.y()))
        area = QRectF(0, 0, size.x() * fit * self._zoom, size.y() * fit * self._zoom)
        area.moveCenter(free.center() + self._pan)
        return area

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = current_tokens()
        painter = QPainter(self)
        ground = QColor(tokens.canvas)
        ground.setAlpha(240)
        painter.fillRect(self.rect(), ground)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image.isNull():
            painter.setPen(QColor(tokens.text_muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("Loading…"))
        else:
            painter.drawImage(self._area(), self._image)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space}:
            self.hide()
        elif event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self._scale(1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self._scale(0.8)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scale(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pan += event.position() - self._grabbed
        self._grabbed = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._area().contains(event.position()):
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.isVisible() and event.type() == QEvent.Type.Resize:
            self._fill_window()
        return False

    def _scale(self, by: float) -> None:
        self._zoom = min(8.0, max(0.2, self._zoom * by))
        self.update()


def _decode(attachments: Attachments, attachment_id: bytes) -> QImage:
    return QImage.fromData(attachments.data(attachment_id))


def _write(attachments: Attachments, attachment_id: bytes, path: Path) -> None:
    path.write_bytes(attachments.data(attachment_id))
