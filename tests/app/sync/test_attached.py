"""A picture added at one desk is seen at the other, from a folder in which nobody can see it."""

from pathlib import Path

import pytest

from app.conversations import Attachments
from app.core.errors import NotFound
from app.services import Services
from app.sync import SyncState
from app.sync.attached import AttachedFiles
from db.database import Database
from db.models import Attachment
from db.sync.relay import MemoryRelay
from tests.app.sync.test_service import first, folder, other_services, second, until

__all__ = ["first", "folder", "other_services", "second"]  # fixtures

TEXT = "身份证号 410000199001011234".encode()


def seen(services: Services, attachment_id: bytes) -> bytes | None:
    try:
        return services.attachments.data(attachment_id)
    except NotFound:
        return None


def test_a_file_of_one_desk_is_fetched_by_the_other(
    first: Services, second: Services, folder: Path
) -> None:
    for services in (first, second):
        services.share()
    until(lambda: second.sync.status().state is SyncState.CURRENT)
    kept = first.attachments.add("身份证.txt", TEXT)
    until(lambda: bool(second.attachments.find([kept.id])))
    assert not second.attachments.is_local(kept.sha256)  # not before somebody looks
    assert seen(second, kept.id) == TEXT
    assert second.attachments.is_local(kept.sha256)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len([path for path in files if path.suffix == ".kdb"]) == 1
    assert all(b"410000" not in path.read_bytes() for path in files)
    assert all(kept.sha256[:16] not in path.name for path in files)


def test_only_copies_that_can_be_fetched_again_may_leave(first: Services) -> None:
    files = AttachedFiles(first.attachments, first.db, MemoryRelay(), first.sync.membership())
    own = first.attachments.add("own.txt", TEXT)
    assert files.publish() == 1
    assert files.fetch(own.sha256) == TEXT
    other = first.attachments.add("other.txt", b"another")
    with first.db.write("system") as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE txn_context SET noting = 0")
        connection.exec_driver_sql("UPDATE attachments SET _dv = 5 WHERE id = ?", (other.id,))
        connection.exec_driver_sql("UPDATE sync_self SET dev = max(dev, 1)")
        connection.exec_driver_sql(
            "UPDATE attachments SET _dv = (SELECT dev FROM sync_self) WHERE id = ?", (own.id,)
        )
        connection.exec_driver_sql("UPDATE txn_context SET noting = 1")
    assert not files.may_leave(own.sha256)
    assert not files.may_leave(other.sha256)  # it is not in the folder
    files.publish()
    assert files.may_leave(other.sha256)


def test_a_folder_that_is_away_is_waited_for(first: Services) -> None:
    files = AttachedFiles(first.attachments, first.db, MemoryRelay(), first.sync.membership())
    first.attachments.fetch_from(files.fetch)
    kept = first.attachments.add("a.txt", TEXT)
    for path in (first.home.path / "attachments").rglob(kept.sha256):
        path.unlink()
    with pytest.raises(NotFound):
        first.attachments.data(kept.id)


def test_a_name_that_is_no_hash_is_looked_for_nowhere(tmp_path: Path, db: Database) -> None:
    asked: list[str] = []
    attachments = Attachments(db, tmp_path / "files", asked.append)
    with db.write() as session:
        row = Attachment(sha256="/dev/zero", name="x", media_type="image/png", size=1, created_at=1)
        session.add(row)
    assert attachments.local("/dev/zero") is None
    assert not attachments.is_local("/dev/zero")
    with pytest.raises(NotFound):
        attachments.data(row.id)
    assert asked == []
