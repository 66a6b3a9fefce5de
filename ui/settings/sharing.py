"""Sharing the shop between computers: how it fares, who belongs to it, and what needs a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget

from app.core.i18n import N_, _, ngettext
from app.core.permissions import Permission
from app.sync import Problem, StationView, SyncStatus, is_shared
from app.sync.place import Place
from app.sync.refused import Refusal, refused_words
from app.sync.settings import PLACE
from ui.settings.form import SettingsPage, setting_row
from ui.settings.sharing_acts import SharingActs
from ui.settings.sharing_forms import FoundForm, JoinForm, RecoverForm
from ui.settings.sharing_invite import InviteBox
from ui.settings.sharing_lists import DisputeList, ProblemList, RequestList, StationList
from ui.shell.sharing import describe
from ui.widgets import Collapsible, NoticeBar, StateBadge, stack_horizontally
from ui.widgets.badges import Kind
from ui.widgets.format import moment
from ui.widgets.labels import CopyLabel

if TYPE_CHECKING:
    from app.sync.disputes import Dispute
    from app.sync.shop import StationRequest
    from ui.shell.plugs import UiContext

EVERY_MS: Final = 2_000
PLACES: Final = {
    Place.AUTO: N_("Find out by itself"),
    Place.LOCAL: N_("On this computer"),
    Place.SHARE: N_("On a server (SMB, NFS)"),
    Place.COPIED: N_("Copied by a sync program"),
}


class _Seen(NamedTuple):
    """All that the page shows, read in one job."""

    status: SyncStatus
    manages: bool
    administers: bool
    refusal: Refusal | None
    requests: tuple[StationRequest, ...]
    disputes: tuple[Dispute, ...]


class SharingPage(SettingsPage):
    """Shows one of three: how to begin, that one waits, or the shop that is shared."""

    width_limit = 760

    def __init__(self, context: UiContext) -> None:
        super().__init__(_("Sharing"))
        self._context, self._services = context, context.services
        self.told = NoticeBar()
        self.add_widget(self.told)
        self._acts = SharingActs(self, context)
        self._acts.told.connect(self._tell)
        self._acts.done.connect(self.refresh)
        self._build_start()
        self._build_waiting()
        self._build_shared()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._show_parts()

    # --- building -------------------------------------------------------------------------

    def _build_start(self) -> None:
        self.found = FoundForm()
        self.join = JoinForm(has_data=True)
        self.recover = RecoverForm()
        self.found.submitted.connect(partial(self._acts.found, self.found))
        self.join.submitted.connect(partial(self._acts.join, self.join))
        self.recover.submitted.connect(partial(self._acts.recover, self.recover))
        more = Collapsible(_("Recover a shop"), self.recover, opened=False)
        more.setContentsMargins(8, 4, 8, 4)
        self._start = [
            self.add_group(_("Share this shop with other computers"), self.found),
            self.add_group(_("Join a shop"), self.join),
            self.add_group("", more),
        ]

    def _build_waiting(self) -> None:
        cancel = QPushButton(_("Take the request back"))
        cancel.clicked.connect(self._acts.cancel)
        words = _("A supervisor has to let this station in.")
        self.refused = NoticeBar()
        row = setting_row(_("Waiting to be let in"), words, cancel)
        self._waiting = [self.add_group("", self.refused, row)]

    def _build_shared(self) -> None:
        self.badge, self.folder = StateBadge(), CopyLabel(name=_("Shared folder"))
        self.counts, self.place = QLabel(), QComboBox()
        for place, title in PLACES.items():
            self.place.addItem(_(title), place.value)
        self.place.activated.connect(self._on_place)
        now = QPushButton(_("Sync now"))
        now.clicked.connect(self._acts.sync_now)
        state = QWidget()
        stack_horizontally(state, self.badge, now, spacing=12)
        self.stations, self.requests = StationList(), RequestList()
        self.problems, self.disputes = ProblemList(), DisputeList()
        self.stations.acted.connect(self._acts.act_on)
        self.requests.approved.connect(self._acts.approve)
        self.requests.declined.connect(self._acts.decline)
        self.problems.loss_accepted.connect(self._acts.ask_losses)
        self.problems.noted.connect(self._acts.note_told)
        self.disputes.chosen.connect(self._acts.choose)
        self.invite = InviteBox()
        self.invite.wanted.connect(self._invite)
        self._requests_group = self.add_group(_("Asking to join"), self.requests)
        self._state_group = self.add_group(
            _("State"),
            setting_row(_("Sharing"), "", state),
            setting_row(_("Shared folder"), "", self.folder),
            setting_row(
                _("Kind of folder"),
                _("Decides how often this station writes and looks."),
                self.place,
            ),
            setting_row(_("Not shared yet"), "", self.counts),
        )
        self._shared = [
            self._state_group,
            self.add_group(_("Stations"), self.stations),
            self.add_group(_("Values that lost"), self.disputes),
            self.add_group(_("Problems"), self.problems),
        ]
        self._managing = [self.add_group(_("Invite a station"), self.invite)]
        self._administering = [self.add_group(_("Keys"), *self._key_rows())]

    def _key_rows(self) -> list[QWidget]:
        sheet, rotate = QPushButton(_("Print…")), QPushButton(_("Draw new keys"))
        seen = QPushButton(_("Somebody saw one…"))
        sheet.clicked.connect(self._acts.print_sheet)
        seen.clicked.connect(self._acts.replace_sheets)
        sheets = QWidget()
        stack_horizontally(sheets, seen, sheet, spacing=8)
        rotate.clicked.connect(self._acts.rotate)
        return [
            setting_row(
                _("Recovery sheet"),
                _(
                    "Twelve words and a QR code that bring the shop back. Print it and lock it away."
                ),
                sheets,
            ),
            setting_row(
                _("Keys"), _("What is written from now on is sealed with new ones."), rotate
            ),
        ]

    # --- showing --------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def refresh(self) -> None:
        """Read again how it fares."""
        self._show_parts()
        if is_shared(self._services.db):
            self._context.jobs.run(self, self._look, self._show, key="sharing")

    def _show_parts(self) -> None:
        shared = is_shared(self._services.db)
        waits = shared and self._services.shop.waiting
        may = self._services.staff.may(Permission.MANAGE_STAFF)
        for parts, on in (
            (self._start, not shared and may),
            (self._waiting, waits),
            (self._shared, shared and not waits),
        ):
            for part in parts:
                part.setVisible(on)
        if not shared:
            for part in (*self._managing, *self._administering, self._requests_group):
                part.hide()
        if not shared and not may:
            self.told.say(_("An administrator can share this shop with other computers."), "info")

    def _look(self) -> _Seen:
        services = self._services
        shop = services.shop
        return _Seen(
            services.sync.status(),
            shop.manages,
            shop.administers,
            shop.refusal,
            tuple(shop.requests()),
            tuple(services.disputes.open()) if shop.joined else (),
        )

    def _show(self, seen: _Seen) -> None:
        status = seen.status
        self.refused.say("" if seen.refusal is None else refused_words(seen.refusal), "warning")
        words = describe(status)
        self.badge.show_state(words.text, words.colour)
        self.badge.setToolTip(words.tip)
        self.folder.setText(status.folder)
        self.counts.setText(_counts(status))
        self.place.setCurrentIndex(max(0, self.place.findData(self._services.settings.get(PLACE))))
        may = self._services.staff.may(Permission.MANAGE_STAFF)
        _unless_same(self.stations, (status.stations, seen.manages and may), self._show_stations)
        _unless_same(self.requests, seen.requests, self.requests.show_requests)
        rules = self._services.staff.may(Permission.SHOP_SETTINGS)
        _unless_same(self.problems, (status.problems, rules), self._show_problems)
        _unless_same(self.disputes, seen.disputes, self.disputes.show_disputes)
        self._requests_group.setVisible(bool(seen.requests) and may)
        for part in self._managing:
            part.setVisible(seen.manages and may)
        for part in self._administering:
            part.setVisible(seen.administers and may)

    def _show_stations(self, shown: tuple[tuple[StationView, ...], bool]) -> None:
        stations, may = shown
        self.stations.show_stations(stations, may=may)

    def _show_problems(self, shown: tuple[tuple[Problem, ...], bool]) -> None:
        problems, may = shown
        self.problems.show_problems(problems, may=may)

    def _on_place(self, _index: int) -> None:
        self._acts.keep_place(self.place.currentData())

    def _invite(self, manage: bool) -> None:
        self._acts.invite(manage, self.invite.show_invitation)

    def _tell(self, text: str, kind: Kind) -> None:
        self.told.say(text, kind)
        self.ensureWidgetVisible(self.told)


def _counts(status: SyncStatus) -> str:
    out = ngettext("{n} change to send", "{n} changes to send", status.outbox)
    back = ngettext("{n} part to read", "{n} parts to read", status.unread)
    text = f"{out.format(n=status.outbox)} · {back.format(n=status.unread)}"
    if status.last_pass:
        text += " · " + _("looked {time}").format(time=moment(status.last_pass))
    return text


def _unless_same(widget: QWidget, value: Any, show: Callable[[Any], None]) -> None:
    """Rows that did not change stay: a menu may be open, or a button have the focus."""
    if widget.property("shown") != repr(value):
        widget.setProperty("shown", repr(value))
        show(value)
