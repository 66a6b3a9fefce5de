"""Pictures of every view on a fresh practice shop: themes by languages by sizes.

`python -m ui.shell.shots DIR [--only NAME …] [--lang zh] [--theme dark] [--size 1366x768]`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from ui.shell.run import make_application  # loads the lower layers before Qt

from PySide6.QtWidgets import QApplication, QWidget  # isort: skip

from app.conversations import InboxView
from app.core.i18n import _
from app.core.settings import LANGUAGE
from ui.after_sales.box import AfterSalesBox
from ui.customers.card import CustomerCardView
from ui.customers.erasure import ErasureDialog
from ui.desk.composer import Composer
from ui.settings.sharing import SharingPage
from ui.shell.areas import PANELS, SETTINGS_PAGES
from ui.shell.camera import PATIENCE_S, Camera, Style, asked, wait
from ui.shell.desk import Desk
from ui.shell.first_start import FirstStartPage, SetupPage
from ui.shell.lock import LockPage
from ui.shell.shots_joining import JOIN_PAGES
from ui.shell.shots_quality import some_checks
from ui.shell.shots_school import STATES as SCHOOL_STATES
from ui.shell.shots_school import enrol, show_state
from ui.shell.shots_sharing import SharedShop, share
from ui.shell.shots_training import practise
from ui.shell.sign_in import SignInPage
from ui.stats.overview_page import OverviewPage
from ui.training.pages import PAGES as TRAINING_PAGES
from ui.training.results_page import ResultsPage
from ui.widgets.field_history import FieldRef, HistoryPopup

STATS_PAGES: Final = ("overview", "tables", "credit", "worth", "staffing", "metric:response")


class Photographer(Camera):
    """Walks the window through its states and takes a picture of each."""

    def __init__(self, desk: Desk, folder: Path, only: Sequence[str]) -> None:
        super().__init__(desk, folder, only)
        self._shop: SharedShop | None = None
        self._practised: list[bytes] = []
        self._stuck = b""

    def take_all(self, styles: Sequence[Style], home: Path) -> None:
        """Every state in each style; `home` is a folder for what further stations need."""
        for style in styles:
            self._take(style, self._states())
        shared = [name for name, _show in self._shared_states()]
        if self._only and not set(self._only) & set(shared):
            return
        self._shop = share(self._services(), home / "share", home)
        try:
            for style in styles:
                self._take(style, self._shared_states())
        finally:
            self._shop.close()

    def _take(self, style: Style, states: Iterator[tuple[str, Callable[[], QWidget]]]) -> None:
        self._put_on(style)
        for name, show in states:
            if not self._only or name in self._only:
                shown = show()
                self._settle()
                self._keep(shown, style.file(name))
        self._desk.rebuild()

    def _states(self) -> Iterator[tuple[str, Callable[[], QWidget]]]:
        workspace = self._workspace()
        for key in workspace.view_keys():
            yield key, partial(self._at, key)
        yield "desk-open", self._conversation
        yield "desk-thread", self._long_thread
        for number, panel in enumerate(PANELS[1:], 2):
            yield f"desk-{panel.key}", partial(self._panel, number)
        yield "desk-popup", self._phrase_popup
        yield "desk-wording", self._wording
        for page in SETTINGS_PAGES:
            yield f"settings-{page.key}", partial(self._at, "settings", page.key)
        yield "orders-import", partial(self._at, "orders", "import")
        yield "after_sales-import", partial(self._at, "after_sales", "import")
        yield "after_sales-note", self._note_after_sale
        for item in STATS_PAGES:
            yield f"stats-{item.partition(':')[0]}", partial(self._at, "stats", item)
        yield "stats-below", self._stats_below
        yield "quality-list", self._quality_list
        yield "quality-check", self._quality_check
        yield "quality-sheet", partial(self._at, "quality", "sheet")
        for training in TRAINING_PAGES:
            yield f"training-{training.key}", partial(self._training, training.key)
        yield "training-attempt", self._attempt
        yield "training-compare", self._compare
        for school in SCHOOL_STATES:
            yield f"training-{school}", partial(self._school, school)
        yield "desk-undone", self._undone
        yield "erase", self._erase
        self._put_away()
        yield "palette", self._palette
        yield "manual", self._manual
        yield "first-start", self._first_start
        yield "setup", self._setup
        for number, make in enumerate(JOIN_PAGES):
            yield f"join-{number + 1}", partial(self._join_page, make)
        yield "sign-in", self._sign_in
        yield "lock", self._lock

    def _shared_states(self) -> Iterator[tuple[str, Callable[[], QWidget]]]:
        yield "sharing", self._sharing
        yield "sharing-below", partial(self._sharing, below=True)
        yield "desk-shared", self._shared_desk
        yield "orders-shared", self._shared_order
        yield "why", self._why

    def _conversation(self) -> QWidget:
        services = self._services()
        return self._at("desk", services.conversations.late(0).conversation_id)

    def _attempt(self) -> QWidget:
        """A practice conversation with its score."""
        return self._at("training", ("results", self._did()[1]))

    def _did(self) -> list[bytes]:
        if not self._practised:
            self._practised = practise(self._services())
        return self._practised

    def _training(self, page: str) -> QWidget:
        """A page of the training, with trainees on their way."""
        if not self._stuck:
            self._stuck = enrol(self._services())
        return self._at("training", ("results", self._did()[2]) if page == "results" else page)

    def _school(self, name: str) -> QWidget:
        """Exams under way, and what a supervisor does."""
        self._training("exams")
        shown = show_state(self._workspace(), self._stuck, name)
        return self._cover(shown) if name == "live" else self._desk.window

    def _compare(self) -> QWidget:
        """Two attempts at the same customer."""
        shown = self._attempt()
        self._settle()
        page = self._workspace().findChild(ResultsPage)
        if page is not None:
            page.view.compare.click()
            page.table.select_id(self._practised[-1])
        return shown

    def _stats_below(self) -> QWidget:
        """The lower part of a period."""
        shown = self._at("stats", "overview")
        self._settle()
        page = self._workspace().findChild(OverviewPage)
        if page is not None:
            page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
        return shown

    def _long_thread(self) -> QWidget:
        conversations = self._services().conversations
        ids = [row.id for row in conversations.inbox(InboxView.ALL, limit=40)]
        return self._at("desk", max(ids, key=lambda one: len(conversations.thread(one, limit=60))))

    def _panel(self, number: int) -> QWidget:
        """A side panel beside a customer whose parcel is on its way."""
        services = self._services()
        rows = services.conversations.inbox(InboxView.ALL, limit=100)
        cards = ((row.id, services.customers.card(row.customer_id)) for row in rows)
        shipped = (id_ for id_, card in cards if any(o.status == "shipped" for o in card.orders))
        self._at("desk", next(shipped))
        self._settle()
        self._workspace().commands.run(f"desk.panel{number}")
        return self._desk.window

    def _quality_list(self) -> QWidget:
        some_checks(self._services())
        return self._at("quality", "list")

    def _quality_check(self) -> QWidget:
        """One that is half judged, with a comment on a message."""
        check = some_checks(self._services())
        self._at("quality")
        self._settle()
        return self._at("quality", check)

    def _undone(self) -> QWidget:
        """A tag taken off, and put on again."""
        shown = self._panel(1)
        self._settle()
        card = self._workspace().findChild(CustomerCardView)
        if card is not None and card.card is not None and card.card.tags:
            card.doing.tag(card.card, card.card.tags[0], on=False)
            self._settle()
            self._workspace().context.undoing.take_back()
            self._settle()
        return shown

    def _erase(self) -> QWidget:
        """The question is a window of its own: the picture is of it alone."""
        shown = self._panel(1)
        self._settle()
        card = self._workspace().findChild(CustomerCardView)
        if card is None or card.card is None:
            return shown
        card.erasing.ask()
        self._settle()
        return shown.findChild(ErasureDialog) or shown

    def _put_away(self) -> None:
        dialog = self._desk.window.findChild(ErasureDialog)
        if dialog is not None:
            dialog.reject()

    def _note_after_sale(self) -> QWidget:
        """The form below an order, filled in half."""
        window = self._panel(2)
        box = next(one for one in window.findChildren(AfterSalesBox) if one.can_note())
        box.note()
        place = box.form.reason.findData("damaged")
        box.form.reason.setCurrentIndex(place)
        box.form.reason.activated.emit(place)
        return window

    def _wording(self) -> QWidget:
        """A reply that should not go out as it is."""
        window = self._panel(1)
        (composer,) = window.findChildren(Composer)
        english = self._services().settings.get(LANGUAGE) == "en"
        composer.edit.clear()
        composer.insert(
            "Hello, that is not my problem, just wait." if english else "亲，这不归我管，您就等着吧"
        )
        composer.wording.look()
        return window

    def _phrase_popup(self) -> QWidget:
        self._panel(1)
        self._workspace().commands.run("desk.phrases")
        return self._desk.window

    def _palette(self) -> QWidget:
        workspace = self._workspace()
        workspace.show_view(workspace.view_keys()[0])
        workspace.palette_box.open()
        return self._desk.window

    def _manual(self) -> QWidget:
        self._workspace().palette_box.close_palette()
        self._desk.open_manual()
        manual = self._desk.manual_window()
        return manual if manual is not None else self._desk.window

    def _first_start(self) -> QWidget:
        return self._cover(FirstStartPage())

    def _setup(self) -> QWidget:
        return self._cover(SetupPage(ask_passphrase=True, least_password=8))

    def _join_page(self, make: Callable[[], QWidget]) -> QWidget:
        return self._cover(make())

    def _sharing(self, *, below: bool = False) -> QWidget:
        shown = self._at("settings", "sharing")
        self._settle()
        page = self._workspace().findChild(SharingPage)
        if page is not None:
            page.invite.button.click()
            self._settle()
            page.verticalScrollBar().setValue(page.verticalScrollBar().maximum() if below else 0)
        return shown

    def _shared_order(self) -> QWidget:
        if self._shop is None:
            raise RuntimeError("the shop is not shared")
        return self._at("orders", self._shop.order)

    def _shared_desk(self) -> QWidget:
        shop = self._shop
        if shop is None:
            raise RuntimeError("the shop is not shared")
        end = monotonic() + 2 * PATIENCE_S  # presence is told every few seconds
        while not self._services().sync.staffed_elsewhere() and monotonic() < end:
            shop.speak_up()
            wait(300)
        return self._at("desk", shop.conversation)

    def _why(self) -> QWidget:
        """The popup is a window of its own: the picture is of it alone."""
        shown = self._shared_desk()
        self._settle()
        card = self._workspace().findChild(CustomerCardView)
        if card is None or card.card is None:
            return shown
        card.why.open(card, FieldRef("customers", card.card.id, "phone", _("Phone")))
        self._settle()
        return card.window().findChild(HistoryPopup) or shown

    def _sign_in(self) -> QWidget:
        services = self._services()
        staff = services.staff
        shop = self._workspace().title()
        return self._cover(SignInPage(staff, self._desk.jobs, shop, staff.members()))

    def _lock(self) -> QWidget:
        services = self._services()
        page = LockPage(services.staff, self._desk.jobs)
        if (member := services.staff.current) is not None:
            page.begin(member)
        return self._cover(page)


def take(
    app: QApplication, folder: Path, styles: Sequence[Style], only: Sequence[str]
) -> tuple[list[Path], list[str]]:
    """Open the desk on a fresh practice shop; returns the pictures and the faults met."""
    with tempfile.TemporaryDirectory(prefix="kefu-shots-", ignore_cleanup_errors=True) as home:
        desk = Desk(app, Path(home) / "shop", practice=True)
        desk.begin()
        desk.window.show()
        end = monotonic() + 60
        while desk.workspace is None and monotonic() < end:
            wait(50)
        photographer = Photographer(desk, folder, only)
        try:
            photographer.take_all(styles, Path(home))
        finally:
            desk.window.close()
            desk.window.deleteLater()
        return photographer.taken, photographer.faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Take pictures as the command line asks."""
    options = asked(argparse.ArgumentParser(prog="python -m ui.shell.shots"), arguments)
    taken, faults = take(
        make_application(sys.argv[:1]), options.folder, options.styles, options.only
    )
    sys.stdout.write(f"{len(taken)} pictures in {options.folder}\n")
    sys.stderr.write("\n".join(faults))
    return 0 if taken and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
