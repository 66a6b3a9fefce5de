"""Small sealed files: read by members only, refused with any byte changed."""

import os

import pytest

from db.sync.keys import StationKeys, new_epoch
from db.sync.notes import NoteFault, open_note, seal_note

SHOP, DEV = b"shop0001", 77
KEYS, EPOCH = StationKeys.generate(), new_epoch(1)
SAYS = {"stations": {"7": [3, b"12345678"]}, "at": 1_700_000_000_000}


def _seal(purpose: bytes = b"head v1") -> bytes:
    return seal_note(purpose, SAYS, SHOP, DEV, KEYS, EPOCH, os.urandom)


def _open(data: bytes, purpose: bytes = b"head v1", shop: bytes = SHOP) -> object:
    return open_note(
        purpose, data, shop, lambda dev: KEYS.public if dev == DEV else None, {1: EPOCH}
    )


def test_a_member_reads_what_a_member_wrote() -> None:
    assert _open(_seal()) == (DEV, SAYS)


def test_one_kind_of_note_is_not_taken_for_another() -> None:
    with pytest.raises(NoteFault):
        _open(_seal(), purpose=b"here v1")


def test_a_note_of_another_shop_is_refused() -> None:
    with pytest.raises(NoteFault):
        _open(_seal(), shop=b"shop0002")


def test_every_cut_and_every_changed_byte_is_refused() -> None:
    whole = _seal()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        for bytes_ in (whole[:place], bytes(changed)):
            with pytest.raises(NoteFault):
                _open(bytes_)


def test_a_note_sealed_with_a_key_not_held_is_refused() -> None:
    with pytest.raises(NoteFault):
        open_note(b"head v1", _seal(), SHOP, lambda _dev: KEYS.public, {2: new_epoch(2)})
