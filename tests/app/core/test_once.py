"""A part made at its first use is made once, whoever asks first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app.core.once import once


class Shelf:
    def __init__(self) -> None:
        self.made = 0

    @once
    def book(self) -> object:
        self.made += 1
        return object()


def test_threads_that_ask_at_once_get_the_same_object() -> None:
    shelf, together = Shelf(), Barrier(4)

    def ask() -> object:
        together.wait()
        return shelf.book

    with ThreadPoolExecutor(4) as pool:
        books = [asked.result() for asked in [pool.submit(ask) for _ in range(4)]]
    assert all(book is books[0] for book in books)
    assert shelf.made == 1


def test_every_owner_has_its_own() -> None:
    assert Shelf().book is not Shelf().book
