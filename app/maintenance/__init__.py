"""Backups, restoring them, and a look at the home's health."""

from app.maintenance.backup import BackupReport, back_up, restore
from app.maintenance.doctor import Finding, examine
from app.maintenance.erased import keep_list
from app.maintenance.holding import HoldingBackup, delete_backups, holding_backups

__all__ = [
    "BackupReport",
    "Finding",
    "HoldingBackup",
    "back_up",
    "delete_backups",
    "examine",
    "holding_backups",
    "keep_list",
    "restore",
]
