"""The shop's numbers: each defined once, kept up to date from the change notes, explainable."""

from app.stats.days import day_of
from app.stats.definitions import BY_KEY, METRICS, Area, Good, Metric, Unit
from app.stats.erlang import Demand, Staffing, required_agents
from app.stats.local_time import LocalTime
from app.stats.model import By, Credit, Explanation, Measure, Query, Report, Row
from app.stats.service import Stats
from app.stats.settings import RULES, SESSION_GAP_MIN, Rules
from app.stats.waits import Wait, waits

__all__ = [
    "BY_KEY",
    "METRICS",
    "RULES",
    "SESSION_GAP_MIN",
    "Area",
    "By",
    "Credit",
    "Demand",
    "Explanation",
    "Good",
    "LocalTime",
    "Measure",
    "Metric",
    "Query",
    "Report",
    "Row",
    "Rules",
    "Staffing",
    "Stats",
    "Unit",
    "Wait",
    "day_of",
    "required_agents",
    "waits",
]
