"""How the window looks: tokens, style sheets, icons and roles. The only place with colours."""

from ui.theme.apply import ThemeName, apply_theme, current_tokens, sized, theme_signals
from ui.theme.colors import contrast, mix, readable_on
from ui.theme.files import RESOURCES
from ui.theme.icons import icon, icon_names, pixmap
from ui.theme.roles import Role, restyle, role, set_state
from ui.theme.tokens import DARK, LIGHT, TAG_NAMES, Tokens

__all__ = [
    "DARK",
    "LIGHT",
    "RESOURCES",
    "TAG_NAMES",
    "Role",
    "ThemeName",
    "Tokens",
    "apply_theme",
    "contrast",
    "current_tokens",
    "icon",
    "icon_names",
    "mix",
    "pixmap",
    "readable_on",
    "restyle",
    "role",
    "set_state",
    "sized",
    "theme_signals",
]
