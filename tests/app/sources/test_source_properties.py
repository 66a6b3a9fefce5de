"""What is written is read back, whatever the file looks like; what is no file never crashes."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserError
from app.sources import ParsedOrder, RejectedRow, open_orders
from app.sources.cells import clean, money
from app.sources.protocol import BadCell
from app.sources.taobao import Taobao
from tests.app.sources.made_files import (
    HEADERS,
    LISTS,
    MadeOrder,
    csv_text,
    rows_of,
    write_csv,
    write_xlsx,
)

WORDS = st.text(
    st.characters(codec="gb18030", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=12,
).filter(lambda text: text not in {"null", "="} and clean(text) == text)
MESSAGES = st.one_of(
    st.just(""), st.lists(WORDS, min_size=1, max_size=4).map("，\n".join), WORDS
).filter(lambda text: text[:1] not in {"=", "'"})
MOMENTS = st.datetimes(min_value=datetime(2017, 1, 1), max_value=datetime(2026, 11, 1)).map(
    lambda at: at.strftime("%Y-%m-%d %H:%M:%S")
)


@st.composite
def made_orders(draw: st.DrawFn) -> list[MadeOrder]:
    numbers = draw(st.lists(st.integers(10**17, 10**19), min_size=1, max_size=6, unique=True))
    return [
        MadeOrder(
            number=str(number),
            nick=draw(WORDS),
            recipient=draw(WORDS),
            phone="1" + str(draw(st.integers(3_000_000_000, 9_999_999_999))),
            total=f"{draw(st.integers(0, 10**7)) / 100:.2f}",
            created=draw(MOMENTS),
            message=draw(MESSAGES),
            remark=draw(MESSAGES),
        )
        for number in numbers
    ]


def read(path: Path) -> tuple[list[ParsedOrder], list[RejectedRow]]:
    rows = [row for sheet in open_orders(path, [Taobao()]).sheets for row in sheet.rows]
    return (
        [row for row in rows if isinstance(row, ParsedOrder)],
        [row for row in rows if isinstance(row, RejectedRow)],
    )


@settings(max_examples=120, deadline=None)
@given(
    made_orders(),
    st.sampled_from(LISTS),
    st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16", "xlsx"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_orders_come_back_as_they_were_written(
    orders: list[MadeOrder], generation: str, encoding: str, delimiter: str, end: str
) -> None:
    header = HEADERS[generation]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.dat"
        if encoding == "xlsx":
            write_xlsx(path, {"s": [header, *rows_of(header, orders)]})
        else:
            write_csv(path, csv_text(header, orders, delimiter=delimiter, end=end), encoding)
        found, rejected = read(path)
    assert not rejected
    assert [row.number for row in found] == [order.number for order in orders]
    for row, order in zip(found, orders, strict=True):
        assert row.fields["buyer_nick"] == order.nick
        assert row.fields["recipient"] == order.recipient
        assert row.fields["phone"] == order.phone
        assert row.fields["total_fen"] == round(float(order.total) * 100)
        assert row.fields["buyer_message"] == order.message
        assert row.fields["seller_remark"] == order.remark


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=600),
        st.tuples(st.sampled_from(LISTS), st.binary(max_size=400)).map(
            lambda pair: csv_text(HEADERS[pair[0]], [MadeOrder()]).encode("gb18030") + pair[1]
        ),
        st.sampled_from([b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]).flatmap(
            lambda magic: st.binary(max_size=600).map(lambda rest: magic + rest)
        ),
    )
)
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        path.write_bytes(data)
        try:
            found, rejected = read(path)
        except UserError:
            pass
        else:
            assert all(row.reason for row in rejected)
            assert all(row.number for row in found)


@given(st.integers(0, 10**12))
def test_money_is_exact_to_the_fen(fen: int) -> None:
    assert money(f"{fen // 100}.{fen % 100:02d}") == fen
    assert money(f"¥{fen // 100:,}.{fen % 100:02d}元") == fen


@given(st.text(max_size=20))
def test_money_is_an_amount_or_a_reason(text: str) -> None:
    try:
        assert money(text) >= 0
    except BadCell:
        assert not text.isdecimal() or not text.isascii() or len(text) > 10
