"""The language check as the shop sets it."""

import json

import pytest

from app.cli import main
from app.core.errors import UserError
from app.core.permissions import Permission
from app.language import Level, OwnWord
from app.language.settings import CHECK_LANGUAGE
from app.services import Services
from db.models import Role


def test_levels_take_effect_at_once_and_the_packs_own_is_not_stored(services: Services) -> None:
    language = services.language
    assert language.check("这款质量最好的")[0].level is Level.WARN
    language.set_level("superlatives", Level.OFF)
    assert language.check("这款质量最好的") == []
    language.set_level("superlatives", Level.WARN)
    assert dict(language.levels()) is not None
    assert language.check("这款质量最好的")


def test_switched_off_it_finds_nothing(services: Services) -> None:
    services.settings.set(CHECK_LANGUAGE, False)
    assert services.language.check("闭嘴") == []


def test_own_words_are_kept_and_bad_ones_named(services: Services) -> None:
    services.language.set_own_words([OwnWord("清仓", Level.WARN, "活动")])
    assert services.language.check("清仓")[0].instead == ("活动",)
    for bad in ([OwnWord(" ", Level.HINT)], [OwnWord("a", Level.HINT), OwnWord("A", Level.WARN)]):
        with pytest.raises(UserError):
            services.language.set_own_words(bad)
    assert services.language.own_words() == [OwnWord("清仓", Level.WARN, "活动")]


def test_an_unknown_pack_is_refused(services: Services) -> None:
    with pytest.raises(UserError, match="nonsense"):
        services.language.set_level("nonsense", Level.OFF)


def test_only_who_may_set_the_shop_sets_it(services: Services) -> None:
    services.staff.add("xin", "小新", Role.AGENT, "long enough 1")
    services.staff.sign_in("xin", "long enough 1")
    assert not services.staff.may(Permission.SHOP_SETTINGS)
    with pytest.raises(UserError):
        services.language.set_level("abuse", Level.OFF)


def test_the_command_line_checks_a_text_and_sets_levels(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(services.home.path), "--json"]
    assert main(["language", "check", "这不归我管", *home]) == 1
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    assert (hit["pack"], hit["rule"], hit["found"]) == ("habits", "not-my-job", "不归我管")
    assert main(["language", "packs", "--set", "habits=off", *home]) == 0
    levels = {pack["key"]: pack["level"] for pack in json.loads(capsys.readouterr().out)["packs"]}
    assert (levels["habits"], levels["abuse"]) == ("off", "block")
    assert main(["language", "check", "这不归我管", *home]) == 0
    assert main(["language", "packs", "--set", "habits=loud", *home]) == 2
