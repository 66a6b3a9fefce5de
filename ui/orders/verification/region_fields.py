"""Province, city and district as three lists one can type into; each narrows the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLineEdit, QSizePolicy, QWidget

from app.core.i18n import _
from app.regions import Region, regions


class FilterCombo(QComboBox):
    """Typing filters the list anywhere in the words; what is not in it may be typed all the same."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._words = QLineEdit()
        self._words.setPlaceholderText(name)
        self.setLineEdit(self._words)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(name)
        self.setMinimumContentsLength(2)
        self.setMinimumWidth(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        completer = QCompleter(self.model(), self)
        self.setCompleter(completer)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def show_choices(self, choices: Sequence[str], text: str) -> None:
        """Offer other words, with one of them (or any text) in the field."""
        blocker = QSignalBlocker(self)
        self.clear()
        self.addItems(list(choices))
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        self._words.setCursorPosition(0)
        blocker.unblock()


class RegionFields(QWidget):
    """`changed` fires with every change; short forms typed are understood."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.province = FilterCombo(_("Province"))
        self.city = FilterCombo(_("City"))
        self.district = FilterCombo(_("District"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self.province, 0, 0)
        grid.addWidget(self.city, 0, 1)
        grid.addWidget(self.district, 1, 0, 1, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.province.currentTextChanged.connect(self._on_province)
        self.city.currentTextChanged.connect(self._on_city)
        self.district.currentTextChanged.connect(self.changed)
        self.setFocusProxy(self.province)

    def region(self) -> Region:
        """What the three fields say."""
        fields = (self.province, self.city, self.district)
        return Region(*(field.currentText().strip() for field in fields))

    def show_region(self, region: Region) -> None:
        """Fill the fields and their lists."""
        known = regions()
        self.province.show_choices(known.children(), region.province)
        self.city.show_choices(known.children(region.province), region.city)
        below = known.children(region.province, region.city) if region.city else ()
        self.district.show_choices(below, region.district)
        self.changed.emit()

    def _on_province(self, province: str) -> None:
        known = regions()
        if known.province(province) is None:
            self.changed.emit()
            return
        cities = known.children(province)
        city = self.city.currentText()
        if known.city(province, city) is None:
            city = cities[0] if len(cities) == 1 else ""
        self.city.show_choices(cities, city)
        self._on_city(city)

    def _on_city(self, city: str) -> None:
        known, province = regions(), self.province.currentText()
        below = known.children(province, city) if city else ()
        district = self.district.currentText()
        fits = not district or known.consistent(province, city, district)
        self.district.show_choices(below, district if fits else "")
        self.changed.emit()
