"""Colleagues on a conversation: named in its header, and they see where I am."""

from typing import Any

import pytest

from app.services import Services
from app.sync import Here
from ui.desk import colleagues as module
from ui.desk.colleagues import Colleague, Colleagues, describe

LI, WANG = Colleague("小丽", "1", types=False), Colleague("小王", "2", types=True)


def test_who_types_is_said_before_who_only_looks() -> None:
    assert describe([]) == ""
    assert "小丽" in describe([LI])
    assert describe([LI, WANG]).startswith("小王")
    assert "小丽" not in describe([LI, WANG])


def test_a_shop_of_one_desk_loads_no_sync(services: Services, qtbot: Any) -> None:
    from PySide6.QtCore import QObject

    owner = QObject()
    here = Colleagues(services, owner)
    here.show_here(b"c1")
    assert here.at(b"c1") == []
    assert "sync" not in vars(services)


def test_news_of_colleagues_is_shown_and_mine_is_told(
    services: Services, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtCore import QObject

    monkeypatch.setattr(module, "is_shared", lambda _db: True)
    sync, owner = services.sync, QObject()
    watch = Colleagues(services, owner)
    monkeypatch.setattr(
        type(sync), "colleagues", lambda _self: (Here(b"wang", "小王", b"c1", types=True),)
    )
    told: list[Here] = []
    monkeypatch.setattr(type(sync), "show_here", lambda _self, here: told.append(here))
    with qtbot.waitSignal(watch.changed, timeout=2_000):
        for listener in tuple(sync._work.listeners):
            listener()
    assert watch.at(b"c1") == [Colleague("小王", b"wang".hex(), types=True)]
    watch.show_here(b"c1")
    assert [(here.name, here.views) for here in told] == [("小丽", b"c1")]
    owner.deleteLater()
