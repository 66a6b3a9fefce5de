"""What one works in: rail, views and status line. Built anew for another language."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.conversations.settings import LATE_AFTER_S, WARN_AFTER_S
from app.core.i18n import N_, _
from app.core.settings import SHOP_NAME
from app.services import Services
from app.sync import SyncStatus, is_shared
from ui.jobs import Jobs
from ui.shell.areas import VIEWS, WATCHERS
from ui.shell.commands import KEYS, Command, Commands
from ui.shell.finding import finder
from ui.shell.notices import Notices, ToastStack
from ui.shell.palette import Palette
from ui.shell.people import role_name
from ui.shell.plugs import UiContext, ViewPlug
from ui.shell.rail import WIDTH, Rail
from ui.shell.sharing import describe
from ui.shell.status_line import HEIGHT, Limits, StatusLine, Waiting
from ui.store_watcher import NewsWatcher, StoreWatcher
from ui.widgets.empty_state import EmptyState
from ui.widgets.layout import Pages, stack_horizontally, stack_vertically

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verbs:
    """What the program as a whole can do; kept below the window, which may be rebuilt."""

    lock: Callable[[], object]
    sign_out: Callable[[], object]
    manual: Callable[[], object]
    language: Callable[[], object]
    look: Callable[[], object]
    other_theme: Callable[[], object]
    other_language: Callable[[], object]
    quit: Callable[[], object]
    report: Callable[[BaseException], object]


class Workspace(QWidget):
    """`view_changed` carries the key of the view that shows, `called` words for who looks away."""

    view_changed = Signal(str)
    waiting_changed = Signal(int)
    called = Signal(str)

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        store: StoreWatcher,
        notices: Notices,
        verbs: Verbs,
    ) -> None:
        super().__init__()
        self._services, self._verbs = services, verbs
        self.commands = Commands(services.settings.get(KEYS))
        self.context = UiContext(services, jobs, store, notices, self.commands, self.go)
        self._plugs = {plug.key: plug for plug in VIEWS if self._allowed(plug)}
        self._views: dict[str, QWidget] = {}
        self._sync_watch: NewsWatcher | None = None
        self.rail = Rail(list(self._plugs.values()))
        self.rail.chosen.connect(self.show_view)
        self._stack = Pages()
        self._stack.setObjectName("views")
        self.status = StatusLine(jobs, store)
        upper = stack_horizontally(None, self.rail, self._stack)
        stack_vertically(self, upper, self.status)
        self.palette_box = Palette(self, self.commands, jobs)
        place = self._place_of_notices
        self.toasts = ToastStack(notices, self, place, left=WIDTH + 12, bottom=HEIGHT + 4)
        self._set_up_status()
        self._register_commands()
        self._set_up_palette()
        self.commands.rebound.connect(self._show_keys)
        self._show_keys()
        self._watchers = [watcher(self.context, self) for watcher in WATCHERS]
        for watcher in self._watchers:
            if (counted := getattr(watcher, "counted", None)) is not None:
                counted.connect(self.rail.show_count)
            if (called := getattr(watcher, "called", None)) is not None:
                called.connect(self.called)

    # --- views ----------------------------------------------------------------------------

    def view_keys(self) -> list[str]:
        """Keys of the views this person may open, in the order of the rail."""
        return list(self._plugs)

    def current_key(self) -> str:
        """Key of the view that shows, "" before the first."""
        current = self._stack.currentWidget()
        return next((key for key, view in self._views.items() if view is current), "")

    def view(self, key: str) -> QWidget:
        """The view, built if need be; a failure is shown in its place."""
        if key not in self._views:
            self._views[key] = self._built(self._plugs[key])
            self._stack.addWidget(self._views[key])
        return self._views[key]

    def show_view(self, key: str) -> None:
        """Bring a view to the front."""
        if key not in self._plugs:
            return
        self._stack.setCurrentWidget(self.view(key))
        self.rail.show_view(key)
        self.toasts.arrange()
        self.view_changed.emit(key)

    def go(self, key: str, item: object | None = None) -> None:
        """Show a view at a thing; unknown views and those not allowed are left alone."""
        if key not in self._plugs:
            return
        self.show_view(key)
        if item is not None and (opener := getattr(self.view(key), "open_item", None)):
            opener(item)

    def current_item(self) -> object | None:
        """What the view that shows is at, if it can say so; to return there after a rebuild."""
        teller = getattr(self._stack.currentWidget(), "current_item", None)
        return teller() if teller else None

    def flush(self) -> None:
        """Let views hand over what they have not saved yet; the window is about to go."""
        for view in self._views.values():
            if flush := getattr(view, "flush", None):
                flush()

    def _built(self, plug: ViewPlug) -> QWidget:
        try:
            return plug.build(self.context)
        except Exception as error:
            log.exception("a view could not be built")
            self._verbs.report(error)
            return EmptyState(
                "warning",
                _("This view could not be opened."),
                _("The fault has been noted on this computer. The other views go on working."),
            )

    def _allowed(self, plug: ViewPlug) -> bool:
        return plug.permission is None or self._services.staff.may(plug.permission)

    # --- status ---------------------------------------------------------------------------

    def _set_up_status(self) -> None:
        settings, member = self._services.settings, self._services.staff.current
        limits = Limits(settings.get(WARN_AFTER_S), settings.get(LATE_AFTER_S))
        self.status.waiting_changed.connect(self._on_waiting)
        self.status.waiting_clicked.connect(self._go_to_longest)
        self.status.user_clicked.connect(self._open_account)
        self.status.set_waiting_provider(self._waiting, limits)
        self.status.place_clicked.connect(self._open_sharing)
        if is_shared(self._services.db):
            self._sync_watch = NewsWatcher(self._services.sync.subscribe, self)
            self._sync_watch.changed.connect(self._show_sharing)
        self._show_sharing()
        if member is not None:
            self.status.show_user(member.shown_name, role_name(member))

    def _waiting(self) -> Waiting:
        late = self._services.conversations.late(0)
        return Waiting(late.count, late.waiting_since)

    def _on_waiting(self, count: int) -> None:
        self.rail.show_count("desk", count)
        self.waiting_changed.emit(count)

    def _go_to_longest(self) -> None:
        late = partial(self._services.conversations.late, 0)
        self.context.jobs.run(
            self, late, lambda found: self.go("desk", found.conversation_id), key="longest"
        )

    def _show_sharing(self) -> None:
        shared = self._sync_watch is not None
        words = describe(self._services.sync.last_status if shared else SyncStatus())
        self.status.show_place(words.text, words.tip, words.icon, words.colour)

    def _open_sharing(self) -> None:
        self.go("settings", "sharing")

    def _open_account(self) -> None:
        self.go("settings", "account")

    # --- commands -------------------------------------------------------------------------

    def _register_commands(self) -> None:
        for command in (*self._view_commands(), *self._desk_commands(), *self._look_commands()):
            self.commands.register(command)

    def _view_commands(self) -> list[Command]:
        return [
            Command(
                f"view.{plug.key}",
                plug.title,
                plug.shortcut,
                partial(self.show_view, plug.key),
                group=N_("Views"),
                icon=plug.icon,
            )
            for plug in self._plugs.values()
        ]

    def _desk_commands(self) -> list[Command]:
        verbs, search, locks = self._verbs, self._focus_search, self._has_password
        find = self.palette_box.open
        return [
            Command("app.palette", N_("Search everything"), "Ctrl+K", find, icon="search"),
            Command("app.search", N_("Search in this view"), "Ctrl+F", search, icon="search"),
            Command("app.why", N_("Why is this value here?"), "Alt+H", self._why, icon="history"),
            Command("app.manual", N_("Open the manual"), "F1", verbs.manual, icon="book"),
            Command("app.lock", N_("Lock the desk"), "Ctrl+L", self._lock, icon="lock"),
            Command("app.sign_out", N_("Sign out"), "", verbs.sign_out, locks, icon="logout"),
            Command("app.quit", N_("Quit"), "Ctrl+Q", verbs.quit, icon="close"),
        ]

    def _look_commands(self) -> list[Command]:
        verbs, theme = self._verbs, N_("Switch between light and dark")
        tongue = N_("中文 / English")
        return [
            Command("app.theme", theme, "Ctrl+Shift+D", verbs.other_theme, icon="moon"),
            Command("app.other_language", tongue, "", verbs.other_language, icon="globe"),
            Command("app.language", "language", "", verbs.language, hidden=True),
            Command("app.look", "look", "", verbs.look, hidden=True),
        ]

    def _set_up_palette(self) -> None:
        self.palette_box.add_provider(finder(self._services, self.go))
        self.palette_box.spell_with(_initials)

    def _place_of_notices(self) -> QWidget | None:
        """Below which widget of the view that shows notices hang, if it names one."""
        teller = getattr(self._stack.currentWidget(), "notice_place", None)
        return teller() if teller else None

    def _focus_search(self) -> None:
        view = self._stack.currentWidget()
        focus = getattr(view, "focus_search", None)
        (focus or self.palette_box.open)()

    def _why(self) -> None:
        """Ask the part with the focus where its value comes from."""
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None:
            if explain := getattr(widget, "explain_value", None):
                explain()
                return
            widget = widget.parentWidget()
        self.context.notices.info(
            _("Put the cursor into a field of a customer or an order, then ask again.")
        )

    def _lock(self) -> None:
        if self._has_password():
            self._verbs.lock()
            return
        hint = _("Whoever has a password can lock the desk and let somebody else sign in.")
        action = (_("My account"), self._open_account)
        self.context.notices.info(_("You have no password yet."), hint, action)

    def _has_password(self) -> bool:
        return self._services.staff.has_password()

    def _show_keys(self) -> None:
        for key in self._plugs:
            self.rail.show_keys(key, self.commands.keys_of(f"view.{key}"))

    def title(self) -> str:
        """The shop's name, for the title of the window."""
        return self._services.settings.get(SHOP_NAME)


def _initials(text: str) -> str:
    from app.core.pinyin import initials

    return initials(text)
