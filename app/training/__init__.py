"""Training: practice customers and what serving them is worth; exams; masked real chats."""

from app.training.grading import Answer, Graded, grade
from app.training.paper import BLUEPRINT, Blueprint, Paper, PaperItem, make_paper
from app.training.questions import Kind, Point, Question, bank
from app.training.scenario import Scenario, scenarios

__all__ = [
    "BLUEPRINT",
    "Answer",
    "Blueprint",
    "Graded",
    "Kind",
    "Paper",
    "PaperItem",
    "Point",
    "Question",
    "Scenario",
    "bank",
    "grade",
    "make_paper",
    "scenarios",
]
