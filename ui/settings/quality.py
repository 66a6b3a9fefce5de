"""Which conversations quality checks are drawn from, and how likely each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QPushButton

from app.core.i18n import _
from app.quality.settings import (
    BAD_LEVEL,
    BAD_RATING_WEIGHT,
    LONG_WAIT_S,
    LONG_WAIT_WEIGHT,
    PER_AGENT,
    RANDOM_WEIGHT,
)
from ui.settings.form import setting_row
from ui.settings.kept import KeptPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

_MOST: Final = 50
_TIMES: Final = 20
_SECONDS: Final = 3_600


class QualitySettingsPage(KeptPage):
    """The plan of the weekly sample."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, _("Quality checks"))
        many = _("Of each agent. What was left out is replaced, what you choose comes on top.")
        self.add_group(
            _("The week's sample"),
            setting_row(_("Conversations a week"), many, self.number(PER_AGENT, 1, _MOST)),
        )
        bad = _("Rated with {n} stars or fewer.").format(n=BAD_LEVEL)
        wait = _("An answer took longer than the limit below.")
        any_ = _("All others; 0 draws none of them.")
        self.add_group(
            _("How likely one is drawn"),
            setting_row(_("Any conversation"), any_, self.number(RANDOM_WEIGHT, 0, _TIMES, " ×")),
            setting_row(
                _("After a bad rating"), bad, self.number(BAD_RATING_WEIGHT, 0, _TIMES, " ×")
            ),
            setting_row(
                _("After a long wait"), wait, self.number(LONG_WAIT_WEIGHT, 0, _TIMES, " ×")
            ),
            setting_row(
                _("A long wait begins at"), "", self.number(LONG_WAIT_S, 10, _SECONDS, _(" s"))
            ),
        )
        sheet = QPushButton(_("Open the score sheet"))
        sheet.clicked.connect(self._open_sheet)
        lines = _("What is judged, and how many points each line is worth.")
        self.add_group(_("Score sheet"), setting_row(_("Lines and points"), lines, sheet))

    def _open_sheet(self) -> None:
        self._context.go("quality", "sheet")
