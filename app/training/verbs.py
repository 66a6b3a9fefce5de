"""`kefu training …`: check the question bank, print a paper."""

from __future__ import annotations

import argparse
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from app.core.i18n import N_, _, current_language
from app.core.outcome import Outcome, Subparsers, verb
from app.training.masking import masked, secrets_in
from app.training.paper import PaperItem, make_paper
from app.training.questions import LETTERS, Kind, bank

if TYPE_CHECKING:
    from app.services import Services

_SEEDS: Final = 100_000
_KINDS: Final = {
    Kind.TRUE_FALSE: N_("True or false"),
    Kind.SINGLE: N_("One is right"),
    Kind.MULTIPLE: N_("Several are right"),
    Kind.CASE: N_("Case"),
}


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    parser = verbs.add_parser("training", help=_("exams for new agents"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    check = verb(group, "check", check_bank, about=_("check the question bank"))
    check.set_defaults(without_home=True)
    paper = verb(group, "paper", print_paper, about=_("make an exam paper to print"))
    paper.add_argument(
        "--seed", type=int, default=0, help=_("the paper's number, to make it again")
    )
    paper.add_argument("--answers", action="store_true", help=_("with answers and reasons"))
    paper.set_defaults(without_home=True)
    mask = verb(group, "mask", mask_text, about=_("take personal data out of a text"))
    mask.add_argument("text", nargs="+", metavar="TEXT", help=_("what somebody wrote"))
    mask.set_defaults(without_home=True)


def mask_text(_services: Services | None, args: argparse.Namespace) -> Outcome:
    """Print the text with a word in brackets for each piece of personal data."""
    text = " ".join(args.text)
    found = [
        {"start": span.start, "end": span.end, "kind": span.secret.name.lower()}
        for span in secrets_in(text)
    ]
    return Outcome({"text": masked(text), "found": found}, [masked(text)])


def check_bank(_services: Services | None, _args: argparse.Namespace) -> Outcome:
    """Tell how many questions there are, by area and kind; a faulty one is an error."""
    questions = bank()
    areas = Counter(question.area for question in questions)
    kinds = Counter(str(question.kind) for question in questions)
    document = {"questions": len(questions), "areas": dict(areas), "kinds": dict(kinds)}
    lines = [f"{area:14}{count:4}" for area, count in areas.items()]
    return Outcome(document, [*lines, _("{n} questions, all sound").format(n=len(questions))])


def print_paper(_services: Services | None, args: argparse.Namespace) -> Outcome:
    """Print a paper of the bank."""
    english = current_language() == "en"
    seed = args.seed or 1 + secrets.randbelow(_SEEDS)
    paper = make_paper(bank(), seed=seed)
    items = [_document(item, english, args.answers) for item in paper.items]
    head = _("Paper {seed}: {points} points, {minutes} minutes, passed from {share} %").format(
        seed=seed,
        points=paper.possible,
        minutes=paper.blueprint.minutes,
        share=round(100 * paper.blueprint.pass_share),
    )
    document = {
        "seed": seed,
        "possible": paper.possible,
        "minutes": paper.blueprint.minutes,
        "pass_share": paper.blueprint.pass_share,
        "items": items,
    }
    lines = [head]
    for number, item in enumerate(paper.items, 1):
        lines += ["", *_lines(number, item, english, args.answers)]
    return Outcome(document, lines)


def _document(item: PaperItem, english: bool, answers: bool) -> dict[str, Any]:
    question = item.question
    shape: dict[str, Any] = {
        "id": question.id,
        "area": question.area,
        "kind": str(question.kind),
        "question": question.wording(english=english).question,
        "options": list(item.shown(english=english)),
        "points": question.possible,
    }
    if answers:
        shape |= {"answer": item.answer, "why": question.wording(english=english).why}
    return shape


def _lines(number: int, item: PaperItem, english: bool, answers: bool) -> list[str]:
    question = item.question
    wording = question.wording(english=english)
    head = f"{number}. [{_(_KINDS[question.kind])}] {wording.question}"
    options = zip(LETTERS, item.shown(english=english), strict=False)
    lines = [head, *(f"   {letter}. {option}" for letter, option in options)]
    if answers:
        lines += [f"   → {item.answer} {wording.why}".replace("→  ", "→ ")]
        lines += [f"     {p.points}: {p.en if english else p.zh}" for p in question.rubric]
    return lines
