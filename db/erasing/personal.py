"""Where personal data lie: the fields of each shared table, and which record a row belongs to.

A record is erased by name (`db.models.Erasure`); what hangs on it by a column that never changes
goes with it. Everything that may come to another record later is named itself.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from db.models import Base
from db.models.erasures import ERASED
from db.registry import BY_NAME, SyncTable
from db.sync.frames import Value
from db.sync.ranks import FACTS

EVERYTHING: Final = "erase_all"
"""Set in a connection's `info`: rows came that no change note tells of."""
HIDDEN: Final = "•"
"""Stands in the audit trail for a value that was erased."""


class Personal:
    """The personal fields of one table."""

    def __init__(
        self,
        table: str,
        fields: str,
        *owners: str,
        for_good: str = "",
        marked: str = "",
        removed: bool = False,
    ) -> None:
        """`owners`: columns that name the record a row hangs on; they never change.

        `for_good`: fields that later facts about the same thing do not fill again. `marked`:
        documents that say that they were erased. `removed`: the row has no use without its text.
        """
        self.table: Final[SyncTable] = BY_NAME[table]
        self.owners: Final = owners
        self.removed: Final = removed
        numbers = {name: number for number, name in self.table.numbered()}
        self.names: Final = frozenset(fields.split())
        self.numbers: Final = tuple(sorted(numbers[name] for name in self.names))
        self._marked = frozenset(marked.split())
        self._for_good = frozenset(numbers[name] for name in for_good.split())

    @cached_property
    def heads(self) -> frozenset[int]:
        """First fields of the bundles of facts that are personal as a whole."""
        facts = FACTS.get(self.table.number)
        own = set(self.numbers)
        bundles = facts.bundles if facts else ()
        return frozenset(bundle.head for bundle in bundles if own.issuperset(bundle.numbers))

    @cached_property
    def facts(self) -> frozenset[int]:
        """Their fields: which of two stations told them first must leave no trace."""
        facts = FACTS.get(self.table.number)
        bundles = facts.bundles if facts else ()
        return frozenset(n for b in bundles if b.head in self.heads for n in b.numbers)

    @cached_property
    def for_good(self) -> frozenset[int]:
        """Fields that stay blank whatever is told later: facts of a thing that is over."""
        return self._for_good | self.facts

    @cached_property
    def blanks(self) -> dict[int, Value]:
        """What each field holds instead."""
        columns = Base.metadata.tables[self.table.name].c
        names = dict(self.table.numbered())
        return {
            n: ERASED if names[n] in self._marked else (None if columns[names[n]].nullable else "")
            for n in self.numbers
        }

    def is_gone(self, number: int, stamp: int, cutoff: int) -> bool:
        """Tell whether a field's value of this stamp is erased."""
        return number in self.for_good or stamp <= cutoff


_PLACE: Final = "province city district detail zip"

_ALL: Final = (
    Personal(
        "customers",
        f"nick name salutation phone phone_tail email {_PLACE} birthday family occupation "
        "personality education spending_view",
    ),
    Personal("customer_notes", "text", removed=True),
    Personal("customer_tags", "reason", "customer_id", removed=True),
    Personal("conversations", "external_id"),
    Personal(
        "messages",
        "text payload attachment_id external_id",
        "conversation_id",
        marked="payload",
    ),
    Personal("drafts", "text", "conversation_id", removed=True),
    Personal("attachments", "sha256 name", removed=True),
    Personal(
        "orders",
        f"buyer_nick recipient phone phone_extension landline raw_address {_PLACE} "
        "fixed_recipient fixed_phone fixed_phone_extension fixed_province fixed_city "
        "fixed_district fixed_detail buyer_message seller_remark invoice_title review_reason extra",
    ),
    Personal("order_remarks", "text", "order_id", removed=True),
    Personal("confirmations", "shown answer", "order_id", "conversation_id", marked="shown"),
    Personal(
        "shipments",
        "phone_tail destination last_text",
        for_good="phone_tail destination last_text",
    ),
    Personal("traces", "text place", "shipment_id", for_good="text place"),
    Personal("after_sales", "platform_reason text outcome reaction extra"),
    Personal("satisfaction", "text", "conversation_id"),
    Personal("quality_comments", "text", "conversation_id", removed=True),
)

PERSONAL: Final = {spec.table.number: spec for spec in _ALL}
"""By table number. The audit trail's copies of these fields go with the rows they tell of."""

AUDIT: Final = BY_NAME["audit"]
ERASURES: Final = BY_NAME["erasures"].number


def personal_of(table: str) -> Personal | None:
    """Return the personal fields of a table by its name; None where it has none."""
    found = BY_NAME.get(table)
    return PERSONAL.get(found.number) if found else None
