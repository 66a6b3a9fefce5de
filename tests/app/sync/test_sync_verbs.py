"""`kefu sync`: one document, exit codes that tell whether the stations are together."""

from argparse import Namespace
from pathlib import Path

import pytest

from app.core.errors import UserError
from app.core.outcome import DONE, PROBLEMS
from app.services import Services
from app.sync.verbs import run_sync
from db.sync.admission import found_shop
from db.sync.folder import create_folder
from db.sync.marker import Marker
from db.sync.store import Store
from db.sync.surroundings import Surroundings


@pytest.fixture
def folder(services: Services, tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    membership = found_shop(services.db, "前台一", str(folder), Surroundings(), practice=False)
    create_folder(folder, Marker(membership.founding_root, practice=False).pack())
    return folder


def test_a_shop_of_one_computer_is_told_how_to_share(services: Services) -> None:
    with pytest.raises(UserError) as caught:
        run_sync(services, Namespace(mode="status"))
    assert caught.value.code == "not_shared"


def test_once_gives_everything_and_says_so(services: Services, folder: Path) -> None:
    outcome = run_sync(services, Namespace(mode="once"))
    assert outcome.exit_code == DONE
    document = outcome.document
    assert (document["state"], document["outbox"], document["station"]) == ("current", 0, "前台一")
    assert document["problems"] == []
    (mine,) = document["stations"]
    assert (mine["name"], mine["mine"], mine["manages"]) == ("前台一", True, True)
    assert list(folder.glob("ops/*/*.kds"))


def test_a_folder_that_is_away_is_a_problem_with_a_name(services: Services, folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    for mode in ("once", "status"):
        outcome = run_sync(services, Namespace(mode=mode))
        assert outcome.exit_code == PROBLEMS
        assert outcome.document["state"] == "offline"
        assert outcome.document["outbox"] > 0


def test_verify_names_a_damaged_file_and_repair_puts_it_back(
    services: Services, folder: Path
) -> None:
    run_sync(services, Namespace(mode="once"))
    fine = run_sync(services, Namespace(mode="verify"))
    assert (fine.exit_code, fine.document["faults"]) == (DONE, [])
    assert fine.document["segments"] > 0
    segment = next(iter(folder.glob("ops/*/*.kds")))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    wrong = run_sync(services, Namespace(mode="verify"))
    name = segment.relative_to(folder).as_posix()
    assert wrong.exit_code == PROBLEMS
    assert name in {fault["name"] for fault in wrong.document["faults"]}
    mended = run_sync(services, Namespace(mode="repair"))
    assert mended.document["restored"] == [name]
    assert segment.read_bytes() == whole
    assert run_sync(services, Namespace(mode="verify")).exit_code == DONE


def test_a_folder_that_is_away_can_not_be_proved(services: Services, folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    with pytest.raises(UserError) as caught:
        run_sync(services, Namespace(mode="verify"))
    assert caught.value.code == "folder_offline"


def test_verify_names_the_chunk_and_the_notes_that_do_not_open(
    services: Services, folder: Path
) -> None:
    run_sync(services, Namespace(mode="once"))
    services.sync.engine().upkeep.snapshots.make(services.sync.engine().seal)
    services.sync.pass_now(full=True)
    chunk = next(iter(folder.glob("snap/*/*.kdc")))
    head = next(iter(folder.glob("head/*.kdh")))
    for file in (chunk, head):
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    names = {file.relative_to(folder).as_posix() for file in (chunk, head)}
    wrong = run_sync(services, Namespace(mode="verify"))
    assert names <= {fault["name"] for fault in wrong.document["faults"]}
    chunk.unlink()
    gone = run_sync(services, Namespace(mode="verify"))
    assert ("missing", chunk.relative_to(folder).as_posix()) in {
        (fault["detail"], fault["name"]) for fault in gone.document["faults"]
    }
    mended = run_sync(services, Namespace(mode="repair"))
    assert head.relative_to(folder).as_posix() in mended.document["removed"]
    assert mended.document["snapshot"]


def test_nothing_is_accepted_as_lost_that_is_not_missing(services: Services, folder: Path) -> None:
    outcome = run_sync(services, Namespace(mode="accept-loss"))
    assert (outcome.exit_code, outcome.document) == (DONE, {"given_up": []})


def test_what_only_tells_something_is_noted(services: Services, folder: Path) -> None:
    with services.db.write("system") as session:
        Store(session.connection()).open_problem("put_back", "01", "{}", 1)
    told = run_sync(services, Namespace(mode="status"))
    assert [p["code"] for p in told.document["problems"]] == ["put_back"]
    assert told.exit_code == PROBLEMS
    assert run_sync(services, Namespace(mode="noted")).document["problems"] == []
