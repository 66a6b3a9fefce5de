"""Backups are verified, restore into a new folder, and never over a living shop."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.core.errors import UserError
from app.homes import open_home
from app.maintenance import back_up, restore
from app.services import Services, build_services


def test_a_backup_comes_back_with_everything(services: Services, tmp_path: Path) -> None:
    services.customers.add("王小明")
    report = back_up(services.home, services.db, tmp_path / "b.kefu-backup")
    assert report.size > 0
    assert b"SQLite format" not in report.file.read_bytes()
    home = restore(report.file, tmp_path / "again")
    again = build_services(home)
    assert [m.name for m in again.staff.members()] == ["李小丽"]
    again.close()
    with pytest.raises(UserError, match=r"已有|already"):
        restore(report.file, tmp_path / "again")


@pytest.mark.parametrize("damage", ["cut", "flip", "other"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    services: Services, tmp_path: Path, damage: str
) -> None:
    file = back_up(services.home, services.db, tmp_path / "b.kefu-backup").file
    data = bytearray(file.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    elif damage == "flip":
        data[5000] ^= 0xFF
    else:
        data = bytearray(b"a picture, not a backup")
    file.write_bytes(data)
    with pytest.raises(UserError):
        restore(file, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_the_verbs_write_and_examine(
    services: Services, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    services.close()
    home = str(services.home.path)
    assert main(["--home", home, "backup", "--json"]) == 0
    archive = json.loads(capsys.readouterr().out)["file"]
    assert main(["doctor", "--home", home, "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"database", "disk"} <= {f["subject"] for f in findings}
    into = tmp_path / "into"
    assert main(["restore", archive, "--into", str(into), "--json"]) == 0
    assert open_home(into).id == services.home.id
