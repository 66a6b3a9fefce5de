"""Practice customers in the real desk: they arrive, read, think, type, wait and leave."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from app.channels import OutgoingMessage
from app.conversations import IncomingMessage, MessageKind
from app.core.errors import UserError
from app.training.attempts import Ended
from app.training.doings import CLOSED, NOTE, TABLES, Doing, doings, same_address
from app.training.hearing import heard_of
from app.training.playing import Helpers, Playing
from app.training.score import judge
from db.changes import Changes
from db.clock import now_ms

log = logging.getLogger(__name__)

CHANNEL: Final = "practice"
SAVE_EVERY_S: Final = 15.0
ASLEEP_S: Final = 10.0
"""A longer gap between two steps is no waiting time: the computer slept."""
_READING_S: Final = (1.0, 2.0)
_LETTERS_READ_A_SECOND: Final = 20
_MOST_READING_S: Final = 6.0
_PATIENT_WHILE_TYPING_S: Final = 8.0
_TYPES_S: Final = 5.0
_LEAST_TYPING_S: Final = 0.5


class Stage:
    """Everybody who is practised with at this station; may be used from any thread.

    `clock` is in seconds and runs on while somebody sleeps; `now` is the time of day in Unix ms.
    """

    def __init__(
        self,
        helpers: Helpers,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._with, self._clock, self._now = helpers, clock, now
        self._lock, self._news_lock = threading.RLock(), threading.Lock()
        self._playing: dict[bytes, Playing] = {}
        self._news: list[Changes] = []
        self._composing: dict[bytes, float] = {}
        self._last = clock()
        self._time = 0.0
        self._paused, self._paused_at = False, 0
        self.open = False
        helpers.db.subscribe(self._on_changes)
        helpers.presence.subscribe(self._on_presence)

    # --- from the desk -------------------------------------------------------------------------

    def add(self, playing: Sequence[Playing], gaps: Sequence[float]) -> None:
        """Let customers come, each so many seconds from now."""
        with self._lock:
            self._pass_time()
            for one, gap in zip(playing, gaps, strict=True):
                one.arrives = self._time + gap
                self._playing[one.conversation_id] = one

    def playing(self) -> list[Playing]:
        """Who is on stage, in the order of arrival."""
        with self._lock:
            return sorted(self._playing.values(), key=lambda one: one.arrives)

    def waited_s(self, one: Playing) -> float:
        """How many seconds somebody waits for an answer, 0 where they don't."""
        since = one.customer.waiting_since
        with self._lock:
            return 0.0 if since is None else max(0.0, self._time - one.arrives - since)

    @property
    def paused(self) -> bool:
        """Whether all clocks stand still."""
        return self._paused

    def pause(self, *, on: bool) -> None:
        """Let all clocks stand still, or go on."""
        with self._lock:
            self._pass_time()
            if on and not self._paused:
                self._paused_at = self._now()
            elif self._paused and not on:
                here = [key for key, one in self._playing.items() if one.sent]
                self._with.waited_less(here, self._now() - self._paused_at)
            self._paused = on

    def stop(self, attempt_ids: Collection[bytes] = (), how: Ended = Ended.STOPPED) -> int:
        """End practice before its end, all of it by default; returns how many."""
        with self._lock:
            ended = [
                one
                for one in self._playing.values()
                if not attempt_ids or one.attempt_id in attempt_ids
            ]
            for one in ended:
                self._drop(one)
                self._with.attempts.break_off(
                    one.attempt_id, one.customer.lines, one.guest.facts, how, self._now()
                )
                if one.sent:
                    self._with.stopped(one)
            return len(ended)

    # --- from the channel ----------------------------------------------------------------------

    def enter(self) -> None:
        """The channel is open; what an earlier run left open is named cut short."""
        self._with.attempts.recover(self._now())
        with self._lock:
            self._last, self.open = self._clock(), True

    def leave(self) -> None:
        """The channel closes: practice under way is kept, and named cut short."""
        self.open = False
        self.stop(how=Ended.CUT_SHORT)

    def hear(self, message: OutgoingMessage) -> bool:
        """Take what the desk sent; False where no practice customer listens."""
        with self._lock:
            one = self._playing.get(message.conversation_id)
            if one is None:
                return False
            self._pass_time()
            at = self._time - one.arrives
            took = self._took(message)
            heard = heard_of(message, at, took)
            one.heard.append(heard)
            reading = one.chance.uniform(*_READING_S) + len(heard.text) / _LETTERS_READ_A_SECOND
            one.hear_at = at + min(reading, _MOST_READING_S) / one.haste
            return True

    def step(self) -> list[IncomingMessage]:
        """Let time pass; returns what customers write at this moment."""
        with self._lock:
            self._pass_time()
            if self._paused:
                return []
            self._take_news()
            return [said for one in list(self._playing.values()) for said in self._advance(one)]

    # --- time ----------------------------------------------------------------------------------

    def _pass_time(self) -> None:
        now = self._clock()
        gap, self._last = now - self._last, now
        if not self._paused:
            self._time += min(gap, ASLEEP_S)

    def _advance(self, one: Playing) -> list[IncomingMessage]:
        at = self._time - one.arrives
        if at < 0:
            return []
        if not one.begun:
            one.customer.begin(at)
            self._with.presence.came(one.conversation_id)
        elif not one.heard:
            one.customer.wait(at)
        elif at >= one.hear_at and not one.unsaid and not self._agent_goes_on(one, at):
            self._listen(one, at)
        if one.sent and not one.briefed:  # their first words are in the thread by now
            one.briefed = True
            self._with.began(one)
        self._collect(one)
        said = [self._confirmed(one) for _n in range(len(one.cards))]
        said += [self._deliver(one) for _n in range(_due(one, at))]
        self._show_typing(one, at)
        if one.customer.is_over() and not one.unsaid:
            if not said:  # their last words are in the thread before its end is told there
                self._end(one)
        elif at - one.saved_at >= SAVE_EVERY_S:
            self._save(one, at)
        return said

    def _agent_goes_on(self, one: Playing, at: float) -> bool:
        """Who is still being written to waits a little before answering."""
        types = self._with.presence.agent_typing(one.conversation_id)
        return types and at < one.heard[-1].at + _PATIENT_WHILE_TYPING_S

    def _listen(self, one: Playing, at: float) -> None:
        heard, one.heard = one.heard, []
        one.customer.hear_all(heard, at)
        self._with.read(one.conversation_id, self._now())

    def _collect(self, one: Playing) -> None:
        fresh = one.customer.said_since(one.told)
        one.told += len(fresh)
        one.unsaid.extend(line for line in fresh if not line.agent)

    def _deliver(self, one: Playing) -> IncomingMessage:
        line = one.unsaid.popleft()
        one.sent += 1
        return IncomingMessage(
            channel=CHANNEL,
            account=one.account,
            external_id=f"{one.visitor}-{one.sent}",
            visitor=one.visitor,
            text=line.text,
            customer=one.guest.hint,
        )

    def _confirmed(self, one: Playing) -> IncomingMessage:
        """The answer that stands below a card in the thread."""
        one.sent += 1
        return IncomingMessage(
            channel=CHANNEL,
            account=one.account,
            external_id=f"{one.visitor}-{one.sent}",
            visitor=one.visitor,
            text="",
            kind=MessageKind.CONFIRM_ANSWER,
            payload={"confirmation_id": one.cards.popleft().hex(), "state": "confirmed"},
            customer=one.guest.hint,
        )

    def _show_typing(self, one: Playing, at: float) -> None:
        types = bool(one.unsaid) and one.unsaid[0].at - at <= _TYPES_S
        if types != self._with.presence.customer_typing(one.conversation_id):
            self._with.presence.set_customer_typing(one.conversation_id, types)

    def _end(self, one: Playing) -> None:
        score = judge(one.customer)
        self._drop(one)
        self._with.attempts.finish(
            one.attempt_id, one.customer.lines, one.guest.facts, score, self._now()
        )
        self._with.ended(one, score)

    def _drop(self, one: Playing) -> None:
        del self._playing[one.conversation_id]
        if one.begun:
            self._with.presence.left(one.conversation_id)

    def _save(self, one: Playing, at: float) -> None:
        one.saved_at = at
        if one.told != one.saved:
            one.saved = one.told
            self._with.attempts.save(one.attempt_id, one.customer.lines, one.guest.facts)

    # --- what is done in the desk --------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        # On the writing thread: only noted here.
        if self._playing and changes.origin in {"local", "other"} and changes.touches(*TABLES):
            with self._news_lock:
                self._news.append(changes)

    def _on_presence(self, conversation_id: bytes) -> None:
        # On the window's thread: only noted here. A reply is begun with its first word.
        if conversation_id in self._playing and self._with.presence.agent_typing(conversation_id):
            with self._news_lock:
                self._composing.setdefault(conversation_id, self._clock())

    def _took(self, message: OutgoingMessage) -> float | None:
        """Seconds from the first word of a reply to its end, None where nobody typed."""
        with self._news_lock:
            began = self._composing.pop(message.conversation_id, None)
        if began is None or message.kind != MessageKind.TEXT:
            return None
        return max(self._clock() - began, _LEAST_TYPING_S)

    def _take_news(self) -> None:
        with self._news_lock:
            news, self._news = self._news, []
        if not news:
            return
        served = {one.guest.customer_id: one for one in self._playing.values() if one.begun}
        talks = {one.conversation_id: one.guest.customer_id for one in served.values()}
        with self._with.db.read() as session:
            done = [doing for changes in news for doing in doings(session, changes, talks)]
        for doing in done:
            self._notice(served[doing.customer_id], doing)

    def _notice(self, one: Playing, doing: Doing) -> None:
        if doing.key in one.seen or doing.text == one.staff_id.hex():
            return
        one.seen.add(doing.key)
        at, customer = self._time - one.arrives, one.customer
        if doing.action == CLOSED:
            one.unsaid.clear()
            customer.hang_up()
            return
        wrong = self._is_wrong(one, doing)
        # Without an order to remark on, a note in the conversation is the record of it.
        noted = doing.action == NOTE and not customer.scenario.order
        customer.act("remark" if noted else doing.action, at, wrong="address" if wrong else "")
        if doing.action == "confirm_order" and not wrong:
            self._answer_card(one, bytes.fromhex(doing.key[1]))

    def _is_wrong(self, one: Playing, doing: Doing) -> bool:
        """Whether an order now says another address than the customer told."""
        told = {need.action for need in one.customer.scenario.needs}
        matters = doing.action in {"correct_address", "confirm_order"} and "correct_address" in told
        return matters and not same_address(one.guest.facts["address"], doing.text)

    def _answer_card(self, one: Playing, confirmation_id: bytes) -> None:
        try:
            self._with.answer_card(confirmation_id, one.conversation_id)
            one.cards.append(confirmation_id)
        except UserError:
            log.info("a practice customer could not answer a card")


def _due(one: Playing, at: float) -> int:
    return sum(line.at <= at for line in one.unsaid)
