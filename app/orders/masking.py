"""What members see who may not see personal data: which one it is, not who or how to call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core.phones import mask_phone
from app.orders.corrections import Correction
from app.orders.model import OrderFacts, OrderRow, Receiver


def masked_name(name: str) -> str:
    """张小三 → 张**, so that a reason tells which one without telling whom."""
    return name[:1] + "*" * min(len(name) - 1, 3)


def mask_receiver(receiver: Receiver) -> Receiver:
    """The receiver with name and numbers hidden but for their ends."""
    return replace(
        receiver,
        name=masked_name(receiver.name),
        phone=mask_phone(receiver.phone),
        landline=mask_phone(receiver.landline),
    )


def mask_facts(order: OrderFacts) -> OrderFacts:
    """The order without its receiver's name and numbers, nor what the file said beside."""
    return replace(
        order,
        imported=mask_receiver(order.imported),
        receiver=mask_receiver(order.receiver),
        invoice_title=masked_name(order.invoice_title),
        extra={},
    )


def mask_row(row: OrderRow) -> OrderRow:
    """A line of the list likewise."""
    return replace(row, recipient=masked_name(row.recipient), phone=mask_phone(row.phone))


def mask_correction(change: Correction) -> Correction:
    """A correction likewise."""
    return replace(change, old=mask_receiver(change.old), new=mask_receiver(change.new))


def mask_answer(answer: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """What a customer wrote into a card likewise."""
    if answer is None:
        return None
    masks = {"recipient": masked_name, "phone": mask_phone}
    return {name: masks[name](text) if name in masks else text for name, text in answer.items()}
