"""Reads phrases from a file, whatever wrote it: a table by its header, or a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, Final

import msgspec

from app.core.errors import UserError
from app.core.i18n import _
from app.phrases.exchange.foreign import language_of, translate
from app.phrases.model import MAX_CODE, MAX_GROUP, MAX_TEXT, MAX_TITLE, Step
from app.sources import RejectedRow, Row, Table, open_table

_ALIASES: Final[dict[str, str]] = {
    "code": "快捷短语编码 快捷编码 短语编码 编码 快捷码 短码 shortcut short_code code keyword keywords trigger "
    "abbr abbreviation combotext",
    "text": "快捷短语 短语 短语内容 内容 话术 话术内容 回复内容 文本 content text template message snippet body "
    "replace reply substitutiontext message_content",
    "group": "快捷短语分组 短语分组 分组 分组名称 分类 目录 group category folder tags",
    "title": "标题 名称 title name label",
    "language": "语言 language",
    "step": "步骤 step",
    "active": "active enabled 启用",
}
_FIELDS: Final = {name: key for key, names in _ALIASES.items() for name in names.split()}
_ASSISTANT_MARK: Final = "最初3行"
_HTML: Final = re.compile(r"<(?:p|br|div|span|b|i|ul|ol|li|a)\b[^>]*>", re.IGNORECASE)
_BREAK: Final = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]+>")
_OFF: Final = {"false", "0", "no", "否"}
_BARE_LAYOUTS: Final = {1: ("text",), 2: ("code", "text"), 3: ("code", "text", "group")}
_MAX_JSON: Final = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class ReadPhrase:
    """A phrase found in a file, at a row (1 = the first of the file)."""

    row: int
    group: str
    code: str
    title: str
    text: str
    language: str
    step: str


@dataclass(slots=True)
class PhraseFile:
    """What a file holds. `unknown` are variables nobody here knows, as they are written."""

    format: str
    encoding: str
    phrases: list[ReadPhrase] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows held anything."""
        return len(self.phrases) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which field stands in which column, and what the columns are called."""

    format: str
    fields: dict[int, str]
    names: list[str]

    def name_of(self, field_name: str) -> str:
        return next((self.names[n] for n, f in self.fields.items() if f == field_name), "")


def read_phrases(path: Path) -> PhraseFile:
    """Read a file; raises `UserError` where there are no phrases to be found in it."""
    if path.suffix.lower() == ".json":
        return _read_json(path)
    opened = open_table(path)
    for table in opened.tables:
        found = _header(table)
        if found is not None:
            layout, header = found
            file = PhraseFile(layout.format, opened.encoding)
            _take_rows(file, layout, table.body(header))
            return file
    raise UserError(
        _("No column with the text of phrases was found."),
        hint=_(
            "A header such as 快捷短语编码,快捷短语,快捷短语分组 or code,text,group is expected."
        ),
        code="no_phrases",
    )


def _header(table: Table) -> tuple[_Layout, Row] | None:
    rows = list(table.head())
    for row in rows:
        fields: dict[int, str] = {}
        for number, cell in enumerate(row.cells):
            name = _FIELDS.get(cell.strip().strip("\ufeff").casefold())
            if name is not None and name not in fields.values():
                fields[number] = name
        if "text" in fields.values() and (len(fields) > 1 or len(row.cells) == 1):
            return _Layout(_format(rows, row), fields, [c.strip() for c in row.cells]), row
    return _bare(rows)


def _format(rows: list[Row], header: Row) -> str:
    if rows[0].cells and rows[0].cells[0].startswith(_ASSISTANT_MARK):
        return "qianniu-assistant"
    names = {cell.strip() for cell in header.cells}
    if names & {"快捷短语编码", "快捷编码"} and "快捷短语" in names:
        return "qianniu"
    return "zammad" if {"keywords", "content"} <= names else "table"


def _bare(rows: list[Row]) -> tuple[_Layout, Row] | None:
    """A table without header, of one to three columns all the way: text; code, text; and group."""
    widths = {len(row.cells) for row in rows if any(row.cells)}
    if len(widths) != 1 or (width := widths.pop()) not in _BARE_LAYOUTS:
        return None
    names = _BARE_LAYOUTS[width]
    layout = _Layout("bare", dict(enumerate(names)), list(names))
    return layout, Row(0, [""] * width)


def _take_rows(file: PhraseFile, layout: _Layout, rows: Iterable[Row]) -> None:
    for row in rows:
        if row.fault:
            known = 0 <= row.column < len(layout.names)
            column = layout.names[row.column] if known else ""
            file.rejected.append(RejectedRow(row.number, column, row.fault))
            continue
        cells = {name: _cell(row.cells[n]) for n, name in layout.fields.items()}
        _take(file, row.number, cells, layout.name_of)


def _take(file: PhraseFile, row: int, cells: Mapping[str, str], name_of: Any) -> None:
    if cells.get("active", "").casefold() in _OFF:
        reason = _("It is switched off in the program it comes from.")
        file.rejected.append(RejectedRow(row, name_of("active"), reason))
        return
    translated = translate(_plain(cells.get("text", "")))
    found = ReadPhrase(
        row=row,
        group=" ".join(cells.get("group", "").split()),
        code=cells.get("code", "").strip().lstrip("/:;、／"),
        title=" ".join(cells.get("title", "").split()),
        text=translated.text.strip(),
        language=_language(cells.get("language", ""), translated.text),
        step=cells.get("step", "") if cells.get("step", "") in set(Step) else "",
    )
    if fault := _fault(found):
        file.rejected.append(RejectedRow(row, name_of(fault[0]), fault[1]))
        return
    file.phrases.append(found)
    file.unknown += [name for name in translated.unknown if name not in file.unknown]


def _fault(found: ReadPhrase) -> tuple[str, str] | None:
    """The field that is unfit, and why."""
    if not found.text:
        return "text", _("There is no text in this row.")
    too_long = _("Longer than {n} characters.")
    if len(found.text) > MAX_TEXT:
        return "text", too_long.format(n=MAX_TEXT)
    if len(found.code) > MAX_CODE:
        return "code", too_long.format(n=MAX_CODE)
    if len(found.code.split()) > 1:
        return "code", _("A short code has no spaces.")
    if len(found.title) > MAX_TITLE:
        return "title", too_long.format(n=MAX_TITLE)
    if len(found.group) > MAX_GROUP:
        return "group", too_long.format(n=MAX_GROUP)
    return None


def _language(written: str, text: str) -> str:
    return written if written in {"zh", "en"} else language_of(text)


def _cell(cell: str) -> str:
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff")
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell


def _plain(text: str) -> str:
    """Text of what may be HTML, as Zammad and others keep it."""
    if not _HTML.search(text):
        return text
    return unescape(_TAG.sub("", _BREAK.sub("\n", text))).strip()


# --- JSON ---------------------------------------------------------------------------------


def _read_json(path: Path) -> PhraseFile:
    records, document = _records(path)
    if records is None:
        raise UserError(
            _("No phrases were found in this JSON file."),
            hint=_("Exports of Chatwoot, Rocket.Chat, Beeftext and Kefu Desk are understood."),
            code="no_phrases",
        )
    groups = _group_names(document)
    file = PhraseFile(_json_format(document, records), "utf-8")
    for number, record in enumerate(records, start=1):
        if isinstance(record, dict):
            cells = dict(_fields(record, groups))
            _take(file, number, cells, _same)
        else:
            file.rejected.append(RejectedRow(number, "", _("This entry is no phrase.")))
    return file


def _same(name: str) -> str:
    return name


def _records(path: Path) -> tuple[list[Any] | None, Any]:
    try:
        if path.stat().st_size > _MAX_JSON:
            raise UserError(
                _("The file is larger than {n} MB.").format(n=_MAX_JSON >> 20), code="too_large"
            )
        document = msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except FileNotFoundError as error:
        raise UserError(_("There is no such file."), code="no_file") from error
    except OSError as error:
        raise UserError(_("The file can't be read."), code="no_file") from error
    except msgspec.DecodeError as error:
        raise UserError(_("This is no JSON file."), hint=str(error), code="no_phrases") from error
    if isinstance(document, list):
        return document, document
    if isinstance(document, dict):
        for key in ("phrases", "cannedResponses", "combos", "canned_responses", "macros", "data"):
            if isinstance(document.get(key), list):
                return document[key], document
    return None, document


def _json_format(document: Any, records: list[Any]) -> str:
    if isinstance(document, dict):
        known = {"cannedResponses": "rocketchat", "combos": "beeftext", "phrases": "kefu"}
        return next((name for key, name in known.items() if key in document), "json")
    first = records[0] if records and isinstance(records[0], dict) else {}
    return "chatwoot" if "short_code" in first else "json"


def _group_names(document: Any) -> dict[str, str]:
    groups = document.get("groups") if isinstance(document, dict) else None
    if not isinstance(groups, list):
        return {}
    return {
        str(group.get("uuid")): str(group.get("name", ""))
        for group in groups
        if isinstance(group, dict)
    }


def _fields(record: dict[str, Any], groups: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in record.items():
        name = _FIELDS.get(key.casefold())
        if name is None or value is None:
            continue
        text = str(value) if not isinstance(value, list) else str(value[0]) if value else ""
        yield name, groups.get(text, text) if name == "group" else text
