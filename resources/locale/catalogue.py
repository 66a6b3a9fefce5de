"""Keeps the translations complete: one .po file per area, merged into one compiled catalogue.

Needs Babel and is therefore used while developing and packing only (`dev.py texts`); the desk
itself reads the compiled file with the standard library.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[2]
PO_DIR: Final = ROOT / "resources" / "locale" / "zh_CN"
MO_FILE: Final = PO_DIR / "LC_MESSAGES" / "kefu.mo"
KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2)}
SOURCES: Final = ("app", "ui")

_HEADER: Final = """\
msgid ""
msgstr ""
"Project-Id-Version: kefu-desk\\n"
"Language: zh_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLACEHOLDER: Final = re.compile(r"(?<!\{)\{([^{}\s]*)\}(?!\})")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the code: its message id (two for a plural) and where it was found."""

    ids: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a translation, in words for a developer."""

    area: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.area}.po: {self.text!r}: {self.reason}"


def area_of(path: Path) -> str:
    """The catalogue a source file's texts belong to: `app/orders/x.py` and `ui/orders/y.py` → orders.

    A module straight under `app` has its own name; those straight under `ui` belong to the shell.
    """
    layer, *rest = path.parts
    if len(rest) > 1:
        return rest[0]
    return path.stem if layer == "app" else "shell"


def extract(root: Path = ROOT, areas: Collection[str] = ()) -> dict[str, list[Text]]:
    """The texts of the code by area (all areas if none is named), each once, in a stable order."""
    found: dict[str, dict[tuple[str, ...], Text]] = {}
    for layer in SOURCES:
        for path in sorted((root / layer).rglob("*.py")):
            relative = path.relative_to(root)
            if areas and area_of(relative) not in areas:
                continue
            area = found.setdefault(area_of(relative), {})
            for line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
                ids = (message,) if isinstance(message, str) else tuple(message or ())
                area.setdefault(ids, Text(ids, f"{relative.as_posix()}:{line}"))
    return {area: sorted(texts.values(), key=lambda t: t.ids) for area, texts in found.items()}


def read_area(area: str, po_dir: Path = PO_DIR) -> Catalog:
    """The translations of one area; an empty catalogue if it has none yet."""
    path = po_dir / f"{area}.po"
    text = path.read_text(encoding="utf-8") if path.exists() else _HEADER
    return read_po(io.StringIO(text), locale="zh_CN", ignore_obsolete=True)


def areas_on_disk(po_dir: Path = PO_DIR) -> list[str]:
    """Names of all areas that have a catalogue."""
    return sorted(path.stem for path in po_dir.glob("*.po"))


def ids_of(message: Message) -> tuple[str, ...]:
    """The message id, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def strings_of(message: Message) -> tuple[str, ...]:
    """The translation's forms, empty ones included."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def messages_of(catalog: Catalog) -> Iterator[Message]:
    """All entries but the header."""
    return (message for message in catalog if message.id)


def render(catalog: Catalog) -> str:
    """The text of a .po file, sorted, without dates or line numbers, so that diffs stay small."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, no_location=True, omit_header=True, width=96)
    return _HEADER + out.getvalue().decode("utf-8").strip("\n") + "\n"


def _same_elsewhere(po_dir: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Translations any area has already, so that one wording is kept for one text."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for area in areas_on_disk(po_dir):
        for message in messages_of(read_area(area, po_dir)):
            if all(strings_of(message)):
                known.setdefault(ids_of(message), strings_of(message))
    return known


def _write(path: Path, data: bytes) -> bool:
    """Replace a file in one step; False if it was the same already."""
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).replace(path)
    return True


def update(
    areas: Collection[str] = (), *, root: Path = ROOT, po_dir: Path = PO_DIR
) -> dict[str, tuple[int, list[str]]]:
    """Add new texts to the areas' catalogues and drop those no code uses any more.

    Without `areas` all are brought up to date. Returns, per changed area, how many texts were
    added and the dropped message ids.
    """
    used, known = extract(root, areas), _same_elsewhere(po_dir)
    changed: dict[str, tuple[int, list[str]]] = {}
    for area in sorted(set(areas) or {*used, *areas_on_disk(po_dir)}):
        catalog = read_area(area, po_dir)
        wanted = {text.ids for text in used.get(area, [])}
        present = {ids_of(message) for message in messages_of(catalog)}
        for ids in sorted(wanted - present):
            catalog.add(ids[0] if len(ids) == 1 else ids, _filled(ids, known))
        dropped = sorted(present - wanted)
        for ids in dropped:
            catalog.delete(ids[0])
        if not wanted and not present:
            continue
        if _write(po_dir / f"{area}.po", render(catalog).encode("utf-8")):
            changed[area] = (len(wanted - present), [ids[0] for ids in dropped])
    return changed


def _filled(
    ids: tuple[str, ...], known: dict[tuple[str, ...], tuple[str, ...]]
) -> str | tuple[str, ...]:
    strings = known.get(ids, ("",))
    return strings[0] if len(ids) == 1 else strings


def merged(po_dir: Path = PO_DIR) -> Catalog:
    """One catalogue of all areas' finished translations."""
    whole = Catalog(locale="zh_CN", charset="utf-8")
    for area in areas_on_disk(po_dir):
        for message in messages_of(read_area(area, po_dir)):
            if all(strings_of(message)) and not message.fuzzy:
                whole.add(message.id, message.string)
    return whole


def compile_catalogue(po_dir: Path = PO_DIR, mo_file: Path = MO_FILE) -> bool:
    """Write the compiled catalogue the desk reads; False if it was up to date."""
    newest = max((path.stat().st_mtime_ns for path in po_dir.glob("*.po")), default=0)
    if mo_file.exists() and mo_file.stat().st_mtime_ns > newest:
        return False
    out = io.BytesIO()
    write_mo(out, merged(po_dir))
    if not _write(mo_file, out.getvalue()):
        mo_file.touch()
        return False
    return True


def placeholders(text: str) -> Counter[str]:
    """The `{name}` fields of a text; the order in a sentence is the language's own matter."""
    return Counter(match.partition(":")[0] for match in _PLACEHOLDER.findall(text))


def problems(
    areas: Collection[str] = (), *, root: Path = ROOT, po_dir: Path = PO_DIR
) -> list[Problem]:
    """Everything that keeps the Chinese texts (of these areas, or all) from being right."""
    used, found = extract(root, areas), list[Problem]()
    first: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
    for area in sorted(set(areas) or {*used, *areas_on_disk(po_dir)}):
        catalog = read_area(area, po_dir)
        entries = {ids_of(message): message for message in messages_of(catalog)}
        wanted = {text.ids: text for text in used.get(area, [])}
        for ids in sorted(wanted.keys() - entries.keys()):
            found.append(Problem(area, ids[0], f"missing ({wanted[ids].place})"))
        for ids in sorted(entries.keys() - wanted.keys()):
            found.append(Problem(area, ids[0], "no code uses it any more"))
        for ids, message in sorted(entries.items()):
            found += [Problem(area, ids[0], reason) for reason in _faults(ids, message)]
            other, strings = first.setdefault(ids, (area, strings_of(message)))
            if strings != strings_of(message):
                found.append(Problem(area, ids[0], f"translated differently in {other}.po"))
    return found


def _faults(ids: tuple[str, ...], message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "marked fuzzy"
    for string in strings_of(message):
        if not string.strip():
            yield "not translated"
        elif placeholders(string) != placeholders(ids[-1]):
            yield "its placeholders differ"
        elif (string[-1] == "\n") != (ids[0][-1] == "\n"):
            yield "one of the two ends in a line break"


def tell(changed: dict[str, tuple[int, list[str]]]) -> None:
    """Say what an update did."""
    for area, (added, dropped) in changed.items():
        print(f"{area}.po: {added} added, {len(dropped)} dropped")
        for text in dropped:
            print(f"  dropped {text!r}")


def main(arguments: list[str] | None = None) -> int:
    """Bring the catalogues up to date, or only compile them; 1 if a text lacks its translation."""
    parser = argparse.ArgumentParser(description="Collect texts, drop unused ones, compile.")
    parser.add_argument("areas", nargs="*", help="only these areas, e.g. orders phrases")
    parser.add_argument("--compile", action="store_true", help="only compile")
    parser.add_argument("--check", action="store_true", help="only look, change nothing")
    options = parser.parse_args(arguments)
    if options.compile:
        compile_catalogue()
        return 0
    if not options.check:
        tell(update(options.areas))
        compile_catalogue()
    left = problems(options.areas)
    for problem in left:
        print(problem, file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
