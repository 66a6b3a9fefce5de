"""Supervisors copy, change, write and bring in practice customers; only sound ones come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.core.errors import NotFound, PermissionDenied, UserError
from app.services import Services
from app.training.intents import intents
from app.training.scenario_check import read_document
from tests.school import School


@pytest.fixture
def practice(school: School) -> Services:
    """The practice shop with its supervisor at the desk."""
    return school.sit(school.boss)


def changed(practice: Services, key: str = "invoice", **values: Any) -> dict[str, Any]:
    return practice.scenarios.document(key) | values


def test_a_copy_is_changed_and_comes_with_the_others(practice: Services) -> None:
    document = practice.scenarios.copy("invoice")
    assert document["id"] == "invoice-2"
    row = practice.scenarios.save(document | {"title": ["我们的发票", "Our invoice"]})
    assert (row.own, row.bundled, row.faults) == (True, False, 0)
    assert practice.training.scenarios()["invoice-2"].title[0] == "我们的发票"
    assert practice.scenarios.copy("invoice")["id"] == "invoice-3"


def test_ones_own_takes_the_place_of_a_bundled_one_until_it_is_dropped(practice: Services) -> None:
    practice.scenarios.save(changed(practice, patience=7))
    assert practice.scenarios.in_force()["invoice"].patience == 7
    (row,) = [row for row in practice.scenarios.rows() if row.key == "invoice"]
    assert (row.own, row.bundled) == (True, True)
    practice.scenarios.drop("invoice")
    assert practice.scenarios.in_force()["invoice"].patience != 7
    with pytest.raises(NotFound):
        practice.scenarios.drop("invoice")


def test_what_is_switched_off_or_unsound_does_not_come(practice: Services) -> None:
    practice.scenarios.save(changed(practice, id="quiet"), active=False)
    broken = practice.scenarios.save(changed(practice, id="broken", end=[]))
    assert broken.faults
    assert {"quiet", "broken"}.isdisjoint(practice.scenarios.in_force())
    assert {"quiet", "broken"} <= {row.key for row in practice.scenarios.rows()}


def test_findings_name_the_field(practice: Services) -> None:
    needs = practice.scenarios.document("invoice")["needs"]
    for document, where in (
        (changed(practice, manner="shy"), "manner"),
        (changed(practice, end=[]), "end"),
        (changed(practice, opening=[["{nobody}", ""]]), "opening"),
        (changed(practice, needs=[needs[0] | {"when": ["flirt"]}, *needs[1:]]), "needs.0.when"),
        (changed(practice, needs=[*needs[:1], needs[1] | {"after": ["x"]}]), "needs.1.after"),
        (changed(practice, needs=[*needs, needs[0]]), f"needs.{len(needs)}.id"),
        (changed(practice, truths=[{"id": "t", "find": "(", "right": ["1"]}]), "truths.0.find"),
        (
            changed(practice, truths=[{"id": "t", "find": "(a{9999999999})", "right": ["1"]}]),
            "truths.0.find",
        ),
        (
            changed(practice, truths=[{"id": "t", "find": "(a)" + "a" * 300, "right": ["1"]}]),
            "truths.0.find",
        ),
        (changed(practice, patience="long"), "patience"),
        (changed(practice, needs=[{"id": 5}]), "needs.0.id"),
        (changed(practice, id="Too Long!"), "id"),
    ):
        found = practice.scenarios.check(document)
        assert where in {one.where for one in found}, (where, found)
        assert all(one.words for one in found)
    assert practice.scenarios.check(changed(practice)) == []


def test_a_text_in_one_language_stands_for_both(practice: Services) -> None:
    document = changed(practice, opening=[["你好", ""], ["", "Hello"]])
    row = practice.scenarios.save(document)
    assert row.faults == 0
    assert practice.scenarios.in_force()["invoice"].opening == (
        ("你好", "你好"),
        ("Hello", "Hello"),
    )


def test_a_name_nobody_can_use_is_refused(practice: Services) -> None:
    for name in ("", "A", "发票", "../x"):
        with pytest.raises(UserError) as refused:
            practice.scenarios.save(changed(practice, id=name))
        assert refused.value.code == "bad_name"


def test_who_trains_nobody_changes_nothing(practice: Services, school: School) -> None:
    document = practice.scenarios.copy("invoice")
    school.sit(school.mei)
    with pytest.raises(PermissionDenied):
        practice.scenarios.save(document)


def test_a_file_goes_out_and_comes_back(practice: Services, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    practice.scenarios.export("invoice", file)
    assert read_document(json.loads(file.read_text("utf-8")), intents())[1] == []
    before = practice.scenarios.document("invoice")
    assert practice.scenarios.take(file).own
    after = practice.scenarios.document("invoice")
    assert {k: v for k, v in before.items() if v} == {k: v for k, v in after.items() if v}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x", "needs": 5}', "\udcff", "[" * 9999])
def test_what_is_no_scenario_is_refused(practice: Services, tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UserError) as refused:
        practice.scenarios.take(file)
    assert refused.value.code == "bad_scenario"


def test_the_verbs(practice: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = ["--home", str(practice.home.path)], tmp_path / "mine.json"
    assert main(["training", "scenarios", "export", "invoice", str(file), *home]) == 0
    document = json.loads(file.read_text("utf-8")) | {"id": "mine"}
    file.write_text(json.dumps(document), "utf-8")
    assert main(["training", "scenarios", "check", str(file)]) == 0
    assert main(["training", "scenarios", "import", str(file), *home]) == 0
    capsys.readouterr()
    assert main(["training", "scenarios", "list", "--json", *home]) == 0
    first = json.loads(capsys.readouterr().out)["scenarios"][0]
    assert (first["id"], first["own"]) == ("mine", True)
    file.write_text(json.dumps(document | {"end": []}), "utf-8")
    assert main(["training", "scenarios", "check", str(file)]) == 1
