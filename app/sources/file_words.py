"""What a verb that imports files says of them, on stdout and stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from app.core.i18n import _, ngettext
from app.core.outcome import DONE, PROBLEMS, Outcome
from app.sources.file_report import FileReport, FilesReport
from app.sources.undoing import UndoneImport

_SHOWN_REJECTS: Final = 20


def expanded(name: str) -> list[Path]:
    """The files that an argument names; Windows' shell leaves * to the program."""
    path = Path(name)
    if path.exists() or not any(mark in path.name for mark in "*?["):
        return [path]
    return sorted(path.parent.glob(path.name)) or [path]


def import_outcome(report: FilesReport, lines: list[str]) -> Outcome:
    """What a verb that imports answers; `lines` tell people what came of the files.

    Problems go to stderr in one sentence each, whatever is printed on stdout.
    """
    document = report.document()
    if not report.taken:
        document["error"] = _refusal(report)
    for words in _complaints(report):
        sys.stderr.write(f"{words}\n")
    nothing = [_("Nothing was written (dry run).")] if report.dry_run else []
    return Outcome(document, [*lines, *nothing], report.exit_code)


def undo_outcome(report: UndoneImport, words: str) -> Outcome:
    """What a verb that takes an import back answers; `words` tell how much it did."""
    lines = [_("Undone: {file}").format(file=report.file), words]
    lines += ["  " + _("{number}: changed since, kept").format(number=n) for n in report.kept]
    return Outcome(report.document(), lines, PROBLEMS if report.kept else DONE)


def rows_lines(files: Iterable[FileReport]) -> list[str]:
    """Each file's counts, first rejected rows and note."""
    head = _("{file}: {rows} rows, {new} new, {changed} changed, {same} the same, {bad} rejected")
    names = ("file", "rows", "new", "changed", "same")
    lines: list[str] = []
    for file in files:
        counts = {name: getattr(file, name) for name in names}
        lines += file_lines(file, head.format(**counts, bad=len(file.rejected)))
    return lines


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


def _refusal(report: FilesReport) -> dict[str, str]:
    """The `error` of the JSON answer where nothing could be taken."""
    if len(report.files) == 1:
        file = report.files[0]
        return {"code": file.code, "message": file.problem, "hint": file.hint}
    message = _("Nothing could be taken from the {n} files.").format(n=len(report.files))
    return {"code": "nothing_taken", "message": message, "hint": ""}


def _complaints(report: FilesReport) -> Iterator[str]:
    for file in report.files:
        if file.problem:
            yield f"{file.file}: " + " ".join(filter(None, (file.problem, file.hint)))
        elif file.rejected:
            count = ngettext("{n} row rejected", "{n} rows rejected", len(file.rejected))
            yield f"{file.file}: {count.format(n=len(file.rejected))}"
