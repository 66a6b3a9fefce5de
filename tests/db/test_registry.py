"""The registry's numbers are append-only and cover every synced column."""

import hashlib

from db.models import Base
from db.registry import TABLES

SYNC_COLUMNS = {"rid", "id", "_st", "_dv", "_fc", "_del"}


def test_every_column_of_a_synced_table_has_a_number_or_is_derived() -> None:
    synced = {t.name for t in Base.metadata.tables.values() if "_st" in t.c}
    assert synced == {table.name for table in TABLES}
    for table in TABLES:
        columns = {c.name for c in Base.metadata.tables[table.name].c} - SYNC_COLUMNS
        assert columns == {name for name in table.fields if name} | set(table.derived), table.name


def test_table_numbers_are_their_places() -> None:
    assert [table.number for table in TABLES] == list(range(1, len(TABLES) + 1))


def test_released_numbers_never_move() -> None:
    """Fields as released keep their order for ever; new ones come behind them."""
    for table in TABLES:
        if table.name in RELEASED:
            count, fingerprint = RELEASED[table.name]
            head = ",".join(table.fields[:count])
            assert hashlib.sha256(head.encode()).hexdigest()[:12] == fingerprint, table.name


RELEASED = {
    "staff": (7, "fdd28a0707b4"),
    "customers": (25, "9aeee996d215"),
    "customer_notes": (4, "d23f3e8f093f"),
    "tag_groups": (5, "d77b4d6a1460"),
    "tags": (7, "40318edeb353"),
    "customer_tags": (6, "8c4f13722b35"),
    "conversations": (11, "fa660e44cf90"),
    "messages": (12, "60266f2355b3"),
    "drafts": (6, "ace4cc8c4774"),
    "attachments": (7, "67e608f1daeb"),
    "phrase_groups": (4, "6bfaf9198b1b"),
    "phrases": (13, "091497311c0a"),
    "products": (16, "2c0e912c9522"),
    "skus": (5, "8e72951bea12"),
    "orders": (53, "0f3755b0c463"),
    "order_items": (15, "4d5c5127a281"),
    "order_remarks": (5, "721fd25b7901"),
    "confirmations": (8, "5a583260c06d"),
    "shipments": (14, "c26d189aea56"),
    "order_shipments": (2, "47d4a42ebf15"),
    "traces": (6, "2fb0d743030d"),
    "settings": (3, "bd315adb9cc2"),
    "audit": (6, "7eccb7554774"),
    "appeals": (9, "4b55d577f210"),
    "after_sales": (40, "8b0160f732e7"),
    "satisfaction": (9, "91aeff6fcc70"),
    "erasures": (7, "b715a3427951"),
    "quality_criteria": (7, "c9d6a369493d"),
    "quality_checks": (13, "87a0595896bc"),
    "quality_scores": (3, "96f898133732"),
    "quality_comments": (6, "780c703e848f"),
    "training_attempts": (15, "70c360fd325a"),
    "training_comments": (5, "7310affa9a63"),
    "training_exams": (10, "f1378b77cff2"),
    "training_answers": (7, "9d656b91e7ee"),
    "training_typing": (7, "6470916fa3e0"),
    "training_assignments": (11, "5efaf36d7bd2"),
    "training_replays": (5, "da3844af9222"),
    "training_scenarios": (5, "08125fbf4480"),
    "training_clearings": (7, "9726c62d12e1"),
    "training_corrections": (6, "bb1980cd63f3"),
}
