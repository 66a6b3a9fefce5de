"""The training view: pages in the practice shop, in a live shop only the way there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from app.core.i18n import N_, _
from ui.shell.commands import Command
from ui.theme import role
from ui.training.keyboard import lost_focus
from ui.training.pages import PAGES, TrainingPage
from ui.widgets import FilterChips, stack_horizontally, stack_vertically

if TYPE_CHECKING:
    from ui.shell.plugs import UiContext

GROUP: Final = N_("Training")
_HEAD: Final = 52


class TrainingView(QWidget):
    """The heading shows at once, a page when it is first looked at."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setObjectName("training")
        self._context = context
        may = context.services.staff.may
        self._plugs = {
            page.key: page for page in PAGES if page.permission is None or may(page.permission)
        }
        self._pages: dict[str, QWidget] = {}
        self.stack = QStackedWidget()
        chips = [(key, _(plug.title)) for key, plug in self._plugs.items()]
        self.chips = FilterChips(chips, name=_("Page"))
        self.chips.changed.connect(self._on_page)
        head = QFrame()
        head.setObjectName("trainingHead")
        head.setMinimumHeight(_HEAD)
        row = stack_horizontally(head, role(QLabel(_("Training")), "title"), self.chips, spacing=12)
        row.setStretch(1, 1)
        row.setContentsMargins(16, 10, 16, 10)
        stack_vertically(self, head, self.stack)
        self._register_commands()
        self.show_page(self.keys[0])

    @property
    def keys(self) -> list[str]:
        """The pages this person may open."""
        return list(self._plugs)

    def show_page(self, key: str) -> None:
        """Bring a page to the front."""
        if key not in self._plugs:
            return
        self.chips.set_value(key)
        self.stack.setCurrentWidget(self.page(key))
        self._take_focus_soon()

    def page(self, key: str) -> QWidget:
        """A page, built if need be."""
        if key not in self._pages:
            self._pages[key] = self._plugs[key].build(self._context)
            self.stack.addWidget(self._pages[key])
        return self._pages[key]

    def current_item(self) -> object:
        """The page, to return to after a rebuild."""
        return str(self.chips.value())

    def open_item(self, item: object) -> None:
        """Show a page by its key, or one at a thing: (key, thing)."""
        key, thing = item if isinstance(item, tuple) else (item, None)
        if not isinstance(key, str) or key not in self._plugs:
            return
        self.show_page(key)
        if thing is not None and (opener := getattr(self.page(key), "open_item", None)):
            opener(thing)

    def focus_search(self) -> None:
        """Put the keyboard into the page."""
        if focus := getattr(self.stack.currentWidget(), "focus_first", None):
            focus()

    def _take_focus_soon(self) -> None:
        # After whoever asked for this page is put away: a palette gives the focus back on closing.
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        """Without a focus in here the next key might meet the banner, which leaves practice."""
        if lost_focus(self):
            self.focus_search()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_focus_soon()

    def step(self, by: int) -> None:
        """To the page before or after."""
        place = self.keys.index(str(self.chips.value())) + by
        self.show_page(self.keys[place % len(self.keys)])
        self.focus_search()

    def flush(self) -> None:
        """Let pages hand over what they have not saved yet."""
        for page in self._pages.values():
            if flush := getattr(page, "flush", None):
                flush()

    def _on_page(self, key: object) -> None:
        self.show_page(str(key))

    def _register_commands(self) -> None:
        register = self._context.commands.register
        for plug in self._plugs.values():
            register(_to_page(self._context, plug))
        for name, title, keys, by in (
            ("next", N_("Next page of the training"), "Ctrl+Shift+PgDown", 1),
            ("previous", N_("Page before of the training"), "Ctrl+Shift+PgUp", -1),
        ):
            step = partial(self.step, by)
            register(Command(f"training.{name}", title, keys, step, self.isVisible, GROUP))


def _to_page(context: UiContext, plug: TrainingPage) -> Command:
    run = partial(context.go, "training", plug.key)
    return Command(f"training.page.{plug.key}", plug.title, "", run, group=GROUP, icon=plug.icon)
