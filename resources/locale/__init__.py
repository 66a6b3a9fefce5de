"""Translations, one catalogue per area, and the tool that keeps them complete."""
