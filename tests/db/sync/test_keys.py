"""Only who holds the right key opens or signs; a changed bit is always noticed."""

import pytest

from db.sync.keys import (
    EpochKey,
    FrameSealer,
    KeyFault,
    RootKey,
    StationKeys,
    new_epoch,
    verify_root,
)

SHOP = b"shop-id!"
SALT = bytes(range(32))


def flips(data: bytes) -> list[bytes]:
    return [
        bytes((*data[:place], data[place] ^ 1 << place % 8, *data[place + 1 :]))
        for place in range(len(data))
    ]


def test_a_station_comes_back_from_its_secret() -> None:
    keys = StationKeys.generate()
    again = StationKeys(keys.secret)
    assert again.public == keys.public
    keys.public.verify(again.sign(b"text"), b"text")


@pytest.mark.parametrize("secret", [b"", b"x" * 63, b"x" * 65])
def test_a_secret_of_another_length_is_refused(secret: bytes) -> None:
    with pytest.raises(KeyFault):
        StationKeys(secret)
    with pytest.raises(KeyFault):
        RootKey(secret)
    with pytest.raises(KeyFault):
        EpochKey(1, secret)


def test_a_signature_of_another_or_over_another_text_is_refused() -> None:
    keys = StationKeys.generate()
    signature = keys.sign(b"text")
    with pytest.raises(KeyFault):
        StationKeys.generate().public.verify(signature, b"text")
    with pytest.raises(KeyFault):
        keys.public.verify(signature, b"test")
    for changed in (*flips(signature), b"", signature[:-1]):
        with pytest.raises(KeyFault):
            keys.public.verify(changed, b"text")


def test_an_epoch_key_reaches_the_station_it_was_wrapped_for_and_no_other() -> None:
    epoch, station = new_epoch(3), StationKeys.generate()
    wrapped = epoch.wrap(SHOP, station.public)
    assert station.unwrap(SHOP, 3, wrapped) == epoch
    assert epoch.secret not in wrapped
    for shop, number, keys in (
        (SHOP, 3, StationKeys.generate()),
        (SHOP, 4, station),
        (b"another!", 3, station),
    ):
        with pytest.raises(KeyFault):
            keys.unwrap(shop, number, wrapped)
    for changed in (*flips(wrapped), b"", wrapped[:40]):
        with pytest.raises(KeyFault):
            station.unwrap(SHOP, 3, changed)


def test_two_wraps_of_a_key_look_different() -> None:
    epoch, station = new_epoch(1), StationKeys.generate()
    assert epoch.wrap(SHOP, station.public) != epoch.wrap(SHOP, station.public)


def test_the_root_signs_records_and_nothing_that_a_station_would_take() -> None:
    root = RootKey.generate()
    signature = RootKey(root.secret).sign(b"join")
    verify_root(root.public, signature, b"join")
    with pytest.raises(KeyFault):
        verify_root(root.public, signature, b"revoke")
    with pytest.raises(KeyFault):
        verify_root(RootKey.generate().public, signature, b"join")


def test_a_frame_opens_at_its_place_only() -> None:
    epoch = new_epoch(1)
    sealer = FrameSealer(epoch, SALT, b"test", b"header")
    frame = sealer.seal(0, b"secret text", last=True)
    assert sealer.open(0, frame, last=True) == b"secret text"
    for other, index, last in (
        (sealer, 1, True),
        (sealer, 0, False),
        (FrameSealer(epoch, SALT, b"test", b"headed"), 0, True),
        (FrameSealer(epoch, SALT, b"rest", b"header"), 0, True),
        (FrameSealer(epoch, SALT[::-1], b"test", b"header"), 0, True),
        (FrameSealer(new_epoch(1), SALT, b"test", b"header"), 0, True),
    ):
        with pytest.raises(KeyFault):
            other.open(index, frame, last=last)
    for changed in (*flips(frame), b"", frame[:15]):
        with pytest.raises(KeyFault):
            sealer.open(0, changed, last=True)
