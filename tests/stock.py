"""A little stock for a practice shop: customers with an order of every state, parcels, products."""

from __future__ import annotations

from app.core.settings import SHOP_NAME
from app.services import Services
from db.ids import customer_id, order_id
from db.models import Customer, Order, OrderItem, OrderShipment, Product, Shipment

SHOP = "青禾生活馆"
STATES = ("unpaid", "paid", "shipped", "received", "completed")
GOODS = ("青禾 加绒连帽卫衣", "青禾 玻璃保鲜盒 5件套", "青禾 保温杯 500ml")
EACH = 3


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
