"""What each visitor and each address has asked of the desk so far, and when it is too much."""

from __future__ import annotations

from collections.abc import Callable

from app.channels.webchat.limits import (
    MARKS,
    MARKS_PER_SECOND,
    NEWCOMERS,
    NEWCOMERS_PER_SECOND,
    PICTURE_BYTES_A_DAY,
    PICTURES,
    PICTURES_PER_SECOND,
    READS,
    READS_PER_SECOND,
    STORED_A_DAY,
    RateLimit,
    is_loopback,
)
from app.channels.webchat.refusal import Refusal
from app.channels.webchat.store import ChatStore, Visitor
from app.channels.webchat.worker import Worker


class Allowance:
    """Counts what is asked; every `count_…` raises `Refusal` beyond the limit."""

    def __init__(
        self,
        store: ChatStore,
        worker: Worker,
        report: Callable[[str, str], None],
        *,
        burst: float,
        per_second: float,
    ) -> None:
        """`burst` messages of a visitor at once, then `per_second`; `report` as in `Counter`."""
        self._store, self._worker, self._report = store, worker, report
        self._messages = RateLimit(burst, per_second)
        self._pictures = RateLimit(PICTURES, PICTURES_PER_SECOND)
        self._newcomers = RateLimit(NEWCOMERS, NEWCOMERS_PER_SECOND)
        self._marks = RateLimit(MARKS, MARKS_PER_SECOND)
        self._reads = RateLimit(READS, READS_PER_SECOND)

    def count_newcomer(self, address: str) -> None:
        """Count a token that an address asks for; this machine's own programs may ask freely."""
        wait = 0 if is_loopback(address) else self._newcomers.take(address)
        if wait:
            self._report("newcomers", address)
            raise Refusal("rate", retry_ms=wait)

    def count_message(self, visitor: Visitor, client_id: str) -> None:
        """Count a message of any kind."""
        if wait := self._messages.take(visitor.key):
            raise Refusal("rate", client_id, wait)

    async def count_picture(self, visitor: Visitor, client_id: str, size: int) -> None:
        """Count a picture of `size` bytes, also against the day's quotas."""
        if wait := self._pictures.take(visitor.key):
            raise Refusal("rate", client_id, wait)
        conversation = visitor.conversation_id
        theirs, everybodys = await self._worker.read(self._store.kept_today, conversation)
        if theirs + size > PICTURE_BYTES_A_DAY or everybodys + size > STORED_A_DAY:
            raise Refusal("quota", client_id)

    def count_read(self, visitor_key: str) -> None:
        """Count a page of history or a picture that is asked for."""
        if wait := self._reads.take(visitor_key):
            self._report("rate", "")
            raise Refusal("rate", retry_ms=wait)

    def may_mark(self, visitor: Visitor) -> bool:
        """Whether one more mark (typing, read) of this visitor is listened to."""
        return not self._marks.take(visitor.key)
