"""What one does on the page of sharing: each act runs beside the window and tells how it went."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.core.errors import UserError
from app.core.i18n import _, ngettext
from app.sync import StationView
from app.sync.settings import PLACE
from ui.settings.recovery_sheet import SheetDialog
from ui.settings.sharing_forms import FoundForm, JoinForm, RecoverForm, StartForm
from ui.widgets import confirm

if TYPE_CHECKING:
    from app.sync.disputes import Dispute
    from app.sync.sheet import RecoverySheet
    from app.sync.shop import Lost, ShopInvitation, StationRequest
    from ui.shell.plugs import UiContext


class SharingActs(QObject):
    """Belongs to `page`, over which it asks before harm is done."""

    told = Signal(str, object)
    """How it went, and the kind of notice: "success", "warning" or "danger"."""
    done = Signal()
    """Something may look different now."""

    def __init__(self, page: QWidget, context: UiContext) -> None:
        super().__init__(page)
        self._page, self._context, self._services = page, context, context.services

    def found(self, form: FoundForm) -> None:
        """Found a shop in the form's folder."""
        work = partial(self._services.shop.create, form.folder.folder(), form.station.text())
        self._do(work, _("The shop is shared. Print a recovery sheet next."), form)

    def join(self, form: JoinForm) -> None:
        """Ask to be let into the shop the form's code is of."""
        work = partial(
            self._services.shop.join,
            form.folder.folder(),
            form.code.text(),
            form.station.text(),
            bring_data=form.bring.isChecked(),
        )
        self._do(work, _("Asked. Somebody has to let this station in now."), form)

    def recover(self, form: RecoverForm) -> None:
        """Take a shop back by the words of its recovery sheet."""
        work = partial(
            self._services.shop.recover,
            form.folder.folder(),
            form.words.text(),
            form.station.text(),
        )
        self._do(work, _("The shop is taken back."), form)

    def cancel(self) -> None:
        """Take the own request back."""
        self._do(self._services.shop.cancel, _("The request is taken back."))

    def sync_now(self) -> None:
        """Read and write everything once, at once."""
        self._do(partial(self._services.sync.pass_now, full=True), "")

    def keep_place(self, place: str) -> None:
        """Keep what kind of folder it is."""
        self._do(partial(self._services.settings.set, PLACE, place), "")

    def invite(self, manage: bool, show: Callable[[ShopInvitation], None]) -> None:
        """Make an invitation and hand it to `show`."""
        work = partial(self._services.shop.invite, manage=manage)
        self._context.jobs.run(self, work, show, failed=self._failed, lane="network")

    def approve(self, request: StationRequest, manage: bool) -> None:
        """Let a station in."""
        work = partial(self._services.shop.approve, request.station, manage=manage)
        self._do(work, _("{name} is in the shop now.").format(name=request.name))

    def decline(self, request: StationRequest) -> None:
        """Send a station's request away."""
        work = partial(self._services.shop.decline, request.station)
        self._do(work, _("{name} is not let in.").format(name=request.name))

    def ask_losses(self) -> None:
        """Find out what nobody has any more, then ask whether to go on without it."""
        self._context.jobs.run(
            self,
            self._services.shop.losses,
            self._accept_losses,
            failed=self._failed,
            lane="network",
        )

    def _accept_losses(self, lost: tuple[Lost, ...]) -> None:
        """Say what it means before it is done; nothing is left where it turned up meanwhile."""
        if not lost:
            self.done.emit()
            return
        parts = " · ".join(
            ngettext("{n} part of {station}", "{n} parts of {station}", one.parts).format(
                n=one.parts, station=one.station or "—"
            )
            for one in lost
        )
        sure = confirm(
            self._page,
            _("Go on without what is missing?"),
            _(
                "{parts}: the others were asked, and nobody has it. If a computer of the shop is "
                "still switched off, start it and wait. What stood there and nowhere else is lost; "
                "should it turn up, it is still taken. Each computer decides this for itself."
            ).format(parts=parts),
            _("Accept the loss"),
        )
        if sure:
            self._do(self._services.shop.accept_losses, _("The rest is read now."))

    def note_told(self) -> None:
        """Take note of what only tells that something happened: it is shown no more."""
        self._do(self._services.shop.note_told, "")

    def act_on(self, what: str, station: StationView) -> None:
        """Grant or withdraw a station's right to manage, or shut it out."""
        shop = self._services.shop
        if what == "revoke":
            self._revoke(station)
        elif what == "grant":
            thanks = _("{name} may manage the shop.").format(name=station.name)
            self._do(partial(shop.grant, station.station), thanks)
        else:
            thanks = _("{name} may no longer manage the shop.").format(name=station.name)
            self._exclude(partial(shop.withdraw, station.station), thanks)

    def _revoke(self, station: StationView) -> None:
        sure = confirm(
            self._page,
            _("Shut {name} out?").format(name=station.name),
            _(
                "What it writes from now on counts for nothing, and it reads nothing new. What it "
                "has already, it keeps: change the password of the shared folder as well."
            ),
            _("Shut out"),
        )
        if sure:
            thanks = _("{name} is shut out.").format(name=station.name)
            self._exclude(partial(self._services.shop.revoke, station.station), thanks)

    def _exclude(self, work: Callable[[], bool], thanks: str) -> None:
        done = partial(self._excluded, thanks)
        self._context.jobs.run(self, work, done, failed=self._failed, lane="network")

    def _excluded(self, text: str, sheets_void: bool) -> None:
        if sheets_void:
            text += " " + _("Older recovery sheets are void: print a new one.")
        self.told.emit(text, "warning" if sheets_void else "success")
        self.done.emit()

    def rotate(self) -> None:
        """Draw new keys."""
        self._do(self._services.shop.rotate, _("New keys are drawn."))

    def print_sheet(self) -> None:
        """Make a recovery sheet and show it."""
        self._make_sheet(self._services.shop.print_sheet)

    def replace_sheets(self) -> None:
        """Make one that voids the older ones, once one is sure."""
        sure = confirm(
            self._page,
            _("Make all older recovery sheets void?"),
            _(
                "A new one is printed now. Whoever saw or kept an older one opens nothing with it "
                "any more; throw those away."
            ),
            _("Print a new one"),
        )
        if sure:
            self._make_sheet(partial(self._services.shop.print_sheet, void_older=True))

    def _make_sheet(self, work: Callable[[], RecoverySheet]) -> None:
        self._context.jobs.run(self, work, self._show_sheet, failed=self._failed, lane="network")

    def _show_sheet(self, sheet: Any) -> None:
        SheetDialog(self._page, sheet).exec()

    def choose(self, dispute: Dispute, take_lost: bool) -> None:
        """Settle a value that lost against another."""
        self._do(partial(self._services.disputes.choose, dispute, take_lost=take_lost), "")

    def _do(self, work: Callable[[], object], thanks: str, form: StartForm | None = None) -> None:
        if form is not None:
            form.button.setEnabled(False)
        self._context.jobs.run(
            self,
            work,
            partial(self._done, thanks, form),
            failed=partial(self._failed, form=form),
            lane="network",
        )

    def _done(self, thanks: str, form: StartForm | None, _result: object) -> None:
        if form is not None:
            form.button.setEnabled(True)
        if form is None:
            self.told.emit(thanks, "success")
            self.done.emit()
            return
        # The desk begins to follow the sharing with a window built anew; notices outlive it.
        self._context.notices.success(thanks)
        self._context.commands.run("app.language")

    def _failed(self, error: BaseException, form: StartForm | None = None) -> None:
        if form is not None:
            form.button.setEnabled(True)
        if not isinstance(error, UserError):
            raise error
        self.told.emit(" ".join(filter(None, (error.message, error.hint))), "danger")
        self.done.emit()
