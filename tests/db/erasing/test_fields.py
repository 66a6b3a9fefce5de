"""Every column with words is judged: it goes with the person, or it is known to hold none of them."""

from sqlalchemy import String, Text

from db.columns import Json
from db.erasing.personal import PERSONAL
from db.models import Base
from db.registry import TABLES

NOBODYS = {
    # Of the shop itself, its staff and its goods.
    "staff", "tag_groups", "tags", "phrase_groups", "phrases", "products", "skus", "settings",
    "erasures", "appeals", "order_items", "order_shipments", "quality_criteria", "quality_checks",
    "quality_scores", "audit",
    # Practice: invented customers, and real chats that were masked before they came in.
    "training_attempts", "training_comments", "training_exams", "training_answers",
    "training_typing", "training_assignments", "training_replays", "training_scenarios",
    "training_clearings", "training_corrections",
}  # fmt: skip
"""Tables without a customer's words; the audit trail's copies go with the rows they tell of."""
KEPT = {
    "customers": "platform shop lifecycle value_class",
    "customer_tags": "origin",
    "conversations": "channel account status",
    "messages": "author kind state error",
    "drafts": "kind",
    "attachments": "media_type",
    "orders": "platform shop number status platform_status close_reason fixed_by seller_flag "
    "currency review confirmation",
    "order_remarks": "flag",
    "confirmations": "state",
    "shipments": "carrier carrier_name number state query_error",
    "traces": "state code",
    "after_sales": "kind platform shop number order_number item_title state platform_status "
    "reason_group reason responsibility freight_payer currency grade return_carrier return_number",
}
"""What stays of an erased person's rows: choices out of lists, numbers, the shop's own words."""


def test_every_column_with_words_is_judged() -> None:
    for table in TABLES:
        columns = Base.metadata.tables[table.name].c
        words = {
            name
            for _, name in table.numbered()
            if isinstance(columns[name].type, String | Text | Json)
        }
        spec = PERSONAL.get(table.number)
        if spec is None:
            assert table.name in NOBODYS, f"who is told of in {table.name}?"
            continue
        kept = set(KEPT.get(table.name, "").split())
        assert words - kept - spec.names == set(), table.name
        assert not kept & spec.names, table.name


def test_an_owner_is_a_column_of_its_table() -> None:
    for spec in PERSONAL.values():
        assert set(spec.owners) <= {name for _, name in spec.table.numbered()}
