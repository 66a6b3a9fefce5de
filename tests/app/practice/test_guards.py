"""Practice and live exchange nothing, whichever way somebody tries it: all of it is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.core.errors import UserError
from app.core.paths import HOME_VARIABLE, practice_dir
from app.core.settings import SHOP_NAME
from app.homes import KindMismatch, create_home, open_home
from app.maintenance.backup import back_up, restore
from app.practice import discard_practice_home, open_practice_home
from app.services import Services, build_services
from app.sync import STRANGERS
from app.sync.settings import PLACE, WISHED_SHOP
from db.ids import customer_id
from db.models import Customer, Role
from db.sync.folder import MARKER
from db.sync.marker import Marker, read_marker
from tests.conftest import Template

KINDS = ("live", "practice")


class Town:
    """A live and a practice shop, each shared in a folder of its own, each with one customer."""

    def __init__(self, root: Path, template: Template) -> None:
        self.root, self._template = root, template
        self.opened: dict[str, Services] = {}

    def home(self, name: str, kind: str) -> Services:
        home = create_home(self.root / name, "practice" if kind == "practice" else "live")
        shutil.copy(self._template.empty, home.database)
        return self.open(name)

    def open(self, name: str) -> Services:
        self.opened[name] = build_services(open_home(self.root / name))
        return self.opened[name]

    def folder(self, kind: str) -> Path:
        return self.root / f"{kind}-folder"

    def found(self, kind: str) -> Services:
        self.folder(kind).mkdir()
        services = self.home(kind, kind)
        services.staff.add("boss", "Boss", Role.ADMIN, "passw0rd!")
        services.shop.create(self.folder(kind), "first", f"{kind} shop")
        with services.db.write() as session:
            row = customer_id("web", kind, "x")
            session.add(
                Customer(
                    id=row,
                    platform="web",
                    shop=kind,
                    nick=f"of {kind}",
                    created_at=1,
                    last_seen_at=1,
                )
            )
        services.sync.pass_now(full=True)
        return services

    def close(self, *names: str) -> None:
        for name in names or tuple(self.opened):
            self.opened.pop(name).close()


def other(kind: str) -> str:
    return KINDS[KINDS[0] == kind]


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def town(tmp_path: Path, _template: Template, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr("app.sync.service.SyncService.start", lambda _self: None)
    monkeypatch.setattr("app.homes.new_key", lambda: _template.key)
    monkeypatch.setattr("app.services._fill_practice", lambda _services: None)
    made = Town(tmp_path, _template)
    yield made
    made.close()


@pytest.fixture
def both(town: Town) -> Iterator[Town]:
    """Both shops, and a watch that neither folder takes anything during the test."""
    for kind in KINDS:
        town.found(kind)
    before = {kind: listing(town.folder(kind)) for kind in KINDS}
    yield town
    for kind in KINDS:
        if town.folder(kind).is_dir():
            assert listing(town.folder(kind)) == before[kind]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    """What a verb that must be refused said."""
    capsys.readouterr()
    assert main([*words, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] != "bug"
    assert error["message"]
    return dict(error)


# --- joining, taking back, founding ---------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bring", [False, True])
def test_an_invitation_of_the_other_kind_leads_nowhere(
    town: Town, kind: str, *, bring: bool
) -> None:
    code = town.found(other(kind)).shop.invite().code
    newcomer = town.home("newcomer", kind)
    steps: tuple[Callable[[], object], ...] = (
        lambda: newcomer.shop.preview(town.folder(other(kind)), code),
        lambda: newcomer.shop.join(town.folder(other(kind)), code, "new", bring_data=bring),
    )
    for step in steps:
        with pytest.raises(UserError) as refused:
            step()
        assert refused.value.code in {"practice_home", "practice_shop"}
    assert not newcomer.sync.shared


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_of_one_shop_says_nothing_in_the_folder_of_the_other(town: Town, kind: str) -> None:
    code = town.found(kind).shop.invite().code
    town.found(other(kind))
    with pytest.raises(UserError) as refused:
        town.home("newcomer", other(kind)).shop.join(town.folder(other(kind)), code, "new")
    assert refused.value.code == "code_unknown"


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_the_other_kind_take_nothing_back(town: Town, kind: str) -> None:
    words = " ".join(town.found(other(kind)).shop.print_sheet().words)
    newcomer = town.home("newcomer", kind)
    with pytest.raises(UserError) as refused:
        newcomer.shop.recover(town.folder(other(kind)), words, "new")
    assert refused.value.code in {"practice_home", "practice_shop"}
    assert not newcomer.sync.shared


@pytest.mark.parametrize("kind", KINDS)
def test_an_edited_marker_does_not_open_a_folder_to_the_other_kind(town: Town, kind: str) -> None:
    shop = town.found(other(kind)).shop
    code, words = shop.invite().code, " ".join(shop.print_sheet().words)
    folder = town.folder(other(kind))
    marker = read_marker((folder / MARKER).read_bytes())
    (folder / MARKER).write_bytes(Marker(marker.root, practice=kind == "practice").pack())
    newcomer = town.home("newcomer", kind)
    for step in (
        lambda: newcomer.shop.join(folder, code, "new", bring_data=True),
        lambda: newcomer.shop.recover(folder, words, "new"),
    ):
        with pytest.raises(UserError) as refused:
            step()
        assert refused.value.code in {"code_unknown", "marker_damaged"}
    assert not newcomer.sync.shared


@pytest.mark.parametrize("kind", KINDS)
def test_no_shop_is_founded_in_or_below_the_folder_of_another(both: Town, kind: str) -> None:
    newcomer = both.home("newcomer", kind)
    below = both.root / "below"
    for place in (both.folder(other(kind)), below):
        with pytest.raises(UserError) as refused:
            if place is below:
                nested = both.folder(other(kind)) / "empty"
                nested.mkdir()
                below.symlink_to(nested)
            newcomer.shop.create(place, "new")
        assert refused.value.code in {"folder_taken", "folder_inside"}
    (both.folder(other(kind)) / "empty").rmdir()


@pytest.mark.parametrize("kind", KINDS)
def test_no_home_is_made_in_a_shared_folder(both: Town, kind: str) -> None:
    link = both.root / "link"
    link.symlink_to(both.folder(other(kind)))
    for place in (link, link / "seg"):
        with pytest.raises(UserError) as refused:
            create_home(place, "practice" if kind == "practice" else "live")
        assert refused.value.code == "in_shared_folder"


@pytest.mark.parametrize("kind", KINDS)
def test_a_symlink_to_the_folder_is_the_folder(both: Town, kind: str) -> None:
    link = both.root / "innocent"
    link.symlink_to(both.folder(other(kind)))
    newcomer = both.home("newcomer", kind)
    with pytest.raises(UserError) as refused:
        newcomer.shop.join(link, "AAAA-AAAA-AAAA-AAAA", "new")
    assert refused.value.code in {"practice_home", "practice_shop", "bad_code"}
    with pytest.raises(UserError) as refused:
        newcomer.shop.create(link, "new")
    assert refused.value.code == "folder_taken"


# --- folders that change places -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["renamed", "symlink", "marker"])
def test_a_folder_put_in_the_place_of_the_other_gets_nothing(
    town: Town, kind: str, way: str
) -> None:
    mine, theirs = town.found(kind), town.found(other(kind))
    theirs.sync.pass_now(full=True)
    folder, strange = town.folder(kind), town.folder(other(kind))
    folder.rename(town.root / "away")
    if way == "symlink":
        folder.symlink_to(strange)
    else:
        strange.rename(folder)
    own_marker = (town.root / "away" / MARKER).read_bytes()
    if way == "marker":
        (folder / MARKER).write_bytes(own_marker)
    before = {p: d for p, d in listing(folder).items() if not p.endswith(MARKER)}
    mine.settings.set(SHOP_NAME, "written meanwhile")
    mine.sync.pass_now(full=True)
    after = listing(folder)
    assert all(after[path] == data for path, data in before.items())
    with mine.db.read() as session:
        nicks = {row.nick for row in session.query(Customer)}
    assert nicks == {f"of {kind}"}
    if way == "marker":
        return  # its own shop's files lie beside the other's, which no key of it opens
    assert after.keys() == before.keys() | {str(folder / MARKER)}
    (problem,) = mine.sync.status().problems
    assert problem.code == f"other_{other(kind)}"
    assert problem.code in STRANGERS


def test_settings_lead_no_home_elsewhere(both: Town) -> None:
    for kind in KINDS:
        services = both.opened[kind]
        services.staff.sign_in("boss", "passw0rd!")
        services.settings.set(WISHED_SHOP, f"{other(kind)} shop")
        services.settings.set(PLACE, "share")
        assert services.sync.status().folder == str(both.folder(kind))


# --- files of one home laid over the other --------------------------------------------------------


def carry(source: Path, target: Path, *names: str) -> None:
    for name in names or [path.name for path in source.iterdir() if path.is_file()]:
        if (source / name).exists():
            shutil.copy(source / name, target / name)


def opened(path: Path, kind: str) -> Services:
    """Open a folder as the window and the command line do for a kind."""
    return build_services(open_practice_home(path) if kind == "practice" else open_home(path))


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_the_other_kind_is_noticed(both: Town, kind: str) -> None:
    mine, theirs = both.root / kind, both.root / other(kind)
    both.close()
    for wal in theirs.glob("kefu.db-*"):
        wal.unlink()
    carry(theirs, mine, "kefu.db")
    # The keys are the same in this test: nothing but its kind tells it.
    with pytest.raises(KindMismatch):
        opened(mine, kind)


def test_all_of_a_live_home_laid_over_the_practice_home_is_not_practice(both: Town) -> None:
    both.close()
    carry(both.root / "live", both.root / "practice")
    with pytest.raises(UserError) as refused:
        opened(both.root / "practice", "practice")
    assert refused.value.code == "not_practice"


def test_all_of_a_practice_home_laid_over_a_live_home_stays_practice(both: Town) -> None:
    both.close()
    carry(both.root / "practice", both.root / "live")
    services = opened(both.root / "live", "live")
    try:
        assert services.home.practice
        with pytest.raises(UserError):
            services.shop.join(both.folder("live"), "AAAA-AAAA-AAAA-AAAA", "new")
        assert services.sync.status().folder == str(both.folder("practice"))
    finally:
        services.close()


def test_a_live_database_under_practice_files_is_not_thrown_away(both: Town) -> None:
    live, practice = both.root / "live", both.root / "practice"
    both.close()
    carry(practice, live, "home.json", "practice.key")
    # The keys are the same in this test: its kind tells it.
    with pytest.raises(KindMismatch):
        discard_practice_home(live)
    (live / "practice.key").write_text("00" * 32)
    data = (live / "kefu.db").read_bytes()
    assert open_home(discard_practice_home(live).path).practice
    (aside,) = both.root.glob("live-aside-*")
    assert (aside / "kefu.db").read_bytes() == data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("with_key", [False, True])
def test_an_edited_home_file_is_noticed(both: Town, kind: str, *, with_key: bool) -> None:
    home = open_home(both.root / kind)
    both.close()
    marker = json.loads((home.path / "home.json").read_text())
    marker["kind"] = other(kind)
    if with_key:
        marker["key"] = "file" if other(kind) == "practice" else "keyring"
        (home.path / "practice.key").write_text(home.key.hex())
        carried = json.loads((both.root / "live" / "home.json").read_text())
        marker["id"] = carried["id"]
    (home.path / "home.json").write_text(json.dumps(marker))
    with pytest.raises(KindMismatch):
        opened(home.path, other(kind))
    with pytest.raises(KindMismatch):
        opened(home.path, "live")


@pytest.mark.parametrize("kind", KINDS)
def test_a_symlinked_home_is_what_it_leads_to(both: Town, kind: str) -> None:
    both.close()
    link = both.root / "innocent"
    link.symlink_to(both.root / kind)
    if kind == "live":
        for step in (open_practice_home, discard_practice_home):
            with pytest.raises(UserError) as refused:
                step(link)
            assert refused.value.code == "not_practice"
        assert (both.root / kind / "kefu.db").exists()
    else:
        assert open_home(link).practice


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_is_not_restored_into_the_other(both: Town, kind: str) -> None:
    services = both.opened[kind]
    report = back_up(services.home, services.db, both.root / "a.kefu-backup")
    with pytest.raises(UserError) as refused:
        restore(report.file, both.root / other(kind))
    assert refused.value.code == "home_exists"
    again = restore(report.file, both.root / "new")
    assert again.kind == kind


def test_a_backup_whose_kind_was_edited_is_not_restored(both: Town) -> None:
    services = both.opened["live"]
    path = services.home.path / "home.json"
    kept = path.read_text()
    edited = json.loads(kept) | {"kind": "practice", "key": "file"}
    (services.home.path / "practice.key").write_text(services.home.key.hex())
    path.write_text(json.dumps(edited))
    archive = back_up(services.home, services.db, both.root / "a.kefu-backup").file
    path.write_text(kept)
    with pytest.raises(KindMismatch):
        restore(archive, both.root / "new")
    assert not (both.root / "new" / "kefu.db").exists()


# --- the command line and the environment ---------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [True, False])
def test_no_verb_joins_or_founds_across(
    both: Town,
    kind: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    named: bool,
) -> None:
    alone = both.home("alone", kind).home.path
    both.close()
    folder = str(both.folder(other(kind)))
    place = ["--folder", folder, "--station", "new"]
    home = ["--home", str(alone)] if named else []
    monkeypatch.setenv(HOME_VARIABLE, str(alone))
    code = ["--code", "AAAA-AAAA-AAAA-AAAA"]
    sentences = [
        said(capsys, "shop", "join", *place, *code, *home),
        said(capsys, "shop", "join", *place, *code, "--bring-data", *home),
        said(capsys, "shop", "create", *place, *home),
        said(capsys, "shop", "recover", *place, *["abandon"] * 11, "about", *home),
        said(capsys, "sync", "--once", *home),
    ]
    assert [one["code"] for one in sentences[2:]] == [
        "folder_taken",
        "practice_home" if kind == "practice" else "practice_shop",
        "not_shared",
    ]


def test_the_practice_verbs_refuse_a_live_home(
    both: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--practice` names the home beside the given one; made a link to the live one it is refused."""
    both.close()
    other_name = both.root / "shop"
    monkeypatch.setenv(HOME_VARIABLE, str(other_name))
    practice_dir().symlink_to(both.root / "live")
    for words in (
        ["practice", "reset"],
        ["sync", "--practice"],
        ["shop", "members", "--practice"],
        ["orders", "list", "--practice", "--home", str(other_name)],
    ):
        assert said(capsys, *words)["code"] == "not_practice"
    assert (both.root / "live" / "kefu.db").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_restoring_by_a_verb_overwrites_neither(
    both: Town, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    services = both.opened[kind]
    archive = str(back_up(services.home, services.db, both.root / "a.kefu-backup").file)
    both.close()
    into = str(both.root / other(kind))
    assert said(capsys, "restore", archive, "--into", into)["code"] == "home_exists"
    assert said(capsys, "restore", archive, "--home", into)["code"] == "home_exists"


def test_a_membership_of_the_other_kind_syncs_nothing(both: Town) -> None:
    """Should every other door fail: the records of the shop say what it is."""
    services = both.opened["practice"]
    steps: list[Callable[[], object]] = [
        lambda: services.sync.pass_now(full=True),
        services.sync.status,
    ]
    services.sync._work._practice = False
    services.sync.restart()
    for step in steps:
        with pytest.raises(KindMismatch):
            step()
