"""The customers of a record: their cards by channel and nick, as everywhere else in the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from app.core.i18n import _
from app.records.model import Person, RecordMessage
from db.bulk import insert_rows, select_rows, update_rows
from db.clock import is_timed, now_ms
from db.ids import customer_id, natural_id
from db.models import Customer

_CARD: Final = ("rid", "id", "name", "phone", "email", "last_seen_at", "merged_into")
_Fresh = Mapping[bytes, Sequence[tuple[bytes, RecordMessage]]]


def owner_id(conversation: bytes, channel: str, shop: str, person: Person) -> bytes:
    """Whose conversation it is: the customer of that nick, else one for this conversation alone."""
    if person.nick:
        return customer_id(channel, shop, person.nick)
    return natural_id("record_customer", conversation.hex())


class People:
    """Who speaks in the conversations of one import."""

    def __init__(self, shop: str) -> None:
        self._shop = shop
        self._named: dict[bytes, Person] = {}

    def contradiction(self, conversation: bytes, row: RecordMessage) -> str:
        """Note the customer a message names; says so if another message named somebody else."""
        known, said = self._named.get(conversation), row.customer
        if known is None or not known.nick:
            if said.nick or known is None:
                self._named[conversation] = said
            return ""
        if said.nick and said.nick != known.nick:
            return _("This conversation is with another customer in an earlier row.")
        return ""

    def name_of(self, conversation: bytes) -> str:
        """What the customer of a conversation goes by."""
        person = self._named.get(conversation, Person())
        return person.name or person.nick

    def keep(
        self, session: Session, fresh: _Fresh, stored: Mapping[bytes, Mapping[str, Any]]
    ) -> dict[bytes, bytes]:
        """Write cards that are missing; returns the owner of each conversation that needs one."""
        owners = {key: self._owner(key, rows, stored.get(key)) for key, rows in fresh.items()}
        cards = {
            row["id"]: row for row in select_rows(session, Customer, _CARD, "id", owners.values())
        }
        made: dict[bytes, dict[str, Any]] = {}
        changes: dict[bytes, dict[str, Any]] = {}
        for key, rows in fresh.items():
            person, seen = self._named[key], _last_seen(rows)
            card = cards.get(owners[key]) or made.get(owners[key])
            if card is None and owners[key] == stored.get(key, {}).get("customer_id"):
                continue  # It has not come to this station yet.
            if card is None:
                made[owners[key]] = self._card(owners[key], rows, person, seen)
            elif card["id"] in made:
                card["last_seen_at"] = max(card["last_seen_at"], seen)
            elif missing := _missing(card | changes.get(card["id"], {}), person, seen):
                changes.setdefault(card["id"], {}).update(missing)
        insert_rows(session, Customer, list(made.values()))
        update_rows(session, Customer, [(cards[key]["rid"], new) for key, new in changes.items()])
        self._drop_nameless(session, owners, stored)
        return {key: _merged(cards.get(owner), owner) for key, owner in owners.items()}

    def _owner(
        self,
        key: bytes,
        rows: Sequence[tuple[bytes, RecordMessage]],
        stored: Mapping[str, Any] | None,
    ) -> bytes:
        person = self._named[key]
        if stored is not None and not (person.nick and self._was_nameless(key, stored)):
            owner: bytes = stored["customer_id"]
            return owner
        return owner_id(key, rows[0][1].channel, self._shop, person)

    def _was_nameless(self, key: bytes, stored: Mapping[str, Any]) -> bool:
        return bool(stored["customer_id"] == owner_id(key, "", "", Person()))

    def _drop_nameless(
        self,
        session: Session,
        owners: Mapping[bytes, bytes],
        stored: Mapping[bytes, Mapping[str, Any]],
    ) -> None:
        """A card made while nobody was named yet goes once somebody is."""
        gone = [
            row["customer_id"]
            for key, row in stored.items()
            if key in owners and self._was_nameless(key, row) and owners[key] != row["customer_id"]
        ]
        rows = select_rows(session, Customer, ("rid",), "id", gone)
        update_rows(session, Customer, [(row["rid"], {"_del": 1}) for row in list(rows)])

    def _card(
        self,
        identity: bytes,
        rows: Sequence[tuple[bytes, RecordMessage]],
        person: Person,
        seen: int,
    ) -> dict[str, Any]:
        times = [row.at for _identity, row in rows if row.at is not None]
        return {
            "id": identity,
            "platform": rows[0][1].channel,
            "shop": self._shop,
            "nick": person.nick,
            "name": person.name,
            "phone": person.phone,
            "phone_tail": person.phone[-4:],
            "email": person.email,
            "created_at": min(times, default=now_ms()),
            "last_seen_at": seen,
        }


def _merged(card: Mapping[str, Any] | None, identity: bytes) -> bytes:
    return (card["merged_into"] if card else None) or identity


def _last_seen(rows: Collection[tuple[bytes, RecordMessage]]) -> int:
    return max((row.at for _identity, row in rows if row.at and is_timed(row.at)), default=0)


def _missing(card: Mapping[str, Any], person: Person, seen: int) -> dict[str, Any]:
    """What the record knows that the card does not; what the card says stays."""
    new: dict[str, Any] = {
        name: value
        for name, value in (("name", person.name), ("email", person.email))
        if value and not card[name]
    }
    if person.phone and not card["phone"]:
        new["phone"], new["phone_tail"] = person.phone, person.phone[-4:]
    if seen > card["last_seen_at"]:
        new["last_seen_at"] = seen
    return new
