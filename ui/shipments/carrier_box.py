"""Choosing a carrier: what the number looks like first, then the most used ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from app.carriers import Candidate, common_carriers
from app.core.i18n import _


class CarrierBox(QComboBox):
    """`chosen` carries the code a person picked; candidates show how sure the desk is."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Carrier"))
        self.setMaxVisibleItems(16)
        self.activated.connect(self._on_activated)

    def offer(self, candidates: Sequence[Candidate], current: str = "") -> None:
        """Fill with candidates and common carriers; `current` is chosen without telling."""
        self.clear()
        if not current:
            self.addItem(_("Choose the carrier"), "")
        seen = set[str]()
        for one in candidates[:5]:
            self.addItem(candidate_text(one), one.carrier)
            seen.add(one.carrier)
        if seen:
            self.insertSeparator(self.count())
        for info in common_carriers():
            if info.code not in seen:
                self.addItem(info.name, info.code)
        self.setCurrentIndex(max(0, self.findData(current)) if current else 0)

    def code(self) -> str:
        """The code that is chosen now."""
        return str(self.currentData() or "")

    def _on_activated(self, _index: int) -> None:
        if self.code():
            self.chosen.emit(self.code())


def candidate_text(candidate: Candidate) -> str:
    """Name, how sure, and the check digit's verdict."""
    check = {"ok": _("check digit right"), "bad": _("check digit wrong"), "none": ""}
    percent = f"{round(candidate.confidence * 100)} %"
    return " · ".join(filter(None, (candidate.name, percent, check[candidate.check_digit])))
