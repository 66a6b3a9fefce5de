"""Who answers for a case and who pays the freight, proposed by rule and explained (DOMAIN §7).

A proposal only: a promise on the product page, or a person who knows better, decides otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.core.i18n import N_
from db.models import AfterSaleKind, Party, ReasonGroup

MOVES_GOODS: Final = frozenset(
    {
        AfterSaleKind.RETURN_REFUND,
        AfterSaleKind.EXCHANGE,
        AfterSaleKind.RESEND,
        AfterSaleKind.REPAIR,
    }
)
"""Kinds for which something is sent, so that somebody pays freight."""

COSTS_MONEY: Final = frozenset(
    {
        AfterSaleKind.REFUND,
        AfterSaleKind.RETURN_REFUND,
        AfterSaleKind.COMPENSATION,
        AfterSaleKind.PRICE_REDUCTION,
    }
)
"""Kinds that carry an amount the customer gets."""

_RESPONSIBLE: Final = {
    ReasonGroup.SUBJECTIVE: Party.BUYER,
    ReasonGroup.PRODUCT: Party.SELLER,
    ReasonGroup.LOGISTICS: Party.CARRIER,
    ReasonGroup.SERVICE: Party.SELLER,
}
_WHY: Final = {
    Party.BUYER: N_("The buyer's own reason: the buyer pays the way back."),
    Party.SELLER: N_("The shop or the goods are at fault: the shop pays, both ways."),
    Party.CARRIER: N_(
        "It happened on the way: the shop claims it from the carrier, the customer does not wait."
    ),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who pays the freight, and why: `reason` is a message id."""

    payer: Party
    reason: str


def responsible_for(group: str) -> Party:
    """Who answers for reasons of a group; nobody where it is not known."""
    return next((party for known, party in _RESPONSIBLE.items() if known == group), Party.NONE)


def propose_freight(kind: str, responsibility: str) -> Proposal:
    """Who pays the freight of a case of this kind for which this party answers."""
    if kind not in MOVES_GOODS:
        return Proposal(Party.NONE, N_("Nothing is sent: no freight."))
    for party, why in _WHY.items():
        if party == responsibility:
            return Proposal(party, why)
    return Proposal(Party.NONE, N_("Say who is responsible: who pays follows from it."))


def cost_fen(amount_fen: int, freight_payer: str, freight_fen: int) -> int:
    """What a decision costs the shop in fen: the carrier's share is the shop's until it is claimed."""
    shop_pays = freight_payer in {Party.SELLER, Party.CARRIER}
    return amount_fen + (freight_fen if shop_pays else 0)
