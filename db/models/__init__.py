"""All tables of the desk, by area."""

from db.models.base import Base, Synced
from db.models.channels import ChannelEvent, WebVisitor
from db.models.conversations import (
    Attachment,
    Author,
    Conversation,
    ConversationStatus,
    Draft,
    DraftKind,
    Message,
    MessageKind,
    MessageState,
)
from db.models.customers import Customer, CustomerNote, Lifecycle, ValueClass
from db.models.orders import (
    CloseReason,
    Confirmation,
    ConfirmationState,
    ImportBatch,
    Order,
    OrderItem,
    OrderRemark,
    OrderStatus,
    Review,
)
from db.models.phrases import Phrase, PhraseGroup, PhraseUse, Scope
from db.models.products import Product, Sku
from db.models.shipments import OrderShipment, Shipment, ShipmentState, Trace
from db.models.staff import Role, Staff
from db.models.system import (
    AuditEntry,
    Change,
    Cursor,
    LocalSetting,
    Setting,
    Txn,
    TxnContext,
)
from db.models.tags import CustomerTag, Tag, TagGroup, TagKind, TagOrigin

__all__ = [
    "Attachment",
    "AuditEntry",
    "Author",
    "Base",
    "Change",
    "ChannelEvent",
    "CloseReason",
    "Confirmation",
    "ConfirmationState",
    "Conversation",
    "ConversationStatus",
    "Cursor",
    "Customer",
    "CustomerNote",
    "CustomerTag",
    "Draft",
    "DraftKind",
    "ImportBatch",
    "Lifecycle",
    "LocalSetting",
    "Message",
    "MessageKind",
    "MessageState",
    "Order",
    "OrderItem",
    "OrderRemark",
    "OrderShipment",
    "OrderStatus",
    "Phrase",
    "PhraseGroup",
    "PhraseUse",
    "Product",
    "Review",
    "Role",
    "Scope",
    "Setting",
    "Shipment",
    "ShipmentState",
    "Sku",
    "Staff",
    "Synced",
    "Tag",
    "TagGroup",
    "TagKind",
    "TagOrigin",
    "Trace",
    "Txn",
    "TxnContext",
    "ValueClass",
    "WebVisitor",
]
