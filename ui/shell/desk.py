"""The running program: decides which page shows and owns all that outlives the window's parts."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import UserError
from app.core.i18n import _, current_language
from app.core.paths import log_dir, practice_dir
from app.core.settings import IDLE_LOCK_MINUTES, LANGUAGE, SHOP_NAME, THEME
from app.core.storage import storage_trouble
from app.core.zones import shop_zone
from app.homes import PASSPHRASE_VARIABLE, WrongPassphrase, home_exists, passphrase_needed
from app.services import Services
from app.staff.service import MIN_PASSWORD
from app.sync import is_shared
from ui.jobs import Jobs
from ui.settings.choices import FONT_SCALE, GEOMETRY, LAST_VIEW, SOUND
from ui.shell import opening
from ui.shell.attention import Attention
from ui.shell.composition import CompositionGuard
from ui.shell.crash import Crashes
from ui.shell.first_start import FirstStartPage, NewShop, PassphrasePage, SetupPage, WaitPage
from ui.shell.lock import IdleWatch, LockPage, bring_back, put_aside
from ui.shell.logs import LogFile
from ui.shell.main_window import MainWindow
from ui.shell.notices import Notices
from ui.shell.pages import CenteredPage
from ui.shell.sign_in import SignInPage
from ui.shell.speech import speak
from ui.shell.workspace import Verbs, Workspace
from ui.store_watcher import StoreWatcher
from ui.theme import apply_theme, current_tokens
from ui.theme.apply import ThemeName
from ui.widgets.focus_ring import FocusRing
from ui.widgets.format import set_zone

if TYPE_CHECKING:
    from ui.shell.joining import Joining

_LATER_MS: Final = 250


class Desk(QObject):
    """From the first page to the last; `path` is the live home, opened unless one practises."""

    def __init__(self, app: QApplication, path: Path, *, practice: bool = False) -> None:
        super().__init__()
        self._app, self._live, self._practice = app, path, practice
        self.notices = Notices()
        self.crashes = Crashes(self._log_folder, self)
        self.jobs = Jobs(self._on_error, self)
        self.store = StoreWatcher(self)
        self._log_file = LogFile()
        self.services: Services | None = None
        self.workspace: Workspace | None = None
        self._lock_page: LockPage | None = None
        self._aside: list[QWidget] = []
        self._manual: QWidget | None = None
        self._forget: Callable[[], None] | None = None
        self._joins: Joining | None = None
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
        self.crashes.happened.connect(self._on_crash)

    # --- from page to page ----------------------------------------------------------------

    def begin(self) -> None:
        """Show the first page that fits this home."""
        self.window.show_practice(on=self._practice)
        self.window.show_title("")
        if self._practice:
            self._open(partial(opening.open_practice, self._home()))
        elif not home_exists(self._live):
            self.show_first_start()
        elif passphrase_needed(self._live) and not os.environ.get(PASSPHRASE_VARIABLE):
            self._ask_passphrase()
        else:
            self._open(partial(opening.open_live, self._live))

    def practise(self) -> None:
        """Open the practice shop instead of the live one."""
        self._practice = True
        self._start_again()

    def leave_practice(self) -> None:
        """Back to the live home."""
        self._practice = False
        self._start_again()

    def reset_practice(self) -> None:
        """Make the practice data as new, and show it so."""
        services = self._services()
        self.window.allow_reset(on=False)
        self.jobs.run(
            self, services.practice.reset, self._practice_is_new, failed=self._not_new, lane="write"
        )

    def _practice_is_new(self, _nothing: None) -> None:
        self.rebuild()
        self.notices.success(_("The practice shop is as new. Results, staff and settings stayed."))

    def _not_new(self, error: BaseException) -> None:
        self.window.allow_reset(on=True)
        self._on_error(error)

    def show_first_start(self) -> None:
        """Show the ways to begin."""
        page = FirstStartPage()
        page.practice_wanted.connect(self.practise)
        page.setup_wanted.connect(self._show_setup)
        page.join_wanted.connect(self._join)
        page.recover_wanted.connect(self._recover)
        self.show_page(page, self.show_first_start)

    def _join(self) -> None:
        self._joining().begin()

    def _recover(self) -> None:
        self._joining().recover()

    def _joining(self) -> Joining:
        # Few starts need it, and it brings the code of the sync.
        if self._joins is None:
            from ui.shell.joining import Joining

            self._joins = Joining(self, self._live, self)
        return self._joins

    def _show_setup(self) -> None:
        ask = self.services is None and passphrase_needed(self._live)
        ask = ask and not os.environ.get(PASSPHRASE_VARIABLE)
        page = SetupPage(ask_passphrase=ask, least_password=MIN_PASSWORD)
        page.back_wanted.connect(self.show_first_start)
        page.submitted.connect(partial(self._make_shop, page))
        self.show_page(page, self._show_setup)

    def _make_shop(self, page: SetupPage, shop: NewShop) -> None:
        if self.services is not None:
            work = partial(opening.found_shop, self.services, shop)
        else:
            work = partial(opening.make_live, self._live, shop)
        failed = partial(self._say_on_page, page)
        self.jobs.run(self, work, self.home_opened, failed=failed, lane="write")

    def _say_on_page(self, page: SetupPage, error: BaseException) -> None:
        page.show_trouble(self.say_fault(error))

    def say_fault(self, error: BaseException) -> str:
        """Report what is no person's mistake; returns words for a page."""
        if not isinstance(error, UserError):
            self.crashes.report(error)
        return _said(error)

    def _ask_passphrase(self) -> None:
        page = PassphrasePage()
        page.submitted.connect(partial(self._try_passphrase, page))
        self.show_page(page, self._ask_passphrase)

    def _try_passphrase(self, page: PassphrasePage, passphrase: str) -> None:
        work = partial(opening.open_live, self._live, passphrase)
        failed = partial(self._passphrase_failed, page)
        self.jobs.run(self, work, self.home_opened, failed=failed, lane="write")

    def _passphrase_failed(self, page: PassphrasePage, error: BaseException) -> None:
        if isinstance(error, WrongPassphrase):
            page.refuse(_said(error))
        else:
            self._could_not_open(error)

    def _open(self, work: Callable[[], Services]) -> None:
        text = _("Preparing the practice shop…") if self._practice else _("Opening your shop…")
        self.window.show_page(WaitPage(text))
        self.jobs.run(self, work, self.home_opened, failed=self._could_not_open, lane="write")

    def _could_not_open(self, error: BaseException) -> None:
        error = storage_trouble(error) or error
        if not isinstance(error, UserError):
            self.crashes.report(error)
        hint = error.hint if isinstance(error, UserError) else ""
        page = WaitPage("", trouble=_said(error), hint=hint)
        page.retry_wanted.connect(self.begin)
        self.show_page(page, partial(self._could_not_open, error))

    def home_opened(self, services: Services) -> None:
        """Go on with a home that was opened or made: work, sign in, or begin."""
        if self.services is not services:
            self.services = services
            self._log_file.open(self._log_folder())
            self.crashes.watch_faults()
            self._forget = services.db.subscribe(self.store.announce)
            self._use_settings(services)
            self.window.show_practice(on=services.home.practice)
            # What nobody waits for: customers find the web chat open a moment later.
            QTimer.singleShot(_LATER_MS, self, partial(self._start_behind, services))
        if services.staff.current is not None:
            self._show_workspace()
        elif not services.staff.is_empty():
            self.show_sign_in()
        elif is_shared(services.db):
            self._joining().follow()
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
        page.theme_wanted.connect(self._switch_theme)
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
        self.window.allow_reset(on=services.home.practice and services.practice.may_reset)
        self.window.show_title(workspace.title())
        self.window.show_page(workspace)
        keys = workspace.view_keys()
        wanted = key or services.settings.get(LAST_VIEW)
        workspace.go(wanted if wanted in keys else keys[0], item)
        minutes = services.settings.get(IDLE_LOCK_MINUTES)
        self.idle.set_minutes(minutes if services.staff.has_password() else 0)
        if (handle := self.window.windowHandle()) is not None:
            self.idle.watch(handle)

    def _drop_workspace(self) -> None:
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
            other_theme=self._other_theme,
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
        page.theme_wanted.connect(self._switch_theme)
        self._lock_page = page
        self.window.cover(page)
        page.begin(member)
        if self._manual is not None:
            self._manual.hide()
        self._aside = put_aside(self.window)

    def unlock(self) -> None:
        """Show the desk again as it was."""
        if self._lock_page is not None and self.workspace is not None:
            self.window.uncover(self._lock_page)
            self._lock_page = None
            self.workspace.commands.attach(self.window)
            bring_back(self._aside)

    def sign_out(self) -> None:
        """Nobody is at the desk; the next one signs in."""
        services = self._services()
        if self.workspace is not None:
            self.workspace.flush()
        services.staff.sign_out()
        self.show_sign_in()

    def open_manual(self) -> None:
        """Show the manual beside the desk."""
        from ui.manual.viewer import ManualWindow

        if self._manual is None:
            self._manual = ManualWindow(self._key_rows)
        self._manual.show()
        self._manual.raise_()
        self._manual.activateWindow()

    def manual_window(self) -> QWidget | None:
        """The manual's window, if it was opened."""
        return self._manual

    def _key_rows(self) -> list[tuple[str, str, str]]:
        commands = self.workspace.commands if self.workspace else None
        if commands is None:
            return []
        return [(_(c.group), _(c.title), commands.keys_of(c.id)) for c in commands.all()]

    # --- language and look ----------------------------------------------------------------

    def rebuild(self) -> None:
        """Build the window anew in the settings' language and time zone, at the same place."""
        services, old = self._services(), self.workspace
        speak(self._app, services.settings.get(LANGUAGE))
        set_zone(shop_zone(services.settings))
        if self._manual is not None:
            self._manual.close()
            self._manual.deleteLater()
            self._manual = None
        if old is not None:
            key, item = old.current_key(), old.current_item()
            self._show_workspace(key, item)

    def use_look(self) -> None:
        """Use theme and text size of the settings."""
        settings = self._services().settings
        apply_theme(self._app, _theme(settings.get(THEME)), settings.get(FONT_SCALE))

    def _use_settings(self, services: Services) -> None:
        speak(self._app, services.settings.get(LANGUAGE))
        set_zone(shop_zone(services.settings))
        self.use_look()
        self.window.put_back(services.settings.get(GEOMETRY))

    def _other_theme(self) -> None:
        self._switch_theme("light" if current_tokens().is_dark else "dark")

    def _switch_theme(self, name: str) -> None:
        if self.services is not None:
            self.services.settings.set(THEME, name)
            self.use_look()
        else:
            apply_theme(self._app, _theme(name))

    def _other_language(self) -> None:
        self._set_language("en" if current_language() == "zh_CN" else "zh_CN")

    def _set_language(self, language: str) -> None:
        locked = self._lock_page is not None
        self._services().settings.set(LANGUAGE, language)
        self._lock_page = None
        self.rebuild()
        if locked:
            self.lock()

    def _switch_language(self, again: Callable[[], None], language: str) -> None:
        if self.services is not None:
            self.services.settings.set(LANGUAGE, language)
        speak(self._app, language)
        # The page asking for it is inside its own click; it may go only afterwards.
        QTimer.singleShot(0, self, again)

    # --- faults and end -------------------------------------------------------------------

    def close(self) -> None:
        """End within a second: remember the place, finish writes, close the database."""
        if self.services is not None:
            self._remember(self.services)
        self.attention.stop()
        self.idle.set_minutes(0)
        if self._manual is not None:
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
        if self._forget is not None:
            self._forget()
            self._forget = None
        if self.services is not None:
            self.services.close()
            self.services = None
        set_zone(None)
        self.crashes.forget_faults()
        self._log_file.close()

    def _on_error(self, error: BaseException) -> None:
        error = storage_trouble(error) or error
        if isinstance(error, UserError):
            self.notices.failure(error)
        else:
            self.crashes.report(error)

    def _on_crash(self, report: Path | None) -> None:
        action = (_("Open folder"), self._open_logs) if report else None
        self.notices.error(
            _("Something went wrong inside the program."),
            _("It has been noted on this computer. You can go on working."),
            action,
        )

    def _open_logs(self) -> None:
        from PySide6.QtCore import QUrl

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._log_folder())))

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


def _said(error: BaseException) -> str:
    if isinstance(error, UserError):
        return error.message
    return _("Something went wrong inside the program. It has been noted on this computer.")


def _theme(name: str) -> ThemeName:
    return "light" if name == "light" else "dark" if name == "dark" else "system"
