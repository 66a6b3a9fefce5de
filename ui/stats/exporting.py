"""Takes the numbers along: as Excel, CSV, PDF report, or a picture of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from PySide6.QtWidgets import QMenu, QPushButton, QScrollArea, QWidget

from app.core.errors import UserError
from app.core.i18n import N_, _
from app.core.permissions import Permission
from app.stats import By
from app.stats.export import Book
from ui.stats.period import Period
from ui.theme import icon, role, theme_signals
from ui.widgets.file_dialogs import ask_save
from ui.widgets.layout import hide_unless

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

KINDS: Final = {
    "xlsx": N_("Excel, with the definitions"),
    "csv": N_("CSV table"),
    "pdf": N_("PDF report"),
    "png": N_("Picture of this page"),
}


_WITH_TABLES: Final = {**KINDS, "xlsx": N_("Excel, a sheet for each table")}
"""Of a page that gives its own tables."""


@runtime_checkable
class _Bookish(Protocol):
    """A page that gives its own tables, None before it has any."""

    def book(self) -> Book | None: ...


class ExportButton(QPushButton):
    """`wanted` says what is on the screen: the days, what the rows are, and the page."""

    def __init__(
        self, context: UiContext, wanted: Callable[[], tuple[Period, By, QWidget | None]]
    ) -> None:
        super().__init__(_("Export"))
        role(self, "ghost")
        self._context, self._wanted = context, wanted
        menu = QMenu(self)
        self._kinds = {
            ending: menu.addAction(_(title), partial(self.ask, ending))
            for ending, title in KINDS.items()
        }
        menu.aboutToShow.connect(self._name_kinds)
        self.setMenu(menu)
        hide_unless(context.services.staff.may(Permission.EXPORT), self)
        theme_signals().changed.connect(self._tint)
        self._tint()

    def _name_kinds(self) -> None:
        own = isinstance(self._wanted()[2], _Bookish)
        for ending, title in (_WITH_TABLES if own else KINDS).items():
            self._kinds[ending].setText(_(title))

    def ask(self, ending: str) -> None:
        """Ask for a name, then write."""
        period = self._wanted()[0]
        name = f"{_('Stats')} {period.first:%Y%m%d}-{period.last:%Y%m%d}.{ending}"
        dialog = ask_save(self.window(), _(KINDS[ending]), name, self.write, f"*.{ending}")
        dialog.setDefaultSuffix(ending)
        dialog.activateWindow()

    def write(self, name: str) -> None:
        """Write the file; its ending says what it becomes."""
        period, by, page = self._wanted()
        path = Path(name)
        if path.suffix.lower() == ".png":
            self._keep_picture(page, path)
            return
        giver: object = page
        book = None
        if isinstance(giver, _Bookish) and (book := giver.book()) is None:
            self._failed(UserError(_("There is nothing here yet to take along.")))
            return
        work = partial(self._work, book, period, by, path)
        self._context.jobs.run(self, work, partial(self._written, path), failed=self._failed)

    def _work(self, book: Book | None, period: Period, by: By, path: Path) -> None:
        services = self._context.services
        if book is not None:
            services.stats_exports.write_book(book, path)
            return
        report = services.stats.report(period.first, period.last, by=by)
        services.stats_exports.write(report, path)

    def _keep_picture(self, page: QWidget | None, path: Path) -> None:
        whole = page.widget() if isinstance(page, QScrollArea) else page
        if whole is not None and whole.grab().save(str(path)):
            self._written(path, None)
        else:
            self._failed(UserError(_("The picture could not be written."), hint=str(path)))

    def _written(self, path: Path, _nothing: Any) -> None:
        self._context.notices.success(_("Written: {file}").format(file=path.name))

    def _failed(self, error: BaseException) -> None:
        hint = error.hint if isinstance(error, UserError) else None
        self._context.notices.error(str(error), hint=hint)

    def _tint(self) -> None:
        self.setIcon(icon("export"))
