"""What the customer is told of a parcel, in the customer's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.conversations import Author, MessageView
from app.shipments import language_of

if TYPE_CHECKING:
    from app.services import Services

LOOKED_AT: Final = 30


def compose(services: Services, parcel_id: bytes, conversation_id: bytes) -> str:
    """Return the sentence; runs in a job."""
    thread = services.conversations.thread(conversation_id, limit=LOOKED_AT)
    own = [m.text for m in reversed(thread) if m.author == Author.CUSTOMER and m.text]
    return services.shipments.latest_in_words(parcel_id, language_of(own))


def tell(services: Services, parcel_id: bytes, conversation_id: bytes) -> MessageView:
    """Send the sentence; runs in the write lane. Raises `UserError`."""
    text = compose(services, parcel_id, conversation_id)
    return services.conversations.send(conversation_id, text)
