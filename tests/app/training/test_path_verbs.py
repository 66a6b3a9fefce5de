"""The path on the command line: a report, a clearing written, a clearing brought in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.homes import Home
from app.services import build_services
from app.training import Wish
from db.models import AssignmentKind, Role
from tests.school import School


def told(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> dict[str, Any]:
    """The one document a verb prints."""
    capsys.readouterr()
    assert main([*words, "--json"]) == code
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_report_names_everybody_or_one_task_by_task(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    school.sit(school.boss).path.assign(
        [school.mei.id], Wish(AssignmentKind.SCENARIO, "complaint", 2, 75)
    )
    home = ["--home", str(school.services.home.path)]
    everybody = told(capsys, 0, "training", "report", *home)["trainees"]
    assert {one["login"] for one in everybody} == {"mei", "lan"}
    (mei,) = told(capsys, 0, "training", "report", "--who", "mei", *home)["trainees"]
    (task,) = mei["tasks"]
    assert (task["item"], task["count"], task["at_least"], task["finished"]) == (
        "complaint", 2, 75.0, False,
    )  # fmt: skip
    assert told(capsys, 2, "training", "report", "--who", "nobody", *home)["error"]
    main(["training", "report", "--who", "mei", *home])
    assert "八步投诉" in capsys.readouterr().out


def test_a_clearing_is_written_here_and_brought_in_there(
    school: School,
    home: Home,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    practice, live = ["--home", str(school.services.home.path)], ["--home", str(home.path)]
    file = tmp_path / "c.json"
    clear = ["training", "clear", "mei", "--by", "zhou", "--out", str(file), *practice]
    assert told(capsys, 2, *clear)["error"]["code"] == "not_ready"
    issued = told(capsys, 0, *clear, "--reason", "师傅带班")
    shown = told(capsys, 0, "training", "import-clearing", str(file), *live)
    assert (shown["taken"], shown["member"]) == (False, None)
    assert issued["code"] not in str(shown)
    take = ["training", "import-clearing", str(file), "--code"]
    wrong = told(capsys, 2, *take, "AAAA", *live)
    assert wrong["error"]["code"] == "wrong_code"
    monkeypatch.setattr("sys.stdin", io.StringIO("passw0rd!\n"))
    taken = told(capsys, 0, *take, issued["code"], *live)
    assert (taken["taken"], taken["role"]) == (True, "agent")
    assert told(capsys, 2, *take, issued["code"], *live)["error"]["code"] == "already_taken"
    services = build_services(home)
    assert services.staff.sign_in("mei", "passw0rd!").role == Role.AGENT
    services.close()


def test_a_trainee_does_not_clear_and_nobody_themselves(
    school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--out", str(tmp_path / "c"), "--home", str(school.services.home.path)]
    for who, by, code in (("mei", "lan", "permission_denied"), ("zhou", "zhou", "own_clearing")):
        document = told(capsys, 2, "training", "clear", who, "--by", by, "--reason", "x", *home)
        assert document["error"]["code"] == code
    assert not (tmp_path / "c").exists()
