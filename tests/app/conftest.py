"""The command line as a shop's person or script calls it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app import cli
from app.homes import Home

Kefu = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def kefu(home: Home, capsysbinary: pytest.CaptureFixture[bytes]) -> Kefu:
    """Runs a verb: its exit code, the one document on stdout, and what stderr said."""

    def run(*words: str) -> tuple[int, Any, str]:
        code = cli.main(["--home", str(home.path), "--json", *words])
        out, err = capsysbinary.readouterr()
        return code, json.loads(out), err.decode()

    return run
