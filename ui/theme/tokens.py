"""Every colour and measure of the window, once, for the light and the dark theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Tokens:
    """Names for colours (`#RRGGBB`) and measures (logical pixels) used by QSS and painters.

    Three neutral surfaces step towards the reader: `canvas` (window, rail), `surface` (panes)
    and `raised` (cards, inputs, menus). Colour besides the accent only ever carries a meaning.
    """

    name: str
    canvas: str
    surface: str
    raised: str
    hover: str
    pressed: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_faint: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    danger: str
    danger_hover: str
    on_danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    success: str
    success_soft: str
    info: str
    info_soft: str
    neutral_soft: str
    note: str
    bubble_in: str
    bubble_out: str
    highlight: str
    focus: str
    scroll: str
    practice: str
    on_practice: str
    shadow: str
    tag_colors: MappingProxyType[str, str] = field(repr=False)
    space_xs: int = 4
    space_s: int = 8
    space_m: int = 12
    space_l: int = 16
    space_xl: int = 24
    radius: int = 6
    radius_small: int = 4
    row: int = 32
    control: int = 30
    text_xs: int = 12
    text_s: int = 13
    text_m: int = 14
    text_l: int = 16
    text_xl: int = 20
    weight_normal: int = 400
    weight_strong: int = 600

    @property
    def is_dark(self) -> bool:
        """Whether text is lighter than what it stands on."""
        return self.name == "dark"


TAG_NAMES = ("grey", "blue", "teal", "green", "amber", "orange", "red", "pink", "violet", "brown")
"""Colours a tag may have; stored by name, so that each theme has its own readable shade."""

_LIGHT_TAGS = MappingProxyType(
    {
        "grey": "#5B6570",
        "blue": "#1F68B0",
        "teal": "#0B7285",
        "green": "#1C7145",
        "amber": "#866000",
        "orange": "#AD4E00",
        "red": "#BF2F2B",
        "pink": "#B12C6E",
        "violet": "#6B48B8",
        "brown": "#7A5233",
    }
)
_DARK_TAGS = MappingProxyType(
    {
        "grey": "#A9B2BC",
        "blue": "#76B3F0",
        "teal": "#55C0CF",
        "green": "#62C08D",
        "amber": "#DDB64A",
        "orange": "#F0995A",
        "red": "#F2827C",
        "pink": "#EC85B4",
        "violet": "#B79CF0",
        "brown": "#CFA381",
    }
)

LIGHT = Tokens(
    name="light",
    canvas="#EFF1F4",
    surface="#F8F9FB",
    raised="#FFFFFF",
    hover="#E9ECF0",
    pressed="#DDE2E8",
    border="#E0E4E9",
    border_strong="#C5CCD5",
    text="#1B2026",
    text_muted="#525B66",
    text_faint="#5D6772",
    accent="#156B94",
    accent_hover="#125F85",
    accent_pressed="#0E4F70",
    on_accent="#FFFFFF",
    accent_soft="#DCEBF4",
    danger="#BF2F2B",
    danger_hover="#A32521",
    on_danger="#FFFFFF",
    danger_soft="#FBE7E6",
    warning="#8F5200",
    warning_soft="#FCF0DA",
    success="#1C7145",
    success_soft="#DFF2E7",
    info="#17648C",
    info_soft="#DFEDF6",
    neutral_soft="#E8EBEF",
    note="#FFF6DC",
    bubble_in="#FFFFFF",
    bubble_out="#D6E9F5",
    highlight="#FFE38A",
    focus="#156B94",
    scroll="#B4BCC6",
    practice="#B4530A",
    on_practice="#FFFFFF",
    shadow="#8A94A0",
    tag_colors=_LIGHT_TAGS,
)

DARK = Tokens(
    name="dark",
    canvas="#15181C",
    surface="#1B1F24",
    raised="#242930",
    hover="#2A3038",
    pressed="#343B45",
    border="#2C323A",
    border_strong="#444D58",
    text="#E6E9ED",
    text_muted="#A3ACB7",
    text_faint="#98A2AE",
    accent="#4FAEDB",
    accent_hover="#6BBDE4",
    accent_pressed="#3C9BC9",
    on_accent="#0C161C",
    accent_soft="#1D3A4A",
    danger="#F2827C",
    danger_hover="#F59A95",
    on_danger="#1F0B0A",
    danger_soft="#432524",
    warning="#E5AC4D",
    warning_soft="#3D3018",
    success="#62C08D",
    success_soft="#1C3A2B",
    info="#6CBBE3",
    info_soft="#1B3645",
    neutral_soft="#323942",
    note="#3A3420",
    bubble_in="#272D34",
    bubble_out="#1C3D50",
    highlight="#6A5510",
    focus="#6BBDE4",
    scroll="#4A535F",
    practice="#E58A3C",
    on_practice="#1E1206",
    shadow="#000000",
    tag_colors=_DARK_TAGS,
)
