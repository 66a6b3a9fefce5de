"""The way of a new station into a shop: form, waiting, fetching; over to the sign-in at its end."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import shiboken6
from PySide6.QtCore import QObject, QTimer

from app.core.errors import UserError
from app.homes import PASSPHRASE_VARIABLE, passphrase_needed
from app.staff.service import MIN_PASSWORD
from app.sync import SyncState
from app.sync.arrival import Arrival, look_at_arrival
from app.sync.shop import Preview, look_ahead
from ui.shell import opening
from ui.shell.arrival_pages import FetchPage, LetInPage
from ui.shell.join_pages import Coming, ComingPage, JoinPage, RecoverPage

if TYPE_CHECKING:
    from app.services import Services
    from ui.jobs import Jobs
    from ui.shell.pages import CenteredPage

EVERY_MS: Final = 500


class Program(Protocol):
    """What the way needs of the running program."""

    jobs: Jobs
    services: Services | None

    def show_page(self, page: CenteredPage, again: Callable[[], None]) -> None:
        """Show a page; `again` builds it anew in another language."""

    def home_opened(self, services: Services) -> None:
        """Go on with a home that was opened or made."""

    def show_first_start(self) -> None:
        """Show the ways to begin."""

    def show_sign_in(self) -> None:
        """Let the shop's staff sign in."""

    def say_fault(self, error: BaseException) -> str:
        """Report what is no person's mistake; returns words for the page."""


class Joining(QObject):
    """Leads through the pages; `path` is the live home, which is made when one asks."""

    def __init__(self, program: Program, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._program, self._path = program, path
        self._page: LetInPage | FetchPage | None = None
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)

    # --- asking ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the form for folder and code."""
        self._show_join()

    def _show_join(self) -> JoinPage:
        page = JoinPage(ask_passphrase=self._ask(), least=MIN_PASSWORD)
        page.looked_for.connect(partial(self._look_ahead, page))
        self._show_form(page, opening.join_live, self.begin)
        return page

    def recover(self) -> None:
        """Show the form for the words of a recovery sheet."""
        page = RecoverPage(ask_passphrase=self._ask(), least=MIN_PASSWORD)
        self._show_form(page, opening.recover_live, self.recover)

    def _show_form(
        self,
        page: ComingPage,
        work: Callable[[Services | None, Path, Coming], Services],
        again: Callable[[], None],
    ) -> None:
        page.back_wanted.connect(self._program.show_first_start)
        page.submitted.connect(partial(self._submit, page, work))
        self._program.show_page(page, again)

    def _ask(self) -> bool:
        made = self._program.services is not None
        given = bool(os.environ.get(PASSPHRASE_VARIABLE))
        return not made and not given and passphrase_needed(self._path)

    def _look_ahead(self, page: JoinPage, folder: Path, code: str) -> None:
        def found(preview: Preview) -> None:
            page.show_shop(preview.shop)

        def failed(error: BaseException) -> None:
            page.show_no_shop(self._words(error))

        work = partial(look_ahead, folder, code)
        self._program.jobs.run(page, work, found, failed=failed, lane="network", key="look")

    def _submit(
        self,
        page: ComingPage,
        work: Callable[[Services | None, Path, Coming], Services],
        coming: Coming,
    ) -> None:
        def failed(error: BaseException) -> None:
            words = self._words(error)
            if shiboken6.isValid(page):  # it may have been built anew in another language
                page.show_trouble(words)

        job = partial(work, self._program.services, self._path, coming)
        opened = self._program.home_opened
        self._program.jobs.run(self, job, opened, failed=failed, lane="network")

    def _words(self, error: BaseException) -> str:
        hint = error.hint if isinstance(error, UserError) else ""
        return " ".join(filter(None, (self._program.say_fault(error), hint)))

    # --- arriving -------------------------------------------------------------------------

    def follow(self) -> None:
        """Show how far this station is until somebody can sign in."""
        self._page = None
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Leave the pages of arriving."""
        self._timer.stop()
        self._page = None

    def _look(self) -> None:
        if (services := self._program.services) is None:
            self.stop()
            return
        work = partial(
            look_at_arrival, services.db, services.settings, services.staff, services.sync
        )
        self._program.jobs.run(self, work, self._show, key="arrival")

    def _show(self, arrival: Arrival) -> None:
        # ALONE: the request was given up while this was looked at.
        if not self._timer.isActive() or arrival.state is SyncState.ALONE:
            return
        if arrival.complete and arrival.state is not SyncState.WAITING:
            self._sign_in()
        elif arrival.state is SyncState.WAITING:
            self._show_on(LetInPage, arrival)
        else:
            self._show_on(FetchPage, arrival)

    def _show_on(self, kind: type[LetInPage | FetchPage], arrival: Arrival) -> None:
        if not isinstance(self._page, kind):
            page = kind()
            if isinstance(page, LetInPage):
                page.cancel_wanted.connect(self._cancel)
                page.again_wanted.connect(partial(self._ask_again, arrival))
            else:
                page.sign_in_wanted.connect(self._sign_in)
            self._program.show_page(page, self.follow)
            self._page = page
        self._page.show_arrival(arrival)

    def _cancel(self) -> None:
        if (services := self._program.services) is not None:
            self._program.jobs.run(self, services.shop.cancel, self._cancelled, lane="network")

    def _ask_again(self, arrival: Arrival) -> None:
        """Over to the form, as it was filled in, for another code."""
        if (services := self._program.services) is not None:
            done = partial(self._asking_again, arrival)
            self._program.jobs.run(self, services.shop.cancel, done, lane="network")

    def _asking_again(self, arrival: Arrival, _nothing: object) -> None:
        self.stop()
        page = self._show_join()
        page.fill_in(arrival.folder, arrival.station)

    def _cancelled(self, _nothing: object) -> None:
        self.stop()
        self._program.show_first_start()

    def _sign_in(self) -> None:
        self.stop()
        self._program.show_sign_in()
