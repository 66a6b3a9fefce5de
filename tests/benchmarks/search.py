"""Search over all messages, against tantivy with an n-gram index on the same texts."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any, Final

import tantivy

from tests.benchmarks import words
from tests.benchmarks.measure import Measure, alternately, p95
from tests.benchmarks.seed import Shop

_PAGE: Final = 50
_ROUNDS: Final = 5


def run(shop: Shop) -> list[Measure]:
    """The first page of hits for what agents look for."""
    inputs = words.queries(random.Random(7))
    reference, services = _Tantivy(shop), shop.open()
    try:
        ours, theirs = alternately(
            lambda query: services.search.messages(query, _PAGE),
            reference.first_page,
            inputs,
            _ROUNDS,
        )
    finally:
        services.close()
    return [Measure("search, first page, p95", p95(ours), p95(theirs), 1.0)]


class _Tantivy:
    """Every message under its single characters and pairs, the text stored beside."""

    def __init__(self, shop: Shop) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=True, tokenizer_name="pairs", index_option="basic")
        self._schema = builder.build()
        folder = shop.plain.with_name("tantivy")
        fresh = not (folder / "done").exists()
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        self._index = tantivy.Index(self._schema, path=str(folder))
        pairs = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 2, False))
        self._index.register_tokenizer("pairs", pairs.filter(tantivy.Filter.lowercase()).build())
        if fresh:
            self._fill(shop.plain)
            (folder / "done").touch()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _fill(self, plain: Path) -> None:
        writer = self._index.writer(heap_size=200_000_000, num_threads=2)
        source = sqlite3.connect(plain)
        for (text,) in source.execute("SELECT text FROM messages"):
            writer.add_document(tantivy.Document(text=text))
        source.close()
        writer.commit()
        writer.wait_merging_threads()

    def first_page(self, query: str) -> list[Any]:
        """The best page of messages that hold all pairs of the query's words."""
        terms = []
        for word in query.lower().split():
            pairs = [word[i : i + 2] for i in range(max(len(word) - 1, 1))]
            terms += [tantivy.Query.term_query(self._schema, "text", pair) for pair in pairs]
        both = [(tantivy.Occur.Must, term) for term in terms]
        found = self._searcher.search(tantivy.Query.boolean_query(both), _PAGE)
        return [self._searcher.doc(address)["text"][0] for _score, address in found.hits]
