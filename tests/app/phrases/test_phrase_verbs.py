"""`kefu phrases …`: shapes, exit codes, one sentence for every mistake."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.homes import Home

SAMPLE = Path(__file__).parents[2] / "data" / "phrases" / "phrases_qianniu_made.csv"


def run(home: Home, capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict]:  # type: ignore[type-arg]
    code = main(["--home", str(home.path), "--json", *map(str, words)])
    return code, json.loads(capsys.readouterr().out)


def test_import_find_and_export(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, dry = run(home, capsys, "phrases", "import", SAMPLE, "--dry-run")
    assert (code, dry["phrases"]) == (0, {"new": 7, "changed": 0, "same": 0})
    code, done = run(home, capsys, "phrases", "import", SAMPLE)
    assert code == 0
    (file,) = done["files"]
    assert {k: file[k] for k in ("file", "format", "encoding", "rows", "new", "rejected")} == {
        "file": SAMPLE.name, "format": "qianniu", "encoding": "gb18030", "rows": 7, "new": 7,
        "rejected": [],
    }  # fmt: skip
    code, again = run(home, capsys, "phrases", "import", SAMPLE)
    assert (code, again["phrases"]) == (0, {"new": 0, "changed": 0, "same": 7})
    code, found = run(home, capsys, "phrases", "find", "zdkd")
    assert (code, found["phrases"][0]["code"], found["phrases"][0]["group"]) == (0, "kd", "发货")
    code, out = run(home, capsys, "phrases", "export", "--out", tmp_path / "o.json")
    assert (code, out["phrases"]) == (0, 7)


def test_nothing_to_take_is_refused_in_one_sentence(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, answer = run(home, capsys, "phrases", "import", tmp_path / "none.csv")
    assert code == 2
    assert answer["error"]["code"] == "no_file"
    assert answer["files"][0]["problem"]


def test_a_broken_row_among_good_ones_is_exit_code_one(
    home: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    path.write_text("code,text,group\nzk,在的,接待\nkk,,接待\n", encoding="utf-8")
    code, answer = run(home, capsys, "phrases", "import", path)
    assert code == 1
    (rejected,) = answer["files"][0]["rejected"]
    assert (rejected["row"], rejected["column"]) == (3, "text")


def test_own_phrases_need_somebody_to_own_them(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = run(home, capsys, "phrases", "import", SAMPLE, "--scope", "mine")
    assert (code, answer["error"]["code"]) == (2, "usage")
    code, answer = run(
        home, capsys, "phrases", "import", SAMPLE, "--scope", "mine", "--staff", "nobody"
    )
    assert (code, answer["error"]["code"]) == (2, "not_found")
