"""Ranks short texts by how well a few typed letters fit them."""

from __future__ import annotations

NO_MATCH = 0.0


def score(query: str, text: str) -> float:
    """0 for no match, more for a better one: whole, start of text, start of words, scattered."""
    query, text = query.casefold().strip(), text.casefold()
    if not query:
        return 1.0
    if query == text:
        return 100.0
    if text.startswith(query):
        return 90.0 - min(len(text) - len(query), 40) / 10
    place = text.find(query)
    if place > 0:
        at_word = not text[place - 1].isalnum()
        return (75.0 if at_word else 60.0) - min(place, 40) / 10
    return _scattered(query.replace(" ", ""), text)


def _scattered(query: str, text: str) -> float:
    """All letters in order; each that begins a word or follows the last one counts more."""
    points, place, last = 0.0, -1, -2
    for char in query:
        place = text.find(char, place + 1)
        if place < 0:
            return NO_MATCH
        starts_word = place == 0 or not text[place - 1].isalnum()
        points += 3.0 if place == last + 1 or starts_word else 1.0
        last = place
    return min(50.0, 10.0 + 40.0 * points / (3.0 * len(query))) - min(len(text), 60) / 20
