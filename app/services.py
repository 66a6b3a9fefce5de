"""What one can do with a home, service by service; `app.wiring` tells how each is made."""

from __future__ import annotations

from collections.abc import Callable

from app.conversations import Conversations
from app.core.errors import UserError
from app.core.once import once
from app.core.settings import Settings
from app.homes import Home, keep_kind
from app.keeper import Keeper
from app.practice import DEMO_AGENT
from app.staff import OPERATOR, StaffService
from app.sync import guard_restricted_rows, is_shared
from app.wiring import figures, learning, people, sharing, talks, trade
from app.wiring.channels import channels
from app.wiring.opening import open_database
from db.database import Database


class Services:
    """What one can do with a home; the window and the command line hold nothing else.

    What the inbox needs is made at once; the rest, and its code, is loaded at its first use.
    """

    def __init__(self, home: Home, db: Database) -> None:
        self.home, self.db = home, db
        self.settings = Settings(db)
        self.staff = StaffService(db, self.settings)
        self.staff.practising = home.practice
        self.conversations = Conversations(db, self.staff)
        self.keeper = Keeper(db, self._count)
        self.conversations.closing = self._ask_on_close
        self.channels = channels(self)

    attachments = once(talks.attachments)
    follow_ups = once(talks.follow_ups)
    phrases = once(talks.phrases)
    language = once(talks.language)
    satisfaction = once(talks.satisfaction)

    customers = once(people.customers)
    tags = once(people.tags)
    erasures = once(people.erasures)
    search = once(people.search)

    orders = once(trade.orders)
    order_import = once(trade.order_import)
    confirmations = once(trade.confirmations)
    verification = once(trade.verification)
    shipments = once(trade.shipments)
    after_sales = once(trade.after_sales)
    after_sale_import = once(trade.after_sale_import)
    record_import = once(trade.record_import)

    stats = once(figures.stats)
    stats_exports = once(figures.stats_exports)
    board = once(figures.board)
    appeals = once(figures.appeals)
    quality = once(figures.quality)
    worth = once(figures.worth)

    practice = once(learning.practice)
    training = once(learning.training)
    scenarios = once(learning.scenarios)
    exams = once(learning.exams)
    corrections = once(learning.corrections)
    typing = once(learning.typing)
    path = once(learning.path)
    clearings = once(learning.clearings)
    replays = once(learning.replays)

    sync = once(sharing.sync)
    shop = once(sharing.shop)
    disputes = once(sharing.disputes)
    history = once(sharing.history)

    def _ask_on_close(self, conversation_id: bytes) -> None:
        # The question's code is loaded when the first conversation is closed.
        self.satisfaction.ask_on_close(conversation_id)

    def share(self) -> None:
        """Begin to sync where this home belongs to a shared shop; its code is loaded only then."""
        if is_shared(self.db):
            self.sync.start()

    def staffed(self) -> bool:
        """Tell whether somebody is at a desk of this shop, here or at another station."""
        me = self.staff.current
        if "sync" not in self.__dict__:
            return me is not None
        return (me is not None and me.id != OPERATOR) or self.sync.staffed_elsewhere()

    def prepare(self) -> None:
        """Load the code a desk needs soon, before somebody waits for it; for a job."""
        for part in ("customers", "tags", "orders", "shipments", "phrases", "confirmations"):
            getattr(self, part)

    def _count(self, stopped: Callable[[], bool]) -> None:
        self.stats.facts.catch_up(stopped)

    def close(self) -> None:
        """Stop what runs and close the database."""
        self.channels.stop()
        if "sync" in self.__dict__:
            self.sync.stop()
        self.keeper.stop()
        self.db.close()


def build_services(home: Home, *, fill: bool = True) -> Services:
    """Open the home's database and wire the services; raises `UserError`.

    With `fill` an empty practice home gets the practice shop's data.
    """
    services = Services(home, open_database(home))
    try:
        keep_kind(home, services.db)
    except UserError:
        services.close()
        raise
    guard_restricted_rows(services.db)
    if fill and home.practice and services.staff.is_empty():
        _fill_practice(services)
    return services


def _fill_practice(services: Services) -> None:
    services.practice.fill()
    services.staff.sign_in_as(DEMO_AGENT)
    services.phrases.load_starters()
    services.staff.sign_out()
