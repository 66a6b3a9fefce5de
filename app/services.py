"""The only wiring: builds every service of the desk over one opened home."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from app.carriers.accounts import KeyringAccount
from app.carriers.kuaidi100 import Kuaidi100
from app.channels import ChannelLog, ChannelPlan, ChannelsService, Presence
from app.channels import settings as chat
from app.conversations import Attachments, Conversations
from app.core.errors import UserError
from app.core.i18n import _
from app.core.settings import SHOP_NAME, Settings
from app.customers import Customers, Tags
from app.homes import Home
from app.orders import Confirmations, OrderImport, Orders, Verification
from app.phrases import Phrases
from app.practice import (
    DEMO_AGENT,
    PRACTICE_CHANNEL,
    PracticeChannel,
    is_loaded,
    load_practice_shop,
)
from app.search import Search
from app.shipments import Shipments
from app.sources.taobao import Taobao
from app.staff import StaffService
from db.database import Database
from db.errors import DatabaseDamaged, DatabaseNewer, WrongKey

if TYPE_CHECKING:
    from app.channels.webchat import WebChat

log = logging.getLogger(__name__)

POLL_S = 0.25
INDEX_BATCH = 500


@dataclass(slots=True)
class Services:
    """What one can do with a home; the window and the command line hold nothing else."""

    home: Home
    db: Database
    settings: Settings
    staff: StaffService
    conversations: Conversations
    attachments: Attachments
    customers: Customers
    tags: Tags
    search: Search
    phrases: Phrases
    orders: Orders
    order_import: OrderImport
    confirmations: Confirmations
    verification: Verification
    channels: ChannelsService
    shipments: Shipments
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.keeper = Keeper(self.db)

    def close(self) -> None:
        """Stop what runs and close the database."""
        self.channels.stop()
        self.keeper.stop()
        self.db.close()


class Keeper:
    """The background thread that follows other processes and files what waits for the index."""

    def __init__(self, db: Database) -> None:
        self._db = db
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
        while not self._stop.is_set():
            try:
                self._db.poll()
                while self._db.index_pending(INDEX_BATCH) and not self._stop.is_set():
                    pass
            except Exception:
                # A busy or full disk passes; the next round tries again.
                log.exception("background round failed")
            self._stop.wait(POLL_S)


def build_services(home: Home) -> Services:
    """Open the home's database and wire the services; raises `UserError`."""
    db = _open_database(home)
    settings = Settings(db)
    staff = StaffService(db, settings)
    conversations = Conversations(db, staff)
    attachments = Attachments(db, home.path / "attachments")
    confirmations = Confirmations(db, conversations, settings)
    phrases = Phrases(db, staff, settings)
    if home.practice and not is_loaded(db):
        load_practice_shop(db, settings, datetime.now(UTC), conversations.recompute)
        staff.sign_in_as(DEMO_AGENT)
        phrases.load_starters()
        staff.sign_out()
    return Services(
        home=home,
        db=db,
        settings=settings,
        staff=staff,
        conversations=conversations,
        attachments=attachments,
        customers=Customers(db, staff),
        tags=Tags(db, staff),
        search=Search(db),
        phrases=phrases,
        orders=Orders(db, staff, settings),
        order_import=OrderImport(db, staff, settings, [Taobao()]),
        confirmations=confirmations,
        verification=Verification(db, staff, settings),
        channels=_channels(
            db, settings, staff, conversations, attachments, confirmations, practice=home.practice
        ),
        shipments=_shipments(home, db, staff, settings),
    )


def _shipments(home: Home, db: Database, staff: StaffService, settings: Settings) -> Shipments:
    account = None if home.practice else KeyringAccount(home.id)
    carrier = Kuaidi100(account.get if account else lambda: None)
    return Shipments(db, staff, settings, carrier, account)


def _channels(
    db: Database,
    settings: Settings,
    staff: StaffService,
    conversations: Conversations,
    attachments: Attachments,
    confirmations: Confirmations,
    *,
    practice: bool,
) -> ChannelsService:
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
            Desk(db, conversations, attachments, presence, confirmations),
            options,
            staffed=lambda: staff.current is not None,
            report=partial(log_.add, "webchat"),
        )

    plans = {"webchat": ChannelPlan(partial(settings.get, chat.WEBCHAT_ON), webchat)}
    if practice:
        plans[PRACTICE_CHANNEL] = ChannelPlan(lambda: True, lambda _overrides: PracticeChannel())
    return ChannelsService(db, conversations, presence, log_, plans, settings, staff)


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
