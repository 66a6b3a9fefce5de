"""The only place where the areas meet: each adds its own line. Builders import when called."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.i18n import N_
from ui.shell.plugs import PanelPlug, SettingsPlug, UiContext, ViewPlug


def _settings(context: UiContext) -> QWidget:
    from ui.settings.view import SettingsView

    return SettingsView(context, SETTINGS_PAGES)


def _general(context: UiContext) -> QWidget:
    from ui.settings.general import GeneralPage

    return GeneralPage(context)


def _keyboard(context: UiContext) -> QWidget:
    from ui.settings.keyboard import KeyboardPage

    return KeyboardPage(context)


def _about(context: UiContext) -> QWidget:
    from ui.settings.about import AboutPage

    return AboutPage(context)


def _customers(context: UiContext) -> QWidget:
    from ui.customers.view import CustomersView

    return CustomersView(context)


def _customers_panel(context: UiContext) -> QWidget:
    from ui.customers.panel import CustomersPanel

    return CustomersPanel(context)


VIEWS: list[ViewPlug] = [
    ViewPlug("customers", N_("Customers"), "customers", _customers, shortcut="Ctrl+4"),
    ViewPlug("settings", N_("Settings"), "settings", _settings, shortcut="Ctrl+,"),
]
"""Views of the rail from top to bottom; settings stay last, at the lower end."""

PANELS: list[PanelPlug] = [
    PanelPlug("customers", N_("Customer"), "user", _customers_panel),
]
"""Panels beside the conversation, in the order of Alt+1, Alt+2 …"""

SETTINGS_PAGES: list[SettingsPlug] = [
    SettingsPlug("general", N_("General"), "settings", _general),
    SettingsPlug("keyboard", N_("Keyboard"), "keyboard", _keyboard),
    SettingsPlug("about", N_("About"), "info", _about),
]
