"""What a snapshot's image must be before a row of it is believed: plain tables, sound rows.

Only members make snapshots, but a row that no table can hold, or whose clocks
nobody can read, would stop every later merge that meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Float, Integer, LargeBinary

from db.columns import Json
from db.models import Base
from db.registry import BY_NUMBER, DELETED_FIELD
from db.sync.faults import HIGHEST, are_sound_clocks
from db.sync.manifests import Manifest, SnapshotDamaged, SnapshotNewer
from db.sync.tables import Shape, shape_of

_BATCH: Final = 10_000
_decode: Final = msgspec.json.Decoder(dict[str, tuple[int, int]]).decode
_PLAIN: Final = re.compile(r"CREATE TABLE \w+\(\w+(?:, \w+)*\)")


def check_fields(manifest: Manifest) -> None:
    """Raise `SnapshotNewer` where an image has tables or fields that this program doesn't know."""
    for number, fields in manifest.fields.items():
        table = BY_NUMBER.get(number)
        if table is None or max(fields) > len(table.fields):
            raise SnapshotNewer(f"table {number}")


def check_image(raw: Any, manifest: Manifest) -> None:
    """Raise `SnapshotDamaged` where the file is no image, or not the one of the manifest."""
    for kind, statement in raw.execute("SELECT type, sql FROM main.sqlite_master"):
        # No view, trigger or generated column: reading it must run nothing its maker wrote.
        if kind != "table" or _PLAIN.fullmatch(statement) is None:
            raise SnapshotDamaged("the image holds more than plain tables")
    if raw.execute("PRAGMA main.quick_check(1)").fetchone() != ("ok",):
        raise SnapshotDamaged("the image is no whole file")
    for number, fields in manifest.fields.items():
        _check_table(raw, shape_of(number), fields, manifest.rows.get(number, 0))


def _check_table(raw: Any, shape: Shape, fields: Sequence[int], rows: int) -> None:
    image = f"main.t{shape.table.number}"
    if raw.execute(f"SELECT count(*) FROM {image}").fetchone() != (rows,):
        raise SnapshotDamaged(f"other number of rows in {image}")
    sound = " AND ".join([_ROW, *_field_conditions(shape, fields)])
    if raw.execute(f"SELECT 1 FROM {image} WHERE NOT ({sound}) LIMIT 1").fetchone():
        raise SnapshotDamaged(f"a row of {image} is of other kinds than its table")
    found = raw.execute(f"SELECT _fc FROM {image} WHERE _fc IS NOT NULL")
    while clocks := found.fetchmany(_BATCH):
        if not all(_is_readable(text) for (text,) in clocks):
            raise SnapshotDamaged(f"clocks of {image} are none")


def _is_readable(text: object) -> bool:
    try:
        return isinstance(text, str) and are_sound_clocks(_decode(text))
    except msgspec.DecodeError:
        return False


# SQLite orders numbers before texts before blobs, and columns of an image convert nothing: to
# compare tells the kind of a value at a third of what asking for it costs. What the tables refuse
# by themselves (nothing where something must be) or convert (numbers to texts) is left to them.
_NUMBER: Final = "{0} = ({0} | 0)"
_REAL: Final = "{0} < ''"
_TEXT: Final = "{0} < x''"
_BLOB: Final = "{0} >= x''"
_ROW: Final = " AND ".join(
    [
        _BLOB.format("id"),
        "length(id) = 16",
        _NUMBER.format("_st"),
        f"_st BETWEEN 0 AND {HIGHEST - 1}",
        _NUMBER.format("_dv"),
        "_dv >= 0",
    ]
)


def _field_conditions(shape: Shape, fields: Sequence[int]) -> Iterator[str]:
    columns = Base.metadata.tables[shape.table.name].c
    for number in fields:
        if number in shape.places:
            column = columns["_del" if number == DELETED_FIELD else shape.names[number]]
            name = f"f{number}"
            yield _kind(column.type).format(name)


def _kind(kind: object) -> str:
    if isinstance(kind, Json):
        return f"{_TEXT} AND ({{0}} IS NULL OR json_valid({{0}}))"
    if isinstance(kind, Float):
        return _REAL
    if isinstance(kind, LargeBinary):
        return _BLOB
    return _NUMBER if isinstance(kind, Integer | Boolean) else _TEXT
