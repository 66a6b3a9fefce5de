"""How well practice customers understand free text that was written without their patterns.

Every file of phrasings was put into the history before anything was widened for it. The first two
were written before their author had read a pattern, the third and fourth by one who had seen the
needs alone. As strangers they were understood to 54, 62, 77.5 and 74 %, misunderstood to 0, 0, 0.5
and 0 %. The first three are among the examples today, so their shares only say that nothing was
lost; of the fourth no line is, but the author of the examples had written it.

The fifth, by one who knew of every need only its name and what the customer says of it, was
understood to 83 %, misunderstood to 1 %, asked back about to 10.5 % and missed to 5.5 %. That was
below the aim; the examples were widened for its kinds afterwards, so its share today, too, only
says that nothing was lost.

The sixth, by another stranger, who knew that and the title, goal and opening of every scenario, was
understood to 94 %, misunderstood to 1.5 %, asked back about to 3.5 % and missed to 1 %. Nothing was
widened for it afterwards.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest

from app.core.errors import UserError
from app.language import Checker, packs
from app.training.customer import Line, PracticeCustomer
from app.training.intents import intents
from app.training.likeness import Examples, examples, read
from app.training.scenario import Need, Scenario, scenarios
from app.training.scripted import SAMPLE_FACTS

DATA = Path(__file__).parents[2] / "data" / "training"
FILES = (
    "phrasings.tsv",
    "phrasings_unseen.tsv",
    "phrasings_third.tsv",
    "phrasings_fourth.tsv",
    "phrasings_fifth.tsv",
    "phrasings_sixth.tsv",
)
CHECKER = Checker(packs())


class Heard(StrEnum):
    """What became of a line."""

    UNDERSTOOD = "understood"
    ASKED_BACK = "asked back"
    MISSED = "missed"
    MISUNDERSTOOD = "misunderstood"


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One line an agent may type; `need` is the one it is meant to meet, "" for none."""

    scenario: str
    need: str
    text: str


def phrasings(file: str) -> Iterator[Phrasing]:
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            scenario, need, text = line.split("\t")
            yield Phrasing(scenario, need.removeprefix("-"), text)


def before(scenario: Scenario, need: Need) -> set[str]:
    """What must be met before `need` is open."""
    needs = {one.id: one for one in scenario.needs}
    return set(need.after).union(*(before(scenario, needs[one]) for one in need.after))


def with_met(scenario: Scenario, met: set[str]) -> Scenario:
    """The scenario as it stands once `met` are met: only the needs that are left."""
    left = [
        msgspec.structs.replace(need, after=tuple(one for one in need.after if one not in met))
        for need in scenario.needs
        if need.id not in met
    ]
    return msgspec.structs.replace(scenario, needs=tuple(left))


def all_open(scenario: Scenario) -> Scenario:
    """The scenario with every need open at once: the hardest place for small talk."""
    needs = tuple(msgspec.structs.replace(need, after=()) for need in scenario.needs)
    return msgspec.structs.replace(scenario, needs=needs)


def hear(one: Phrasing) -> Line:
    """The line as a customer takes it for whom the need is open."""
    scenario = scenarios()[one.scenario]
    meant = next((need for need in scenario.needs if need.id == one.need), None)
    ready = with_met(scenario, before(scenario, meant)) if meant else all_open(scenario)
    customer = PracticeCustomer(ready, SAMPLE_FACTS, CHECKER, seed=1)
    customer.begin()
    customer.hear(one.text, 10.0)
    return next(line for line in customer.lines if line.agent)


def heard(one: Phrasing) -> Heard:
    line = hear(one)
    if one.need in line.met or not (one.need or line.met):
        return Heard.UNDERSTOOD
    if line.met:
        return Heard.MISUNDERSTOOD
    return Heard.MISSED if line.understood else Heard.ASKED_BACK


def test_each_scenario_has_ten_phrasings_and_every_need_they_name() -> None:
    lines = list(phrasings("phrasings.tsv"))
    assert Counter(one.scenario for one in lines) == dict.fromkeys(scenarios(), 10)
    for one in lines:
        assert not one.need or one.need in {need.id for need in scenarios()[one.scenario].needs}


@pytest.mark.parametrize("file", FILES)
def test_free_text_is_understood_and_hardly_ever_misunderstood(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The aim: at least 85 % understood, at most 2 % misunderstood."""
    lines = list(phrasings(file))
    results = [(heard(one), one) for one in lines]
    count = Counter(result for result, _one in results)
    share = {kind: 100 * count[kind] / len(lines) for kind in Heard}
    with capsys.disabled():
        print(f"\n{file}", *(f"\n  {kind}: {share[kind]:.1f} %" for kind in Heard))
    unmet = [f"{kind}: {one}" for kind, one in results if kind is not Heard.UNDERSTOOD]
    assert share[Heard.MISUNDERSTOOD] <= 2, unmet
    assert share[Heard.UNDERSTOOD] >= 85, unmet


def test_small_talk_carries_nothing_a_customer_could_be_content_with() -> None:
    lines = (DATA / "small_talk.txt").read_text(encoding="utf-8").splitlines()
    heard_in = {line: found for line in lines if (found := intents().found(line) - {"brush_off"})}
    assert len(heard_in) <= 0.04 * len(lines), heard_in


def test_small_talk_meets_no_need_of_any_customer() -> None:
    lines = (DATA / "small_talk.txt").read_text(encoding="utf-8").splitlines()
    heard_in = [
        (scenario, line, met)
        for scenario in scenarios()
        for line in lines
        if (met := hear(Phrasing(scenario, "", line)).met)
    ]
    assert len(heard_in) <= 0.02 * len(lines) * len(scenarios()), heard_in


def test_examples_mean_something_a_scenario_or_a_pattern_knows() -> None:
    assert examples().names <= intents().names


def test_what_is_like_nothing_or_like_small_talk_means_nothing() -> None:
    some = Examples(read("[refund]\n钱原路退给您\n[-]\n今天天气真好"))
    assert some.likest("这笔钱会原路退给您", {"refund"}) == "refund"
    assert some.likest("今天天气真不错", {"refund"}) is None
    assert some.likest("zxcv", {"refund"}) is None
    assert some.likest("这笔钱会原路退给您", set()) is None


def test_an_example_without_a_head_is_named() -> None:
    with pytest.raises(UserError, match="2"):
        list(read("\n你好"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("这个不能退款哦", "refund"),
        ("我们不支持退货的", "return"),
        ("不能给您换货", "exchange"),
        ("这边无法补发", "resend"),
    ],
)
def test_a_refusal_is_not_taken_for_the_offer(text: str, intent: str) -> None:
    assert intent not in intents().found(text)
