"""What people, customers and imports write at a station: real rows in real tables."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from db.database import Database, Origin
from db.ids import natural_id, new_id
from db.registry import BY_NAME
from db.sync.tables import shape_of

CUSTOMERS: Final = 3
TAGS: Final = 3
ORDERS: Final = 3
VISITOR_MESSAGES: Final = 6
PHRASES: Final = 3
SETTINGS: Final = ("desk.limit", "desk.greeting")
WRITTEN: Final = frozenset(
    "audit conversations customer_notes customer_tags customers erasures messages orders phrases "
    "settings staff".split()
)
"""Tables that anybody writes to at a station, the program included."""
RESTRICTED: Final = frozenset({"staff", "settings"})

_COURSE: Final = ("unpaid", "paid", "shipped", "received", "completed")
EXPORT_EVERY: Final = 1_000
"""An order moves one status on in this many units of its source's own time."""


Values = dict[str, Any]


def told_at(source_at: int) -> Values:
    """Return what an export of that time shows, for every order alike."""
    return {
        "source_at": source_at,
        "status": _COURSE[min(source_at // EXPORT_EVERY, len(_COURSE) - 1)],
        "platform_status": f"状态 {source_at}",
        "recipient": f"收件人 {source_at}",
        "paid_fen": source_at,
        "buyer_message": f"留言 {source_at}",
    }


@dataclass(slots=True)
class Edit:
    """One transaction: what it writes, and what must be there when it is done."""

    name: str
    origin: Origin
    table: str
    row: bytes
    insert: Values | None = None
    """Values to insert where the row is not there yet, else `update` is done."""
    update: Values = field(default_factory=dict)
    skip_if_there: bool = False
    restricted: bool = False
    """Only a station with the right `manage` may write this."""

    def run(self, connection: Connection) -> Values:
        """Write it inside a transaction and return the values that must hold now."""
        assert self.table in WRITTEN, self.table
        there = connection.exec_driver_sql(
            f"SELECT 1 FROM {self.table} WHERE id = ?", (self.row,)
        ).first()
        if there is None:
            if self.insert is None:
                return {}
            return self._insert(connection, self.insert)
        if self.skip_if_there or not self.update:
            return {}
        names = ", ".join(f"{name} = ?" for name in self.update)
        connection.exec_driver_sql(
            f"UPDATE {self.table} SET {names} WHERE id = ?", (*self.update.values(), self.row)
        )
        return self.update

    def _insert(self, connection: Connection, values: Values) -> Values:
        whole = _defaults(self.table) | values
        connection.exec_driver_sql(
            f"INSERT INTO {self.table} (id, {', '.join(whole)}) VALUES (?{', ?' * len(whole)})",
            (self.row, *whole.values()),
        )
        return values


class Undo:
    """The last fields one station set, to be put back as `Ctrl+Z` does."""

    def __init__(self) -> None:
        self.last: Edit | None = None

    def remember(self, edit: Edit, before: Values | None) -> None:
        """Keep how to take an edit back; `before` is None where the row was made by it."""
        if before is None:
            before = {"_del": 1}
        if before:
            self.last = Edit(
                "undo", "local", edit.table, edit.row, update=before, restricted=edit.restricted
            )


WEIGHTS: Final = {
    "message": 8,
    "visitor_message": 4,
    "message_state": 3,
    "customer": 8,
    "tag": 7,
    "order_import": 7,
    "order_remark": 3,
    "phrase": 2,
    "own_setting": 2,
    "tombstone": 3,
}
"""What people write, and how often, by the name of what draws it."""


class Editor:
    """Draws edits. Few rows and few values, so that stations often meet on one."""

    def __init__(
        self, rng: random.Random, weights: Mapping[str, int] = WEIGHTS, word: str = "w{}"
    ) -> None:
        self.rng, self.count, self._word = rng, 0, word
        self._kinds: list[tuple[int, Callable[[int], Edit]]] = [
            (weight, getattr(self, f"_{name}")) for name, weight in weights.items()
        ]
        self._sent: list[bytes] = []

    def draw(self, at: int) -> Edit:
        """Draw what an ordinary member may do."""
        self.count += 1
        kinds = self._kinds
        (_, make) = self.rng.choices(kinds, [weight for weight, _ in kinds])[0]
        return make(at)

    def draw_restricted(self, at: int) -> Edit:
        """Draw a change of staff or of the shop's settings."""
        self.count += 1
        made = self.rng.choice((self._staff, self._shop_setting))(at)
        made.restricted = True
        return made

    def word(self) -> str:
        """Return a text that no other edit writes."""
        return self._word.format(self.count)

    def _message(self, at: int) -> Edit:
        made = Edit("message", "local", "messages", new_id(), self._message_values(at, "agent", ""))
        self._sent.append(made.row)
        return made

    def _visitor_message(self, at: int) -> Edit:
        """One message of the channel, which reaches two stations now and then."""
        number = f"v{self.rng.randrange(VISITOR_MESSAGES) + self.count // 20 * 3}"
        values = self._message_values(at, "customer", number) | {"text": f"from {number}"}
        row = natural_id("message", "web", number)
        return Edit("receive", "channel", "messages", row, values, skip_if_there=True)

    def _message_values(self, at: int, author: str, external: str) -> Values:
        return {
            "conversation_id": natural_id("conversation", "web", "", "c"),
            "author": author,
            "text": self.word(),
            "external_id": external,
            "at": at,
        }

    # What belongs to a customer.

    def _talk(self, at: int) -> Edit:
        number = self.rng.randrange(CUSTOMERS)
        insert = {
            "channel": "web",
            "customer_id": customer_row(number),
            "external_id": self.word(),
            "opened_at": at,
        }
        return Edit("talk", "channel", "conversations", _talk(number), insert, skip_if_there=True)

    def _talk_message(self, at: int) -> Edit:
        values = self._message_values(at, "customer", "")
        values["conversation_id"] = _talk(self.rng.randrange(CUSTOMERS))
        made = Edit("message", "channel", "messages", new_id(), values)
        self._sent.append(made.row)
        return made

    def _note(self, at: int) -> Edit:
        customer = customer_row(self.rng.randrange(CUSTOMERS))
        values = {"customer_id": customer, "text": self.word(), "at": at}
        return Edit("note", "local", "customer_notes", new_id(), values)

    def _customer_order(self, at: int) -> Edit:
        """An export that tells whose order it is."""
        made = self._order_import(at)
        assert made.insert is not None
        number = int(made.insert["number"])
        made.insert["customer_id"] = customer_row(number)
        return made

    def _message_state(self, at: int) -> Edit:
        if not self._sent:
            return self._message(at)
        state = self.rng.choice(("sent", "delivered", "read", "failed"))
        row = self.rng.choice(self._sent)
        return Edit("state", "local", "messages", row, update={"state": state})

    def _customer(self, at: int) -> Edit:
        nick = f"nick{self.rng.randrange(CUSTOMERS)}"
        fields = self.rng.sample(("name", "phone", "city", "detail", "occupation"), 2)
        update = dict.fromkeys(fields[: self.rng.randrange(1, 3)], self.word())
        insert = {"platform": "taobao", "shop": "s", "nick": nick, "created_at": at, **update}
        row = natural_id("customer", "taobao", "s", nick)
        return Edit("customer", "local", "customers", row, insert, update)

    def _tag(self, at: int) -> Edit:
        customer = natural_id("customer", "taobao", "s", f"nick{self.rng.randrange(CUSTOMERS)}")
        tag = natural_id("tag", "g", str(self.rng.randrange(TAGS)))
        row = natural_id("customer_tag", customer.hex(), tag.hex())
        if self.rng.random() < 0.4:
            return Edit("untag", "local", "customer_tags", row, update={"_del": 1})
        insert = {"customer_id": customer, "tag_id": tag, "reason": self.word(), "at": at}
        return Edit("tag", "local", "customer_tags", row, insert, {"_del": 0})

    def _order_import(self, at: int) -> Edit:
        number = str(self.rng.randrange(ORDERS))
        told = told_at(self.rng.randrange(1, 5 * EXPORT_EVERY))
        insert = {"platform": "taobao", "shop": "s", "number": number, **told}
        return OrderImport("import", "import", "orders", _order(number), insert, told)

    def _order_remark(self, at: int) -> Edit:
        number = str(self.rng.randrange(ORDERS))
        name = self.rng.choice(("review_reason", "fixed_detail", "fixed_phone"))
        update = {name: self.word()}
        return Edit("remark", "local", "orders", _order(number), update=update)

    def _phrase(self, at: int) -> Edit:
        """Two stations may give two phrases one code: both rows stay."""
        values = {
            "group_id": natural_id("phrase_group", "", "g"),
            "code": f"code{self.rng.randrange(PHRASES)}",
            "text": self.word(),
            "updated_at": at,
        }
        return Edit("phrase", "local", "phrases", new_id(), values)

    def _own_setting(self, at: int) -> Edit:
        scope = natural_id("staff", str(self.rng.randrange(2))).hex()
        return self._setting(scope)

    def _shop_setting(self, at: int) -> Edit:
        return self._setting("shop")

    def _setting(self, scope: str) -> Edit:
        key = self.rng.choice(SETTINGS)
        update = {"scope": scope, "key": key, "value": f'"{self.word()}"'}
        row = natural_id("setting", scope, key)
        return Edit("setting", "local", "settings", row, update, update)

    def _staff(self, at: int) -> Edit:
        login = f"login{self.rng.randrange(2)}"
        update = {"role": self.rng.choice(("agent", "admin", "trainee")), "name": self.word()}
        insert = {"login": login, "created_at": at, **update}
        return Edit("staff", "local", "staff", natural_id("staff", login), insert, update)

    def _tombstone(self, at: int) -> Edit:
        deleted = int(self.rng.random() < 0.6)
        name = "delete" if deleted else "revive"
        table, row = self.rng.choice(
            (
                (
                    "customers",
                    natural_id("customer", "taobao", "s", f"nick{self.rng.randrange(CUSTOMERS)}"),
                ),
                ("orders", _order(str(self.rng.randrange(ORDERS)))),
                ("messages", self.rng.choice(self._sent) if self._sent else bytes(16)),
            )
        )
        return Edit(name, "local", table, row, update={"_del": deleted})


class OrderImport(Edit):
    """An import keeps what a newer export told, whatever the order of importing."""

    def run(self, connection: Connection) -> Values:
        found = connection.exec_driver_sql(
            "SELECT source_at FROM orders WHERE id = ?", (self.row,)
        ).first()
        if found is not None and found[0] >= self.update["source_at"]:
            return {}
        return super().run(connection)


def customer_row(number: int) -> bytes:
    """Return the id of one of the few customers."""
    return natural_id("customer", "taobao", "s", f"nick{number}")


def _talk(number: int) -> bytes:
    return natural_id("conversation", "web", "", f"c{number}")


def _order(number: str) -> bytes:
    return natural_id("order", "taobao", "s", number)


def _defaults(table: str) -> Values:
    shape = shape_of(BY_NAME[table].number)
    return {**shape.derived, **{name: shape.defaults[n] for n, name in shape.names.items()}}


def write(database: Database, edit: Edit) -> Values:
    """Do an edit in a transaction of its own; returns once it is acknowledged."""
    with database.write(edit.origin) as session:
        return edit.run(session.connection())
