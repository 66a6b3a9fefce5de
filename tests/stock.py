"""A little stock for a practice shop, and somebody at its desk on a clock the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.channels import OutgoingMessage
from app.channels.simulator import Simulator
from app.conversations import InboxRow, InboxView, MessageKind, MessageState, MessageView
from app.core.settings import SHOP_NAME
from app.services import Services
from app.training import Attempt, Training
from app.training.playing import Playing
from db.ids import customer_id, order_id
from db.models import Customer, Order, OrderItem, OrderShipment, Product, Shipment

SHOP = "青禾生活馆"
STATES = ("unpaid", "paid", "shipped", "received", "completed")
GOODS = ("青禾 加绒连帽卫衣", "青禾 玻璃保鲜盒 5件套", "青禾 保温杯 500ml")
EACH = 3
STEP_S = 0.5


def stock(services: Services) -> None:
    """Fill an empty practice shop."""
    services.settings.set(SHOP_NAME, SHOP)
    with services.db.write("import") as session:
        for n, title in enumerate(GOODS):
            session.add(Product(number=f"QH{n}", title=title, price_fen=9_900 + n))
        for n, state in enumerate(state for state in STATES for _n in range(EACH)):
            nick = f"buyer{n:02}"
            buyer = customer_id("taobao", SHOP, nick)
            place = {"province": "浙江省", "city": "杭州市", "district": "西湖区"}
            place["detail"] = f"文三路{n + 1}号"
            session.add(
                Customer(
                    id=buyer, platform="taobao", shop=SHOP, nick=nick, name=f"客人{n}",
                    created_at=0, **place,
                )
            )  # fmt: skip
            number = f"88{n:04}"
            key = order_id("taobao", SHOP, number)
            session.add(
                Order(
                    id=key, platform="taobao", shop=SHOP, number=number, status=state,
                    customer_id=buyer, buyer_nick=nick, recipient=f"客人{n}",
                    phone="13900000000", created_at=1, paid_at=None if state == "unpaid" else 2,
                    total_fen=9_900, paid_fen=9_900, **place,
                )
            )  # fmt: skip
            session.add(OrderItem(order_id=key, title=GOODS[n % EACH], price_fen=9_900))
            if state == "shipped":
                parcel = Shipment(number=f"7810000000{n:04}", carrier_name="中通快递")
                session.add(parcel)
                session.flush()
                session.add(OrderShipment(order_id=key, shipment_id=parcel.id))


@dataclass
class Shop:
    """Somebody at the desk of the practice shop, and the time that passes."""

    services: Services
    seconds: float = 1_000.0
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        stage = self.training.stage
        stage._clock, stage._last = (lambda: self.seconds), self.seconds
        self.channel = Simulator(stage)
        stage.enter()

    @property
    def training(self) -> Training:
        return self.services.training

    def pass_time(self, seconds: float) -> list[str]:
        """Let time pass; returns what customers wrote meanwhile."""
        said = []
        for _n in range(round(seconds / STEP_S)):
            self.seconds += STEP_S
            for incoming in self.training.stage.step():
                self.services.conversations.receive(incoming)
                said.append(incoming.text)
        self.heard += said
        return said

    def until(self, there: Callable[[], object], seconds: float = 60) -> None:
        """Let time pass until something is so."""
        for _n in range(round(seconds / STEP_S)):
            if there():
                return
            self.pass_time(STEP_S)
        raise AssertionError("it never came to be")

    def send(self, text: str, kind: MessageKind = MessageKind.TEXT) -> MessageState:
        """Send a reply to the first customer through the channel."""
        one = self.playing()
        message = self.services.conversations.send(one.conversation_id, text)
        out = OutgoingMessage(message.id, one.conversation_id, one.account, one.visitor, kind, text)
        return self.channel.send(out).state

    def thread(self) -> list[MessageView]:
        """The newest practice conversation."""
        talks = self.services.conversations
        (row, *_rest) = talks.inbox(InboxView.ALL) + talks.inbox(InboxView.CLOSED)
        return talks.thread(row.id)

    def waiting(self) -> list[InboxRow]:
        """Who waits in the desk."""
        return self.services.conversations.inbox(InboxView.WAITING)

    def playing(self) -> Playing:
        return self.training.stage.playing()[0]

    def answer(self, text: str) -> list[str]:
        """Send a reply and let the customer answer it."""
        self.send(text)
        before = len(self.heard)
        self.until(lambda: len(self.heard) > before or not self.training.stage.playing())
        return self.heard[before:]

    def attempt(self) -> Attempt:
        """The newest attempt."""
        (row, *_rest) = self.training.results.attempts()
        return self.training.results.attempt(row.id)
