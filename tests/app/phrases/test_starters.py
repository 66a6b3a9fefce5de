"""The starter phrases: complete, lawful, usable, and never forced on anybody twice."""

import re
from collections import Counter

import pytest

from app.core.errors import PermissionDenied
from app.phrases import PhraseContext, PhraseFilter, PhraseText, Step, Variable, fill, problems
from app.phrases.model import MAX_CODE, MAX_TITLE
from app.phrases.starters import Starter, starters
from app.phrases.variables import holes
from app.services import Services
from db.models import Role

ALL = [starter for group in starters() for starter in group.phrases]
FORBIDDEN = (
    "最", "第一", "绝对", "保证", "100%", "百分百", "国家级", "顶级", "永久", "一定会", "微信", "QQ",
    "返现", "没办法", "不可能", "规定",
)  # fmt: skip
FORBIDDEN_EN = ("the best", "guarantee", "100%", "absolutely", "always", "never", "must", "policy")


def test_there_are_a_hundred_and_twenty_over_all_steps() -> None:
    assert len(ALL) == 120
    assert {group.step for group in starters()} == set(Step) - {Step.NONE}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_and_titles_are_short_and_codes_unique(language: str) -> None:
    codes = Counter(starter.code_in(language) for starter in ALL)
    assert codes.most_common(1)[0][1] == 1
    assert all(len(code) <= MAX_CODE and code.isascii() for code in codes)
    assert all(0 < len(starter.title(language)) <= MAX_TITLE for starter in ALL)


@pytest.mark.parametrize("starter", ALL, ids=lambda starter: starter.code)
def test_a_starter_is_lawful_and_its_variables_are_right(starter: Starter) -> None:
    assert not [word for word in FORBIDDEN if word in starter.zh]
    assert not re.search(rf"\b(?:{'|'.join(FORBIDDEN_EN)})\b", starter.en.casefold())
    for language in ("zh", "en"):
        assert problems(starter.text(language)) == []
        for hole in holes(starter.text(language)):
            if hole.variable is Variable.CUSTOMER:
                assert hole.fallback, "a customer without a name is no reason not to greet"
    assert {h.variable for h in holes(starter.zh) if h.variable is not Variable.CUSTOMER} >= {
        h.variable for h in holes(starter.en) if h.fallback is None
    }
    assert len(starter.zh) <= 430


def test_most_starters_can_be_sent_with_nothing_known() -> None:
    sendable = [s for s in ALL if not fill(s.zh, PhraseContext()).holes]
    assert len(sendable) >= 100


def test_starters_are_added_once_and_changes_to_them_stay(services: Services) -> None:
    assert services.phrases.load_starters(["zh"]) == 120
    hit = services.phrases.find("zk")[0]
    group = services.phrases.get(hit.id).group_id
    services.phrases.change(hit.id, PhraseText(group, "我来啦", "zk"))
    services.phrases.delete([services.phrases.find("hy")[0].id])
    assert services.phrases.load_starters() == 120
    assert services.phrases.load_starters() == 0
    assert services.phrases.find("zk")[0].text == "我来啦"
    assert "hy" not in {v.code for v in services.phrases.rows(PhraseFilter(), 0, 500)}
    assert services.phrases.count(PhraseFilter()) == 239
    assert services.phrases.find("ezk")[0].language == "en"


def test_starters_are_the_shops_and_need_the_right(services: Services) -> None:
    services.staff.add("agent", "客服", Role.AGENT, "passw0rd!")
    services.staff.sign_in("agent", "passw0rd!")
    with pytest.raises(PermissionDenied):
        services.phrases.load_starters()
