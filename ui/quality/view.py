"""The quality view: the list of checks, one check, and the sheet everybody is scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QStackedWidget

from ui.quality.check_page import CheckPage
from ui.quality.commands import LIST, SHEET, register_commands
from ui.quality.list_page import ListPage
from ui.quality.protocols import MakeTranscript
from ui.quality.sheet_page import SheetPage

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext


class QualityView(QStackedWidget):
    """List first; the other pages are made when they are first looked at."""

    def __init__(self, context: UiContext, make_transcript: MakeTranscript) -> None:
        super().__init__()
        self._context, self._make_transcript = context, make_transcript
        self.list = ListPage(context)
        self._check: CheckPage | None = None
        self._sheet: SheetPage | None = None
        self.addWidget(self.list)
        self.list.opened.connect(self.open_check)
        self.list.sheet_wanted.connect(self.open_sheet)
        register_commands(context, self)

    def open_item(self, item: object) -> None:
        """Show the check with this id, the sheet, or the list of the checks."""
        if item == SHEET:
            self.open_sheet()
        elif item == LIST:
            self.show_list()
        elif isinstance(item, bytes):
            self.open_check(item)

    def current_item(self) -> object:
        """What shows, to return to after a rebuild."""
        if self._check is not None and self.currentWidget() is self._check:
            return self._check.check_id
        return SHEET if self._sheet is not None and self.currentWidget() is self._sheet else None

    def focus_search(self) -> None:
        """Put the keyboard into the page that shows."""
        if focus := getattr(self.currentWidget(), "focus_first", None):
            focus()

    def open_check(self, check_id: bytes, among: object = ()) -> None:
        """Show one check; `among` are the ids of the list around it."""
        page = self.check_page()
        self.setCurrentWidget(page)
        page.open_check(check_id, cast("list[bytes]", among))

    def open_sheet(self) -> None:
        """Show the lines everybody is scored by."""
        if not self.list.judging:
            return
        if self._sheet is None:
            self._sheet = SheetPage(self._context)
            self._sheet.left.connect(self.show_list)
            self.addWidget(self._sheet)
        self.setCurrentWidget(self._sheet)
        self._sheet.focus_first()

    def show_list(self) -> None:
        """Back to the list."""
        self.setCurrentWidget(self.list)
        self.list.focus_first()

    def draw(self) -> None:
        """Draw the sample of the week that is chosen."""
        self.setCurrentWidget(self.list)
        self.list.draw()

    def check_page(self) -> CheckPage:
        """The page of one check, made when it is first needed."""
        if self._check is None:
            self._check = CheckPage(self._context, self._make_transcript())
            self._check.left.connect(self.show_list)
            self._check.moved.connect(self.list.select)
            self.addWidget(self._check)
        return self._check

    def on_check(self) -> CheckPage | None:
        """The page of one check while it shows."""
        shown = self._check is not None and self._check.isVisible()
        return self._check if shown else None
