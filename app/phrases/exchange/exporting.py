"""Phrases out again: the 千牛 table that 千牛 and others read, or JSON with everything."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.core.errors import UserError
from app.core.i18n import _
from app.phrases.model import PhraseView

HEADER = ("快捷短语编码", "快捷短语", "快捷短语分组", "标题", "语言", "步骤")


def write_phrases(phrases: Sequence[PhraseView], path: Path) -> None:
    """Write a .csv (千牛's columns, then ours; GB18030, as 千牛 reads it) or a .json file."""
    kind = path.suffix.lower()
    if kind == ".json":
        data = _json(phrases)
    elif kind == ".csv":
        data = _csv(phrases)
    else:
        raise UserError(_("Choose a file name that ends in .csv or .json."), code="usage")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(
            _("The file can't be written."), hint=error.strerror or "", code="no_file"
        ) from error


def _csv(phrases: Sequence[PhraseView]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for p in phrases:
        writer.writerow((p.code, p.text, p.group, p.title, p.language, p.step))
    return text.getvalue().encode("gb18030")


def _json(phrases: Sequence[PhraseView]) -> bytes:
    rows = [
        {
            "code": p.code,
            "text": p.text,
            "group": p.group,
            "title": p.title,
            "language": p.language,
            "step": p.step,
            "scope": str(p.scope),
        }
        for p in phrases
    ]
    return msgspec.json.format(msgspec.json.encode({"phrases": rows}), indent=1)
