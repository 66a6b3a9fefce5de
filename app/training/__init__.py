"""Training: practice customers, exams, typing, the way to live work; masked real chats."""

from app.training.clearing import Clearings
from app.training.clearing_model import (
    ClearingRow,
    Issued,
    NotReady,
    Offered,
    WrongCode,
    results_of,
)
from app.training.exams import Exams, TimeUp
from app.training.grading import Answer, Graded, Marked, grade
from app.training.item_stats import LEAST_FOR_DIFFICULTY, LEAST_FOR_DISCRIMINATION, ItemStats
from app.training.keystrokes import Fate, Typed, align
from app.training.paper import AREAS, BLUEPRINT, Blueprint, Paper, PaperItem, make_paper
from app.training.papers import ExamForm, exam_forms, own_blueprint
from app.training.path import DayView, Path, Remark, Wish
from app.training.questions import Kind, Point, Question, bank
from app.training.replaying import Answered, ChatsTold, Replaying, ReplayRow
from app.training.replays import Replays
from app.training.scenario import Scenario, scenarios
from app.training.sitting import ExamResult, ExamRow, Given, Sitting
from app.training.tasks import KIND_NAMES, PathDay, Task, Trainee, bar_words, path_days
from app.training.typing import BAR, BAR_ACCURACY, PracticeText, Typing, TypingRow, TypingSummary
from app.training.wrong_book import RIGHTS, Wrong

__all__ = [
    "AREAS",
    "BAR",
    "BAR_ACCURACY",
    "BLUEPRINT",
    "KIND_NAMES",
    "LEAST_FOR_DIFFICULTY",
    "LEAST_FOR_DISCRIMINATION",
    "RIGHTS",
    "Answer",
    "Answered",
    "Blueprint",
    "ChatsTold",
    "ClearingRow",
    "Clearings",
    "DayView",
    "ExamForm",
    "ExamResult",
    "ExamRow",
    "Exams",
    "Fate",
    "Given",
    "Graded",
    "Issued",
    "ItemStats",
    "Kind",
    "Marked",
    "NotReady",
    "Offered",
    "Paper",
    "PaperItem",
    "Path",
    "PathDay",
    "Point",
    "PracticeText",
    "Question",
    "Remark",
    "ReplayRow",
    "Replaying",
    "Replays",
    "Scenario",
    "Sitting",
    "Task",
    "TimeUp",
    "Trainee",
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
    "exam_forms",
    "grade",
    "make_paper",
    "own_blueprint",
    "path_days",
    "results_of",
    "scenarios",
]
