"""What a widget is for, as a dynamic property the style sheets select by."""

from __future__ import annotations

from typing import Literal, TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)

Role = Literal[
    "primary", "danger", "ghost", "icon", "link",
    "title", "heading", "muted", "hint", "mono", "badge", "warning", "success", "strong",
    "card", "raised", "bar", "sidebar", "canvas", "surface", "note", "bare", "chip", "",
]  # fmt: skip


def role(widget: W, name: Role) -> W:
    """Give `widget` its role and hand it back; works again at run time."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        restyle(widget)
    return widget


def set_state(widget: QWidget, **states: object) -> None:
    """Set dynamic properties such as `state="late"` that QSS selects by, and restyle once."""
    if any(widget.property(name) != value for name, value in states.items()):
        for name, value in states.items():
            widget.setProperty(name, value)
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Qt evaluates property selectors only when a widget is polished."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
