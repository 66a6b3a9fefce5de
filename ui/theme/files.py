"""Where the window's files lie, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
