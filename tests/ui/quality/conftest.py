"""The shop of the stats with its two agents, and the quality view over it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.services import Services
from app.staff import Member
from tests.ui.stats.conftest import agents, context, gone, natural, shop
from ui.desk.transcript import Transcript
from ui.quality.view import QualityView
from ui.shell.plugs import UiContext

__all__ = ["agents", "context", "gone", "shop"]


@pytest.fixture
def checks(shop: Services, agents: tuple[Member, Member]) -> list[bytes]:
    """Three conversations of yesterday, chosen by hand: two of 小娜's, one of 小王's."""
    nina, wang = agents
    choose = shop.quality.choose
    return [choose(natural(1, n), (wang if n == 2 else nina).id) for n in range(3)]


@pytest.fixture
def open_view(qtbot: QtBot, context: UiContext, english: None) -> Callable[[], QualityView]:
    def make() -> QualityView:
        view = QualityView(context, partial(Transcript, context))
        qtbot.addWidget(view)
        view.resize(1290, 700)
        view.show()
        qtbot.waitExposed(view)
        view.activateWindow()
        return view

    return make


def judge(services: Services, check: bytes, share: float = 1.0, words: str = "") -> None:
    """Score every line and finish."""
    quality = services.quality
    for score in quality.check(check).scores:
        quality.score(check, score.criterion.id, int(score.possible * share))
    if words:
        quality.comment(check, words)
    quality.finish(check)
