"""The numbers by their words alone: slow, plain Python over all rows, sharing nothing with the app.

Written from DOMAIN §9 and ANCHORS §3; every list is walked again for every question.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Value = tuple[float | None, int, float | None, float | None]
Belongs = Callable[[Any, str, int], bool]
MINUTE = 60_000
DAY = 1440 * MINUTE
YEAR = 365 * DAY
"""A message of 1970 came without a time: it belongs to no day, and nobody waited."""


@dataclass
class Choice:
    """What the shop and the question chose; the names say it."""

    zone: ZoneInfo
    start: int
    end: int
    now: int
    rule: str
    less_refunds: bool
    less_postage: bool
    hours: list[tuple[int, int]]
    breaks: list[tuple[int, int]]
    from_last: bool
    nicks: set[str]
    blocked_out: bool
    untimed: bool
    prefix: str
    gap_min: int = 10


@dataclass
class Tables:
    """All living rows, as plain dicts."""

    customers: dict[bytes, dict[str, Any]]
    conversations: dict[bytes, dict[str, Any]]
    messages: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    items: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    parcels: list[dict[str, Any]]


def ratio(part: float | Fraction, whole: int) -> Value:
    return (float(Fraction(part) / whole) if whole else None, whole, None, None)


def count(number: int, n: int | None = None) -> Value:
    return (number, number if n is None else n, None, None)


def spread(values: Iterable[int], unit: int) -> Value:
    exact = sorted(Fraction(v, unit) for v in values)
    if not exact:
        return (None, 0, None, None)
    ninth = next(v for v in exact if sum(w <= v for w in exact) * 10 >= 9 * len(exact))
    mean = sum(exact, Fraction(0)) / len(exact)
    return (float(mean), len(exact), float(statistics.median(exact)), float(ninth))


class Plain:
    """One shop and one question."""

    def __init__(self, tables: Tables, choice: Choice) -> None:
        self.t, self.c = tables, choice
        self.sessions = [s for key in tables.conversations for s in self._cut(key)]
        self.untimed = [
            (self._place(talk), self._owner(talk, n), m)
            for key in tables.conversations
            if (talk := [m for m in self._talk(key) if m["at"] < YEAR])
            for n, m in enumerate(talk)
        ]
        self.parts = [p for s in self.sessions for p in self._parts(s)]
        self.turns = [t for s in self.sessions for t in self._turns(s)]
        self.orders = [self._credit(o) for o in tables.orders]
        self.out = {
            key
            for key, row in tables.customers.items()
            if (choice.blocked_out and row["blocked"])
            or (row["nick"] and row["nick"] in choice.nicks)
        }

    # who and when

    def root(self, customer: bytes) -> bytes:
        seen = [customer]
        while (row := self.t.customers.get(seen[-1])) and row["merged_into"]:
            following = row["merged_into"]
            if following in seen:
                ring = seen[seen.index(following) :]
                return min(ring)
            seen.append(following)
        return seen[-1]

    def local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at // 1000, self.c.zone)

    def day(self, at: int) -> date:
        return self.local(at).date()

    def day_of(self, at: int) -> str | None:
        return None if at < YEAR else self.day(at).isoformat()

    def hour(self, at: int) -> str | None:
        return None if at < YEAR else f"{self.local(at).hour:02d}"

    def is_judged(self, at: int) -> bool:
        clock = self.local(at)
        minute = clock.hour * 60 + clock.minute
        inside = any(a <= minute < b for a, b in self.c.hours)
        return inside and not any(a <= minute < b for a, b in self.c.breaks)

    def judged_ms(self, start: int, end: int) -> int:
        total, at = 0, start
        while at < end:
            following = min((at // MINUTE + 1) * MINUTE, end)
            total += following - at if self.is_judged(at) else 0
            at = following
        return total

    # sessions, receptions, turns

    def _who(self, m: dict[str, Any]) -> str:
        if m["author"] != "agent":
            return str(m["author"])
        marked = m["automatic"] or (self.c.prefix and m["text"].startswith(self.c.prefix))
        return "automatic" if marked else "agent"

    def _talk(self, conversation: bytes) -> list[dict[str, Any]]:
        talk = [
            {**m, "who": self._who(m), "by": m["staff_id"] or b""}
            for m in self.t.messages
            if m["conversation_id"] == conversation
            and m["kind"] not in {"note", "event"}
            and m["author"] != "system"
            and m["state"] != "failed"
        ]
        return sorted(talk, key=lambda m: (m["at"], m["id"]))

    def _cut(self, conversation: bytes) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = []
        for m in [m for m in self._talk(conversation) if m["at"] >= YEAR]:
            if found and m["at"] - found[-1][-1]["at"] < self.c.gap_min * MINUTE:
                found[-1].append(m)
            else:
                found.append([m])
        return found

    def _owner(self, session: list[dict[str, Any]], place: int) -> bytes | None:
        who = session[place]["who"]
        if who == "agent":
            return bytes(session[place]["by"])
        if who == "customer":
            after = [m for m in session[place + 1 :] if m["who"] == "agent"]
            before = [m for m in session[:place] if m["who"] == "agent"]
            if after or before:
                return bytes((after[0] if after else before[-1])["by"])
        return None

    def _parts(self, session: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: dict[bytes | None, list[dict[str, Any]]] = {}
        for place, m in enumerate(session):
            found.setdefault(self._owner(session, place), []).append(m)
        return [
            {
                **self._place(session),
                "agent": agent,
                "session": session,
                "start": min(m["at"] for m in said),
                "end": max(m["at"] for m in said),
                "said": said,
            }
            for agent, said in found.items()
        ]

    def _place(self, session: list[dict[str, Any]]) -> dict[str, Any]:
        key = session[0]["conversation_id"]
        row = self.t.conversations[key]
        return {
            "conversation": key,
            "channel": row["channel"],
            "customer": self.root(row["customer_id"]),
            "began": session[0]["at"],
        }

    def _turns(self, session: list[dict[str, Any]]) -> list[dict[str, Any]]:
        spoken = [(i, m) for i, m in enumerate(session) if m["who"] in {"customer", "agent"}]
        found = []
        for n, (place, m) in enumerate(spoken):
            if m["who"] != "customer" or (n and spoken[n - 1][1]["who"] == "customer"):
                continue
            replies = [r for _, r in spoken[n:] if r["who"] == "agent"]
            run = spoken[n:]
            asked = []
            for _, r in run:
                if r["who"] == "agent":
                    break
                asked.append(r["at"])
            found.append(
                {
                    **self._place(session),
                    "agent": self._owner(session, place),
                    "asked": asked[0],
                    "last": asked[-1],
                    "answered": replies[0]["at"] if replies else None,
                    "first": not any(r["who"] == "customer" for _, r in spoken[:n]),
                }
            )
        return found

    # credit

    def _receptions(self, customer: bytes) -> list[dict[str, Any]]:
        return [p for p in self.parts if p["customer"] == customer and p["agent"] is not None]

    def _credit(self, order: dict[str, Any]) -> dict[str, Any]:
        customer = self.root(order["customer_id"]) if order["customer_id"] else None
        known = self._receptions(customer) if customer else []
        created, paid = order["created_at"], order["paid_at"] or None
        items = [i for i in self.t.items if i["order_id"] == order["id"]]
        names = {i[k] for i in items for k in ("product_number", "sku_code")} - {""}
        jd = [p for p in known if p["start"] < created and created - p["end"] <= DAY]
        shown = [
            p for p in jd if any(m["product"] in names and m["at"] < created for m in p["said"])
        ]
        back = self._given_back(order, items)
        return {
            **order,
            "refund_fen": back[None],
            "paid_at": paid,
            "customer": customer,
            "buyer": customer or order["id"],
            "items": [{**i, "refund_fen": back[i["id"]]} for i in items],
            "pieces": order["quantity"] or sum(i["quantity"] for i in items),
            "by_order": self._rule_a(known, created) if created else None,
            "by_pay": self._rule_a(known, paid) if paid else None,
            "by_jd": self._last(shown or jd) if created else None,
        }

    def _given_back(
        self, order: dict[str, Any], items: list[dict[str, Any]]
    ) -> dict[bytes | None, int]:
        """Fen given back, by item and under None for the order.

        The platform's record and a person's note of one item are one refund, the larger holds; of
        the whole order where one of them names no item. So is what the order itself says.
        """
        records = []
        for case in self.t.cases:
            refund = case["kind"] in ("refund", "return_refund") and case["state"] == "done"
            if case["order_id"] != order["id"] or not refund or case["amount_fen"] <= 0:
                continue
            ids = [i["id"] for i in items]
            same = [i["id"] for i in items if i["title"] == case["item_title"]]
            if case["item_id"] in ids:
                thing = case["item_id"]
            elif case["item_title"]:
                thing = same[0] if len(same) == 1 else None
            else:
                thing = ids[0] if len(ids) == 1 else None
            records.append((thing, bool(case["number"]), case["amount_fen"]))

        def told(who: bool, *things: Any) -> int:
            return sum(a for t, w, a in records if w is who and (not things or t in things))

        def larger(*things: Any) -> int:
            return max(told(True, *things), told(False, *things))

        vague = any(thing is None for thing, _, _ in records)
        whole = larger() if vague else sum(larger(i["id"]) for i in items)
        found: dict[bytes | None, int] = {None: max(order["refund_fen"], whole)}
        for i in items:
            found[i["id"]] = max(i["refund_fen"], larger(i["id"]))
        return found

    def _rule_a(self, known: list[dict[str, Any]], at: int) -> dict[str, Any] | None:
        during = [p for p in known if p["start"] <= at < p["end"]]
        if during:
            return self._last(during)
        return self._last([p for p in known if p["end"] <= at <= p["end"] + 2 * DAY])

    def _last(self, parts: list[dict[str, Any]]) -> dict[str, Any] | None:
        keys = ("end", "start", "agent", "conversation", "began")
        return max(parts, key=lambda p: tuple(p[k] for k in keys)) if parts else None

    # the numbers of one row

    def inside(self, at: int | None) -> bool:
        return at is not None and self.c.start <= at < self.c.end

    def _quality(self, belongs: Belongs) -> Value:
        """The mean of what checks finished in the period gave, of those with anything to give."""
        given = [
            Fraction(q["points"], q["possible"])
            for q in self.t.checks
            if q["state"] == "done"
            and q["possible"] > 0
            and self.inside(q["done_at"])
            and belongs(q["agent_id"], q["channel"], q["done_at"])
        ]
        return ratio(sum(given, Fraction(0)), len(given))

    def talk(
        self, belongs: Belongs, credited: Callable[[Any], bool], moments: Belongs
    ) -> dict[str, Value]:
        said = [
            (p, m)
            for p in self.parts
            for m in p["said"]
            if self.inside(m["at"]) and belongs(p["agent"], p["channel"], m["at"])
        ]
        timed = list(said)
        if self.c.untimed:
            said += [
                (place, m)
                for place, agent, m in self.untimed
                if belongs(agent, place["channel"], m["at"])
            ]
        wrote = {p["customer"] for p, m in said if m["who"] == "customer"}
        said = [(p, m) for p, m in said if p["customer"] not in self.out]
        served = wrote - self.out
        replied = {p["customer"] for p, m in said if m["who"] == "agent"} & served
        kinds = {k: [m for _, m in said if m["who"] == k] for k in ("customer", "agent")}
        others = {k: sum(m["who"] == k for _, m in said) for k in ("robot", "automatic")}
        earnest = [
            who
            for who in served
            if all(
                sum(p["customer"] == who and m["who"] == side for p, m in said) >= 2
                for side in ("customer", "agent")
            )
        ]
        result = {
            "customers_effective": count(len(earnest)),
            "customers_asking": count(len(wrote)),
            "customers_served": count(len(served)),
            "customers_replied": count(len(replied)),
            "customers_unreplied": count(len(served - replied)),
            "reply_rate": ratio(len(replied), len(served)),
            "customer_messages": count(len(kinds["customer"])),
            "agent_messages": count(len(kinds["agent"])),
            "answer_ratio": ratio(len(kinds["agent"]), len(kinds["customer"])),
            "agent_characters": count(sum(len(m["text"]) for m in kinds["agent"])),
            "automatic_messages": count(others["automatic"]),
            "robot_messages": count(others["robot"]),
            "quality_score": self._quality(belongs),
        }
        asked = [(p["customer"], m["at"]) for p, m in timed if m["who"] == "customer"]
        firsts = {
            customer: min(at for c, at in asked if c == customer)
            for customer, _ in asked
            if customer in served
        }
        return (
            result
            | self._waits(belongs)
            | self._lengths(belongs, moments)
            | self._pace(belongs, kinds["agent"])
            | self._reminders(belongs)
            | self._inquiries(firsts, credited)
        )

    def _waits(self, belongs: Belongs) -> dict[str, Value]:
        turns = []
        for t in self.turns:
            ours = self.inside(t["asked"]) and belongs(t["agent"], t["channel"], t["asked"])
            if not ours or t["customer"] in self.out or not self.is_judged(t["asked"]):
                continue
            start = t["last"] if self.c.from_last else t["asked"]
            done = t["answered"] is not None
            wait = self.judged_ms(start, t["answered"] if done else max(self.c.now, start))
            turns.append({**t, "wait": wait, "done": done})
        waits = [t["wait"] for t in turns if t["done"]]
        result = {
            "first_response": spread((t["wait"] for t in turns if t["done"] and t["first"]), 1000),
            "response": spread(waits, 1000),
        }
        for name, limit in (("30s", 30_000), ("45s", 45_000), ("3min", 180_000)):
            known = [t for t in turns if t["done"] or t["wait"] > limit]
            good = [t for t in known if t["done"] and t["wait"] <= limit]
            result[f"first_answered_{name}"] = ratio(
                sum(t["first"] for t in good), sum(t["first"] for t in known)
            )
            if name == "45s":
                continue
            result[f"answered_{name}"] = ratio(len(good), len(known))
            people = {t["customer"] for t in known}
            spoiled = {t["customer"] for t in known if t not in good}
            result[f"people_answered_{name}"] = ratio(len(people - spoiled), len(people))
        slow = 0
        for person, day in {(t["customer"], self.day(t["asked"])) for t in turns}:
            mine = [t for t in turns if (t["customer"], self.day(t["asked"])) == (person, day)]
            slow += sum(t["done"] and t["wait"] > 120_000 for t in mine) >= 3
        result["slow_receptions"] = count(slow)
        return result

    def _pace(self, belongs: Belongs, written: list[dict[str, Any]]) -> dict[str, Value]:
        ours = [
            p
            for p in self.parts
            if p["customer"] not in self.out
            and p["agent"] is not None
            and self.inside(p["start"])
            and belongs(p["agent"], p["channel"], p["start"])
        ]
        length = sum(p["end"] - p["start"] for p in ours)
        chars = sum(len(m["text"]) for m in written)
        pace = chars / (length / MINUTE) if length else None
        return {"characters_a_minute": (pace, len(ours), None, None)}

    def _reminders(self, belongs: Belongs) -> dict[str, Value]:
        found: dict[bytes, bool] = {}
        for s in self.sessions:
            at, place = s[0]["at"], self._place(s)
            began = s[0]["who"] == "agent" and self.inside(at)
            if not began or place["customer"] in self.out:
                continue
            if not belongs(s[0]["by"], place["channel"], at):
                continue
            for o in self.orders:
                made, paid = o["created_at"], o["paid_at"]
                theirs = made and o["customer"] == place["customer"]
                closed = o["status"] == "closed" and o["ended_at"] and o["ended_at"] <= at
                if not theirs or closed or not made < at <= made + 2 * DAY:
                    continue
                if paid is None or paid > at:
                    soon = paid is not None and paid <= at + 2 * DAY
                    found[o["id"]] = found.get(o["id"], False) or soon
        return {
            "reminders": count(len(found)),
            "reminder_success": ratio(sum(found.values()), len(found)),
        }

    def _lengths(self, belongs: Belongs, moments: Belongs) -> dict[str, Value]:
        parts = [p for p in self.parts if p["customer"] not in self.out]
        people = [p for p in parts if p["agent"] is not None]
        ours = [
            p
            for p in people
            if self.inside(p["start"]) and belongs(p["agent"], p["channel"], p["start"])
        ]
        came = [
            (s[0]["at"], self._place(s)["customer"])
            for s in self.sessions
            if self.inside(s[0]["at"]) and any(m["who"] == "customer" for m in s)
        ]
        settled = [
            p for p in ours if not any(at > p["began"] and who == p["customer"] for at, who in came)
        ]
        sessions = [
            (s, self._place(s))
            for s in self.sessions
            if self.inside(s[0]["at"])
            and self._place(s)["customer"] not in self.out
            and any(
                belongs(p["agent"], p["channel"], s[0]["at"])
                for p in self.parts
                if p["session"] is s
            )
        ]
        robots = []
        for s, place in [(s, self._place(s)) for s in self.sessions]:
            asked = next((i for i, m in enumerate(s) if m["who"] == "customer"), None)
            if asked is None or place["customer"] in self.out:
                continue
            reply = next((m["at"] for m in s[asked:] if m["who"] == "robot"), None)
            at = s[asked]["at"]
            counted = self.inside(at) and self.is_judged(at)
            if reply is not None and counted and belongs(None, place["channel"], at):
                robots.append(self.judged_ms(at, reply))
        met = [
            {m["who"] for m in s}
            for s, _ in sessions
            if {"customer", "robot"} <= {m["who"] for m in s}
        ]
        alone = sum("agent" not in who for who in met)
        return {
            "robot_first_response": spread(robots, 1000),
            "receptions": count(len(ours)),
            "reception_time": spread((p["end"] - p["start"] for p in ours), 1000),
            "long_receptions": count(sum(p["end"] - p["start"] > 30 * MINUTE for p in ours)),
            "busiest": count(self._busiest(people, moments)),
            "settled_at_once": ratio(len(settled), len(ours)),
            "arrivals": count(sum(any(m["who"] == "customer" for m in s) for s, _ in sessions)),
            "begun_by_agent": count(sum(s[0]["who"] == "agent" for s, _ in sessions)),
            "unserved": ratio(
                sum(
                    not any(m["who"] == "agent" for m in s)
                    for s, _ in sessions
                    if any(m["who"] == "customer" for m in s)
                ),
                sum(any(m["who"] == "customer" for m in s) for s, _ in sessions),
            ),
            "robot_alone": ratio(alone, len(met)),
            "robot_handed_over": ratio(len(met) - alone, len(met)),
        }

    def _busiest(self, people: list[dict[str, Any]], moments: Belongs) -> int:
        marks = set(range(self.c.start, self.c.end, 15 * MINUTE)) | {p["start"] for p in people}
        return max(
            (
                sum(
                    p["start"] <= at <= p["end"] and moments(p["agent"], p["channel"], at)
                    for p in people
                )
                for at in marks
                if self.inside(at)
            ),
            default=0,
        )

    def _inquiries(
        self, firsts: dict[bytes, int], credited: Callable[[Any], bool]
    ) -> dict[str, Value]:
        asked = 0
        ordered, paid = [0, 0, 0], [0, 0, 0]
        for customer, at in firsts.items():
            theirs = [o for o in self.orders if o["customer"] == customer and o["created_at"]]
            new = [o for o in theirs if at < o["created_at"]]
            soon = [o for o in new if o["created_at"] <= at + 2 * DAY]
            if not soon and any(at - 21 * DAY <= o["created_at"] <= at for o in theirs):
                continue
            asked += 1
            new = [o for o in new if credited(o["by_order"]["agent"] if o["by_order"] else None)]
            for place, extra in enumerate((0, 1)):
                last = self.day(at) + timedelta(days=extra)
                hits = [o for o in new if self.day(o["created_at"]) <= last]
                ordered[place] += bool(hits)
                paid[place] += any(o["paid_at"] and self.day(o["paid_at"]) <= last for o in hits)
            hits = [o for o in new if o["created_at"] <= at + 2 * DAY]
            ordered[2] += bool(hits)
            paid[2] += any(o["paid_at"] and o["paid_at"] <= at + 4 * DAY for o in hits)
        names = ("ordered_same_day", "ordered_next_day", "inquiry_conversion")
        names_paid = ("paid_same_day", "paid_next_day", "paid_conversion")
        result = {name: ratio(n, asked) for name, n in zip(names, ordered, strict=True)}
        result |= {name: ratio(n, asked) for name, n in zip(names_paid, paid, strict=True)}
        result["inquirers"] = count(asked)
        result["lost_inquiries"] = count(asked - ordered[1])
        return result

    def sold_by(self, order: dict[str, Any]) -> Any:
        first = order["by_order"] or order["by_pay"]
        by = {"order": order["by_order"], "payment": order["by_pay"], "jd": order["by_jd"]}
        return by.get(self.c.rule, first)

    def sold_at(self, order: dict[str, Any]) -> int | None:
        if self.c.rule != "jd":
            paid: int | None = order["paid_at"]
            return paid
        closed = order["ended_at"] if order["status"] == "closed" else None
        back = closed is not None and closed - order["created_at"] <= 15 * DAY
        return None if back else int(order["created_at"])

    def sales(self, belongs: Belongs, product: str | None = None) -> dict[str, Value]:
        def chosen(at: int | None, part: Any) -> bool:
            agent, channel = (part["agent"], part["channel"]) if part else (None, "")
            return self.inside(at) and belongs(agent, channel, at or 0)

        def pieces(o: dict[str, Any]) -> list[dict[str, Any]]:
            if product is None:
                gross = o["total_fen"] if self.c.rule == "jd" else o["paid_fen"]
                return [{**o, "gross": gross}]
            return [
                {
                    **o,
                    "gross": i["price_fen"] * i["quantity"]
                    if i["paid_fen"] is None
                    else i["paid_fen"],
                    "refund_fen": i["refund_fen"],
                    "pieces": i["quantity"],
                    "postage_fen": 0,
                }
                for i in o["items"]
                if i["title"] == product
            ]

        def amount(o: dict[str, Any]) -> int:
            less = o["refund_fen"] * self.c.less_refunds + o["postage_fen"] * self.c.less_postage
            return int(o["gross"] - less)

        def several(orders: Iterable[dict[str, Any]]) -> int:
            return len({o["id"] for o in orders})

        every = [p for o in self.orders for p in pieces(o)]
        sold = [o for o in every if chosen(self.sold_at(o), self.sold_by(o))]
        made = [o for o in every if chosen(o["created_at"], o["by_order"])]
        paid = [o for o in every if chosen(o["paid_at"], o["by_pay"])]
        ours = [o for o in sold if self.sold_by(o)]
        total = sum(amount(o) for o in sold)
        buyers = {o["buyer"] for o in sold}
        pieces_sold = sum(o["pieces"] for o in sold)

        def agent(o: dict[str, Any], by: str) -> bytes | None:
            return o[by]["agent"] if o[by] else None

        landed = [o for o in made if o["by_order"]]
        result = {
            "sales": count(total, several(sold)),
            "agent_sales": count(sum(amount(o) for o in ours), several(ours)),
            "silent_sales": count(
                total - sum(amount(o) for o in ours), several(o for o in sold if o not in ours)
            ),
            "net_sales": count(sum(o["gross"] - o["refund_fen"] for o in sold), several(sold)),
            "orders_sold": count(several(sold)),
            "buyers": count(len(buyers)),
            "items_sold": count(pieces_sold),
            "sales_per_buyer": ratio(total, len(buyers)),
            "items_per_buyer": ratio(pieces_sold, len(buyers)),
            "sales_per_item": ratio(total, pieces_sold),
            "orders_made": count(several(made)),
            "orders_landed": count(several(landed)),
            "lost_payments": count(several(o for o in landed if not o["paid_at"])),
            "payment_rate": ratio(several(o for o in made if o["paid_at"]), several(made)),
            "payments_landed": count(several(o for o in paid if o["by_pay"])),
            "payments_own": count(
                several(
                    o for o in paid if o["by_pay"] and agent(o, "by_order") == agent(o, "by_pay")
                )
            ),
            "payments_others": count(
                several(
                    o
                    for o in paid
                    if o["by_pay"] and o["by_order"] and agent(o, "by_order") != agent(o, "by_pay")
                )
            ),
            "payments_silent": count(several(o for o in paid if o["by_pay"] and not o["by_order"])),
            "wholly_silent": count(
                several(o for o in paid if not o["by_pay"] and not o["by_order"])
            ),
            "paid_at_once": ratio(
                several(o for o in paid if o["paid_at"] - o["created_at"] <= 10 * MINUTE),
                several(paid),
            ),
            "dispatched_same_day": ratio(
                several(
                    o
                    for o in paid
                    if o["shipped_at"] and self.day(o["shipped_at"]) == self.day(o["paid_at"])
                ),
                several(paid),
            ),
            "signed_48h": ratio(
                several(o for o in paid if self._signed(o) is True),
                several(o for o in paid if self._signed(o) is not None),
            ),
            "refund_rate": ratio(several(o for o in paid if o["refund_fen"] > 0), several(paid)),
            "refunds": count(
                sum(o["refund_fen"] for o in paid if o["refund_fen"] > 0),
                several(o for o in paid if o["refund_fen"] > 0),
            ),
        }
        return result | self._returning(paid)

    def _signed(self, order: dict[str, Any]) -> bool | None:
        """Whether all parcels were signed for 48 h after dispatch; None while nobody knows."""
        signed = [p["signed_at"] for p in self.t.parcels if p["order_id"] == order["id"]]
        sent = order["shipped_at"]
        if sent is None or not signed:
            return None
        if None not in signed:
            return bool(max(signed) <= sent + 2 * DAY)
        return False if self.c.now > sent + 2 * DAY else None

    def _returning(self, paid: list[dict[str, Any]]) -> dict[str, Value]:
        buyers = {o["buyer"] for o in paid}
        ever = [o for o in self.orders if o["customer"] and o["paid_at"]]
        until = {o["customer"] for o in ever if o["paid_at"] < self.c.end}

        def before(o: dict[str, Any]) -> list[int]:
            key = (o["paid_at"], o["id"])
            mine = [e for e in ever if e["customer"] == o["customer"]]
            return sorted(e["paid_at"] for e in mine if (e["paid_at"], e["id"]) < key)

        once = {o["id"]: o for o in paid if o["customer"]}.values()
        first = {o["buyer"] for o in paid if not o["customer"] or not before(o)}
        twice = [b for b in buyers if len({o["id"] for o in paid if o["buyer"] == b}) >= 2]
        again = [(o["paid_at"] - before(o)[-1], len(before(o))) for o in once if before(o)]
        return {
            "repeat_rate": ratio(len(twice), len(buyers)),
            "old_buyers": ratio(len(buyers - first), len(buyers)),
            "second_purchase": spread((ms for ms, n in again if n == 1), DAY),
            "repurchase_cycle": spread((ms for ms, _ in again), DAY),
            "active_customers": ratio(len({o["buyer"] for o in once}), len(until)),
        }
