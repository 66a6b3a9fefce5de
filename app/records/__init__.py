"""Chats of the past, brought along from elsewhere: closed conversations with their messages."""

from app.records.importing import RecordImport
from app.records.model import FORMATS
from app.records.report import RecordChange, RecordReport

__all__ = ["FORMATS", "RecordChange", "RecordImport", "RecordReport"]
