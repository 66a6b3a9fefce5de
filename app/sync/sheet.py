"""The recovery sheet as a page to print: words, QR code, and what to do with it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date

import segno

from app.core.i18n import _
from db.sync.recovery import Words

_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; margin: 20mm; color: #000; background: #fff; }}
h1 {{ font-size: 20pt; }} p {{ font-size: 11pt; }}
td {{ font-size: 16pt; padding: 3mm 8mm 3mm 0; }} td span {{ font-size: 9pt; color: #555; }}
</style></head><body>
<h1>{title}</h1>
<p>{shop}</p><p>{folder}</p><p>{day}</p>
<table>{rows}</table>
<p><img src="{qr}" width="180" height="180" alt="QR"></p>
<p>{what}</p><p>{keep}</p><p>{seen}</p>
</body></html>
"""
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """The words, what the QR code holds, and the whole as one page of HTML."""

    words: tuple[str, ...]
    payload: str
    html: str


def print_sheet(words: Words, shop: str, folder: str) -> RecoverySheet:
    """Lay a sheet out; it stands alone, with the QR code inside."""
    page = _PAGE.format(
        title=html.escape(_("Recovery sheet")),
        shop=html.escape(_("Shop: {name}").format(name=shop or "—")),
        folder=html.escape(_("Shared folder: {path}").format(path=folder)),
        day=html.escape(_("Printed on {day}").format(day=date.today().isoformat())),  # noqa: DTZ011 - the day where it is printed
        rows=_rows(words.words),
        qr=qr_image(words.payload),
        what=html.escape(
            _(
                "With these words the shop can be taken back when no managing computer is left: "
                "install Kefu Desk, choose “Recover a shop”, the shared folder, and type or scan them."
            )
        ),
        keep=html.escape(
            _("Whoever has this sheet and the folder can read everything. Lock it away.")
        ),
        seen=html.escape(
            _("If somebody else has seen it, print a new one that makes this one void.")
        ),
    )
    return RecoverySheet(words.words, words.payload, page)


def qr_image(payload: str, scale: int = 6) -> str:
    """Return a QR code as a PNG in a data address, to be put into a page or a label."""
    image: str = segno.make(payload, error="m").png_data_uri(scale=scale, border=3)
    return image


def _rows(words: tuple[str, ...]) -> str:
    cells = [
        f"<td><span>{number}</span>&nbsp;{html.escape(word)}</td>"
        for number, word in enumerate(words, 1)
    ]
    return "".join(
        f"<tr>{''.join(cells[start : start + _COLUMNS])}</tr>"
        for start in range(0, len(cells), _COLUMNS)
    )
