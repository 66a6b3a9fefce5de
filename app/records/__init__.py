"""Chats of the past, brought along from elsewhere: closed conversations with their messages."""

from app.records.importing import RecordImport
from app.records.model import FORMATS, Hints, RecordMessage
from app.records.reading import open_records
from app.records.report import RecordChange, RecordReport

__all__ = [
    "FORMATS",
    "Hints",
    "RecordChange",
    "RecordImport",
    "RecordMessage",
    "RecordReport",
    "open_records",
]
