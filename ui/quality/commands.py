"""What one can do with quality checks from the palette and by key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.quality.check_page import CheckPage
    from ui.quality.view import QualityView
    from ui.shell.plugs import UiContext

GROUP: Final = N_("Quality checks")
SHEET: Final = "sheet"
"""What the view opens the score sheet for."""
LIST: Final = "list"
"""And the list of the checks."""


def register_commands(context: UiContext, view: QualityView) -> None:
    """The sample and the sheet by name, the steps of one check by key."""

    def put(
        name: str, title: str, keys: str, run: Callable[[], object], when: Callable[[], bool]
    ) -> None:
        context.commands.register(
            Command(f"quality.{name}", title, keys, run, when, GROUP, "clipboard")
        )

    def judging() -> bool:
        return view.list.judging

    def on_check(do: Callable[[CheckPage], object]) -> None:
        if (page := view.on_check()) is not None:
            do(page)

    def here(ask: Callable[[CheckPage], bool] | None = None) -> bool:
        page = view.on_check()
        return page is not None and (ask is None or ask(page))

    put("draw", N_("Draw the week's quality sample"), "", view.draw, judging)
    go = partial(context.go, "quality", SHEET)
    put("sheet", N_("Change the score sheet"), "", go, judging)
    put(
        "comment",
        N_("Comment on a message of the check"),
        "Ctrl+M",
        partial(on_check, lambda p: p.comment()),
        here,
    )
    put("next", N_("Next check"), "Alt+PgDown", partial(on_check, lambda p: p.step(1)), here)
    put("previous", N_("Check before"), "Alt+PgUp", partial(on_check, lambda p: p.step(-1)), here)
    finish = partial(here, lambda p: p.can_finish())
    put("finish", N_("Finish the check"), "", partial(on_check, lambda p: p.finish()), finish)
    skip = partial(here, lambda p: p.can_skip())
    put("skip", N_("Leave the check out"), "", partial(on_check, lambda p: p.skip()), skip)
