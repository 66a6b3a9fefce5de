"""The commands of the reception desk and their keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.core.i18n import N_
from ui.shell.commands import Command

if TYPE_CHECKING:
    from ui.desk.view import DeskView

GROUP = N_("Reception desk")
_PANELS = (
    N_("Go to side panel 1"),
    N_("Go to side panel 2"),
    N_("Go to side panel 3"),
    N_("Go to side panel 4"),
)


def commands_of(desk: DeskView) -> list[Command]:
    """All commands; those on one conversation work while one is open."""
    here, shown = desk.has_conversation, desk.isVisible
    header, composer, inbox = desk.header, desk.composer, desk.inbox
    return [
        Command(
            "desk.next_waiting", N_("Next waiting customer"), "Ctrl+J", desk.open_longest_wait,
            group=GROUP, icon="clock",
        ),
        Command(
            "desk.below", N_("Conversation below"), "Alt+Down", partial(inbox.step, 1), shown,
            GROUP, "arrow-down",
        ),
        Command(
            "desk.above", N_("Conversation above"), "Alt+Up", partial(inbox.step, -1), shown,
            GROUP, "arrow-up",
        ),
        Command("desk.panes", N_("Next pane"), "F6", desk.next_pane, shown, GROUP, "split"),
        Command("desk.reply", N_("Write a reply"), "Ctrl+R", composer.to_reply, here, GROUP, "reply"),
        Command(
            "desk.note", N_("Reply or note"), "Ctrl+Shift+N", composer.toggle_note, here, GROUP, "note"
        ),
        Command(
            "desk.phrases", N_("Insert a quick phrase"), "Ctrl+/", composer.open_phrases, here,
            GROUP, "phrases",
        ),
        Command(
            "desk.wording", N_("Use the wording offered"), "Alt+W", composer.wording.take,
            composer.wording.can_take, GROUP, "edit",
        ),
        Command("desk.emoji", N_("Insert an emoji"), "Ctrl+E", composer.open_emoji, here, GROUP, "emoji"),
        Command(
            "desk.attach", N_("Send images or files"), "Ctrl+Shift+A", composer.choose_files, here,
            GROUP, "attach",
        ),
        Command(
            "desk.find", N_("Find in this conversation"), "Ctrl+Shift+F", desk.find_here, here, GROUP,
            "search",
        ),
        Command(
            "desk.close", N_("Close or reopen the conversation"), "Alt+E", header.close_or_reopen,
            here, GROUP, "check",
        ),
        Command(
            "desk.invite", N_("Ask the customer for a rating"), "Alt+R", desk.inviting.invite,
            desk.inviting.can_invite, GROUP, "star",
        ),
        Command(
            "desk.transfer", N_("Transfer the conversation"), "Alt+T", header.open_assign, here, GROUP,
            "transfer",
        ),
        Command(
            "desk.follow_up", N_("Follow up later"), "Alt+M", header.open_follow_up, here, GROUP, "bell"
        ),
        Command("desk.inbox", N_("Show or hide the inbox"), "Ctrl+B", desk.toggle_inbox, shown, GROUP, "panel-left"),
        Command("desk.side", N_("Show or hide the side"), "Ctrl+Shift+B", desk.toggle_side, shown, GROUP, "panel-right"),
        *(
            Command(
                f"desk.panel{n + 1}", title, f"Alt+{n + 1}", partial(desk.show_panel, n), shown, GROUP,
                "panel-right",
            )
            for n, title in enumerate(_PANELS)
        ),
    ]  # fmt: skip
