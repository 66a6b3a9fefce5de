"""What an erasure of a person tells: before it is done, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from app.maintenance import HoldingBackup


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """What will be blanked: `counts` by table. `name` is what to type to confirm.

    `shared_parcels` carry somebody else's order as well and stay. `manages`: it can be done here.
    `alike` are other records with the same phone or nick, which stay: they may be somebody else.
    """

    customer_id: bytes
    name: str
    counts: dict[str, int]
    shared_parcels: int
    backups: tuple[HoldingBackup, ...]
    shared: bool
    manages: bool
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was blanked (`counts`, empty when asked later), and what still holds the person.

    `sealed` files of the shared folder and of this station are from before; they leave by
    `gone_by` (Unix ms) if a managing station runs meanwhile. None where nothing is held.
    """

    customer_id: bytes
    at: int
    reason: str
    counts: dict[str, int]
    shared_parcels: int
    backups: tuple[HoldingBackup, ...]
    shared: bool
    sealed: int
    gone_by: int | None
