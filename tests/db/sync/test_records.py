"""Records have one form, belong to one shop, and nothing in them can be changed or read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.sync.invitations import (
    BadCode,
    Greeting,
    format_code,
    make_request,
    open_greeting,
    open_invitation,
    parse_code,
    read_request,
    seal_greeting,
)
from db.sync.keys import EpochKey, KeyFault, RootKey, StationKeys, new_epoch
from db.sync.marker import Marker, MarkerDamaged, read_marker
from db.sync.records import (
    MOST_BYTES,
    Announce,
    Record,
    RecordFault,
    Revoke,
    Sheet,
    incarnation,
    make_record,
    open_name,
    parse_record_name,
    read_named,
    read_record,
    record_name,
    seal_name,
    station_id,
)
from tests.db.sync.test_keys import flips

SHOP = b"shop-id!"
KEYS, ROOT = StationKeys.generate(), RootKey.generate()
SECRET = b"ninebytes"


def random(count: int) -> bytes:
    return bytes(range(count))


def made(root: RootKey | None = None) -> Record:
    return make_record(SHOP, KEYS, 1, Announce(5, b"nonce"), root)


def counts(data: bytes) -> bool:
    try:
        record = read_record(data, SHOP)
    except RecordFault:
        return False
    return record.signed_by(KEYS.public) and record.rooted_in(ROOT.public)


def test_a_record_comes_back_as_it_was_made() -> None:
    record = read_record(made(ROOT).data, SHOP)
    assert record == made(ROOT)
    assert record.signer == station_id(KEYS.public.signing)
    assert record.signed_by(KEYS.public)
    assert record.rooted_in(ROOT.public)


def test_only_who_signed_it_has_signed_it() -> None:
    record = made()
    assert not record.signed_by(StationKeys.generate().public)
    assert not record.rooted_in(ROOT.public)
    assert not made(RootKey.generate()).rooted_in(ROOT.public)


def test_no_changed_byte_goes_unnoticed() -> None:
    data = made(ROOT).data
    assert counts(data)
    for changed in (*flips(data), data[:-1], data + b"\0", b""):
        assert not counts(changed)


def test_a_record_of_another_shop_is_refused() -> None:
    with pytest.raises(RecordFault):
        read_record(made().data, b"another!")


def test_whatever_lies_there_is_refused_calmly() -> None:
    for data in (b"\xc0", b"\x93\xc4\x00\xc4\x00\xc4\x00", b"\x91" * 5000, bytes(MOST_BYTES + 1)):
        with pytest.raises(RecordFault):
            read_record(data, SHOP)


@given(st.binary(max_size=200))
def test_random_bytes_are_no_record(data: bytes) -> None:
    with pytest.raises(RecordFault):
        read_record(data, SHOP)


def test_a_record_lies_under_its_own_name_only() -> None:
    record = made()
    name = record_name(7, record)
    assert parse_record_name(name) == (7, record.digest[:8])
    assert read_named(name, record.data, SHOP) == record
    other = make_record(SHOP, KEYS, 2, Announce(5, b"nonce"))
    with pytest.raises(RecordFault):
        read_named(name, other.data, SHOP)
    for stranger in ("mem/1.kdm", "mem/0000000001.zz.kdm", f"{name}.tmp", name.upper()):
        assert parse_record_name(stranger) is None


def test_an_incarnation_needs_the_key_it_was_drawn_with() -> None:
    other = StationKeys.generate().public
    dev = incarnation(KEYS.public.signing, b"n" * 16)
    assert 0 < dev < 1 << 63
    assert incarnation(other.signing, b"n" * 16) != dev
    assert incarnation(KEYS.public.signing, b"m" * 16) != dev


def test_names_are_read_by_members_only() -> None:
    epoch = new_epoch(1)
    sealed = seal_name("柜台一", epoch, SHOP)
    assert "柜台一".encode() not in sealed
    assert open_name(sealed, {1: epoch}, SHOP) == "柜台一"
    assert open_name(sealed, {}, SHOP) == ""
    assert open_name(sealed, {1: EpochKey(1, bytes(32))}, SHOP) == ""
    assert open_name(sealed, {1: epoch}, b"another!") == ""
    assert open_name(b"", {1: epoch}, SHOP) == ""


def test_signatures_of_one_kind_do_not_pass_for_another() -> None:
    sheet = Sheet(ROOT.public, b"", b"", 1, 1, 1)
    first, second = make_record(SHOP, KEYS, 1, sheet), make_record(SHOP, KEYS, 1, sheet, ROOT)
    assert first.digest != second.digest
    revoke = make_record(SHOP, KEYS, 1, Revoke(b"", (), (), b"", b"", ()), ROOT)
    spliced = revoke.data[:-64] + second.data[-64:]
    assert not counts(spliced)


@given(st.binary(min_size=9, max_size=9))
def test_a_code_is_read_as_people_type_it(secret: bytes) -> None:
    code = format_code(secret)
    assert len(code) == 19
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_code(code) == parse_code(typed) == parse_code(code.replace("-", "")) == secret


def test_a_mistyped_code_is_noticed() -> None:
    code = format_code(SECRET)
    letters = code.replace("-", "")
    wrong = 0
    for place in range(16):
        for letter in "ABC":
            text = letters[:place] + letter + letters[place + 1 :]
            try:
                wrong += parse_code(text) != SECRET
            except BadCode:
                continue
    assert wrong <= 2
    for text in ("", code[:-1], code + "A", "U" * 16):
        with pytest.raises(BadCode):
            parse_code(text)


def test_a_greeting_opens_with_the_code_of_its_shop_only() -> None:
    opened = open_invitation(SECRET, SHOP)
    sealed = seal_greeting(Greeting(bytes(32), False, "花店"), opened, SHOP, random)
    assert open_greeting(sealed, opened, SHOP).name == "花店"
    other = open_invitation(b"ninebyteZ", SHOP)
    assert other.invite != opened.invite != open_invitation(SECRET, b"another!").invite
    for changed in (*flips(sealed), b""):
        with pytest.raises(KeyFault):
            open_greeting(changed, opened, SHOP)
    with pytest.raises(KeyFault):
        open_greeting(sealed, other, SHOP)


def test_a_request_is_read_by_who_invited_and_shows_nothing() -> None:
    opened = open_invitation(SECRET, SHOP)
    name, data = make_request(KEYS, "柜台一", 7, opened, SHOP, random)
    assert "柜台一".encode() not in data
    assert KEYS.public.signing not in data
    assert opened.invite.hex() in name
    request = read_request(data, opened, SHOP)
    assert (request.name, request.at, request.public) == ("柜台一", 7, KEYS.public)
    for changed in (*flips(data), b"", data[:-1]):
        with pytest.raises(KeyFault):
            read_request(changed, opened, SHOP)
    with pytest.raises(KeyFault):
        read_request(data, open_invitation(b"ninebyteZ", SHOP), SHOP)
    with pytest.raises(KeyFault):
        read_request(data, opened, b"another!")


def test_a_marker_names_its_shop() -> None:
    marker = Marker(ROOT.public, practice=True)
    assert read_marker(marker.pack()) == marker
    assert marker.shop != Marker(RootKey.generate().public, practice=True).shop
    packed = marker.pack()
    for changed in (*flips(packed), b"", packed[:-1], b"{}", b"[]"):
        with pytest.raises(MarkerDamaged):
            read_marker(changed)
    with pytest.raises(MarkerDamaged) as caught:
        read_marker(packed.replace(b'"format": 1', b'"format": 2'))
    assert caught.value.newer
