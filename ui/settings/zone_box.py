"""A choice of time zones in which one can type a city, a zone's name or an offset."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, QTimeZone
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy

from app.core.zones import offset_text, zone_names


class ZoneBox(QComboBox):
    """`currentData` is the zone's name; text that names no zone is put back on leaving."""

    def __init__(self, chosen: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for name in zone_names(chosen):
            self.addItem(_words(name), name)
        self.setCurrentIndex(self.findData(chosen))
        self.setMaxVisibleItems(12)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(376)
        finder = QCompleter(self.model(), self)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)
            line.editingFinished.connect(self._put_back)

    def _put_back(self) -> None:
        self.setEditText(self.itemText(self.currentIndex()))
        if (line := self.lineEdit()) is not None:
            line.setCursorPosition(0)


def _words(name: str) -> str:
    zone = QTimeZone(name.encode())
    said = zone.displayName(QTimeZone.TimeType.GenericTime, QTimeZone.NameType.LongName, QLocale())
    known = said and not said.startswith(("GMT", "UTC"))
    place = name.replace("_", " ")
    return f"{offset_text(name)}  {place}" + (f" · {said}" if known else "")
