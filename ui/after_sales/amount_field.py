"""A field for an amount in yuan."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from app.sources import BadCell, money


class AmountField(QLineEdit):
    """Takes 12, 12.5, ¥1,200.00; empty is nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(maxLength=14)
        self.setAccessibleName(name)
        self.setPlaceholderText("0.00")
        self.setMaximumWidth(110)

    def fen(self) -> int | None:
        """The amount in fen; None where the text is none."""
        try:
            return money(self.text().strip())
        except BadCell:
            return None

    def show_fen(self, fen: int) -> None:
        """Show an amount; nothing is left empty."""
        self.setText(f"{fen / 100:.2f}" if fen else "")
