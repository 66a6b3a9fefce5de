"""Ops that take the right to manage are told from the rest by themselves alone."""

import pytest

from db.ids import natural_id, new_id
from db.registry import BY_NAME
from db.sync.frames import INSERT, SET, Op, decode_groups, encode_ops
from db.sync.rights import KEY, SCOPE, SETTINGS, STAFF, Sifted, sift

VALUE = 3
MINE = "ab" * 16


def sifted(*ops: Op) -> Sifted:
    return sift(decode_groups(encode_ops(ops)))


def setting(scope: str, key: str, row: bytes | None = None) -> Op:
    row = row or natural_id("setting", scope, key)
    return Op(INSERT, SETTINGS, row, 1, 1, (0, SCOPE, KEY, VALUE), (0, scope, key, "1"))


def test_everything_about_staff_takes_the_right() -> None:
    login = Op(SET, STAFF, new_id(), 1, 1, (1,), ("boss",))
    gone = Op(SET, STAFF, new_id(), 1, 1, (0,), (1,))
    free, restricted = sifted(login, gone)
    assert not free
    assert sum(map(len, restricted)) == 2


def test_settings_of_the_shop_take_it_and_ones_own_do_not() -> None:
    free, restricted = sifted(setting("shop", "k"), setting(MINE, "k"), setting(MINE, "l"))
    assert [group.rows for group in restricted] == [[natural_id("setting", "shop", "k")]]
    assert [row for group in free for row in group.rows] == [
        natural_id("setting", MINE, "k"),
        natural_id("setting", MINE, "l"),
    ]


@pytest.mark.parametrize(
    "op",
    [
        setting(MINE, "k", natural_id("setting", "shop", "k")),
        setting("shop", "k", natural_id("setting", MINE, "k")),
        Op(SET, SETTINGS, natural_id("setting", MINE, "k"), 1, 1, (VALUE,), ("2",)),
        Op(SET, SETTINGS, natural_id("setting", "shop", "k"), 1, 1, (SCOPE, KEY), (None, 5)),
        Op(SET, SETTINGS, natural_id("setting", "shop", "k"), 1, 1, (0,), (1,)),
    ],
)
def test_a_setting_that_does_not_prove_whose_it_is_counts_as_the_shops(op: Op) -> None:
    free, restricted = sifted(op)
    assert not free
    assert sum(map(len, restricted)) == 1


def test_all_else_is_free() -> None:
    op = Op(SET, BY_NAME["customers"].number, new_id(), 1, 1, (1,), ("taobao",))
    assert sifted(op).restricted == []


def test_what_was_parted_has_its_own_clocks_and_stations() -> None:
    ops = [
        Op(SET, SETTINGS, row, stamp, dev, (SCOPE, KEY, VALUE), (scope, "k", "1"), clocks)
        for row, stamp, dev, scope, clocks in (
            (natural_id("setting", "shop", "k"), 5, 1, "shop", {"1": [2, 2]}),
            (natural_id("setting", MINE, "k"), 7, 2, MINE, None),
        )
    ]
    free, restricted = sifted(*ops)
    assert [op for group in restricted for op in group.ops()] == ops[:1]
    assert [op for group in free for op in group.ops()] == ops[1:]
