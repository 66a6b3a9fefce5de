"""What a verb that imports files says of them, on stdout and stderr."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from app.core.i18n import _, ngettext
from app.sources.file_report import FileReport, FilesReport

_SHOWN_REJECTS: Final = 20


def expanded(name: str) -> list[Path]:
    """The files that an argument names; Windows' shell leaves * to the program."""
    path = Path(name)
    if path.exists() or not any(mark in path.name for mark in "*?["):
        return [path]
    return sorted(path.parent.glob(path.name)) or [path]


def refusal(report: FilesReport) -> dict[str, str]:
    """The `error` of the JSON answer where nothing could be taken."""
    if len(report.files) == 1:
        file = report.files[0]
        return {"code": file.code, "message": file.problem, "hint": file.hint}
    message = _("Nothing could be taken from the {n} files.").format(n=len(report.files))
    return {"code": "nothing_taken", "message": message, "hint": ""}


def complain(report: FilesReport) -> None:
    """Problems go to stderr in one sentence each, whatever is printed on stdout."""
    for file in report.files:
        if file.problem:
            words = " ".join(filter(None, (file.problem, file.hint)))
            sys.stderr.write(f"{file.file}: {words}\n")
        elif file.rejected:
            count = ngettext("{n} row rejected", "{n} rows rejected", len(file.rejected))
            sys.stderr.write(f"{file.file}: {count.format(n=len(file.rejected))}\n")


def file_lines(file: FileReport, head: str) -> list[str]:
    """A file's head line, its first rejected rows and its note."""
    if file.problem and not file.rows:
        return []
    rejected = [
        "  "
        + _("row {row}: {reason}").format(
            row=row.row, reason=" ".join(filter(None, (row.column, row.reason)))
        )
        for row in file.rejected[:_SHOWN_REJECTS]
    ]
    more = ["  …"] if len(file.rejected) > _SHOWN_REJECTS else []
    return [head, *rejected, *more, *([f"  {file.note}"] if file.note else [])]
