"""`kefu conversations import`: shapes, exit codes, dry run, a new shop that stays nobody's."""

from pathlib import Path

import pytest

from app import cli
from app.homes import open_home
from app.services import build_services
from tests.app.conftest import Kefu

SAMPLE = Path(__file__).parents[2] / "data" / "records" / "chat_qianniu_copied_made.txt"


def test_import_and_again(kefu: Kefu) -> None:
    code, document, err = kefu("conversations", "import", str(SAMPLE))
    assert (code, err) == (0, "")
    file = document["files"][0]
    assert file.pop("note")
    assert file == {
        "file": str(SAMPLE),
        "format": "qianniu",
        "encoding": "utf-8",
        "rows": 6,
        "new": 6,
        "changed": 0,
        "same": 0,
        "rejected": [],
    }
    assert document["conversations"] == {"new": 1, "changed": 0, "same": 0}
    assert document["former_staff"] == ["客服小李", "客服小王"]
    code, document, _err = kefu("conversations", "import", str(SAMPLE))
    assert (code, document["conversations"]) == (0, {"new": 0, "changed": 0, "same": 1})
    code, document, _err = kefu("messages", "find", "发货")
    assert len(document["messages"]) == 1


def test_dry_run_writes_nothing(kefu: Kefu) -> None:
    code, document, _err = kefu("conversations", "import", "--dry-run", str(SAMPLE))
    assert (code, document["conversations"]["new"], document["dry_run"]) == (0, 1, True)
    assert kefu("messages", "find", "发货")[1] == {"messages": []}
    assert kefu("conversations", "import", str(SAMPLE))[1]["conversations"]["new"] == 1


def test_bad_rows_and_wrong_use(kefu: Kefu, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = '{"conversation":"c","author":"customer","text":"在吗"}\n'
    path.write_text(good + '{"conversation":"c","author":"customer","at":"x","text":"?"}\n')
    code, document, err = kefu("conversations", "import", str(path))
    assert (code, len(err.splitlines())) == (1, 1)
    assert document["files"][0]["rejected"][0]["row"] == 2
    assert document["files"][0]["rejected"][0]["column"] == "at"
    code, document, _err = kefu("conversations", "import", str(path), "--format", "tsv")
    assert (code, document["error"]["code"]) == (2, "nothing_taken")
    assert kefu("conversations", "import")[1]["error"]["code"] == "usage"
    code, document, _err = kefu("messages", "find", "在吗")
    assert document["messages"][0]["at"] is None


def test_a_new_shop_has_no_staff_of_its_own_yet(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    place = tmp_path / "shop"
    assert cli.main(["--home", str(place), "conversations", "import", str(SAMPLE)]) == 0
    capsysbinary.readouterr()
    services = build_services(open_home(place))
    try:
        assert services.staff.is_empty()
    finally:
        services.close()
