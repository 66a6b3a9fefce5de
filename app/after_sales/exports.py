"""Rows of the platforms' refund and after-sales exports as cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.after_sales.export_columns import FACTS, LAYOUTS, Layout, plain_name
from app.after_sales.export_words import kind_of, party_of, reason_of, state_of
from app.after_sales.judgement import propose_freight, responsible_for
from app.after_sales.parsed import CaseRows, ParsedCase, convert
from app.after_sales.reviews import reviews_in
from app.after_sales.words import GROUP_OF
from app.core.errors import UserError
from app.core.i18n import _
from app.sources import (
    BadCell,
    RejectedRow,
    clean,
    cleaned,
    export_time,
    find_header,
    is_missing,
    money,
    open_table,
    order_number,
    read_rows,
)
from db.models import AfterSaleKind, AfterSaleState, Party

_MAX_TEXT: Final = 2_000
_NOT_NEEDED: Final = ("不需要", "未介入", "无需", "未申请", "无仲裁", "未仲裁")
_PRIVATE: Final = ("联系人", "电话", "地址", "支付宝", "操作人", "手机")
"""Parts of column names whose cells are nobody's business here."""


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One recognised table, as its `CaseRows` names it; `size` is about how many rows it has."""

    name: str
    size: int
    platform: str
    family: str
    format: str
    rows: Iterator[ParsedCase | RejectedRow]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """An opened file; `exported_at` Unix ms, from its name where `dated`, else the file's own."""

    encoding: str
    exported_at: int
    dated: bool
    sheets: tuple[CaseSheet, ...]


def open_cases(path: Path) -> CaseFile:
    """Open an export; raises `UserError` for what is no table, is empty, or is not known."""
    opened = open_table(path)
    sheets = []
    for table in opened.tables:
        if (found := find_header(table, recognise)) is not None:
            header, reader = found
            rows = read_rows(table, header, reader.read)
            kind = (reader.platform, reader.family, reader.format)
            sheets.append(CaseSheet(table.sheet, table.size, *kind, rows))
    if not sheets:
        raise UserError(
            _("The columns are not those of a known after-sales export."),
            hint=_("Export the refunds, after-sales or reviews from the platform and import that."),
            code="unknown_format",
        )
    exported_at, dated = export_time(path)
    return CaseFile(opened.encoding, exported_at, dated, tuple(sheets))


def recognise(header: Sequence[str]) -> CaseRows | None:
    """A reader for a header of one of the platforms' exports."""
    names = [clean(name) for name in header]
    if (reviews := reviews_in(names)) is not None:
        return reviews
    known = {plain_name(name) for name in names}
    for layout in LAYOUTS:
        needed = (layout.number, layout.order, layout.status)
        if all(known & set(columns) for columns in needed) and known & layout.signs:
            return CaseReader(layout, names)
    return None


class CaseReader:
    """Reads the rows below one header."""

    def __init__(self, layout: Layout, names: list[str]) -> None:
        self.layout, self._names = layout, names
        self.platform, self.family, self.format = layout.platform, layout.platform, layout.format
        self._at = {plain_name(name): n for n, name in reversed(list(enumerate(names)))}
        groups = (layout.number, layout.order, layout.status, layout.kind, layout.sends_back)
        more = (layout.reason, layout.party, layout.dispute, layout.item, layout.text)
        used = {name for group in (*groups, *more, *layout.amounts) for name in group}
        self._facts = [
            (place, name, *FACTS[name])
            for name, place in self._at.items()
            if name in FACTS and name not in used
        ]
        used |= {name for _place, name, *_rest in self._facts}
        self._extra = [
            (place, name)
            for place, name in enumerate(names)
            if name and plain_name(name) not in used and not any(part in name for part in _PRIVATE)
        ]

    def read(self, row: int, cells: Sequence[str]) -> ParsedCase:
        """What a row says; raises `BadCell`."""
        cells = cleaned(cells)
        case = ParsedCase(
            row,
            self._number(cells, self.layout.number, _("The number of the after-sale is missing.")),
            self._number(cells, self.layout.order, _("The order number is missing.")),
            self._first(cells, self.layout.item)[0],
        )
        self._add_facts(cells, case.fields)
        self._add_kind(cells, case.fields)
        self._add_state(cells, case)
        self._add_reason(cells, case.fields)
        if any(self._has(columns) for columns in self.layout.amounts):
            case.fields["amount_fen"] = sum(
                convert(money, *self._first(cells, part)) for part in self.layout.amounts
            )
        if self._has(self.layout.dispute):
            word = self._first(cells, self.layout.dispute)[0]
            case.fields["disputed"] = bool(word) and not any(no in word for no in _NOT_NEEDED)
        if self._has(self.layout.text):
            case.fields["text"] = self._first(cells, self.layout.text)[0][:_MAX_TEXT]
        case.extra = {name: cells[place] for place, name in self._extra if cells[place]}
        return case

    # --- parts -----------------------------------------------------------------------------

    def _number(self, cells: Sequence[str], columns: tuple[str, ...], missing: str) -> str:
        text, column = self._first(cells, columns)
        if not text:
            raise BadCell(missing, column)
        return str(convert(order_number, text, column))

    def _add_facts(self, cells: Sequence[str], fields: dict[str, Any]) -> None:
        for place, name, fact, reader in self._facts:
            value = convert(reader, "" if is_missing(cells[place]) else cells[place], name)
            if value or fact not in fields:
                fields[fact] = fields.get(fact) or value
        if not fields.get("requested_at"):
            raise BadCell(_("When it was asked for is missing."), "申请时间")

    def _add_kind(self, cells: Sequence[str], fields: dict[str, Any]) -> None:
        word = self._first(cells, self.layout.kind)[0]
        kind = kind_of(word) if word else None
        back, column = self._first(cells, self.layout.sends_back)
        if kind is None and word and not back:
            raise BadCell(_("The kind “{word}” is not known.").format(word=word[:40]), column)
        if kind is None:
            needed = back.startswith(("是", "需要", "已"))
            kind = AfterSaleKind.RETURN_REFUND if needed else AfterSaleKind.REFUND
        fields["kind"] = kind

    def _add_state(self, cells: Sequence[str], case: ParsedCase) -> None:
        word = self._first(cells, self.layout.status)[0]
        state, fields = state_of(word), case.fields
        case.known_state = state is not None
        if state is None:
            state = AfterSaleState.DONE if fields.get("done_at") else AfterSaleState.REQUESTED
        fields["platform_status"], fields["state"] = word, state
        ended = fields.pop("done_at", None), fields.pop("withdrawn_at", None)
        # One column says when it ended, whichever way it did.
        fields["done_at"] = ended[0] or ended[1] if state == AfterSaleState.DONE else None
        closed = state == AfterSaleState.WITHDRAWN
        fields["withdrawn_at"] = ended[1] or ended[0] if closed else None

    def _add_reason(self, cells: Sequence[str], fields: dict[str, Any]) -> None:
        if not self._has(self.layout.reason) and not self._has(self.layout.party):
            return
        said = self._first(cells, self.layout.reason)[0][:_MAX_TEXT]
        reason = reason_of(said)
        named = party_of(self._first(cells, self.layout.party)[0])
        party = named if named != Party.NONE else responsible_for(GROUP_OF.get(reason, ""))
        fields |= {
            "platform_reason": said,
            "reason": reason,
            "reason_group": GROUP_OF.get(reason, ""),
            "responsibility": str(party),
            "freight_payer": str(propose_freight(fields["kind"], party).payer),
        }

    def _has(self, columns: tuple[str, ...]) -> bool:
        return any(name in self._at for name in columns)

    def _first(self, cells: Sequence[str], columns: tuple[str, ...]) -> tuple[str, str]:
        """The first of these columns with a value: the value and the column's name."""
        here = [name for name in columns if name in self._at]
        for name in here:
            if not is_missing(cells[self._at[name]]):
                return cells[self._at[name]], self._names[self._at[name]]
        return "", self._names[self._at[here[0]]] if here else ""
