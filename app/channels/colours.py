"""The shop's colour on the page, with writing on it that can be read."""

from __future__ import annotations

import re
from typing import Final

DEFAULT_ACCENT: Final = "#156B94"
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_DARK_GROUND: Final = 0.012


def is_colour(text: str) -> bool:
    """Whether a text is a colour like #156B94."""
    return _HEX.fullmatch(text) is not None


def theme_css(accent: str) -> str:
    """Style sheet with the accent for light and dark, as custom properties."""
    accent = accent if is_colour(accent) else DEFAULT_ACCENT
    on_dark = _lightened(accent)
    return (
        f":root{{--accent:{accent};--on-accent:{_writing_on(accent)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{on_dark};"
        f"--on-accent:{_writing_on(on_dark)}}}}}\n"
    )


def button_colours(accent: str) -> dict[str, str]:
    """Colours of the button that opens the chat, on pages of any colour."""
    accent = accent if is_colour(accent) else DEFAULT_ACCENT
    return {"accent": accent, "on_accent": _writing_on(accent)}


def _writing_on(colour: str) -> str:
    """White while it can be read (contrast 4.5), else black: one of them always can."""
    return "#FFFFFF" if 1.05 / (_luminance(colour) + 0.05) >= 4.5 else "#000000"


def _lightened(colour: str) -> str:
    """The nearest lighter tone that stands out from a dark page (contrast 4.5)."""
    share = 0.0
    while share < 1 and (_luminance(_mixed(colour, share)) + 0.05) / (_DARK_GROUND + 0.05) < 4.5:
        share += 0.05
    return _mixed(colour, share)


def _mixed(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(c + (255 - c) * white):02X}" for c in _channels(colour))


def _channels(colour: str) -> tuple[int, int, int]:
    value = int(colour[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
