"""The running program: decides which page shows and owns all that outlives the window's parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import UserError
from app.core.i18n import _
from app.core.paths import log_dir, practice_dir
from app.core.settings import IDLE_LOCK_MINUTES, SHOP_NAME, Settings
from app.core.storage import storage_trouble
from app.services import Services
from app.sync import is_shared
from ui.jobs import Jobs
from ui.settings.choices import GEOMETRY, LAST_VIEW, SOUND
from ui.shell import opening
from ui.shell.attention import Attention
from ui.shell.composition import CompositionGuard
from ui.shell.entry import Entry
from ui.shell.faults import Faults
from ui.shell.first_start import WaitPage
from ui.shell.lock import IdleWatch, LockPage, bring_back, put_aside
from ui.shell.logs import LogFile
from ui.shell.look import Look, other_language
from ui.shell.main_window import MainWindow
from ui.shell.manual_beside import ManualBeside
from ui.shell.notices import Notices
from ui.shell.pages import CenteredPage
from ui.shell.sign_in import SignInPage
from ui.shell.workspace import Verbs, Workspace
from ui.store_watcher import StoreWatcher
from ui.widgets.confirm import confirm
from ui.widgets.focus_ring import FocusRing
from ui.widgets.format import set_zone

_LATER_MS: Final = 250


class Desk(QObject):
    """From the first page to the last; `path` is the live home, opened unless one practises."""

    def __init__(self, app: QApplication, path: Path, *, practice: bool = False) -> None:
        super().__init__()
        self._app, self._live, self._practice = app, path, practice
        self.notices = Notices()
        self._faults = Faults(self.notices, self._log_folder, self)
        self.crashes = self._faults.crashes
        self.jobs = Jobs(self._faults.tell, self)
        self.store = StoreWatcher(self)
        self._log_file = LogFile()
        self.services: Services | None = None
        self.workspace: Workspace | None = None
        self._lock_page: LockPage | None = None
        self._aside: list[QWidget] = []
        self._manual = ManualBeside(self._key_rows)
        self._forget: Callable[[], None] | None = None
        self._look = Look(app)
        self._entry = Entry(self, path, self)
        self.window = MainWindow()
        self.window.closing.connect(self.close)
        self.window.leave_practice_wanted.connect(self.leave_practice)
        self.window.reset_practice_wanted.connect(self.reset_practice)
        self.attention = Attention(self.window, self._with_sound)
        self.attention.raise_wanted.connect(self.window.come_to_front)
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self.lock)
        self._ring = FocusRing(app)
        self._composition = CompositionGuard(app)

    # --- from page to page ----------------------------------------------------------------

    def begin(self) -> None:
        """Show the first page that fits this home."""
        self.window.show_practice(on=self._practice)
        self.window.show_title("")
        if self._practice:
            self.open(partial(opening.open_practice, self._home()))
        else:
            self._entry.begin()

    def practise(self) -> None:
        """Open the practice shop instead of the live one."""
        self._practice = True
        self._start_again()

    def leave_practice(self) -> None:
        """Back to the live home."""
        self._practice = False
        self._start_again()

    def reset_practice(self) -> None:
        """Make the practice data as new, and show it so; asks first, and never behind the lock."""
        services = self._services()
        if self._lock_page is not None or not confirm(
            self.window,
            _("Make the practice shop as new?"),
            _("Talks, orders and notes made here go; results, staff and settings stay."),
            _("Make as new"),
        ):
            return
        self.window.allow_reset(on=False)
        self.jobs.run(
            self, services.practice.reset, self._practice_is_new, failed=self._not_new, lane="write"
        )

    def _practice_is_new(self, _nothing: None) -> None:
        self.rebuild()
        self.notices.success(_("The practice shop is as new. Results, staff and settings stayed."))

    def _not_new(self, error: BaseException) -> None:
        self.window.allow_reset(on=True)
        self._faults.tell(error)

    def show_first_start(self) -> None:
        """Show the ways to begin."""
        self._entry.show_first_start()

    def say_fault(self, error: BaseException) -> str:
        """Report what is no person's mistake; returns words for a page."""
        return self._faults.say(error)

    def open(self, work: Callable[[], Services]) -> None:
        """Open a home behind a page that says so."""
        text = _("Preparing the practice shop…") if self._practice else _("Opening your shop…")
        self.window.show_page(WaitPage(text))
        self.jobs.run(self, work, self.home_opened, failed=self.could_not_open, lane="write")

    def could_not_open(self, error: BaseException) -> None:
        """Show why a home can't be opened, and a way to try again."""
        error = storage_trouble(error) or error
        hint = error.hint if isinstance(error, UserError) else ""
        page = WaitPage("", trouble=self._faults.say(error), hint=hint)
        page.retry_wanted.connect(self.begin)
        self.show_page(page, partial(self.could_not_open, error))

    def home_opened(self, services: Services) -> None:
        """Go on with a home that was opened or made: work, sign in, or begin."""
        if self.services is not services:
            self.services = services
            self._log_file.open(self._log_folder())
            self.crashes.watch_faults()
            self._forget = services.db.subscribe(self.store.announce)
            self._use_settings(services.settings)
            self.window.show_practice(on=services.home.practice)
            # What nobody waits for: customers find the web chat open a moment later.
            QTimer.singleShot(_LATER_MS, self, partial(self._start_behind, services))
        if services.staff.current is not None:
            self._show_workspace()
        elif not services.staff.is_empty():
            self.show_sign_in()
        elif is_shared(services.db):
            self._entry.follow_joining()
        else:
            self.show_first_start()

    def _start_behind(self, services: Services) -> None:
        if self.services is services:
            services.keeper.start()
            self.jobs.run(self, services.channels.start, lane="network")
            self.jobs.run(self, services.share, lane="network")

    def show_sign_in(self) -> None:
        """Let somebody of the staff sign in."""
        services = self._services()
        shop = services.settings.get(SHOP_NAME)
        page = SignInPage(services.staff, self.jobs, shop, services.staff.members())
        page.signed_in.connect(self._show_workspace)
        self.idle.set_minutes(0)
        self.show_page(page, self.show_sign_in)
        self.window.show_title(shop)

    def show_page(self, page: CenteredPage, again: Callable[[], None]) -> None:
        """Show a page instead of the desk; `again` builds it anew in another language."""
        page.language_wanted.connect(partial(self._switch_language, again))
        page.theme_wanted.connect(self._look.switch_theme)
        self._drop_workspace()
        self.window.show_page(page)

    # --- working --------------------------------------------------------------------------

    def _show_workspace(self, key: str = "", item: object | None = None) -> None:
        services = self._services()
        self._drop_workspace()
        workspace = Workspace(services, self.jobs, self.store, self.notices, self._verbs())
        self.workspace = workspace
        workspace.waiting_changed.connect(self.attention.show_waiting)
        workspace.called.connect(self.attention.call)
        workspace.view_changed.connect(self._remember_view)
        workspace.commands.attach(self.window)
        self.window.show_practice(on=services.home.practice)
        self._offer_reset()
        self.window.show_title(workspace.title())
        self.window.show_page(workspace)
        keys = workspace.view_keys()
        wanted = key or services.settings.get(LAST_VIEW)
        workspace.go(wanted if wanted in keys else keys[0], item)
        minutes = services.settings.get(IDLE_LOCK_MINUTES)
        self.idle.set_minutes(minutes if services.staff.has_password() else 0)
        if (handle := self.window.windowHandle()) is not None:
            self.idle.watch(handle)

    def _offer_reset(self) -> None:
        services = self._services()
        may = services.home.practice and services.practice.may_reset
        self.window.allow_reset(on=may)

    def _drop_workspace(self) -> None:
        self.window.allow_reset(on=False)
        if self.workspace is not None:
            self.workspace.flush()
            self.workspace.commands.detach()
            self.workspace = None
        self._lock_page = None

    def _verbs(self) -> Verbs:
        return Verbs(
            lock=self.lock,
            sign_out=self.sign_out,
            manual=self.open_manual,
            language=self.rebuild,
            look=self.use_look,
            other_theme=self._look.switch_to_other_theme,
            other_language=self._other_language,
            quit=self.window.close,
            report=self.crashes.report,
        )

    def lock(self) -> None:
        """Hide the desk until the password is typed; nothing typed so far is lost."""
        services, workspace = self.services, self.workspace
        if services is None or workspace is None or self._lock_page is not None:
            return
        if (member := services.staff.current) is None or not services.staff.has_password():
            return
        workspace.commands.detach()
        page = LockPage(services.staff, self.jobs)
        page.unlocked.connect(self.unlock)
        page.sign_out_wanted.connect(self.sign_out)
        page.language_wanted.connect(self._set_language)
        page.theme_wanted.connect(self._look.switch_theme)
        self._lock_page = page
        self.window.allow_reset(on=False)
        self.window.cover(page)
        page.begin(member)
        self._manual.hide()
        self._aside = put_aside(self.window)

    def unlock(self) -> None:
        """Show the desk again as it was."""
        if self._lock_page is not None and self.workspace is not None:
            self.window.uncover(self._lock_page)
            self._lock_page = None
            self.workspace.commands.attach(self.window)
            self._offer_reset()
            bring_back(self._aside)

    def sign_out(self) -> None:
        """Nobody is at the desk; the next one signs in."""
        services = self._services()
        if self.workspace is not None:
            self.workspace.flush()
        # Whoever comes next begins at the first view, not where this one was.
        services.settings.set(LAST_VIEW, "")
        services.staff.sign_out()
        self.show_sign_in()

    def open_manual(self) -> None:
        """Show the manual beside the desk."""
        self._manual.open()

    def manual_window(self) -> QWidget | None:
        """The manual's window, if it was opened."""
        return self._manual.window

    def _key_rows(self) -> list[tuple[str, str, str]]:
        commands = self.workspace.commands if self.workspace else None
        if commands is None:
            return []
        return [(_(c.group), _(c.title), commands.keys_of(c.id)) for c in commands.all()]

    # --- language and look ----------------------------------------------------------------

    def rebuild(self) -> None:
        """Build the window anew in the settings' language and time zone, at the same place."""
        old = self.workspace
        self._look.speak()
        self._manual.close()
        if old is not None:
            key, item = old.current_key(), old.current_item()
            self._show_workspace(key, item)

    def use_look(self) -> None:
        """Use theme and text size of the settings."""
        self._look.show()

    def _use_settings(self, settings: Settings) -> None:
        self._look.settings = settings
        self._look.speak()
        self._look.show()
        self.window.put_back(settings.get(GEOMETRY))

    def _other_language(self) -> None:
        self._set_language(other_language())

    def _set_language(self, language: str) -> None:
        locked = self._lock_page is not None
        self._look.switch_language(language)
        self._lock_page = None
        self.rebuild()
        if locked:
            self.lock()

    def _switch_language(self, again: Callable[[], None], language: str) -> None:
        self._look.switch_language(language)
        # The page asking for it is inside its own click; it may go only afterwards.
        QTimer.singleShot(0, self, again)

    # --- faults and end -------------------------------------------------------------------

    def close(self) -> None:
        """End within a second: remember the place, finish writes, close the database."""
        if self.services is not None:
            self._remember(self.services)
        self.attention.stop()
        self.idle.set_minutes(0)
        self._manual.close()
        self._drop_workspace()
        self.jobs.close()
        self._close_services()
        self._app.quit()

    def _remember(self, services: Services) -> None:
        services.settings.set(GEOMETRY, self.window.place())

    def _remember_view(self, key: str) -> None:
        """At once, so that one is back in it even after a crash."""
        if self.services is not None:
            keep = partial(self.services.settings.set, LAST_VIEW, key)
            self.jobs.run(self, keep, lane="write")

    def _start_again(self) -> None:
        self._drop_workspace()
        self.window.show_page(WaitPage(""))
        self._close_services()
        self.begin()

    def _close_services(self) -> None:
        self._entry.stop()
        if self._forget is not None:
            self._forget()
            self._forget = None
        if self.services is not None:
            self.services.close()
            self.services = self._look.settings = None
        set_zone(None)
        self.crashes.forget_faults()
        self._log_file.close()

    def _log_folder(self) -> Path:
        return log_dir(self._home())

    def _home(self) -> Path:
        return practice_dir(self._live) if self._practice else self._live

    def _services(self) -> Services:
        if self.services is None:
            raise RuntimeError("no home is open")
        return self.services

    def _with_sound(self) -> bool:
        return self.services is not None and self.services.settings.get(SOUND)
