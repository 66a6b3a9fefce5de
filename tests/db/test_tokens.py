"""Words are found where they stand, however wide or tall they are written."""

from hypothesis import given
from hypothesis import strategies as st

from db.tokens import Words, hits, holds

TEXTS = st.text(alphabet="退换货aAＡ㍿ 12①ﬁ", max_size=12)


@given(TEXTS, TEXTS.filter(str.strip))
def test_words_folded_once_find_what_each_search_finds(text: str, query: str) -> None:
    expected = tuple(hits(text, query)) if holds(text, query) else ()
    assert Words(query).spans(text) == expected


def test_spans_are_places_in_the_text_as_written() -> None:
    assert Words("㍿a").spans("ＡＢ㍿A") == ((2, 4),)
    assert Words("退款 发票").spans("先退款") == ()
