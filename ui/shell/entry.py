"""The ways into a shop before anybody can sign in: the choice, a new shop, joining, a passphrase."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from app.homes import PASSPHRASE_VARIABLE, WrongPassphrase, home_exists, passphrase_needed
from app.staff.service import MIN_PASSWORD
from ui.shell import opening
from ui.shell.first_start import FirstStartPage, NewShop, PassphrasePage, SetupPage

if TYPE_CHECKING:
    from app.services import Services
    from ui.jobs import Jobs
    from ui.shell.joining import Joining
    from ui.shell.pages import CenteredPage


class Program(Protocol):
    """What these ways need of the running program."""

    jobs: Jobs
    services: Services | None

    def practise(self) -> None:
        """Open the practice shop."""

    def open(self, work: Callable[[], Services]) -> None:
        """Open a home behind a page that says so."""

    def show_page(self, page: CenteredPage, again: Callable[[], None]) -> None:
        """Show a page; `again` builds it anew in another language."""

    def home_opened(self, services: Services) -> None:
        """Go on with a home that was opened or made."""

    def could_not_open(self, error: BaseException) -> None:
        """Show why a home can't be opened."""

    def show_first_start(self) -> None:
        """Show the ways to begin."""

    def show_sign_in(self) -> None:
        """Let the shop's staff sign in."""

    def say_fault(self, error: BaseException) -> str:
        """Report what is no person's mistake; returns words for the page."""


class Entry(QObject):
    """Shows the pages; `path` is the live home, which is made when one asks."""

    def __init__(self, program: Program, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._program, self._path = program, path
        self._joins: Joining | None = None

    def begin(self) -> None:
        """Show the first page that fits the live home."""
        if not home_exists(self._path):
            self.show_first_start()
        elif self._locked():
            self._ask_passphrase()
        else:
            self._program.open(partial(opening.open_live, self._path))

    def show_first_start(self) -> None:
        """Show the ways to begin."""
        page = FirstStartPage()
        page.practice_wanted.connect(self._program.practise)
        page.setup_wanted.connect(self._show_setup)
        page.join_wanted.connect(self._join)
        page.recover_wanted.connect(self._recover)
        self._program.show_page(page, self.show_first_start)

    def follow_joining(self) -> None:
        """Show how far this station is until somebody can sign in."""
        self._joining().follow()

    def stop(self) -> None:
        """Look after no station on its way any more: its home is about to be closed."""
        if self._joins is not None:
            self._joins.stop()

    def _join(self) -> None:
        self._joining().begin()

    def _recover(self) -> None:
        self._joining().recover()

    def _joining(self) -> Joining:
        # Few starts need it, and it brings the code of the sync.
        if self._joins is None:
            from ui.shell.joining import Joining

            self._joins = Joining(self._program, self._path, self)
        return self._joins

    def _show_setup(self) -> None:
        ask = self._program.services is None and self._locked()
        page = SetupPage(ask_passphrase=ask, least_password=MIN_PASSWORD)
        page.back_wanted.connect(self.show_first_start)
        page.submitted.connect(partial(self._make_shop, page))
        self._program.show_page(page, self._show_setup)

    def _make_shop(self, page: SetupPage, shop: NewShop) -> None:
        if (services := self._program.services) is not None:
            work = partial(opening.found_shop, services, shop)
        else:
            work = partial(opening.make_live, self._path, shop)
        self._run(work, partial(self._say_on_page, page))

    def _say_on_page(self, page: SetupPage, error: BaseException) -> None:
        page.show_trouble(self._program.say_fault(error))

    def _ask_passphrase(self) -> None:
        page = PassphrasePage()
        page.submitted.connect(partial(self._try_passphrase, page))
        self._program.show_page(page, self._ask_passphrase)

    def _try_passphrase(self, page: PassphrasePage, passphrase: str) -> None:
        work = partial(opening.open_live, self._path, passphrase)
        self._run(work, partial(self._passphrase_failed, page))

    def _passphrase_failed(self, page: PassphrasePage, error: BaseException) -> None:
        if isinstance(error, WrongPassphrase):
            page.refuse(error.message)
        else:
            self._program.could_not_open(error)

    def _run(self, work: Callable[[], Services], failed: Callable[[BaseException], None]) -> None:
        done = self._program.home_opened
        self._program.jobs.run(self, work, done, failed=failed, lane="write")

    def _locked(self) -> bool:
        """Whether the home opens by a passphrase that nobody has given."""
        return passphrase_needed(self._path) and not os.environ.get(PASSPHRASE_VARIABLE)
