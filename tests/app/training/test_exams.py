"""Exams: a sound bank, papers that can be made again, points that can be explained."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import main
from app.core.errors import UserError
from app.training import BLUEPRINT, Blueprint, Kind, bank, grade, make_paper
from app.training.paper import AREAS
from app.training.questions import BankError, read_bank

SEEDS = st.integers(1, 10_000)


def test_the_bank_has_150_questions_over_all_areas_and_kinds() -> None:
    questions = bank()
    assert len(questions) >= 150
    assert {question.area for question in questions} == set(AREAS)
    kinds = Counter(question.kind for question in questions)
    assert all(kinds[kind] >= BLUEPRINT.counts[kind] for kind in Kind)


def test_right_options_stand_at_every_letter_about_as_often() -> None:
    singles = Counter(q.answer for q in bank() if q.kind is Kind.SINGLE)
    assert min(singles[letter] for letter in "ABCD") * 2 >= max(singles.values()) / 2


@given(SEEDS)
def test_a_seed_makes_the_same_paper_again_with_no_question_twice(seed: int) -> None:
    paper = make_paper(bank(), seed=seed)
    assert paper == make_paper(bank(), seed=seed)
    ids = [item.question.id for item in paper.items]
    assert len(set(ids)) == len(ids) == sum(BLUEPRINT.counts.values())
    assert {item.question.area for item in paper.items} == set(AREAS)


@given(SEEDS)
def test_all_right_brings_everything_nothing_brings_nothing(seed: int) -> None:
    paper = make_paper(bank(), seed=seed)
    right = {
        item.question.id: item.answer or " ".join(p.words[0] for p in item.question.rubric)
        for item in paper.items
    }
    full = grade(paper, right)
    assert (full.points, full.share, full.passed) == (paper.possible, 1, True)
    empty = grade(paper, {})
    assert (empty.points, empty.passed) == (0, False)


@given(SEEDS)
def test_the_shown_letters_lead_to_the_same_options_in_both_languages(seed: int) -> None:
    for item in make_paper(bank(), seed=seed).items:
        for english in (False, True):
            options = item.question.wording(english=english).options
            shown = item.shown(english=english)
            right = {options["ABCD".index(letter)] for letter in item.question.answer if options}
            assert right == {shown["ABCD".index(letter)] for letter in item.answer if shown}


def test_some_of_several_brings_half_a_wrong_one_nothing() -> None:
    paper = make_paper(bank(), Blueprint({Kind.MULTIPLE: 1}), seed=3)
    (item,) = paper.items
    name, wrong = (
        item.question.id,
        next(x for x in "ABCD" if x not in item.answer) if (len(item.answer) < 4) else "",
    )
    assert grade(paper, {name: item.answer[0]}).points == item.question.possible / 2
    if wrong:
        assert grade(paper, {name: item.answer + wrong}).points == 0
    assert grade(paper, {name: item.answer.lower()[::-1]}).points == item.question.possible


def test_too_few_questions_are_named() -> None:
    with pytest.raises(UserError, match="case"):
        make_paper(bank(), Blueprint({Kind.CASE: 99}), seed=1)


def choice(answer: str, *options: str) -> str:
    wording = {"q": "a", "o": options, "w": "a"}
    raw = {"id": "a", "kind": "single", "a": answer, "zh": wording}
    return json.dumps(raw | {"en": {"q": "a", "o": list("1234"), "w": "a"}})


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        '{"id":"a","kind":"tf","a":"X","zh":{"q":"a","w":"a"},"en":{"q":"a","w":"a"}}',
        '{"id":"a","kind":"case","a":"","zh":{"q":"a","w":"a"},"en":{"q":"a","w":"a"}}',
        choice("AB", "1", "2", "3", "4"),
        choice("A", "1", "2"),
        choice("A", "1", "2", "3", "3"),
    ],
)
def test_a_faulty_question_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(BankError, match=r"mine\.jsonl:2"):
        read_bank([path])


def test_the_command_line_checks_the_bank_and_prints_a_paper(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path), "--json"]
    assert main(["training", "check", *home]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] >= 150
    assert main(["training", "paper", "--seed", "7", "--answers", *home]) == 0
    paper = json.loads(capsys.readouterr().out)
    assert (paper["seed"], len(paper["items"])) == (7, 40)
    assert all(item["why"] for item in paper["items"])
