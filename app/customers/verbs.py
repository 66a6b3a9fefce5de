"""`kefu customers find`, `customers show` and `customers erase` (DESIGN §8)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.outcome import DONE, PROBLEMS, Outcome, Subparsers, verb
from app.customers.erasure_words import alike_words, count_words, held_words, kept_words
from app.customers.model import CustomerCard, CustomerFilter, CustomerRow
from db.models import Customer, ErasureReason

if TYPE_CHECKING:
    from app.customers.erasure_model import ErasurePreview, ErasureReport
    from app.services import Services

_KEY_BYTES: Final = 16


def register(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    about = _("customers")
    group = verbs.add_parser("customers", help=about, description=about).add_subparsers(
        dest="customers_verb", required=True, metavar="VERB"
    )
    finding = verb(group, "find", run_find, about=_("find customers by nick, name or phone"))
    finding.add_argument("text", nargs="*", help=_("words or digits; none lists all"))
    finding.add_argument("--limit", type=int, default=50, help=_("at most so many"))
    showing = verb(group, "show", run_show, about=_("show a customer's card"))
    showing.add_argument("customer", metavar="ID|NICK", help=_("the customer"))
    erasing = verb(
        group, "erase", run_erase, about=_("erase a person at all stations; can't be undone")
    )
    erasing.add_argument("customer", metavar="ID|NICK", help=_("the customer"))
    erasing.add_argument("--dry-run", action="store_true", help=_("only tell what would go"))
    erasing.add_argument(
        "--reason", choices=[str(reason) for reason in ErasureReason],
        default=str(ErasureReason.REQUEST), help=_("why, for the record"),
    )  # fmt: skip
    erasing.add_argument(
        "--delete-backups", action="store_true",
        help=_("also delete the backups that still hold the person"),
    )  # fmt: skip


def run_find(services: Services, args: argparse.Namespace) -> Outcome:
    """Find customers."""
    wanted = CustomerFilter(text=" ".join(args.text))
    rows = services.customers.find(wanted, limit=max(args.limit, 1))
    lines = [f"{r.id.hex()}  {r.shown_name}  {r.nick}  {r.phone}  {r.place}" for r in rows]
    return Outcome({"customers": [_row(row) for row in rows]}, lines)


def run_show(services: Services, args: argparse.Namespace) -> Outcome:
    """Show a card."""
    card = services.customers.card(_find(services, args.customer))
    document = _card(card)
    lines = [f"{key}: {value}" for key, value in document.items() if value not in ("", None, [])]
    return Outcome({"customer": document}, lines)


def run_erase(services: Services, args: argparse.Namespace) -> Outcome:
    """Erase a person, or tell what would go; exit code 1 where backups still hold them."""
    customer = _find(services, args.customer)
    if args.dry_run:
        preview = services.erasures.preview(customer)
        lines = [*_counted(preview.counts), *kept_words(preview), *alike_words(preview)]
        return Outcome(_previewed(preview), [*lines, *_backup_lines(preview)])
    report = services.erasures.erase(customer, args.reason)
    counts = report.counts
    if args.delete_backups and report.backups:
        report = services.erasures.delete_backups(report)
    lines = [
        _("The person was erased."),
        *_counted(counts),
        *kept_words(report),
        *held_words(report),
    ]
    lines += _backup_lines(report)
    return Outcome(_reported(report, counts), lines, PROBLEMS if report.backups else DONE)


def _find(services: Services, text: str) -> bytes:
    """A customer by id or nick; raises `NotFound`, or `UserError` where several have the nick."""
    try:
        named = bytes.fromhex(text)
    except ValueError:
        named = b""
    query = select(Customer.id).where(
        Customer.nick == text, Customer.deleted.is_(False), Customer.merged_into.is_(None)
    )
    with services.db.read() as session:
        if len(named) == _KEY_BYTES:
            query = select(Customer.id).where(Customer.id == named)
        found = session.scalars(query).all()
    if not found:
        raise NotFound(_("This customer does not exist (any more)."))
    if len(found) > 1:
        raise UserError(
            _("Several customers have this nick: give the ID."),
            hint=", ".join(customer.hex() for customer in found),
            code="ambiguous",
        )
    return found[0]


def _row(row: CustomerRow) -> dict[str, Any]:
    return {
        "id": row.id.hex(),
        "name": row.shown_name,
        "nick": row.nick,
        "platform": row.platform,
        "phone": row.phone,
        "place": row.place,
        "lifecycle": row.lifecycle,
        "value_class": row.value_class,
        "tags": [tag.name for tag in row.tags],
        "last_seen": row.last_seen_at,
    }


def _card(card: CustomerCard) -> dict[str, Any]:
    names = (
        "platform shop nick name salutation phone email province city district detail zip "
        "lifecycle value_class birthday family occupation personality education spending_view "
        "blocked order_count paid_fen"
    )
    return {
        "id": card.id.hex(),
        **{name: getattr(card, name) for name in names.split()},
        "created": card.created_at,
        "last_seen": card.last_seen_at,
        "tags": [tag.name for tag in card.tags],
        "notes": [{"text": note.text, "by": note.staff_name, "at": note.at} for note in card.notes],
        "orders": [order.number for order in card.orders],
        "erased": card.erased_at,
        "erased_by": card.erased_by,
    }


def _previewed(preview: ErasurePreview) -> dict[str, Any]:
    return {
        "would_erase": {
            "customer": preview.customer_id.hex(),
            "counts": preview.counts,
            "kept": {"orders": preview.counts["orders"], "shared_parcels": preview.shared_parcels},
            "backups": _backups(preview),
            "alike": list(preview.alike),
            "shared": preview.shared,
            "possible_here": preview.manages,
        }
    }


def _reported(report: ErasureReport, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "erased": {
            "customer": report.customer_id.hex(),
            "at": report.at,
            "reason": report.reason,
            "counts": counts,
            "kept": {"orders": counts["orders"], "shared_parcels": report.shared_parcels},
            "backups": _backups(report),
            "shared": report.shared,
            "sealed_files": report.sealed,
            "sealed_until": report.gone_by,
        }
    }


def _backups(told: ErasurePreview | ErasureReport) -> list[dict[str, Any]]:
    return [
        {"file": str(b.file), "made": b.made_at, "size": b.size, "sure": b.sure}
        for b in told.backups
    ]


def _counted(counts: dict[str, int]) -> list[str]:
    return [f"  {title}: {n:,}" for title, n in count_words(counts)]


def _backup_lines(told: ErasurePreview | ErasureReport) -> list[str]:
    line = _("This backup holds the person: {file}")
    return [line.format(file=backup.file) for backup in told.backups]
