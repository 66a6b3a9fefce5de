"""Parses the project's own source files for the tests that watch over them."""

import ast
import gc
from pathlib import Path


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file.

    Python 3.11 fails (SystemError) when a garbage collection that runs Python code, such as
    Hypothesis's, falls into the making of a tree; so none runs meanwhile.
    """
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()
