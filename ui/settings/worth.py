"""By what customers' worth is told: RFM scores, stages and tiers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QComboBox, QWidget

from app.core.i18n import _
from app.core.settings import Setting
from app.stats.worth import TIERS
from app.stats.worth.settings import (
    FREQUENCY_LIMITS,
    HIGH,
    LOST_DAYS,
    LOYAL_ORDERS,
    METHOD,
    MONEY_LIMITS,
    PRE_LOST_DAYS,
    RECENCY_LIMITS,
    TIER_LIMITS,
    TIER_SHARES,
    WINDOW_DAYS,
)
from ui.settings.form import setting_row
from ui.settings.kept import KeptPage
from ui.settings.limits import Check, LimitRow, rising

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_DAYS: Final = 3_650
_ORDERS: Final = 999
_YUAN: Final = 10_000_000
_WHOLE: Final = 100
_FEN: Final = 100


def _whole(values: Sequence[int]) -> str:
    total = sum(values)
    words = _("They add up to {n}%, and are kept when it is 100%.")
    return "" if total == _WHOLE else words.format(n=total)


class WorthSettingsPage(KeptPage):
    """Every change is kept at once; limits once each is above the one before."""

    width_limit = 820

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, _("Customers' worth"))
        self.method = QComboBox()
        self.add_group(_("RFM scores"), *self._scoring())
        self.limits = self.add_group(_("Fixed limits"), *self._fixed())
        self.add_group(_("Stages"), *self._stages())
        self.add_group(_("Tiers"), *self._tiers())
        self._show_limits()

    # --- parts -----------------------------------------------------------------------------

    def _scoring(self) -> list[QWidget]:
        self.method.addItem(_("Fifths of the customers"), "quantile")
        self.method.addItem(_("Fixed limits"), "limits")
        self.method.setMinimumWidth(220)
        fixed = self._settings.get(METHOD) == "limits"
        self.method.setCurrentIndex(int(fixed))
        self.method.activated.connect(self._on_method)
        how = _("Fifths suit every shop; fixed limits stay the same when customers change.")
        high = _("From this score on, R, F and M count as high in the eight segments.")
        window = _("Orders and amounts of so many days count; recency looks at the last order.")
        return [
            setting_row(_("Scores by"), how, self.method),
            setting_row(_("Days looked at"), window, self.number(WINDOW_DAYS, 1, _DAYS)),
            setting_row(_("High from score"), high, self.number(HIGH, 2, 5)),
        ]

    def _fixed(self) -> list[QWidget]:
        down = [_("score {n} up to").format(n=n) for n in (5, 4, 3, 2)]
        up = [_("score {n} from").format(n=n) for n in (2, 3, 4, 5)]
        return [
            self._row(_("Recency, days"), down, RECENCY_LIMITS, _DAYS),
            self._row(_("Frequency, orders"), up, FREQUENCY_LIMITS, _ORDERS),
            self._row(_("Amount, yuan"), up, MONEY_LIMITS, _YUAN, unit=_FEN),
        ]

    def _stages(self) -> list[QWidget]:
        loyal = _("So many paid orders make a loyal customer.")
        return [
            setting_row(_("Loyal from"), loyal, self.number(LOYAL_ORDERS, 2, _ORDERS)),
            self._lost(),
        ]

    def _lost(self) -> QWidget:
        names = (_("About to be lost"), _("Lost"))
        kept = (self._settings.get(PRE_LOST_DAYS), self._settings.get(LOST_DAYS))
        title = _("Days without an order")
        wrong = rising(_("Lost comes later than about to be lost; kept then."))
        row = LimitRow(title, names, kept, _DAYS, wrong)
        row.kept.connect(self._keep_lost)
        return setting_row(title, "", row)

    def _tiers(self) -> list[QWidget]:
        names = [_(name) for name in TIERS]
        planned: list[int] = self._settings.get(TIER_SHARES)
        shares = LimitRow(_("Planned share, %"), names, planned, _WHOLE, _whole)
        shares.kept.connect(partial(self.keep, TIER_SHARES))
        return [
            self._row(_("Reached at, yuan"), names[1:], TIER_LIMITS, _YUAN, unit=_FEN),
            setting_row(_("Planned share, %"), "", shares),
        ]

    def _row(
        self,
        title: str,
        captions: Sequence[str],
        setting: Setting[list[int]],
        most: int,
        unit: int = 1,
    ) -> QWidget:
        wrong: Check = rising(_("Each limit is above the one before; kept then."))
        kept: list[int] = self._settings.get(setting)
        values = [value // unit for value in sorted(kept)]
        row = LimitRow(title, captions, values, most, wrong)
        row.kept.connect(partial(self._keep_limits, setting, unit))
        return setting_row(title, "", row)

    # --- keeping ---------------------------------------------------------------------------

    def _on_method(self, _number: int) -> None:
        self.keep(METHOD, str(self.method.currentData()))
        self._show_limits()

    def _show_limits(self) -> None:
        self.limits.setVisible(self.method.currentData() == "limits")

    def _keep_limits(self, setting: Setting[list[int]], unit: int, values: Sequence[int]) -> None:
        self.keep(setting, [value * unit for value in values])

    def _keep_lost(self, values: Sequence[int]) -> None:
        before, lost = values
        self.keep(PRE_LOST_DAYS, before)
        self.keep(LOST_DAYS, lost)
