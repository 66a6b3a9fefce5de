"""Rules of the house a machine can watch, beyond the import contracts of pyproject.toml."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.parsing import parse

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("app", "db", "ui", "resources")

# Modules of `app` that everybody may use in detail: they are no business areas.
OPEN = {"core", "services", "wiring", "cli"}


@cache
def tree(path: Path) -> ast.Module:
    return parse(path)


def sources(*layers: str) -> list[Path]:
    return [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Full names of the modules a file imports, with the line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def area(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[1]


def test_areas_of_the_application_meet_through_their_public_names() -> None:
    deep = [
        f"{place(path, line)} imports {name}"
        for path in sources("app")
        for name, line in imports(path)
        if (parts := name.split("."))[0] == "app"
        and len(parts) > 2
        and parts[1] not in {*OPEN, area(path)}
        and area(path) not in {"services", "wiring", "cli"}
    ]
    assert deep == []


def test_every_area_of_the_application_names_what_is_public() -> None:
    for init in sorted((ROOT / "app").glob("*/__init__.py")):
        if init.parent.name in OPEN or not sources_of(init.parent):
            continue
        names = {
            target.id
            for node in tree(init).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert "__all__" in names, f"{init.relative_to(ROOT)} has no __all__"


def sources_of(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if path.name != "__init__.py"]


def test_colours_and_spacing_come_from_the_theme() -> None:
    styled = [
        place(path, node.lineno)
        for path in sources("ui")
        if area(path) != "theme"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "setStyleSheet"
    ]
    assert styled == []


def test_signals_of_the_window_are_not_connected_to_lambdas() -> None:
    """A lambda keeps firing on a widget that is gone; Qt drops bound methods with the widget."""
    loose = [
        place(path, node.lineno)
        for path in sources("ui")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "connect"
        and any(isinstance(argument, ast.Lambda) for argument in node.args)
    ]
    assert loose == []


def test_every_module_says_why_it_exists() -> None:
    silent = [
        place(path, 1)
        for path in sources(*LAYERS)
        if path.stat().st_size and ast.get_docstring(tree(path)) is None
    ]
    assert silent == []


@pytest.mark.parametrize("limit", [500])
def test_no_file_grows_out_of_hand(limit: int) -> None:
    long = {
        place(path, lines): lines
        for path in sources("app", "db", "ui")
        if "migrations" not in path.parts  # written once, never edited
        and (lines := path.read_text(encoding="utf-8").count("\n")) > limit
    }
    assert long == {}


def test_nothing_swallows_every_error() -> None:
    swallowed = [
        place(path, node.lineno)
        for path in sources(*LAYERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert swallowed == []
