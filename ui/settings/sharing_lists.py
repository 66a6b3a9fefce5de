"""Rows of the sharing page: stations, who asks to come in, problems, and values that lost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core.i18n import N_, _, ngettext
from app.sync import STRANGERS, TOLD, Problem, StationView, short_id
from ui.theme import icon, role
from ui.widgets import (
    Avatar,
    ElidedLabel,
    StateBadge,
    clear_layout,
    hline,
    stack_horizontally,
    stack_vertically,
)
from ui.widgets.format import moment

PROBLEM_WORDS: Final = {
    "clock_ahead": N_("The clock of a station is wrong by more than a day. Set it right there."),
    "far": N_(
        "A station wrote with a time over a hundred years ahead; what it touched can't be changed "
        "any more. Shut it out: all it wrote since then is taken back."
    ),
    "unreadable": N_(
        "This computer may not read some files of the shared folder. Check its rights."
    ),
    "damaged": N_(
        "A file in the shared folder is damaged. Its writer was asked to write it again."
    ),
    "missing": N_("A file is missing in the shared folder. The others were asked for it."),
    "fork": N_("A station was copied or put back from a backup. Both of its histories are kept."),
    "put_back": N_(
        "This computer was put back to an earlier state. What was written here after that and had "
        "not reached the shared folder is gone; look for it, or write it again."
    ),
    "newer": N_("Another station uses a newer version. Update this computer."),
    "aside": N_("A station changed what it may not change. It was put aside."),
    "faulty": N_("A change could not be taken and was put aside."),
    "revoked": N_("A station that was shut out wrote later. It was not taken."),
    "full": N_("There is no room left in the shared folder. Make room there."),
    "read_only": N_(
        "Nothing can be written into the shared folder. Check this computer's rights to it."
    ),
    **STRANGERS,
    "snapshot": N_("A snapshot in the shared folder is damaged. A new one will be made."),
}
"""What the engine's codes mean to a person; an unknown one is shown as it is."""


class RowList(QWidget):
    """Rows below each other with lines between; a sentence where there are none."""

    def __init__(self, empty: str = "") -> None:
        super().__init__()
        self._empty = empty
        self.rows = QVBoxLayout(self)
        self.rows.setSpacing(0)
        self.rows.setContentsMargins(0, 0, 0, 0)

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        """Replace all rows."""
        clear_layout(self.rows)
        if not rows and self._empty:
            words = role(QLabel(self._empty, wordWrap=True), "hint")
            words.setContentsMargins(16, 12, 16, 12)
            self.rows.addWidget(words)
        for number, row in enumerate(rows):
            if number:
                self.rows.addWidget(hline())
            self.rows.addWidget(row)


class StationList(RowList):
    """`acted` names what was chosen for a station: "grant", "withdraw" or "revoke"."""

    acted = Signal(str, object)

    def show_stations(self, stations: Sequence[StationView], *, may: bool) -> None:
        """Show all stations; with `may` their rights can be changed."""
        self.show_rows([self._row(station, may=may) for station in stations])

    def _row(self, station: StationView, *, may: bool) -> QWidget:
        row = QWidget()
        name = role(ElidedLabel(station.name or "—"), "strong")
        seen = role(ElidedLabel(_seen(station)), "hint")
        words = stack_vertically(None, name, seen, spacing=2)
        line = stack_horizontally(row, Avatar(station.name, station.station.hex(), 32), spacing=12)
        line.addLayout(words, 1)
        for text, kind in _badges(station):
            line.addWidget(StateBadge(text, kind))
        if may and not station.mine and not station.revoked:
            line.addWidget(self._menu(station))
        line.setContentsMargins(16, 10, 16, 10)
        return row

    def _menu(self, station: StationView) -> QToolButton:
        button = role(QToolButton(), "icon")
        button.setIcon(icon("more"))
        button.setAccessibleName(_("What to do with {name}").format(name=station.name))
        button.setToolTip(button.accessibleName())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        if station.manages:
            menu.addAction(_("May no longer manage"), partial(self._act, "withdraw", station))
        else:
            menu.addAction(_("May manage the shop"), partial(self._act, "grant", station))
        menu.addSeparator()
        menu.addAction(icon("block"), _("Shut out…"), partial(self._act, "revoke", station))
        button.setMenu(menu)
        return button

    def _act(self, what: str, station: StationView) -> None:
        self.acted.emit(what, station)


class RequestList(RowList):
    """Stations that ask to come in; `approved` carries the request and whether it may manage."""

    approved = Signal(object, bool)
    declined = Signal(object)

    def show_requests(self, requests: Sequence[Any]) -> None:
        """Show them; `requests` are `StationRequest`s."""
        self.show_rows([self._row(request) for request in requests])

    def _row(self, request: Any) -> QWidget:
        row = QWidget()
        name = role(ElidedLabel(request.name), "strong")
        asked = _("asked {time} · ID {id}").format(
            time=moment(request.asked_at), id=short_id(request.station)
        )
        words = stack_vertically(None, name, role(ElidedLabel(asked), "hint"), spacing=2)
        let_in = role(QPushButton(_("Let in")), "primary")
        let_in.setAccessibleName(_("Let {name} in").format(name=request.name))
        let_in.clicked.connect(partial(self.approved.emit, request, request.manage))
        no = QPushButton(_("Decline"))
        no.setAccessibleName(_("Decline {name}").format(name=request.name))
        no.clicked.connect(partial(self._decline, request))
        line = stack_horizontally(row, Avatar(request.name, request.station.hex(), 32), spacing=12)
        line.addLayout(words, 1)
        if request.shared_code:
            badge = StateBadge(_("two ask with one code"), "warning")
            badge.setToolTip(
                _("At most one of them was invited: compare the IDs before you let one in.")
            )
            line.addWidget(badge)
        if request.manage:
            line.addWidget(StateBadge(_("shall manage"), "info"))
        line.addWidget(no)
        line.addWidget(let_in)
        line.setContentsMargins(16, 10, 16, 10)
        return row

    def _decline(self, request: Any) -> None:
        self.declined.emit(request)


class ProblemList(RowList):
    """What keeps the stations apart, in words; `loss_accepted`: go on without what is missing."""

    loss_accepted = Signal()
    noted = Signal()
    """What only tells that something happened was read."""

    def __init__(self) -> None:
        super().__init__(_("No problems."))

    def show_problems(self, problems: Sequence[Problem], *, may: bool) -> None:
        """Show the open ones, one row for each kind with how often; with `may` also what to do."""
        kinds: dict[str, list[Problem]] = {}
        for problem in problems:
            kinds.setdefault(problem.code, []).append(problem)
        self.show_rows([self._row(code, found, may=may) for code, found in kinds.items()])

    def _row(self, code: str, found: Sequence[Problem], *, may: bool) -> QWidget:
        words = _problem_row(code, found)
        if not may or (code != "missing" and code not in TOLD):
            return words
        row, button = QWidget(), QPushButton(_("Noted") if code in TOLD else _("Accept the loss…"))
        button.clicked.connect(self.noted if code in TOLD else self.loss_accepted)
        line = stack_horizontally(row, words, button, spacing=12)
        line.setStretch(0, 1)
        line.setContentsMargins(0, 0, 16, 0)
        return row


class DisputeList(RowList):
    """Values that lost; `chosen` carries the dispute and whether the one that lost shall stand."""

    chosen = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__(_("No two stations wrote different things into one field."))

    def show_disputes(self, disputes: Sequence[Any]) -> None:
        """Show them; `disputes` are `Dispute`s."""
        self.show_rows([self._row(dispute) for dispute in disputes])

    def _row(self, dispute: Any) -> QWidget:
        row = QWidget()
        about = " · ".join(filter(None, (_(dispute.title), dispute.about)))
        when = role(QLabel(moment(dispute.lost_when)), "hint")
        top = stack_horizontally(None, role(ElidedLabel(about), "strong"), when, spacing=8)
        top.setStretch(0, 1)
        stands = self._choice(dispute, dispute.stands, dispute.stands_at, take_lost=False)
        lost = self._choice(dispute, dispute.lost, dispute.lost_at, take_lost=True)
        column = stack_vertically(row, top, stands, lost, spacing=6)
        column.setContentsMargins(16, 10, 16, 10)
        return row

    def _choice(self, dispute: Any, value: object, station: str, *, take_lost: bool) -> QWidget:
        line = QWidget()
        shown = "—" if value in (None, "") else str(value)
        text = role(ElidedLabel(f"{shown}  ({station})" if station else shown), "")
        button = QPushButton(_("Take this one") if take_lost else _("Keep this one"))
        button.setAccessibleName(f"{button.text()}: {shown}")
        button.clicked.connect(partial(self.chosen.emit, dispute, take_lost))
        badge = StateBadge(
            _("lost") if take_lost else _("stands"), "neutral" if take_lost else "success"
        )
        stack_horizontally(line, badge, text, button, spacing=8).setStretchFactor(text, 1)
        return line


def _seen(station: StationView) -> str:
    if station.mine:
        parts = [_("this station")]
    elif station.last_seen:
        parts = [_("last seen {time}").format(time=moment(station.last_seen))]
    else:
        parts = [_("not seen yet")]
    if station.behind and not station.revoked:
        count = ngettext("{n} part behind", "{n} parts behind", station.behind)
        parts.append(count.format(n=station.behind))
    if station.version:
        parts.append(_("version {number}").format(number=station.version))
    return " · ".join(parts)


def _badges(station: StationView) -> list[tuple[str, Any]]:
    if station.revoked:
        return [(_("shut out"), "danger")]
    return [(_("manages"), "info")] if station.manages else []


def _problem_row(code: str, found: Sequence[Problem]) -> QWidget:
    row = QWidget()
    words = QLabel(_(PROBLEM_WORDS.get(code, code)), wordWrap=True)
    since = _("since {time}").format(time=moment(found[0].since))
    times = ngettext("{n} time", "{n} times", len(found)).format(n=len(found))
    hint = role(QLabel(f"{since} · {times}"), "hint")
    column = stack_vertically(row, words, hint, spacing=2)
    column.setContentsMargins(16, 10, 16, 10)
    return row
