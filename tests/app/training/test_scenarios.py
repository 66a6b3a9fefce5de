"""Practice customers: sound scenarios, scripted agents that play them, points that order them."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels import OutgoingMessage
from app.cli import main
from app.conversations import MessageKind
from app.core import i18n
from app.language import Checker, packs
from app.training.customer import MOST_LINES, Outcome, PracticeCustomer
from app.training.hearing import heard_of
from app.training.intents import intents
from app.training.scenario import Scenario, ScenarioError, check, read_scenario, scenarios
from app.training.score import Part, judge
from app.training.scripted import SAMPLE_FACTS, Played, Script, play, summary

SEEDS = 20
CHECKER = Checker(packs())
SCENARIOS = list(scenarios().values())


def plays(scenario: Scenario, script: Script, *, seeds: int, english: bool) -> list[Played]:
    return [
        play(scenario, SAMPLE_FACTS, script, seed=seed, english=english) for seed in range(seeds)
    ]


def customer(scenario: Scenario, seed: int = 1) -> PracticeCustomer:
    return PracticeCustomer(scenario, SAMPLE_FACTS, CHECKER, seed=seed)


def test_there_are_twenty_sound_scenarios() -> None:
    assert len(SCENARIOS) >= 20
    assert {scenario.manner for scenario in SCENARIOS} >= {
        "half_informed", "bargaining", "picky", "long_winded", "rude", "hurry", "silent",
    }  # fmt: skip


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.id)
def test_scripted_agents_end_and_the_exemplary_one_is_best(
    scenario: Scenario, english: bool
) -> None:
    seeds = 3 if english else SEEDS
    mean = {
        script: summary(plays(scenario, script, seeds=seeds, english=english)) for script in Script
    }
    best = mean[Script.EXEMPLARY]
    assert best["total"] >= 85
    for script, part in (
        (Script.SLOW, Part.TIMES),
        (Script.RUDE, Part.LANGUAGE),
        (Script.WRONG_FACTS, Part.FACTS),
    ):
        assert mean[script]["total"] < best["total"], script
        assert mean[script][part] < best[part], script


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.id)
def test_one_seed_is_one_conversation(scenario: Scenario) -> None:
    once, again = (play(scenario, SAMPLE_FACTS, Script.RUDE, seed=7) for _ in range(2))
    assert once.customer.lines == again.customer.lines
    assert once.score == again.score


@settings(max_examples=60)
@given(
    st.sampled_from(SCENARIOS),
    st.lists(st.tuples(st.text(max_size=40), st.floats(0, 400)), max_size=80),
    st.integers(0, 9),
)
def test_whatever_is_written_it_ends_or_goes_on_and_is_never_guessed(
    scenario: Scenario, turns: list[tuple[str, float]], seed: int
) -> None:
    one, at = customer(scenario, seed), 0.0
    one.begin(at)
    for text, delay in turns:
        at += delay
        one.wait(at)
        one.hear(text, at)
    assert len(one.lines) <= MOST_LINES * 4
    for line in one.lines:
        assert not line.met or line.intents
    score = judge(one)
    assert all(0 <= part.points <= 100 for part in score.parts)
    assert score.not_understood == tuple(
        n for n, line in enumerate(one.lines) if line.agent and not line.intents
    )


def test_a_line_nobody_knows_is_asked_back_and_told_as_such() -> None:
    one = customer(scenarios()["address-correction"])
    one.begin()
    (answer,) = one.hear("呱呱呱", 5)
    assert "明白" in answer or "嗯" in answer or "没看懂" in answer
    assert not one.lines[1].understood


def test_a_customer_left_alone_calls_then_leaves() -> None:
    one = customer(scenarios()["size-advice"])
    one.begin()
    assert one.wait(one.patience_s - 1) == []
    assert one.wait(one.patience_s + 1)
    one.wait(2 * one.patience_s + 1)
    assert one.outcome is None
    one.wait(3 * one.patience_s + 1)
    assert one.outcome is Outcome.LEFT


def test_who_says_goodbye_twice_is_left_alone_with_what_is_open() -> None:
    one = customer(scenarios()["address-correction"])
    one.begin()
    one.hear("您好，请问新地址是什么？", 5)
    one.hear("收件人张三，电话13800000000，对吗？", 20)
    one.act("correct_address", 25)
    one.hear("祝您生活愉快，再见", 40)
    assert not one.is_over()
    one.hear("再见，祝您生活愉快", 60)
    assert one.outcome is Outcome.SETTLED
    assert [need.id for need in one.open_needs()] == ["dispatch"]


def test_a_card_that_is_sent_asks_for_the_contact_too() -> None:
    one = customer(scenarios()["address-correction"])
    one.begin()
    one.hear("您好，请问新地址是什么？", 5)
    card = heard_of(OutgoingMessage(b"", b"", "", "", MessageKind.CONFIRM_CARD, ""), 20, None)
    one.hear_all([card], 20)
    assert {"check_contact", "confirm"} <= set(one.met)


def test_abuse_costs_the_mood_and_the_points() -> None:
    one = customer(scenarios()["missing-parcel"])
    one.begin()
    before = one.mood
    one.hear("闭嘴", 5)
    assert one.mood < before
    score = judge(one)
    language = score.points(Part.LANGUAGE)
    assert language is not None
    assert language < 100


def test_why_a_wording_cost_points_is_told_in_the_language_spoken_now() -> None:
    one = customer(scenarios()["missing-parcel"])
    one.begin()
    one.hear("闭嘴", 5)
    (part,) = (one for one in judge(one).parts if one.part is Part.LANGUAGE)
    (reason,) = part.reasons
    assert "需要时可转给主管" in reason.words
    i18n.set_language("en")
    try:
        assert "Hand over to the supervisor" in reason.words
    finally:
        i18n.set_language(i18n.DEFAULT_LANGUAGE)


def test_what_is_done_in_the_desk_counts() -> None:
    one = customer(scenarios()["address-correction"])
    one.begin()
    assert one.act("correct_address", 3) == []  # not yet: the address was not asked for
    one.hear("您好，请问新地址是什么？", 6)
    assert one.act("correct_address", 20)
    assert "correct" in one.met


def test_faults_of_a_scenario_are_named() -> None:
    sound = scenarios()["invoice"]
    needs = list(sound.needs)
    broken = {
        "manner": msgspec.structs.replace(sound, manner="shy"),
        "intent": msgspec.structs.replace(
            sound, needs=(msgspec.structs.replace(needs[0], when=("flirt",)), *needs[1:])
        ),
        "never comes": msgspec.structs.replace(
            sound, needs=(msgspec.structs.replace(needs[0], after=("nothing",)), *needs[1:])
        ),
        "fact": msgspec.structs.replace(sound, end=(("{nobody}", "x"),)),
        "model": msgspec.structs.replace(sound, model=sound.model[:1]),
        "group": msgspec.structs.replace(
            sound, truths=(msgspec.structs.replace(sound.truths[0], find="x"),)
        ),
    }  # fmt: skip
    for word, scenario in broken.items():
        faults = check(scenario, intents())
        assert any(word in fault for fault in faults), (word, faults)
    assert check(sound, intents()) == []


def test_a_file_that_is_no_scenario_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"id": "mine"}', encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.json"):
        read_scenario(path)


def test_the_command_line_lists_and_plays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path), "--json"]
    assert main(["training", "list", *home]) == 0
    assert len(json.loads(capsys.readouterr().out)["scenarios"]) >= 20
    assert main(["training", "run", "invoice", "--agent", "exemplary", *home]) == 0
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["outcome"], run["total"] > 85) == ("satisfied", True)
    assert main(["training", "run", "nothing", *home]) == 2
