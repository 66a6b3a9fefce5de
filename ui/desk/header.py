"""The line over the thread: who it is, where they write, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QToolButton

from app.conversations import ConversationContext, ConversationStatus
from app.core.i18n import N_, _
from ui.desk.follow_up import CustomTime, preset_times
from ui.desk.hand_over import HandOverDialog
from ui.desk.tag_strip import TagStrip
from ui.desk.texts import channel_icon, channel_name, customer_name
from ui.theme import current_tokens, icon, pixmap, role, sized, theme_signals
from ui.widgets import Avatar, ElidedLabel, StateBadge, stack_horizontally, stack_vertically
from ui.widgets.format import moment

if TYPE_CHECKING:
    from app.core.undo import Undo
    from app.staff import Member
    from ui.shell.plugs import UiContext

_HANDING: Final = N_("handing over of {name}")


class Header(QFrame):
    """Buttons work on the conversation that is shown; `find_wanted` opens the search."""

    find_wanted = Signal()
    side_toggled = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._service, self._jobs = context.services.conversations, context.jobs
        self._conversation: ConversationContext | None = None
        self._online, self._marked = False, ""
        self._closed: bool | None = None
        self.setObjectName("deskHeader")
        role(self, "bar")
        self._build()
        theme_signals().changed.connect(self._tint)
        self._tint()
        self.show_conversation(None)

    def _build(self) -> None:
        self.face = Avatar(size=36)
        self.name = role(ElidedLabel(), "heading")
        self.online = QLabel()
        self.place = role(ElidedLabel(), "muted")
        self.tags = TagStrip()
        self.state = StateBadge()
        self.colleagues = StateBadge()
        self._mark = QLabel()
        self.assign_button = _menu_button(_("Transfer"))
        self.follow_button = _menu_button(_("Follow up"))
        self.close_button = role(QPushButton(), "ghost")
        self.find_button = _icon_button(_("Find in this conversation"))
        self.side_button = _icon_button(_("Show or hide the side"))
        self._assign_menu, self._follow_menu = QMenu(self), QMenu(self)
        self.assign_button.setMenu(self._assign_menu)
        self.follow_button.setMenu(self._follow_menu)
        self._assign_menu.aboutToShow.connect(self._fill_assign)
        self._follow_menu.aboutToShow.connect(self._fill_follow)
        self.close_button.clicked.connect(self.close_or_reopen)
        self.find_button.clicked.connect(self.find_wanted)
        self.side_button.clicked.connect(self.side_toggled)
        first = stack_horizontally(
            None, self.name, self.online, self.state, self.colleagues, None, spacing=8
        )
        first.setStretchFactor(self.name, 100)
        second = stack_horizontally(None, self._mark, self.place, self.tags, spacing=4)
        second.setStretchFactor(self.place, 1000)
        second.setStretchFactor(self.tags, 1)
        second.insertSpacing(2, 4)
        words = stack_vertically(None, first, second, spacing=1)
        row = stack_horizontally(self, self.face, spacing=10)
        row.addLayout(words, 1)
        for button in (self.assign_button, self.follow_button, self.close_button):
            row.addWidget(button)
        row.addSpacing(-4)
        row.addWidget(self.find_button)
        row.addWidget(self.side_button)
        row.setContentsMargins(16, 8, 8, 8)
        self.setFixedHeight(60)

    # --- showing --------------------------------------------------------------------------

    def show_conversation(self, conversation: ConversationContext | None) -> None:
        """Show another conversation, or the same one after a change."""
        self._conversation = conversation
        self.setVisible(conversation is not None)
        if conversation is None:
            return
        name = customer_name(conversation.customer_name)
        self.face.show_person(name, conversation.customer_id.hex())
        self.name.setText(name)
        strong = QFontMetrics(sized(current_tokens().text_m, strong=True))
        self.name.setMaximumWidth(strong.horizontalAdvance(name) + 4)
        self._show_state(conversation)
        self._show_buttons(conversation)
        self._show_channel(conversation)
        self._show_online()

    def _show_state(self, conversation: ConversationContext) -> None:
        parts = [channel_name(conversation.channel)]
        if conversation.assignee_name:
            parts.append(_("with {name}").format(name=conversation.assignee_name))
        else:
            parts.append(_("not assigned"))
        self.place.setText(" · ".join(parts))
        self.place.setMaximumWidth(
            self.place.fontMetrics().horizontalAdvance(self.place.text()) + 8
        )
        self.tags.show_tags(conversation.tags)
        if conversation.record:
            self.state.show_state(_("Imported"), "neutral")
        elif conversation.status is ConversationStatus.CLOSED:
            self.state.show_state(_("Closed"), "neutral")
        elif conversation.follow_up_at is not None:
            time = moment(conversation.follow_up_at)
            self.state.show_state(_("Follow up {time}").format(time=time), "info")
        else:
            self.state.show_state("", "neutral")

    def _show_buttons(self, conversation: ConversationContext) -> None:
        for button in (self.follow_button, self.close_button):
            button.setVisible(not conversation.record)
        closed = conversation.status is ConversationStatus.CLOSED
        if closed != self._closed:
            self._closed = closed
            self.close_button.setText(_("Reopen") if closed else _("Close"))
            self.close_button.setAccessibleName(self.close_button.text())
            self.close_button.setIcon(icon("undo" if closed else "check"))

    def set_online(self, online: bool) -> None:
        """Show whether the customer has the chat open."""
        self._online = online
        self._show_online()

    def show_colleagues(self, text: str, *, types: bool) -> None:
        """Show who else has this conversation before them."""
        self.colleagues.show_state(text, "warning" if types else "info")

    # --- acting ---------------------------------------------------------------------------

    def open_assign(self) -> None:
        """Open the list of colleagues."""
        self._open(self._assign_menu, self.assign_button)

    def open_follow_up(self) -> None:
        """Open the choice of times."""
        self._open(self._follow_menu, self.follow_button)

    def _open(self, menu: QMenu, button: QToolButton) -> None:
        if self._conversation is not None and not button.isHidden():
            menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _fill_assign(self) -> None:
        self._assign_menu.clear()
        conversation, me = self._conversation, self._context.services.staff.current
        if conversation is None:
            return
        for member in self._context.services.staff.members():
            name = member.shown_name
            if me is not None and member.id == me.id:
                name = _("{name} (me)").format(name=name)
            mine = me is not None and member.id == me.id
            hand = partial(self._assign, member.id) if mine else partial(self._hand_over, member)
            action = self._assign_menu.addAction(name, hand)
            action.setCheckable(True)
            action.setChecked(member.id == conversation.assignee_id)
        if conversation.assignee_id is not None:
            self._assign_menu.addSeparator()
            self._assign_menu.addAction(_("Nobody"), partial(self._assign, None))

    def _fill_follow(self) -> None:
        self._follow_menu.clear()
        for name, at in preset_times():
            self._follow_menu.addAction(name, partial(self._follow_up, at))
        custom = CustomTime(self._follow_menu)
        custom.picked.connect(self._follow_up)
        self._follow_menu.addSeparator()
        self._follow_menu.addAction(custom)
        if self._conversation is not None and self._conversation.follow_up_at is not None:
            self._follow_menu.addSeparator()
            self._follow_menu.addAction(_("End the follow-up"), partial(self._follow_up, None))

    def _hand_over(self, member: Member) -> None:
        """Ask for a note to the colleague; the conversation meant is the one shown now."""
        if self._conversation is None:
            return
        here = self._conversation.conversation_id
        asking = HandOverDialog(self, member.shown_name)
        asking.handed.connect(partial(self._hand, self._words(_HANDING), here, member.id))
        asking.open()

    def _hand(self, what: str, here: bytes, staff_id: bytes, note: str) -> None:
        self._run(what, partial(self._service.assign, here, staff_id, note))

    def _assign(self, staff_id: bytes | None) -> None:
        if self._conversation is not None:
            here = self._conversation.conversation_id
            self._run(self._words(_HANDING), partial(self._service.assign, here, staff_id))

    def _follow_up(self, at: int | None) -> None:
        self._follow_menu.close()
        if self._conversation is not None:
            here = self._conversation.conversation_id
            work = partial(self._service.follow_up, here, at)
            self._run(self._words(N_("follow-up of {name}")), work)

    def close_or_reopen(self) -> None:
        """Close the conversation, or open a closed one again."""
        if self._conversation is None:
            return
        closed = self._conversation.status is ConversationStatus.CLOSED
        verb = self._service.reopen if closed else self._service.close
        what = N_("reopening of {name}") if closed else N_("closing of {name}")
        self._run(self._words(what), partial(verb, self._conversation.conversation_id))

    def _words(self, what: str) -> str:
        """Name a step, for who takes it back when another conversation shows."""
        shown = self._conversation
        return _(what).format(name=customer_name(shown.customer_name) if shown else "")

    def _run(self, what: str, work: Callable[[], Undo | None]) -> None:
        self._jobs.run(self, work, partial(self._done, what), lane="write")

    def _done(self, what: str, undo: Undo | None) -> None:
        if undo is not None:
            self._context.undoing.offer(what, partial(self._service.take_back, undo))

    def _show_online(self) -> None:
        words = _("online") if self._online else _("offline")
        self.online.setVisible(self._conversation is not None and self._online)
        self.online.setToolTip(words)
        self.online.setAccessibleName(words)

    def _show_channel(self, conversation: ConversationContext) -> None:
        mark = channel_icon(conversation.channel)
        if mark != self._marked:
            self._marked = mark
            self._mark.setPixmap(pixmap(mark, 14, "text_faint", self.devicePixelRatioF()))

    def _tint(self) -> None:
        self.assign_button.setIcon(icon("transfer"))
        self.follow_button.setIcon(icon("bell"))
        self.find_button.setIcon(icon("search"))
        self.side_button.setIcon(icon("panel-right"))
        self.online.setPixmap(pixmap("bold-dot", 12, "success", self.devicePixelRatioF()))
        self._marked, self._closed = "", None
        if self._conversation is not None:
            self._show_channel(self._conversation)
            self._show_buttons(self._conversation)


def _menu_button(name: str) -> QToolButton:
    button = role(QToolButton(), "ghost")
    button.setText(name)
    button.setAccessibleName(name)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setIconSize(QSize(16, 16))
    return button


def _icon_button(name: str) -> QPushButton:
    button = role(QPushButton(QIcon(), ""), "icon")
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button
