"""What one can do with the stats from the palette and by key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext
    from ui.stats.view import StatsView

GROUP: Final = N_("Stats")
_PAGES: Final = {
    "live": N_("Stats: now"),
    "overview": N_("Stats: a period"),
    "tables": N_("Stats: tables"),
    "credit": N_("Stats: who gets a sale"),
    "worth": N_("Stats: what customers are worth"),
    "staffing": N_("Stats: staffing"),
}
_PERIODS: Final = {
    "today": N_("Stats of today"),
    "yesterday": N_("Stats of yesterday"),
    "week": N_("Stats of the last 7 days"),
    "month": N_("Stats of the last 30 days"),
    "this_month": N_("Stats of this month"),
    "last_month": N_("Stats of last month"),
}


def register_commands(context: UiContext, view: StatsView) -> None:
    """Pages and periods by name; the next page and the days before by key."""
    shown = view.isVisible

    def put(name: str, title: str, keys: str, run: partial[None]) -> None:
        context.commands.register(Command(name, title, keys, run, shown, GROUP, "stats"))

    for key in view.keys:
        run = partial(context.go, "stats", key)
        context.commands.register(
            Command(f"stats.{key}", _PAGES[key], "", run, group=GROUP, icon="stats")
        )
    for key, title in _PERIODS.items():
        put(f"stats.period.{key}", title, "", partial(view.picker.choose, key))
    put("stats.next", N_("Next page of the stats"), "Ctrl+PgDown", partial(view.step, 1))
    put("stats.previous", N_("Page before of the stats"), "Ctrl+PgUp", partial(view.step, -1))
    put("stats.earlier", N_("Days before"), "Alt+Left", partial(view.picker.earlier))
    put("stats.later", N_("Days after"), "Alt+Right", partial(view.picker.later))
