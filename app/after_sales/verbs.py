"""`kefu after-sales list|add|import|undo-import` (DESIGN §8)."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from app.core.i18n import _
from app.core.outcome import Outcome, Subparsers, verb
from app.sources import BadCell, expanded, import_outcome, money, rows_lines, undo_outcome

if TYPE_CHECKING:
    from app.after_sales.model import AfterSaleFacts
    from app.after_sales.report import CaseReport
    from app.services import Services

_PLAIN: Final = (
    *("kind", "state", "platform", "shop", "number", "platform_status", "buyer", "quantity"),
    *("reason_group", "reason", "platform_reason", "responsibility", "freight_payer"),
    *("freight_fen", "amount_fen", "currency", "grade", "disputed", "text", "outcome"),
    *("reaction", "return_carrier", "return_number"),
)
_TIMES: Final = ("requested", "agreed", "refused", "done", "withdrawn", "deadline")


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    parser = verbs.add_parser(
        "after-sales", help=_("after-sales records: list, add, import, undo-import")
    )
    group = parser.add_subparsers(required=True, metavar="VERB")
    _register_import(group)
    _register_list(group)
    _register_add(group)


def _register_import(group: Subparsers[argparse.ArgumentParser]) -> None:
    parser = verb(
        group, "import", import_cases, about=_("import exports of refunds, after-sales and reviews")
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help=_("exported files"))
    parser.add_argument("--dry-run", action="store_true", help=_("only tell what would change"))
    parser.add_argument("--shop", default="", help=_("the shop of orders that are not known yet"))
    parser.set_defaults(may_create=True)
    verb(group, "undo-import", undo_import, about=_("take the last import on this computer back"))


def _register_list(group: Subparsers[argparse.ArgumentParser]) -> None:
    parser = verb(group, "list", list_cases, about=_("list records, newest first"))
    for name, about in (
        ("--state", _("only in this state")),
        ("--kind", _("only of this kind")),
        ("--reason", _("only of this group of reasons")),
        ("--responsible", _("only where this party answers")),
    ):
        parser.add_argument(name, action="append", default=[], help=about)
    parser.add_argument("--query", default="", help=_("number, buyer, goods or words"))
    parser.add_argument("--limit", type=int, default=0, help=_("at most so many"))


def _register_add(group: Subparsers[argparse.ArgumentParser]) -> None:
    parser = verb(group, "add", add_case, about=_("note an after-sale of an order"))
    parser.add_argument("order", metavar="ORDER", help=_("the order's number"))
    parser.add_argument("--kind", required=True, help=_("e.g. refund, exchange, complaint, review"))
    parser.add_argument("--reason", default="", help=_("e.g. quality, no_reason, not_received"))
    parser.add_argument("--amount", default="", help=_("what the customer gets, in yuan"))
    parser.add_argument("--freight", default="", help=_("the freight, in yuan"))
    parser.add_argument("--responsible", default=None, help=_("buyer, seller or carrier"))
    parser.add_argument("--freight-payer", default=None, help=_("buyer, seller or carrier"))
    parser.add_argument("--grade", default="", help=_("of a review: good, middling or bad"))
    parser.add_argument("--text", default="", help=_("what the customer says"))


def import_cases(services: Services, args: argparse.Namespace) -> Outcome:
    """Import files, or tell what an import would do."""
    files = [path for name in args.files for path in expanded(name)]
    importing = services.after_sale_import
    act = importing.preview if args.dry_run else importing.run
    report = act(files, shop=args.shop)
    return import_outcome(report, _lines(report))


def undo_import(services: Services, _args: argparse.Namespace) -> Outcome:
    """Take the last import back."""
    from app.after_sales.report import case_undo_words

    report = services.after_sale_import.undo()
    return undo_outcome(report, case_undo_words(report))


def list_cases(services: Services, args: argparse.Namespace) -> Outcome:
    """List records."""
    from app.after_sales.queries import AfterSaleFilter

    wanted = AfterSaleFilter(
        text=args.query,
        states=frozenset(args.state),
        kinds=frozenset(args.kind),
        groups=frozenset(args.reason),
        parties=frozenset(args.responsible),
    )
    found = services.after_sales.find(wanted, args.limit or None)
    return Outcome({"after_sales": [case_document(r) for r in found]}, [_line(r) for r in found])


def add_case(services: Services, args: argparse.Namespace) -> Outcome:
    """Note a record; responsibility and freight follow the reason unless they are said."""
    from dataclasses import replace

    from app.after_sales.model import Draft
    from app.core.errors import NotFound

    order = services.orders.by_number(args.order)
    if order is None:
        raise NotFound(_("There is no order {number}.").format(number=args.order))
    draft = services.after_sales.propose(
        Draft(
            kind=args.kind,
            order_id=order.id,
            reason=args.reason,
            amount_fen=_fen(args.amount),
            freight_fen=_fen(args.freight),
            grade=args.grade,
            text=args.text,
        )
    )
    if args.responsible is not None:
        draft = replace(draft, responsibility=args.responsible)
    if args.freight_payer is not None:
        draft = replace(draft, freight_payer=args.freight_payer)
    record = services.after_sales.add(draft).record
    return Outcome({"after_sale": case_document(record)}, [_line(record)])


def case_document(record: AfterSaleFacts) -> dict[str, Any]:
    """A record in the shape of `after-sales list`."""
    document: dict[str, Any] = {"id": record.id.hex(), "order": record.order_number}
    document |= {name: getattr(record, name) for name in _PLAIN}
    document |= {"item": record.item_title, "agent": record.staff_name}
    return document | {name: _iso(getattr(record, f"{name}_at")) for name in _TIMES}


def _fen(text: str) -> int:
    from app.core.errors import UserError

    try:
        return money(text.strip())
    except BadCell as error:
        raise UserError(error.reason, code="bad_amount") from error


def _iso(moment: int | None) -> str | None:
    if not moment:
        return None
    zone = dt.timezone(dt.timedelta(hours=8))
    return dt.datetime.fromtimestamp(moment / 1000, zone).isoformat()


def _line(record: AfterSaleFacts) -> str:
    from app.after_sales.words import KIND_NAMES, REASON_NAMES, STATE_NAMES

    amount = f"{record.amount_fen / 100:.2f}" if record.amount_fen else ""
    reason = REASON_NAMES.get(record.reason)
    words = (
        *(record.order_number, _(KIND_NAMES.get(record.kind, record.kind))),
        *(_(STATE_NAMES.get(record.state, record.state)), amount),
        *(_(reason) if reason else record.platform_reason, record.buyer),
    )
    return "  ".join(word for word in words if word)


def _lines(report: CaseReport) -> list[str]:
    counts = report.document()["after_sales"]
    total = _("After-sales: {new} new, {changed} changed, {same} the same").format(**counts)
    return [*rows_lines(report.files), total]
