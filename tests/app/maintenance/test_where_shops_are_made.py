"""A mistyped --home makes no shop; an import into a new folder does, and says so."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.homes import home_exists
from tests.app.orders.test_import import SAMPLES

IMPORT = ["orders", "import", *map(str, SAMPLES)]


@pytest.mark.parametrize(
    "words", [["orders", "list"], ["doctor"], ["backup"], ["phrases", "find", "x"]]
)
def test_a_verb_that_only_looks_makes_no_shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["--home", str(tmp_path / "typo"), "--json", *words]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_home"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_an_import_into_a_new_or_empty_folder_makes_the_shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    place = tmp_path / "shop"
    if there:
        place.mkdir()
    assert main(["--home", str(place), "--json", *IMPORT]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["orders"]["new"] == 5
    assert said.err == f"已在 {place} 建立新店铺。\n"
    assert main(["--home", str(place), "--json", *IMPORT]) == 0
    assert capsys.readouterr().err == ""


def test_not_where_the_folder_above_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "typo" / "shop"), "--json", *IMPORT]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_folder"
    assert list(tmp_path.iterdir()) == []


def test_not_among_other_things(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "holiday.jpg").touch()
    assert main(["--home", str(tmp_path), "--json", *IMPORT]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not_empty"
    assert not home_exists(tmp_path)


def test_the_users_own_place_is_made_with_all_that_is_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_HOME", str(tmp_path / "data" / "shop"))
    assert main(IMPORT) == 0
    assert home_exists(tmp_path / "data" / "shop")
