"""The only place where the areas meet: each adds its own line. Builders import when called."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.core.i18n import N_
from app.core.permissions import Permission
from ui.shell.plugs import PanelPlug, SettingsPlug, UiContext, ViewPlug

if TYPE_CHECKING:
    from ui.phrases.popup import PhrasePopup
    from ui.records.import_page import RecordImportPage


def _desk(context: UiContext) -> QWidget:
    from ui.desk.late_picker import LatePicker
    from ui.desk.view import DeskView
    from ui.quality.taking import Taking

    desk = DeskView(context, PANELS, partial(LatePicker, partial(_phrase_popup, context)))
    Taking(context, desk, desk, desk.thread_view.check_wanted)
    return desk


def _phrase_popup(context: UiContext, over: QWidget) -> PhrasePopup:
    from ui.phrases.popup import PhrasePopup

    return PhrasePopup(context.services.phrases, context.jobs, over)


def _settings(context: UiContext) -> QWidget:
    from ui.settings.view import SettingsView

    return SettingsView(context, SETTINGS_PAGES)


def _general(context: UiContext) -> QWidget:
    from ui.settings.general import GeneralPage

    return GeneralPage(context)


def _account(context: UiContext) -> QWidget:
    from ui.settings.account import AccountPage

    return AccountPage(context)


def _keyboard(context: UiContext) -> QWidget:
    from ui.settings.keyboard import KeyboardPage

    return KeyboardPage(context)


def _about(context: UiContext) -> QWidget:
    from ui.settings.about import AboutPage

    return AboutPage(context)


def _customers(context: UiContext) -> QWidget:
    from ui.customers.view import CustomersView

    return CustomersView(context, partial(_record_import, context))


def _record_import(context: UiContext) -> RecordImportPage:
    from ui.records.import_page import RecordImportPage

    return RecordImportPage(context)


def _customers_panel(context: UiContext) -> QWidget:
    from ui.customers.panel import CustomersPanel
    from ui.records.commands import register_import

    register_import(context)
    return CustomersPanel(context)


def _orders(context: UiContext) -> QWidget:
    from ui.after_sales.box import AfterSalesBox
    from ui.orders.view import OrdersView

    return OrdersView(context, AfterSalesBox)


def _orders_panel(context: UiContext) -> QWidget:
    from ui.after_sales.box import AfterSalesBox
    from ui.orders.commands import register_import
    from ui.orders.panel import OrdersPanel

    register_import(context)
    return OrdersPanel(context, AfterSalesBox)


def _after_sales(context: UiContext) -> QWidget:
    from ui.after_sales.view import AfterSalesView

    return AfterSalesView(context)


def _staff(context: UiContext) -> QWidget:
    from ui.settings.staff import StaffPage

    return StaffPage(context)


def _tags(context: UiContext) -> QWidget:
    from ui.settings.tags import TagsPage

    return TagsPage(context)


def _shipments(context: UiContext) -> QWidget:
    from ui.shipments.view import LogisticsView

    return LogisticsView(context)


def _shipments_panel(context: UiContext) -> QWidget:
    from ui.shipments.panel import LogisticsPanel

    return LogisticsPanel(context)


def _order_rules(context: UiContext) -> QWidget:
    from ui.settings.order_rules import OrderRulesPage

    return OrderRulesPage(context)


def _wording(context: UiContext) -> QWidget:
    from ui.settings.wording import WordingPage

    return WordingPage(context)


def _numbers_settings(context: UiContext) -> QWidget:
    from ui.settings.numbers import NumbersPage

    return NumbersPage(context)


def _worth_settings(context: UiContext) -> QWidget:
    from ui.settings.worth import WorthSettingsPage

    return WorthSettingsPage(context)


def _quality_settings(context: UiContext) -> QWidget:
    from ui.settings.quality import QualitySettingsPage

    return QualitySettingsPage(context)


def _carriers(context: UiContext) -> QWidget:
    from ui.settings.carriers import CarriersPage

    return CarriersPage(context)


def _channels(context: UiContext) -> QWidget:
    from ui.settings.channels import ChannelsPage

    return ChannelsPage(context)


def _sharing(context: UiContext) -> QWidget:
    from ui.settings.sharing import SharingPage

    return SharingPage(context)


def _phrases(context: UiContext) -> QWidget:
    from ui.phrases.view import PhrasesView

    return PhrasesView(context)


def _phrases_panel(context: UiContext) -> QWidget:
    from ui.phrases.panel import PhrasesPanel

    return PhrasesPanel(context)


def _stats(context: UiContext) -> QWidget:
    from ui.stats.view import StatsView

    return StatsView(context)


def _training(context: UiContext) -> QWidget:
    if not context.services.home.practice:
        from ui.training.live_page import LivePage

        return LivePage(context)
    from ui.training.view import TrainingView

    return TrainingView(context)


def _quality(context: UiContext) -> QWidget:
    from ui.desk.transcript import Transcript
    from ui.quality.view import QualityView

    return QualityView(context, partial(Transcript, context))


def _quality_news(context: UiContext, parent: QObject) -> QObject:
    from ui.quality.news import QualityNews

    return QualityNews(context, parent)


def _handed_over(context: UiContext, parent: QObject) -> QObject:
    from ui.desk.hand_over import HandedOver

    return HandedOver(context, parent)


def _due(context: UiContext, parent: QObject) -> QObject:
    from ui.desk.due import DueFollowUps

    return DueFollowUps(context, parent)


def _practice_ended(context: UiContext, parent: QObject) -> QObject:
    if not context.services.home.practice:
        return QObject(parent)  # nobody practises in a live shop
    from ui.training.ended import PracticeEnded

    ended = PracticeEnded(context, parent)
    ended.paused.connect(partial(_say_paused, parent))
    return ended


def _say_paused(parent: QObject, words: str) -> None:
    from ui.shell.main_window import MainWindow

    window = parent.window() if isinstance(parent, QWidget) else None
    if isinstance(window, MainWindow):
        window.say_paused(words)


VIEWS: list[ViewPlug] = [
    ViewPlug("desk", N_("Desk"), "chat", _desk, shortcut="Ctrl+1"),
    ViewPlug("orders", N_("Orders"), "orders", _orders, shortcut="Ctrl+2"),
    ViewPlug("shipments", N_("Logistics"), "truck", _shipments, shortcut="Ctrl+3"),
    ViewPlug("after_sales", N_("After-sales"), "return", _after_sales, shortcut="Ctrl+7"),
    ViewPlug("customers", N_("Customers"), "customers", _customers, shortcut="Ctrl+4"),
    ViewPlug("phrases", N_("Phrases"), "phrases", _phrases, shortcut="Ctrl+5"),
    ViewPlug("stats", N_("Stats"), "stats", _stats, shortcut="Ctrl+6"),
    ViewPlug("quality", N_("Checks"), "clipboard", _quality, shortcut="Ctrl+9"),
    ViewPlug("training", N_("Training"), "practice", _training, shortcut="Ctrl+8"),
    ViewPlug("settings", N_("Settings"), "settings", _settings, shortcut="Ctrl+,"),
]
"""Views of the rail from top to bottom; settings stay last, at the lower end."""

PANELS: list[PanelPlug] = [
    PanelPlug("customers", N_("Customer"), "user", _customers_panel),
    PanelPlug("orders", N_("Orders"), "orders", _orders_panel),
    PanelPlug("shipments", N_("Logistics"), "truck", _shipments_panel),
    PanelPlug("phrases", N_("Phrases"), "phrases", _phrases_panel),
]
"""Panels beside the conversation, in the order of Alt+1, Alt+2 …"""

SETTINGS_PAGES: list[SettingsPlug] = [
    SettingsPlug("general", N_("General"), "settings", _general),
    SettingsPlug("account", N_("My account"), "user", _account),
    SettingsPlug("keyboard", N_("Keyboard"), "keyboard", _keyboard),
    SettingsPlug("staff", N_("Staff"), "user", _staff, Permission.MANAGE_STAFF),
    SettingsPlug("tags", N_("Tags"), "tag", _tags, Permission.EDIT_TAGS),
    SettingsPlug("rules", N_("Order rules"), "orders", _order_rules, Permission.SHOP_SETTINGS),
    SettingsPlug("wording", N_("Wording"), "edit", _wording, Permission.SHOP_SETTINGS),
    SettingsPlug("numbers", N_("Numbers"), "stats", _numbers_settings, Permission.SHOP_SETTINGS),
    SettingsPlug(
        "worth", N_("Customers' worth"), "star", _worth_settings, Permission.SHOP_SETTINGS
    ),
    SettingsPlug(
        "quality", N_("Quality checks"), "clipboard", _quality_settings, Permission.SHOP_SETTINGS
    ),
    SettingsPlug("carriers", N_("Carriers"), "truck", _carriers, Permission.SHOP_SETTINGS),
    SettingsPlug("channels", N_("Channels"), "web", _channels, Permission.CHANNELS),
    SettingsPlug("sharing", N_("Sharing"), "sync", _sharing),
    SettingsPlug("about", N_("About"), "info", _about),
]

WATCHERS: list[Callable[[UiContext, QObject], QObject]] = [
    _handed_over,
    _due,
    _quality_news,
    _practice_ended,
]
"""What looks on while one works, whichever view shows; owned by the workspace."""
