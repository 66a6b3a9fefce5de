"""What lies in the folder tells strangers nothing, and a changed byte never becomes anybody's data."""

from __future__ import annotations

import base64
import random
import re
import shutil
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
import zstandard

from app.conversations import CustomerHint, IncomingMessage
from app.services import Services, build_services
from app.sync.verbs import run_sync
from db.sync.keys import EpochKey
from db.sync.segments import SegmentLocked, open_segment, parse_name
from tests.conftest import Template
from tests.db.sync.stations import Dump, dump
from tests.proofs.crew import kefu
from tests.proofs.pair import Pair, add_customer, nicks, shop_of_two
from tests.proofs.scribe import make_export, order_numbers

WORDS: Final = (
    "张三丰", "Zhang-Sanfeng", "13912345678", "杭州市余杁区秘密路八号", "我的订单什么时候发货",
    "where is my parcel", "身份证照片.png", "花店", "first", "second", "third desk", "boss",
)  # fmt: skip
"""Names, phone numbers, texts, file names, and what shop and stations are called."""
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


@pytest.fixture
def pair(tmp_path: Path, template: Template) -> Iterator[Pair]:
    with shop_of_two(tmp_path / "shop", template) as made:
        yield made


def fill(pair: Pair) -> None:
    """Put everything into the folder that a shop ever puts there."""
    first, second = pair.both
    add_customer(first, "张三丰")
    customer = first.customers.add("Zhang-Sanfeng", "13912345678", detail="杭州市余杁区秘密路八号")
    first.customers.add_note(customer, "我的订单什么时候发货")
    incoming = IncomingMessage(
        "webchat", "site", "m1", "v1", "where is my parcel", customer=CustomerHint(nick="张三丰")
    )
    conversation = second.conversations.receive(incoming).conversation_id
    picture = second.attachments.add("身份证照片.png", PICTURE)
    second.conversations.send(conversation, "", attachment_id=picture.id)
    pair.meet()
    first.shop.rotate()
    first.shop.print_sheet()
    snapshot(first)
    third = pair.home("third")
    third.shop.join(pair.folder, first.shop.invite().code, "third desk")
    pair.meet()


def snapshot(services: Services) -> None:
    services.sync.engine().snapshot_wanted = True
    services.sync.pass_now(full=True)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def spellings(word: str) -> list[bytes]:
    """A word as programs write it."""
    plain = word.encode()
    codings = ("utf-16-le", "utf-16-be", "utf-32-le", "gb18030")
    found = {plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")[:-1]}
    return [*found, *(word.encode(coding) for coding in codings)]


def test_no_byte_of_the_folder_tells_anything(pair: Pair) -> None:
    fill(pair)
    files = files_in(pair.folder)
    kinds = {path.relative_to(pair.folder).parts[0] for path in files}
    assert {"ops", "mem", "head", "snap", "blob", "here", "shop.kdj"} <= kinds
    for path in files:
        data = path.read_bytes()
        name = path.relative_to(pair.folder).as_posix()
        for word in WORDS:
            assert word not in name
            for spelt in spellings(word):
                assert spelt not in data, (name, word)
        assert PICTURE[16:] not in data
        for found in re.finditer(re.escape(_ZSTD), data):
            with pytest.raises(zstandard.ZstdError):
                zstandard.ZstdDecompressor().decompress(
                    data[found.start() :], max_output_size=1 << 24
                )


def test_a_changed_byte_is_named_and_changes_no_database(pair: Pair, tmp_path: Path) -> None:
    flip_bytes(pair, tmp_path, positions=1)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_changed_bytes(pair: Pair, tmp_path: Path) -> None:
    print(f"\n{flip_bytes(pair, tmp_path, positions=12)} changed bytes, none changed a database")


def flip_bytes(pair: Pair, root: Path, positions: int) -> int:
    """Change every file in turn; `late` has read nothing of it yet and reads the damaged one."""
    late = pair.admitted("late", pair.first)
    home = late.home
    late.close()
    del pair.homes["late"]
    kept = root / "kept"
    shutil.copytree(home.path, kept)
    fill_simply(pair)
    whole = root / "whole"
    truth = {"first": dump(pair.first.db), "second": dump(pair.second.db)}
    assert truth["first"] == truth["second"]
    verified = run_sync(pair.first, Namespace(mode="verify"))
    assert verified.document["faults"] == []
    shutil.copytree(pair.folder, whole)
    rng, count = random.Random(positions), 0
    files = files_in(whole)
    for number, path in enumerate(files, 1):
        name = path.relative_to(whole)
        print(f"{number}/{len(files)} {name}", flush=True)
        for _ in range(positions):
            put_back(whole, pair.folder)
            put_back(kept, home.path)
            flip(pair.folder / name, rng)
            assert_detected(pair, name)
            late = build_services(home)
            try:
                late.sync.pass_now(full=True)
                pair.second.sync.pass_now(full=True)
                assert_nothing_false(dump(late.db), truth["first"], name)
                assert dump(pair.second.db) == truth["second"], name
            finally:
                late.close()
            count += 1
    return count


def fill_simply(pair: Pair) -> None:
    """Rows that nobody changes: whoever has one must have it as it is."""
    for number in range(3):
        add_customer(pair.first, f"a{number}")
        pair.first.sync.pass_now(full=True)
    snapshot(pair.first)
    picture = pair.second.attachments.add("x.png", PICTURE)
    assert picture.id
    add_customer(pair.second, "b")
    pair.meet()


def put_back(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)


def flip(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def assert_detected(pair: Pair, name: Path) -> None:
    """Whatever carries data is named; what is a hint only is not believed."""
    if name.parts == ("shop.kdj",):
        assert pair.status(pair.second)["state"] == "offline"
        return
    if name.parts[0] in {"ops", "mem", "snap", "blob"}:
        found = run_sync(pair.first, Namespace(mode="verify")).document["faults"]
        named = {Path(str(fault["name"])) for fault in found}
        # Of a damaged chunk the snapshot is named: it is of use only as a whole.
        whole = {path.parent if "snap" in path.parts else path for path in named}
        assert whole & {name, name.parent}, (name, found)


def assert_nothing_false(has: Dump, truth: Dump, name: Path) -> None:
    for table, rows in has.items():
        for row_id, row in rows.items():
            assert truth[table].get(row_id) == row, (name, table, row)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_copy_of_the_folder_is_of_no_use(pair: Pair, tmp_path: Path) -> None:
    fill(pair)
    copy = tmp_path / "copy"
    shutil.copytree(pair.folder, copy)
    stranger = tmp_path / "stranger"
    other = pair.first.shop.invite().code  # made after the copy
    for code in (other, "A" * len(other), "KDKD-" + other[5:]):
        told = kefu(
            stranger, "shop", "join", "--folder", copy, "--code", code, "--station", "x", fine=False
        )
        assert told["exit"] == 2
    words = ("的 " * 11 + "一").split()
    told = kefu(stranger, "shop", "recover", "--folder", copy, "--station", "x", *words, fine=False)
    assert told["exit"] == 2
    told = kefu(stranger, "sync", "--status", fine=False)
    assert told["error"]["code"] == "not_shared"


def test_what_a_revoked_station_forges_counts_for_nothing(pair: Pair, tmp_path: Path) -> None:
    """It goes on with its keys, on a copy of the folder from before, and smuggles its files in."""
    lost = pair.admitted("lost", pair.first)
    add_customer(lost, "before")
    pair.meet()
    old, real = tmp_path / "old", tmp_path / "real"
    shutil.copytree(pair.folder, old)
    pair.first.shop.revoke(pair.station(pair.first, "lost"))
    keys = dict(lost.sync.membership().epochs)
    add_customer(pair.first, "after")
    pair.first.sync.pass_now(full=True)
    pair.second.sync.pass_now(full=True)
    pair.folder.rename(real)
    old.rename(pair.folder)
    known = set(files_in(pair.folder))
    for number in range(3):
        add_customer(lost, f"intruder{number}")
        lost.sync.pass_now(full=True)
    forged = [path for path in files_in(pair.folder) if path not in known]
    assert any("ops" in path.parts for path in forged)
    for path in forged:
        target = real / path.relative_to(pair.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    pair.folder.rename(tmp_path / "forged")
    real.rename(pair.folder)
    pair.meet()
    for services in pair.both:
        assert nicks(services) == ["after", "before"]
        assert "lost" not in {
            s["name"] for s in pair.status(services)["stations"] if not s["revoked"]
        }
    assert "after" not in nicks(lost)
    assert not opened_with(pair, keys, b"after")


def opened_with(pair: Pair, keys: Mapping[int, EpochKey], word: bytes) -> bool:
    """Whether a segment that holds the word opens with these keys."""
    membership = pair.first.sync.membership()
    locked = 0
    for path in files_in(pair.folder / "ops"):
        named = parse_name(path.relative_to(pair.folder).as_posix())
        signer = membership.signer(named[0]) if named else None
        if named is None or signer is None:
            continue
        try:
            segment = open_segment(
                path.read_bytes(),
                membership.shop,
                named[0],
                signer,
                keys,
            )
        except SegmentLocked:
            locked += 1
            continue
        if any(word.decode() in str(op) for group in segment.groups for op in group.ops()):
            return True
    assert locked
    return False


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_revoked_station_by_the_command_line(tmp_path: Path) -> None:
    homes = {name: tmp_path / name for name in ("boss", "lost")}
    folder = tmp_path / "shop"
    folder.mkdir()
    kefu(homes["boss"], "shop", "create", "--folder", folder, "--station", "boss", "--name", "花店")
    code = str(kefu(homes["boss"], "shop", "invite")["code"])
    kefu(homes["lost"], "shop", "join", "--folder", folder, "--code", code, "--station", "lost")
    kefu(homes["boss"], "shop", "approve", "lost")
    bring(homes["lost"], 1)
    kefu(homes["boss"], "sync", "--once")
    assert numbers_at(homes["boss"]) == set(order_numbers(1))
    kefu(homes["boss"], "shop", "revoke", "lost")
    bring(homes["boss"], 2)
    bring(homes["lost"], 3, fine=False)
    for home in (homes["boss"], homes["lost"], homes["boss"]):
        kefu(home, "sync", "--once", fine=False)
    assert numbers_at(homes["boss"]) == {*order_numbers(1), *order_numbers(2)}
    assert numbers_at(homes["lost"]) == {*order_numbers(1), *order_numbers(3)}
    assert kefu(homes["lost"], "sync", "--status", fine=False)["state"] == "attention"


def bring(home: Path, number: int, *, fine: bool = True) -> None:
    """Import an export of five orders and share it."""
    kefu(home, "orders", "import", make_export(home.parent / f"{number}.csv", number))
    kefu(home, "sync", "--once", fine=fine)


def numbers_at(home: Path) -> set[str]:
    return {order["number"] for order in kefu(home, "orders", "list")["orders"]}
