"""The synced tables and their fields with the numbers that ops name them by.

Append-only: a number, once released, is never reused or moved (SYNC §4.9). A field's number is its
place in `fields`, from 1; new fields go to the end, dropped ones keep their place as "-".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

DELETED_FIELD: Final = 0
"""Field number of the tombstone `_del`, in every table."""


class Merge(Enum):
    """How two stations' versions of a row come together."""

    FIELDS = "fields"
    SET = "set"


@dataclass(frozen=True, slots=True)
class SyncTable:
    """One synced table. `derived` columns are local: recomputed, never synced or noted."""

    number: int
    name: str
    fields: tuple[str, ...]
    audited: bool = False
    merge: Merge = Merge.FIELDS
    derived: tuple[str, ...] = ()

    def numbered(self) -> tuple[tuple[int, str], ...]:
        """Return (number, column) of every living field."""
        return tuple((n, name) for n, name in enumerate(self.fields, 1) if name)


def _names(words: str) -> tuple[str, ...]:
    return tuple("" if word == "-" else word for word in words.split())


TABLES: Final = (
    SyncTable(
        1,
        "staff",
        _names("login name reception_name role password_hash active created_at"),
        audited=True,
    ),
    SyncTable(
        2,
        "customers",
        _names(
            "platform shop nick name salutation phone phone_tail email province city district "
            "detail zip lifecycle value_class birthday family occupation personality education "
            "spending_view blocked merged_into created_at last_seen_at"
        ),
        audited=True,
    ),
    SyncTable(
        3,
        "customer_notes",
        _names("customer_id staff_id text at"),
    ),
    SyncTable(
        4,
        "tag_groups",
        _names("kind name name_en colour position"),
        audited=True,
    ),
    SyncTable(
        5,
        "tags",
        _names("group_id name name_en colour hint hint_en position"),
        audited=True,
    ),
    SyncTable(
        6,
        "customer_tags",
        _names("customer_id tag_id origin staff_id reason at"),
        audited=True,
        merge=Merge.SET,
    ),
    SyncTable(
        7,
        "conversations",
        _names(
            "channel account external_id customer_id status assignee_id opened_at closed_at "
            "follow_up_at agent_read_at customer_read_at"
        ),
        derived=_names("last_at last_text last_author last_customer_at waiting_since unread"),
    ),
    SyncTable(
        8,
        "messages",
        _names(
            "conversation_id author staff_id kind text payload attachment_id external_id "
            "automatic at state error"
        ),
    ),
    SyncTable(
        9,
        "drafts",
        _names("conversation_id staff_id kind text began_at updated_at"),
    ),
    SyncTable(
        10,
        "attachments",
        _names("sha256 name media_type size width height created_at"),
    ),
    SyncTable(
        11,
        "phrase_groups",
        _names("name scope staff_id position"),
        audited=True,
    ),
    SyncTable(
        12,
        "phrases",
        _names(
            "group_id scope staff_id code title text language step attachment_id position pinyin "
            "initials updated_at"
        ),
        audited=True,
    ),
    SyncTable(
        13,
        "products",
        _names(
            "platform shop number title category price_fen currency url attachment_id material "
            "weight_g care description fab active updated_at"
        ),
        audited=True,
    ),
    SyncTable(
        14,
        "skus",
        _names("product_id code properties price_fen stock"),
        audited=True,
    ),
    SyncTable(
        15,
        "orders",
        _names(
            "platform shop number status platform_status close_reason reviewed after_sale "
            "customer_id buyer_nick recipient phone phone_extension landline province city "
            "district detail zip raw_address fixed_recipient fixed_phone fixed_phone_extension "
            "fixed_province fixed_city fixed_district fixed_detail fixed_by fixed_at "
            "buyer_message seller_remark seller_flag invoice_title total_fen postage_fen paid_fen "
            "refund_fen currency quantity presale created_at paid_at shipped_at ended_at "
            "promised_at source_at review review_reason reviewed_by review_at confirmation "
            "confirmed_at extra"
        ),
        audited=True,
    ),
    SyncTable(
        16,
        "order_items",
        _names(
            "order_id number position title product_number sku_code sku price_fen quantity "
            "paid_fen status platform_status refund_status refund_fen source_at"
        ),
    ),
    SyncTable(
        17,
        "order_remarks",
        _names("order_id staff_id flag text at"),
        audited=True,
    ),
    SyncTable(
        18,
        "confirmations",
        _names("order_id conversation_id message_id shown state answer sent_at answered_at"),
        audited=True,
    ),
    SyncTable(
        19,
        "shipments",
        _names(
            "carrier carrier_name number state phone_tail destination shipped_at picked_up_at "
            "signed_at last_at last_text queried_at query_error created_at"
        ),
    ),
    SyncTable(
        20,
        "order_shipments",
        _names("order_id shipment_id"),
    ),
    SyncTable(
        21,
        "traces",
        _names("shipment_id at text place state code"),
    ),
    SyncTable(
        22,
        "settings",
        _names("scope key value"),
        audited=True,
    ),
    SyncTable(
        23,
        "audit",
        _names("at actor action area row_id changes"),
    ),
    SyncTable(
        24,
        "appeals",
        _names("order_id staff_id reason at state agent_id answer decided_by decided_at"),
        audited=True,
    ),
    SyncTable(
        25,
        "after_sales",
        _names(
            "kind platform shop number order_id order_number item_id item_title quantity "
            "customer_id conversation_id staff_id state platform_status reason_group reason "
            "platform_reason responsibility freight_payer judged_at amount_fen freight_fen "
            "currency grade text outcome reaction disputed return_carrier return_number "
            "requested_at agreed_at refused_at done_at withdrawn_at deadline_at approved_by "
            "approved_at source_at extra"
        ),
        audited=True,
    ),
    SyncTable(
        26,
        "satisfaction",
        _names(
            "conversation_id message_id customer_id staff_id automatic invited_at answered_at "
            "level text"
        ),
        audited=True,
    ),
    SyncTable(
        27,
        "erasures",
        _names("act area row_id cutoff at staff_id reason"),
    ),
    SyncTable(
        28,
        "quality_criteria",
        _names("key name hint stage points position active"),
        audited=True,
    ),
    SyncTable(
        29,
        "quality_checks",
        _names(
            "week agent_id conversation_id starts_at ends_at reason state planned_at reviewer_id "
            "done_at points possible seen_at"
        ),
        audited=True,
    ),
    SyncTable(
        30,
        "quality_scores",
        _names("check_id criterion_id points possible"),
        audited=True,
    ),
    SyncTable(
        31,
        "quality_comments",
        _names("check_id conversation_id message_id staff_id text at seen_at"),
        audited=True,
    ),
    SyncTable(
        32,
        "training_attempts",
        _names(
            "kind staff_id scenario title seed english group_id conversation_id assignment_id "
            "started_at ended_at outcome total parts lines"
        ),
    ),
    SyncTable(
        33,
        "training_comments",
        _names("attempt_id line staff_id text at"),
    ),
    SyncTable(
        34,
        "training_exams",
        _names(
            "staff_id title paper assignment_id started_at ended_at limit_s pass_mark points passed"
        ),
    ),
    SyncTable(
        35,
        "training_answers",
        _names("exam_id staff_id question answer points possible at"),
    ),
    SyncTable(
        36,
        "training_typing",
        _names("staff_id at source chars ms errors assignment_id"),
    ),
    SyncTable(
        37,
        "training_assignments",
        _names("staff_id kind item count at_least note day due_at assigned_by at done_at"),
        audited=True,
    ),
    SyncTable(
        38,
        "training_replays",
        _names("title source turns staff_id at"),
    ),
    SyncTable(
        39,
        "training_scenarios",
        _names("key document active staff_id at"),
        audited=True,
    ),
    SyncTable(
        40,
        "training_clearings",
        _names("staff_id name issuer issued_at document imported_at imported_by"),
        audited=True,
    ),
    SyncTable(
        41,
        "training_corrections",
        _names("target_id item staff_id points reason at"),
        audited=True,
    ),
)

BY_NAME: Final = {table.name: table for table in TABLES}
BY_NUMBER: Final = {table.number: table for table in TABLES}
