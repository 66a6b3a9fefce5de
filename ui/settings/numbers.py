"""By what limits the shop's numbers are counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.core.settings import Setting
from app.stats.local_time import JudgedTime, LocalTime
from app.stats.settings import (
    AFTER_SALES_DAYS,
    AUTOMATIC_PREFIXES,
    BREAKS,
    CLOCK_FROM_LAST,
    CREDIT_HOURS,
    EFFECTIVE_MESSAGES,
    FILTER_BLOCKED,
    FILTERED_NICKS,
    INQUIRY_HOURS,
    INSTANT_PAY_MIN,
    JUDGED_HOURS,
    LONG_MIN,
    PAYMENT_HOURS,
    SESSION_GAP_MIN,
    SLOW_GAP_S,
    SLOW_GAPS,
)
from ui.settings.form import setting_row
from ui.settings.kept import KeptPage
from ui.settings.list_field import ListField
from ui.widgets import NoticeBar

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_MESSAGES: Final = 50
_MINUTES: Final = 24 * 60
_SECONDS: Final = 24 * 3_600
_HOURS: Final = 30 * 24
_DAYS: Final = 366


class NumbersPage(KeptPage):
    """Every change is kept at once; from then on all numbers go by it, those of the past too."""

    width_limit = 820

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, _("Numbers"))
        self.hours, self.breaks = self._spans(JUDGED_HOURS), self._spans(BREAKS)
        self.told = NoticeBar()
        self.add_group(_("Sessions and receptions"), *self._receptions())
        self.add_group(_("Judging answers"), *self._waits())
        self.add_widget(self.told)
        self.add_group(_("Who and what is counted"), *self._counted())
        self.add_group(_("From inquiry to payment"), *self._orders())

    # --- parts -----------------------------------------------------------------------------

    def _receptions(self) -> list[QWidget]:
        gap = _("A new session begins after so much silence; numbers are then worked out anew.")
        earnest = _("So many messages from each side; no platform publishes its own limit.")
        return [
            setting_row(
                _("A session ends after"), gap, self.number(SESSION_GAP_MIN, 1, _MINUTES, _(" min"))
            ),
            setting_row(
                _("Received in earnest from"),
                earnest,
                self.number(EFFECTIVE_MESSAGES, 1, _MESSAGES, _(" messages")),
            ),
            setting_row(
                _("A reception is long from"), "", self.number(LONG_MIN, 1, _MINUTES, _(" min"))
            ),
        ]

    def _waits(self) -> list[QWidget]:
        last = _("Otherwise from the first one that waits for an answer.")
        hours = _("Waits outside of these are not judged, e.g. 08:00-23:00; a night is two ranges.")
        slow = _("So many slow answers to one customer on a day make a slow reception.")
        return [
            setting_row(_("Judged hours"), hours, self.hours),
            setting_row(_("Breaks in them"), _("E.g. 12:00-13:00; empty for none."), self.breaks),
            setting_row(
                _("Count from the customer's last message"), last, self.tick(CLOCK_FROM_LAST)
            ),
            setting_row(
                _("An answer is slow after"), "", self.number(SLOW_GAP_S, 1, _SECONDS, _(" s"))
            ),
            setting_row(_("Slow answers"), slow, self.number(SLOW_GAPS, 1, _MESSAGES)),
        ]

    def _counted(self) -> list[QWidget]:
        automatic = _("Messages that begin like this are no answers; separated by commas.")
        people = _("Names of own accounts and advertisers; separated by commas.")
        return [
            setting_row(
                _("Beginnings of automatic replies"), automatic, self._texts(AUTOMATIC_PREFIXES)
            ),
            setting_row(_("Customers left out"), people, self._texts(FILTERED_NICKS)),
            setting_row(_("Leave blocked customers out"), "", self.tick(FILTER_BLOCKED)),
        ]

    def _orders(self) -> list[QWidget]:
        after = _(
            "Who ordered within so many days before asks about that order, unless another follows."
        )
        credit = _(
            "An order outside of all talks goes to the one that ended within so many hours before."
        )
        h, days = _(" h"), _(" days")
        return [
            setting_row(_("Not inquiring for"), after, self.number(AFTER_SALES_DAYS, 0, _DAYS, days)),
            setting_row(_("An order follows within"), "", self.number(INQUIRY_HOURS, 1, _HOURS, h)),
            setting_row(_("Its payment within"), "", self.number(PAYMENT_HOURS, 1, _HOURS, h)),
            setting_row(_("Paid at once within"), "", self.number(INSTANT_PAY_MIN, 1, _MINUTES, _(" min"))),
            setting_row(_("Credit reaches back"), credit, self.number(CREDIT_HOURS, 0, _HOURS, h)),
        ]  # fmt: skip

    # --- keeping ---------------------------------------------------------------------------

    def _texts(self, setting: Setting[list[str]]) -> ListField:
        kept: list[str] = self._settings.get(setting)
        field = ListField(kept)
        field.kept.connect(partial(self.keep, setting))
        return field

    def _spans(self, setting: Setting[list[str]]) -> ListField:
        kept: list[str] = self._settings.get(setting)
        field = ListField(kept)
        field.kept.connect(partial(self._keep_spans, field, setting))
        return field

    def _keep_spans(self, field: ListField, setting: Setting[list[str]], spans: list[str]) -> None:
        if setting is JUDGED_HOURS and not spans:
            spans = list(JUDGED_HOURS.default)
        try:
            JudgedTime(LocalTime(self._context.services.stats.zone), spans, ())
        except UserError as error:
            field.show_wrong()
            self.told.say(f"{error.message} {error.hint}".strip(), "danger")
            return
        self.told.say("")
        field.show_values(spans)
        self.keep(setting, spans)
