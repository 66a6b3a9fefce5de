"""Asking for files beside the work: these dialogs stop nothing, a customer may be waiting."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_files(
    parent: QWidget, title: str, kinds: str, chosen: Callable[[list[str]], object]
) -> QFileDialog:
    """Ask for files that exist; `chosen` gets their paths unless the person thinks better of it."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(chosen)
    dialog.show()
    return dialog


def ask_save(
    parent: QWidget, title: str, name: str, chosen: Callable[[str], object], kinds: str = ""
) -> QFileDialog:
    """Ask where to write; `name` is proposed."""
    dialog = _dialog(parent, title, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(chosen)
    dialog.show()
    return dialog


def _dialog(parent: QWidget, title: str, kinds: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(False)
    return dialog
