"""Where files come in: dropped, pasted, typed or chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QLineEdit, QPushButton

from app.core.i18n import _
from ui.theme import icon, role, theme_signals
from ui.widgets.layout import stack_horizontally, stack_vertically

_PARTS: Final = re.compile(r'"([^"]+)"|\'([^\']+)\'|(\S+)')


def paths_in(text: str) -> list[Path]:
    """Read paths out of a typed or pasted text: one a line, quoted, or parted by blanks."""
    found: list[Path] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        whole = _path(line.strip("\"'"))
        if whole.exists():
            found.append(whole)
        else:
            found += [_path(next(filter(None, match))) for match in _PARTS.findall(line)]
    return found


def _path(text: str) -> Path:
    return Path(QUrl(text).toLocalFile() if text.startswith("file:") else text).expanduser()


@dataclass(frozen=True, slots=True)
class FileWords:
    """What the field says: its heading, what fits, the dialog's title and its name filters."""

    heading: str
    hint: str
    path_name: str
    dialog: str
    filters: tuple[str, ...]


class _PathEdit(QLineEdit):
    """A line that takes files from the clipboard as well as their paths."""

    pasted = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            files = _local_files(QGuiApplication.clipboard().mimeData())
            if files:
                self.pasted.emit(files)
                return
        super().keyPressEvent(event)


class FileField(QFrame):
    """`chosen` carries a list of paths."""

    chosen = Signal(object)

    def __init__(self, words: FileWords) -> None:
        super().__init__()
        role(self, "card")
        self._words = words
        self.setAcceptDrops(True)
        self._mark = QLabel()
        self.path = _PathEdit()
        self.path.setPlaceholderText(_("…or paste a path here and press Enter"))
        self.path.setAccessibleName(words.path_name)
        self.path.returnPressed.connect(self._on_typed)
        self.path.pasted.connect(self.chosen)
        self.browse = QPushButton(_("Choose files…"))
        self.browse.clicked.connect(self._browse)
        self._dialog: QFileDialog | None = None
        text = stack_vertically(
            None,
            role(QLabel(words.heading), "heading"),
            role(QLabel(words.hint), "muted"),
            spacing=2,
        )
        row = stack_horizontally(
            self, self._mark, text, None, self.path, self.browse, margin=12, spacing=12
        )
        row.setStretchFactor(self.path, 2)
        self.path.setMinimumWidth(240)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.chosen.emit(_local_files(event.mimeData()))

    def _on_typed(self) -> None:
        if paths := paths_in(self.path.text()):
            self.path.clear()
            self.chosen.emit(paths)

    def _browse(self) -> None:
        # A window of its own beside the desk: customers may be answered while it is open.
        dialog = QFileDialog(self, self._words.dialog)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([*self._words.filters, _("All files (*)")])
        dialog.setModal(False)
        dialog.filesSelected.connect(self._on_selected)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()
        self._dialog = dialog

    def _on_selected(self, names: Sequence[str]) -> None:
        self.chosen.emit([Path(name) for name in names])

    def _tint(self) -> None:
        self._mark.setPixmap(icon("import", "text_muted").pixmap(28, 28))


def _local_files(data: QMimeData | None) -> list[Path]:
    # An empty clipboard has no data at all on some platforms.
    if data is None:
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
