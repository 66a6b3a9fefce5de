"""Training: practice customers, exams, typing, the way to live work; masked real chats."""

from app.training.attempts import END_NAMES, Ended
from app.training.clearing import Clearings
from app.training.clearing_model import (
    ClearingRow,
    Issued,
    NotReady,
    Offered,
    WrongCode,
    results_of,
)
from app.training.coming import Casting
from app.training.corrections import FULL, MAX_WHY, Corrections, Told
from app.training.customer import Line, Outcome
from app.training.exams import Exams, TimeUp
from app.training.grading import Answer, Graded, Marked, grade
from app.training.intents import intent_name, intents
from app.training.item_stats import LEAST_FOR_DIFFICULTY, LEAST_FOR_DISCRIMINATION, ItemStats
from app.training.keystrokes import Fate, Typed, align
from app.training.marks import ByHand
from app.training.paper import AREAS, BLUEPRINT, Blueprint, Paper, PaperItem, make_paper
from app.training.papers import ExamForm, exam_forms, own_blueprint
from app.training.path import DayView, Path, Remark, Wish
from app.training.personas import (
    ACTION_NAMES,
    DIFFICULTY_NAMES,
    MANNER_HINTS,
    MANNER_NAMES,
    difficulty,
    need_name,
    need_words,
)
from app.training.practice import HASTE, PracticeDesk, Running, Training
from app.training.questions import QUESTION_KINDS, Kind, Point, Question, bank
from app.training.replaying import Answered, ChatsTold, Replaying, ReplayRow
from app.training.replays import Replays
from app.training.result_model import Attempt, AttemptRow, Comment
from app.training.results import MAX_COMMENT, Results
from app.training.scenario import ACTIONS, Scenario, scenarios
from app.training.scenario_check import Finding
from app.training.scenario_store import ScenarioRow, Scenarios
from app.training.score import PART_NAMES, TYPING_BAR, Figures, Judged, Part, Reason
from app.training.sitting import ExamResult, ExamRow, Given, Sitting
from app.training.tasks import KIND_NAMES, PathDay, Task, Trainee, bar_words, path_days
from app.training.try_out import Tried, TryOut
from app.training.typing import BAR, BAR_ACCURACY, PracticeText, Typing, TypingRow, TypingSummary
from app.training.wrong_book import RIGHTS, Wrong

__all__ = [
    "ACTIONS",
    "ACTION_NAMES",
    "AREAS",
    "BAR",
    "BAR_ACCURACY",
    "BLUEPRINT",
    "DIFFICULTY_NAMES",
    "END_NAMES",
    "FULL",
    "HASTE",
    "KIND_NAMES",
    "LEAST_FOR_DIFFICULTY",
    "LEAST_FOR_DISCRIMINATION",
    "MANNER_HINTS",
    "MANNER_NAMES",
    "MAX_COMMENT",
    "MAX_WHY",
    "PART_NAMES",
    "QUESTION_KINDS",
    "RIGHTS",
    "TYPING_BAR",
    "Answer",
    "Answered",
    "Attempt",
    "AttemptRow",
    "Blueprint",
    "ByHand",
    "Casting",
    "ChatsTold",
    "ClearingRow",
    "Clearings",
    "Comment",
    "Corrections",
    "DayView",
    "Ended",
    "ExamForm",
    "ExamResult",
    "ExamRow",
    "Exams",
    "Fate",
    "Figures",
    "Finding",
    "Given",
    "Graded",
    "Issued",
    "ItemStats",
    "Judged",
    "Kind",
    "Line",
    "Marked",
    "NotReady",
    "Offered",
    "Outcome",
    "Paper",
    "PaperItem",
    "Part",
    "Path",
    "PathDay",
    "Point",
    "PracticeDesk",
    "PracticeText",
    "Question",
    "Reason",
    "Remark",
    "ReplayRow",
    "Replaying",
    "Replays",
    "Results",
    "Running",
    "Scenario",
    "ScenarioRow",
    "Scenarios",
    "Sitting",
    "Task",
    "TimeUp",
    "Told",
    "Trainee",
    "Training",
    "Tried",
    "TryOut",
    "Typed",
    "Typing",
    "TypingRow",
    "TypingSummary",
    "Wish",
    "Wrong",
    "WrongCode",
    "align",
    "bank",
    "bar_words",
    "difficulty",
    "exam_forms",
    "grade",
    "intent_name",
    "intents",
    "make_paper",
    "need_name",
    "need_words",
    "own_blueprint",
    "path_days",
    "results_of",
    "scenarios",
]
