"""The only wiring: builds every service of the desk over one opened home."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from app.channels import ChannelLog, ChannelPlan, ChannelsService, Presence
from app.channels import settings as chat
from app.conversations import Attachments, Conversations
from app.core.errors import UserError
from app.core.i18n import _
from app.core.once import once
from app.core.settings import SHOP_NAME, Settings
from app.homes import Home, keep_kind
from app.practice import DEMO_AGENT, PRACTICE_CHANNEL
from app.staff import OPERATOR, StaffService
from app.sync import guard_restricted_rows, is_shared
from db.database import Database
from db.errors import DatabaseDamaged, DatabaseNewer, WrongKey

if TYPE_CHECKING:
    from app.after_sales import AfterSaleImport, AfterSales
    from app.channels.simulator import Simulator
    from app.channels.webchat import WebChat
    from app.customers import Customers, Tags
    from app.customers.erasure import Erasures
    from app.language import Language
    from app.orders import Confirmations, OrderImport, Orders, Verification
    from app.phrases import Phrases
    from app.practice.service import Practice
    from app.quality import Quality
    from app.records import RecordImport
    from app.satisfaction import SatisfactionService
    from app.search import Search
    from app.shipments import Shipments
    from app.stats import Stats
    from app.stats.appeals import Appeals
    from app.stats.board import Board
    from app.stats.export import Exports
    from app.stats.worth import Worth
    from app.sync.disputes import Disputes
    from app.sync.history import FieldHistory
    from app.sync.service import SyncService
    from app.sync.shop import Shop
    from app.training import Clearings, Exams, Path, Replays, Scenarios, Training, Typing

log = logging.getLogger(__name__)

POLL_S = 0.25
INDEX_BATCH = 2_000
COUNT_AFTER_S = 30.0
"""Nobody who opens a window waits for numbers at once."""
COUNT_EVERY_S = 20.0


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
        self.channels = _channels(self)

    @once
    def attachments(self) -> Attachments:
        return Attachments(self.db, self.home.path / "attachments")

    @once
    def customers(self) -> Customers:
        from app.customers import Customers

        return Customers(self.db, self.staff)

    @once
    def erasures(self) -> Erasures:
        from app.customers.erasure import Erasures

        return Erasures(self.db, self.staff, self.attachments, self.home)

    @once
    def tags(self) -> Tags:
        from app.customers import Tags

        return Tags(self.db, self.staff)

    @once
    def search(self) -> Search:
        from app.search import Search

        return Search(self.db)

    @once
    def phrases(self) -> Phrases:
        from app.phrases import Phrases

        return Phrases(self.db, self.staff, self.settings)

    @once
    def language(self) -> Language:
        from app.language import Language

        return Language(self.db, self.settings)

    @once
    def orders(self) -> Orders:
        from app.orders import Orders

        return Orders(self.db, self.staff, self.settings)

    @once
    def order_import(self) -> OrderImport:
        from app.orders import OrderImport
        from app.sources.taobao import Taobao

        return OrderImport(
            self.db, self.staff, self.settings, [Taobao()], self.after_sales.match_orders
        )

    @once
    def after_sales(self) -> AfterSales:
        from app.after_sales import AfterSales

        return AfterSales(self.db, self.staff, self.settings)

    @once
    def after_sale_import(self) -> AfterSaleImport:
        from app.after_sales import AfterSaleImport

        return AfterSaleImport(self.db, self.staff, self.settings)

    @once
    def record_import(self) -> RecordImport:
        from app.records import RecordImport

        return RecordImport(self.db, self.staff, self.settings)

    @once
    def confirmations(self) -> Confirmations:
        from app.orders import Confirmations

        return Confirmations(self.db, self.conversations, self.settings, self.staff)

    @once
    def verification(self) -> Verification:
        from app.orders import Verification

        return Verification(self.db, self.staff, self.settings)

    @once
    def shipments(self) -> Shipments:
        from app.carriers.accounts import KeyringAccount
        from app.carriers.kuaidi100 import Kuaidi100
        from app.shipments import Shipments

        account = None if self.home.practice else KeyringAccount(self.home.id)
        carrier = Kuaidi100(account.get if account else lambda: None)
        return Shipments(self.db, self.staff, self.settings, carrier, account)

    def _ask_on_close(self, conversation_id: bytes) -> None:
        # The question's code is loaded when the first conversation is closed.
        self.satisfaction.ask_on_close(conversation_id)

    @once
    def satisfaction(self) -> SatisfactionService:
        from app.satisfaction import SatisfactionService

        return SatisfactionService(self.db, self.staff, self.settings, self.conversations)

    @once
    def stats(self) -> Stats:
        from app.stats import Stats

        return Stats(self.db, self.staff, self.settings)

    @once
    def board(self) -> Board:
        from app.stats.board import Board

        return Board(self.db, self.staff, self.settings, self.stats)

    @once
    def appeals(self) -> Appeals:
        from app.stats.appeals import Appeals

        return Appeals(self.db, self.staff, self.stats)

    @once
    def stats_exports(self) -> Exports:
        from app.stats.export import Exports

        return Exports(self.staff, self.settings, self.stats)

    @once
    def quality(self) -> Quality:
        from app.quality import Quality

        return Quality(self.db, self.staff, self.settings, self.stats)

    @once
    def worth(self) -> Worth:
        from app.stats.worth import Worth

        return Worth(self.db, self.staff, self.settings, self.stats)

    @once
    def practice(self) -> Practice:
        from app.practice.service import Practice

        recompute = self.conversations.recompute
        practice = Practice(self.home, self.db, self.settings, self.staff, recompute)
        practice.before_reset.append(self._end_practice)
        return practice

    def _end_practice(self) -> None:
        if "training" in self.__dict__:
            self.training.stage.stop()

    @once
    def training(self) -> Training:
        from app.training import PracticeDesk, Training

        def confirm(confirmation_id: bytes, conversation_id: bytes) -> None:
            self.confirmations.answer(confirmation_id, conversation_id, {"state": "confirmed"})

        desk = PracticeDesk(
            self.db,
            self.staff,
            self.settings,
            self.conversations,
            self.channels.presence,
            self.language.checker,
            confirm,
        )
        return Training(desk, practice=self.home.practice, known=self.scenarios.in_force)

    @once
    def scenarios(self) -> Scenarios:
        from app.training import Scenarios

        return Scenarios(self.db, self.staff, self.language.checker)

    @once
    def exams(self) -> Exams:
        from app.training import Exams

        return Exams(self.db, self.staff)

    @once
    def typing(self) -> Typing:
        from app.training import Typing

        return Typing(self.db, self.staff, lambda: self.phrases)

    @once
    def path(self) -> Path:
        from app.training import Path

        return Path(self.db, self.staff, self.settings, self.scenarios.in_force)

    @once
    def clearings(self) -> Clearings:
        from app.training import Clearings

        return Clearings(self.home, self.db, self.staff, self.settings, self.path)

    @once
    def replays(self) -> Replays:
        from app.training import Replays

        checker = self.language.checker
        return Replays(self.home, self.db, self.staff, self.settings, checker)

    @once
    def sync(self) -> SyncService:
        from app.sync.service import SyncService

        return SyncService(
            self.db,
            self.settings,
            self.channels.presence,
            self.attachments,
            practice=self.home.practice,
        )

    @once
    def shop(self) -> Shop:
        from app.sync.shop import Shop

        return Shop(self.home, self.db, self.settings, self.staff, lambda: self.sync)

    @once
    def disputes(self) -> Disputes:
        from app.sync.disputes import Disputes

        return Disputes(self.db, self.sync.station_name, self.staff)

    @once
    def history(self) -> FieldHistory:
        from app.sync.history import FieldHistory

        return FieldHistory(self.db, self.sync.station_name)

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


class Keeper:
    """The background thread: follows other processes, fills the index, gets the numbers ready."""

    def __init__(self, db: Database, count: Callable[[Callable[[], bool]], None]) -> None:
        """`count` works the numbers' facts out and stops soon when told to."""
        self._db, self._count = db, count
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; harmless if it runs already."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="kefu-keeper")
            self._thread.start()

    def stop(self) -> None:
        """End and wait for it, a fraction of a second."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        count_at = time.monotonic() + COUNT_AFTER_S
        while not self._stop.is_set():
            try:
                self._db.poll()
                while self._db.index_pending(INDEX_BATCH) and not self._stop.is_set():
                    pass
                self._keep_erased()
                if time.monotonic() >= count_at:
                    count_at = time.monotonic() + COUNT_EVERY_S
                    self._count(self._stop.is_set)
            except Exception:
                # A busy or full disk passes; the next round tries again.
                log.exception("background round failed")
            self._stop.wait(POLL_S)

    def _keep_erased(self) -> None:
        """What came of an erased person since is theirs too; where it is shared, a pass does it."""
        with self._db.cursor() as cursor:
            somebody = cursor.execute("SELECT 1 FROM erasures LIMIT 1").fetchone()
        if somebody and not is_shared(self._db):
            from db.erasing.roots import discover

            discover(self._db)


def build_services(home: Home, *, fill: bool = True) -> Services:
    """Open the home's database and wire the services; raises `UserError`.

    With `fill` an empty practice home gets the practice shop's data.
    """
    services = Services(home, _open_database(home))
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


def _channels(services: Services) -> ChannelsService:
    db, settings, staff = services.db, services.settings, services.staff
    presence, log_ = Presence(), ChannelLog(db)

    def webchat(overrides: Mapping[str, Any]) -> WebChat:
        # A web server is loaded only where one is wanted.
        from app.channels.webchat import Desk, Look, WebChat, WebChatOptions

        look = Look(
            shop=settings.get(SHOP_NAME),
            accent=settings.get(chat.WEBCHAT_ACCENT),
            greeting_zh=settings.get(chat.WEBCHAT_GREETING_ZH),
            greeting_en=settings.get(chat.WEBCHAT_GREETING_EN),
            offline_form=settings.get(chat.WEBCHAT_OFFLINE_FORM),
        )
        origins: list[str] = settings.get(chat.WEBCHAT_ORIGINS)
        options = WebChatOptions(
            host=overrides.get(chat.WEBCHAT_HOST.key, settings.get(chat.WEBCHAT_HOST)),
            port=overrides.get(chat.WEBCHAT_PORT.key, settings.get(chat.WEBCHAT_PORT)),
            origins=tuple(origins),
            look=look,
            burst=settings.get(chat.WEBCHAT_BURST),
            per_second=settings.get(chat.WEBCHAT_PER_SECOND),
            per_address=settings.get(chat.WEBCHAT_PER_ADDRESS),
        )
        return WebChat(
            Desk(
                db,
                services.conversations,
                services.attachments,
                presence,
                services.confirmations,
                satisfaction=services.satisfaction,
            ),
            options,
            staffed=services.staffed,
            report=partial(log_.add, "webchat"),
        )

    def simulator(_overrides: Mapping[str, Any]) -> Simulator:
        from app.channels.simulator import Simulator

        return Simulator(services.training.stage)

    plans = {"webchat": ChannelPlan(partial(settings.get, chat.WEBCHAT_ON), webchat)}
    if services.home.practice:
        plans[PRACTICE_CHANNEL] = ChannelPlan(lambda: True, simulator)
    return ChannelsService(db, services.conversations, presence, log_, plans, settings, staff)


def _open_database(home: Home) -> Database:
    try:
        return Database(home.database, home.key)
    except WrongKey as error:
        raise UserError(
            _("The database can't be opened with this shop's key."),
            hint=_("Restore a backup, or check that the folder was copied whole."),
            code="wrong_key",
        ) from error
    except DatabaseNewer as error:
        raise UserError(
            _("This shop was last opened by a newer version of Kefu Desk."),
            hint=_("Update the program on this computer."),
            code="database_newer",
        ) from error
    except DatabaseDamaged as error:
        raise UserError(
            _("The database is damaged: {detail}").format(detail=error),
            hint=_("Restore a backup."),
            code="database_damaged",
        ) from error
