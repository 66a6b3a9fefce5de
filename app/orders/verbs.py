"""`kefu orders import` and `kefu orders list` (DESIGN §8)."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.orders.import_undo import undo_words
from app.orders.verb_group import orders_group
from app.sources import expanded, import_outcome, rows_lines, undo_outcome

if TYPE_CHECKING:
    from app.orders.model import OrderFacts
    from app.orders.report import ImportReport
    from app.services import Services

_CHINA: Final = dt.timezone(dt.timedelta(hours=8))


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    group = orders_group(verbs)
    importing = verb(group, "import", import_orders, about=_("import order files"))
    importing.add_argument("files", nargs="+", metavar="FILE", help=_("exported order files"))
    importing.add_argument("--dry-run", action="store_true", help=_("only tell what would change"))
    importing.set_defaults(may_create=True)
    importing.add_argument("--shop", default="", help=_("the shop, where the file names none"))
    verb(group, "undo-import", undo_import, about=_("take the last import on this computer back"))
    listing = verb(group, "list", list_orders, about=_("list orders, newest first"))
    listing.add_argument("--status", action="append", default=[], help=_("only in this state"))
    listing.add_argument(
        "--query", default="", help=_("number, buyer, recipient, phone or tracking number")
    )
    listing.add_argument("--limit", type=int, default=0, help=_("at most so many"))


def import_orders(services: Services, args: argparse.Namespace) -> Outcome:
    """Import files, or tell what an import would do."""
    files = [path for name in args.files for path in expanded(name)]
    act = services.order_import.preview if args.dry_run else services.order_import.run
    report = act(files, shop=args.shop)
    return import_outcome(report, _lines(report))


def undo_import(services: Services, _args: argparse.Namespace) -> Outcome:
    """Take the last import back."""
    report = services.order_import.undo()
    return undo_outcome(report, undo_words(report))


def list_orders(services: Services, args: argparse.Namespace) -> Outcome:
    """List orders."""
    from app.orders.queries import OrderFilter

    wanted = OrderFilter(text=args.query, statuses=frozenset(_states(args.status)))
    orders = services.orders.find(wanted, limit=args.limit or None)
    lines = [
        "  ".join((order.number, order.status, order.buyer, order.receiver.name, _first(order)))
        for order in orders
    ]
    return Outcome({"orders": [order_document(order) for order in orders]}, lines)


def order_document(order: OrderFacts) -> dict[str, Any]:
    """An order in the shape of `orders list`."""
    receiver = order.receiver
    place = ("province", "city", "district", "detail", "zip")
    return {
        "platform": order.platform,
        "shop": order.shop,
        "number": order.number,
        "status": order.status,
        "platform_status": order.platform_status,
        "buyer": order.buyer,
        "recipient": receiver.name,
        "phone": receiver.full_phone,
        "address": {name: getattr(receiver, name) for name in place},
        "total_fen": order.total_fen,
        "paid_fen": order.paid_fen,
        "created": _iso(order.created_at),
        "paid_at": _iso(order.paid_at),
        "items": [
            {"title": i.title, "sku": i.sku, "quantity": i.quantity, "price_fen": i.price_fen}
            for i in order.items
        ],
        "buyer_message": order.buyer_message,
        "remark": order.seller_remark,
        "shipments": [
            {"carrier": p.carrier or p.carrier_name, "number": p.number, "state": p.state}
            for p in order.parcels
        ],
        "corrected": order.corrected,
    }


def _states(words: list[str]) -> list[str]:
    from app.core.errors import UserError
    from db.models import OrderStatus

    states = [state for word in words for state in word.split(",") if state]
    known = [str(state) for state in OrderStatus]
    for state in states:
        if state not in known:
            raise UserError(
                _("There is no order state “{state}”.").format(state=state),
                hint=", ".join(known),
                code="usage",
            )
    return states


def _iso(moment: int | None) -> str | None:
    if not moment:
        return None
    return dt.datetime.fromtimestamp(moment / 1000, _CHINA).isoformat()


def _first(order: OrderFacts) -> str:
    return order.items[0].title if order.items else ""


def _lines(report: ImportReport) -> list[str]:
    orders = report.document()["orders"]
    total = _("Orders: {new} new, {changed} changed, {same} the same").format(**orders)
    return [*rows_lines(report.files), total]
