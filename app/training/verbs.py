"""`kefu training …`: scenarios, scripted agents that play them, exam papers, masking."""

from __future__ import annotations

import argparse
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import UserError
from app.core.i18n import _, current_language
from app.core.outcome import Outcome, Subparsers, verb
from app.training import chat_verbs, correction_verbs, path_verbs, scenario_verbs
from app.training.masking import masked, secrets_in
from app.training.paper import PaperItem, make_paper
from app.training.questions import LETTERS, QUESTION_KINDS, BankError, bank
from app.training.scenario import ScenarioError, scenarios
from app.training.score import OUTCOME_NAMES
from app.training.scripted import SAMPLE_FACTS, Played, Script, play

if TYPE_CHECKING:
    from app.services import Services

_SEEDS: Final = 100_000


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs of this area."""
    parser = verbs.add_parser("training", help=_("exams for new agents"))
    group = parser.add_subparsers(required=True, metavar="VERB")
    check = verb(group, "check", check_all, about=_("check the scenarios and the question bank"))
    check.set_defaults(without_home=True)
    listing = verb(group, "list", list_scenarios, about=_("list the scenarios"))
    listing.set_defaults(without_home=True)
    run = verb(group, "run", run_scenario, about=_("let a scripted agent play a scenario"))
    run.add_argument("scenario", metavar="SCENARIO", help=_("its id, or “all”"))
    run.add_argument("--agent", choices=[str(script) for script in Script], default="exemplary")
    run.add_argument("--seed", type=int, default=1, help=_("the same number, the same customer"))
    run.set_defaults(without_home=True)
    paper = verb(group, "paper", print_paper, about=_("make an exam paper to print"))
    paper.add_argument(
        "--seed", type=int, default=0, help=_("the paper's number, to make it again")
    )
    paper.add_argument("--answers", action="store_true", help=_("with answers and reasons"))
    paper.set_defaults(without_home=True)
    mask = verb(group, "mask", mask_text, about=_("take personal data out of a text"))
    mask.add_argument("text", nargs="+", metavar="TEXT", help=_("what somebody wrote"))
    mask.set_defaults(without_home=True)
    chat_verbs.register(group)
    path_verbs.register(group)
    correction_verbs.register(group)
    scenario_verbs.register(group)


def mask_text(_services: Services | None, args: argparse.Namespace) -> Outcome:
    """Print the text with a word in brackets for each piece of personal data."""
    text = " ".join(args.text)
    found = [
        {"start": span.start, "end": span.end, "kind": span.secret.name.lower()}
        for span in secrets_in(text)
    ]
    return Outcome({"text": masked(text), "found": found}, [masked(text)])


def check_all(_services: Services | None, _args: argparse.Namespace) -> Outcome:
    """Tell what there is, all of it sound; a faulty file is an error that names it."""
    try:
        questions, known = bank(), scenarios()
    except (BankError, ScenarioError) as error:
        raise UserError(str(error), code="bad_training_file") from error
    areas = Counter(question.area for question in questions)
    kinds = Counter(str(question.kind) for question in questions)
    document = {
        "scenarios": len(known),
        "questions": len(questions),
        "areas": dict(areas),
        "kinds": dict(kinds),
    }
    lines = [f"{area:14}{count:4}" for area, count in areas.items()]
    lines.append(_("{n} questions, all sound").format(n=len(questions)))
    lines.append(_("{n} scenarios, all sound").format(n=len(known)))
    return Outcome(document, lines)


def list_scenarios(_services: Services | None, _args: argparse.Namespace) -> Outcome:
    """Print the scenarios with what their customers want."""
    english = current_language() == "en"
    rows = [
        {
            "id": one.id,
            "title": one.title[english],
            "goal": one.goal[english],
            "manner": one.manner,
            "needs": [need.id for need in one.needs],
        }
        for one in scenarios().values()
    ]
    lines = [f"{row['id']:22}{row['title']}: {row['goal']}" for row in rows]
    return Outcome({"scenarios": rows}, lines)


def run_scenario(_services: Services | None, args: argparse.Namespace) -> Outcome:
    """Play one scenario, or all, and print what was said and what it was worth."""
    known = scenarios()
    if args.scenario != "all" and args.scenario not in known:
        message = _("There is no scenario “{name}”.").format(name=args.scenario)
        raise UserError(message, hint=", ".join(known), code="usage")
    chosen = list(known.values()) if args.scenario == "all" else [known[args.scenario]]
    english = current_language() == "en"
    script = Script(args.agent)
    played = [play(one, SAMPLE_FACTS, script, seed=args.seed, english=english) for one in chosen]
    lines: list[str] = []
    for one in played:
        lines += _told(one)
    return Outcome({"runs": [_run_document(one) for one in played]}, lines)


def _told(played: Played) -> list[str]:
    customer, score = played.customer, played.score
    lines = [f"# {customer.scenario.id}"]
    for number, line in enumerate(customer.lines):
        who = "→" if line.agent else " "
        mark = "" if not line.agent or line.understood else "  (?)"
        said = f"[{line.action}]" if line.action else line.text
        lines.append(f"{number:3} {line.at:6.0f} s {who} {said}{mark}")
    parts = ", ".join(f"{one.part} {one.points:.0f}" for one in score.parts)
    lines.append(f"= {score.total:.0f} ({parts}), {_(OUTCOME_NAMES[score.outcome])}")
    reasons = (reason for part in score.parts for reason in part.reasons)
    return [*lines, *(f"  -{r.points:.0f} [{r.line}] {r.words}" for r in reasons), ""]


def _run_document(played: Played) -> dict[str, Any]:
    customer, score = played.customer, played.score
    return {
        "scenario": customer.scenario.id,
        "outcome": str(score.outcome),
        "total": round(score.total, 1),
        "parts": {str(one.part): round(one.points, 1) for one in score.parts},
        "reasons": [
            {"part": str(part.part), "points": r.points, "line": r.line, "words": r.words}
            for part in score.parts
            for r in part.reasons
        ],
        "not_understood": list(score.not_understood),
        "lines": [
            {
                "at": round(line.at, 1),
                "author": "agent" if line.agent else "customer",
                "text": line.text,
                "action": line.action,
                "mood": line.mood,
                "intents": sorted(line.intents),
                "met": list(line.met),
            }
            for line in customer.lines
        ],
    }


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
    head = f"{number}. [{_(QUESTION_KINDS[question.kind])}] {wording.question}"
    options = zip(LETTERS, item.shown(english=english), strict=False)
    lines = [head, *(f"   {letter}. {option}" for letter, option in options)]
    if answers:
        lines += [f"   → {item.answer} {wording.why}".replace("→  ", "→ ")]
        lines += [f"     {p.points}: {p.en if english else p.zh}" for p in question.rubric]
    return lines
