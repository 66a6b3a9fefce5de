"""Backups, restoring them, and a look at the home's health."""

from app.maintenance.backup import BackupReport, back_up, restore
from app.maintenance.doctor import Finding, examine

__all__ = ["BackupReport", "Finding", "back_up", "examine", "restore"]
