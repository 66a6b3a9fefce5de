"""`kefu shop` as a person types it: two homes, a real folder, a process for each verb."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import cli


class Typed:
    """What one types at the two homes of a shop."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self.folder, self._capsys = root, root / "shared", capsys
        self.folder.mkdir()

    def __call__(self, home: str, *words: str, code: int = 0) -> Any:
        path = str(self.root / home)
        assert cli.main(["--home", path, "--json", *words]) == code
        document = json.loads(self._capsys.readouterr().out)
        return document["error"]["code"] if code == 2 else document

    def said(self, home: str, *words: str) -> str:
        assert cli.main(["--home", str(self.root / home), *words]) == 0
        return self._capsys.readouterr().out

    def place(self, station: str) -> tuple[str, ...]:
        return ("--folder", str(self.folder), "--station", station)


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path, capsys)


def test_a_shop_from_founding_to_recovery(typed: Typed) -> None:
    made = typed("a", "shop", "create", *typed.place("前台"), "--name", "花店")
    assert made == {"state": "member", "manages": True, "administers": True}
    code = typed("a", "shop", "invite")["code"]
    asked = typed("b", "shop", "join", *typed.place("仓库"), "--code", code)
    assert asked == {"asked": "花店", "state": "waiting", "manages": False, "administers": False}
    (request,) = typed("a", "shop", "members")["requests"]
    assert request["name"] == "仓库"
    assert typed("a", "shop", "approve")["station"]["name"] == "仓库"
    typed("b", "sync", "--once")
    assert [s["name"] for s in typed("b", "shop", "members")["stations"]] == ["前台", "仓库"]
    assert typed("a", "shop", "grant", "仓库")["station"]["manages"]
    assert not typed("a", "shop", "withdraw", "仓库")["station"]["manages"]
    assert typed("a", "shop", "rotate-key")["state"] == "member"
    sheet = typed.root / "sheet.html"
    typed("a", "shop", "sheet", "--out", str(sheet))
    assert "data:image/png" in sheet.read_text(encoding="utf-8")
    out = typed("a", "shop", "revoke", request["id"][:8])
    assert out["station"]["revoked"]
    assert out["sheets_void"] is False
    assert typed("b", "sync", "--once", code=1)["state"] == "attention"
    words = typed("a", "shop", "sheet")["words"]
    saved = typed("c", "shop", "recover", *typed.place("新机"), *words)
    assert saved == made


def test_what_is_refused_says_why(typed: Typed) -> None:
    typed("a", "shop", "create", *typed.place("前台"))
    assert typed("a", "shop", "create", *typed.place("前台"), code=2) == "already_shared"
    assert typed("a", "shop", "revoke", "nobody", code=2) == "not_found"
    assert typed("a", "shop", "approve", code=2) == "not_found"
    assert typed("a", "shop", "cancel", code=2) == "not_waiting"
    join = ("shop", "join", *typed.place("仓库"), "--code")
    assert typed("b", *join, "x", code=2) == "bad_code"
    code = typed("a", "shop", "invite")["code"]
    assert typed("b", *join, code, "--wait", "0.1", code=1)["state"] == "waiting"
    assert typed("b", "shop", "invite", code=2) == "station_may_not"
    assert typed("b", "shop", "cancel")["state"] == "alone"
    assert typed("b", "shop", "members", code=2) == "not_shared"


def test_people_read_lines(typed: Typed) -> None:
    typed("a", "shop", "create", *typed.place("前台"))
    assert len(typed.said("a", "shop", "invite").splitlines()[0]) == 19
    assert "前台" in typed.said("a", "shop", "members")
    assert len(typed.said("a", "shop", "sheet").split()) == 12
