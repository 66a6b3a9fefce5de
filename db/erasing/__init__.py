"""Erasure of a person: what is blanked, on every station alike, and what still holds it."""
