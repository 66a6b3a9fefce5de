"""A home keeps its data to itself, whatever goes wrong."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from app.cli import main
from app.core.storage import storage_trouble
from app.homes import Home, create_home
from app.maintenance import back_up, restore
from app.services import Services
from db.models import Customer

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@posix
def test_nobody_else_may_look_into_a_home_or_a_backup(services: Services, tmp_path: Path) -> None:
    assert services.home.path.stat().st_mode & 0o077 == 0
    file = back_up(services.home, services.db, tmp_path / "b.kefu-backup").file
    assert file.stat().st_mode & 0o077 == 0
    assert restore(file, tmp_path / "again").path.stat().st_mode & 0o077 == 0


def test_a_backup_brings_nothing_that_is_no_part_of_a_home(
    services: Services, tmp_path: Path
) -> None:
    file = back_up(services.home, services.db, tmp_path / "b.kefu-backup").file
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../outside.txt", "x")
        archive.writestr("logs/run.sh", "x")
        archive.writestr("attachments/../../up", "x")
    restore(file, tmp_path / "again")
    names = {path.name for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert names <= {"home.json", "kefu.db", "kefu.db-wal", "kefu.db-shm"}
    assert not (tmp_path / "outside.txt").exists()


def test_a_database_error_names_no_customer(services: Services) -> None:
    with pytest.raises(SQLAlchemyError) as caught, services.db.write() as session:
        row = {"name": "王小明", "phone": "13800001234", "created_at": None}
        session.execute(insert(Customer), [row])
    assert "王小明" not in str(caught.value)
    assert "13800001234" not in str(caught.value)


def test_a_fault_of_a_verb_leaves_a_trace_without_values(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = str(138_0000_1234)

    def fail(*_: object) -> None:
        raise ValueError(phone)

    monkeypatch.setattr("app.maintenance.verbs.examine", fail)
    assert main(["--home", str(home.path), "doctor"]) == 2
    log = (home.path / "logs" / "cli.log").read_text(encoding="utf-8")
    printed = capfd.readouterr()
    assert "ValueError" in log
    assert phone not in log + printed.err + printed.out
    assert "Traceback" not in printed.err


def test_a_full_disk_is_one_sentence(services: Services) -> None:
    with services.db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(SQLAlchemyError) as caught:
            connection.exec_driver_sql("CREATE TABLE big AS SELECT zeroblob(9000000) AS x")
        connection.rollback()
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    trouble = storage_trouble(caught.value)
    assert trouble is not None
    assert trouble.code == "disk_full"
    assert storage_trouble(ValueError("other")) is None


def test_the_practice_verbs_never_touch_a_live_shop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create_home(tmp_path / "shop-practice", "live")
    assert main(["--home", str(tmp_path / "shop"), "--practice", "doctor", "--json"]) == 2
    assert "not_practice" in capsys.readouterr().out
