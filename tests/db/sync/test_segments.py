"""A segment gives back what was put in, or a named error: never less, never other ops."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.sync import segments
from db.sync.frames import INSERT, SET, FrameDamaged, Group, Op, decode_groups
from db.sync.keys import EpochKey, StationKeys
from db.sync.relay import is_name
from db.sync.segments import (
    NO_SEGMENT,
    Sealed,
    SegmentDamaged,
    SegmentError,
    SegmentForeign,
    SegmentLocked,
    SegmentNewer,
    Writer,
    open_segment,
    parse_name,
)

SHOP = b"shop-id!"
KEYS = StationKeys(bytes(range(64)))
EPOCH = EpochKey(7, bytes(range(32)))
STATION = 0x0123456789ABCDEF
WRITER = Writer(SHOP, STATION, KEYS, EPOCH)
GOLDEN = Path(__file__).parents[2] / "data" / "sync" / "segment-1.kds"

numbers = st.integers(0, 2**63 - 1)
values = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text()
    | st.binary()
    | st.floats(allow_nan=False)
)
clocks = st.none() | st.dictionaries(
    st.integers(0, 60).map(str), st.lists(numbers, min_size=2, max_size=2), min_size=1
)
bases = st.none() | st.dictionaries(st.integers(0, 60).map(str), numbers, min_size=1)


@st.composite
def op_lists(draw: st.DrawFn) -> list[Op]:
    fields = st.lists(st.integers(0, 60), unique=True, max_size=4).map(tuple)
    return [
        Op(
            draw(st.sampled_from((INSERT, SET, 9))),
            draw(st.integers(1, 5)),
            draw(st.binary(min_size=16, max_size=16)),
            draw(numbers),
            draw(numbers),
            named := draw(fields),
            tuple(draw(values) for _ in named),
            draw(clocks),
            draw(bases),
        )
        for _ in range(draw(st.integers(1, 12)))
    ]


def sample(count: int = 5) -> list[Op]:
    ops = [
        Op(INSERT, 8, bytes([n]) * 16, (1 << 40) + n, STATION >> 1, (1, 5), (b"c" * 16, f"第{n}条"))
        for n in range(count - 1)
    ]
    edit = Op(SET, 2, b"r" * 16, 1 << 41, 9, (0, 6), (1, "13800001234"), {"6": [3, 4]}, {"6": 2})
    return [*ops, edit, Op(SET, 999, b"u" * 16, 1 << 42, 9, (77,), (2.5,))]


def seal(ops: Sequence[Op]) -> Sealed:
    (sealed,) = WRITER.seal(ops, 1)
    return sealed


def ops_of(groups: Sequence[Group]) -> list[Op]:
    return [op for group in groups for op in group.ops()]


def opened(data: bytes) -> list[Op]:
    return ops_of(open_segment(data, SHOP, STATION, KEYS.public, {7: EPOCH}).groups)


def resigned(data: bytes) -> bytes:
    """As a faulty or hostile program of the station itself would sign it."""
    body = data[:-96]
    digest = hashlib.sha256(body).digest()
    return body + digest + KEYS.sign(digest)


@settings(max_examples=40, deadline=None)
@given(op_lists())
def test_ops_come_back_as_they_were(ops: list[Op]) -> None:
    assert sorted(opened(seal(ops).data), key=repr) == sorted(ops, key=repr)


def test_a_truncated_segment_is_refused_at_every_length() -> None:
    data = seal(sample()).data
    for length in range(len(data)):
        with pytest.raises(SegmentDamaged):
            opened(data[:length])
        with pytest.raises(SegmentDamaged):
            opened(data[length + 1 :])
    with pytest.raises(SegmentDamaged):
        opened(data + b"\0")


def test_a_flipped_bit_is_refused_at_every_place() -> None:
    data = seal(sample()).data
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        with pytest.raises(SegmentError):
            opened(bytes(changed))


def test_a_flipped_bit_is_refused_even_where_hash_and_signature_fit() -> None:
    """The inner layers stand on their own: none may rely on the ones around it."""
    data = seal(sample()).data
    for place in range(len(data) - 96):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        with pytest.raises(SegmentError):
            opened(resigned(bytes(changed)))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(SegmentError):
        opened(noise)
    with pytest.raises(SegmentError):
        opened(resigned(seal(sample()).data[:132] + noise + bytes(96)))
    try:
        decode_groups(noise)
    except FrameDamaged:
        return


def test_the_wrong_shop_station_signer_or_key_is_refused() -> None:
    data, other = seal(sample()).data, StationKeys.generate()
    right = (SHOP, STATION, KEYS.public)
    for shop, station, signer in (
        (b"another!", *right[1:]),
        (SHOP, STATION + 1, KEYS.public),
        (SHOP, STATION, other.public),
    ):
        with pytest.raises(SegmentForeign):
            open_segment(data, shop, station, signer, {7: EPOCH})
    with pytest.raises(SegmentLocked):
        open_segment(data, *right, {8: EPOCH})
    with pytest.raises(SegmentDamaged):
        open_segment(data, *right, {7: EpochKey(7, bytes(32))})


def test_a_segment_for_newer_readers_only_is_named_as_such() -> None:
    data = bytearray(seal(sample()).data)
    data[7] += 1
    with pytest.raises(SegmentNewer):
        opened(resigned(bytes(data)))


def test_nothing_readable_is_in_it() -> None:
    data = seal(sample()).data
    assert b"13800001234" not in data
    assert "第1条".encode() not in data


def test_many_ops_make_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "FRAME_OPS", 7)
    monkeypatch.setattr(segments, "FRAME_BYTES", 300)
    monkeypatch.setattr(segments, "SEGMENT_BYTES", 400)
    ops, read, previous = sample(200), [], NO_SEGMENT
    for seq, sealed in enumerate(WRITER.seal(ops, 5), 5):
        segment = open_segment(sealed.data, SHOP, STATION, KEYS.public, {7: EPOCH})
        assert (segment.header.seq, segment.header.previous) == (seq, previous)
        assert is_name(sealed.name)
        assert parse_name(sealed.name) == (STATION, seq, segment.digest[:8])
        previous = segment.digest
        read += ops_of(segment.groups)
    assert seq > 5
    assert sorted(read) == sorted(ops)


def test_two_seals_of_the_same_ops_share_no_key() -> None:
    first, second = seal(sample()), seal(sample())
    assert first.data[132:] != second.data[132:]


@pytest.mark.parametrize(
    "name",
    ["head/a.kdh", "ops/0123456789abcdef/1.0123456789abcdef.kds", "ops/x/0000000001.aa.kds"],
)
def test_other_files_are_no_segments(name: str) -> None:
    assert parse_name(name) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": [b"short", b"r" * 16]},
        {"rows": []},
        {"stamps": [1]},
        {"stations": []},
        {"columns": [[1, 2]]},
        {"columns": [[1, 2], [3, [4]]]},
        {"fields": [1, 1]},
        {"clocks": [{"1": [1]}, None]},
        {"bases": [None]},
    ],
)
def test_columns_that_do_not_fit_each_other_are_refused(wrong: dict[str, object]) -> None:
    good = Group(SET, 2, [1, 2], [b"q" * 16, b"r" * 16], 5, [0, 1], [9], [[1, 2]] * 2, None, None)
    assert decode_groups(msgspec.msgpack.encode([good])) == [good]
    with pytest.raises(FrameDamaged):
        decode_groups(msgspec.msgpack.encode([msgspec.structs.replace(good, **wrong)]))


def test_a_segment_of_format_one_is_read_for_ever() -> None:
    """Written once by the first version; this file never changes."""
    assert sorted(opened(GOLDEN.read_bytes())) == sorted(sample(4))
