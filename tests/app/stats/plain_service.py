"""After-sales and satisfaction by their words alone, beside `plain`: slow, over all rows."""

from __future__ import annotations

from typing import Any

from tests.app.stats.plain import DAY, Belongs, Plain, Value, count, ratio, spread

GROUPS = ("subjective", "product", "logistics", "service")
PARTIES = ("buyer", "seller", "carrier")


class PlainService:
    """The records of a shop, and one question."""

    def __init__(
        self, plain: Plain, cases: list[dict[str, Any]], ratings: list[dict[str, Any]]
    ) -> None:
        self.p = plain
        self.orders = {o["id"]: o for o in plain.orders}
        self.cases = [{**c, "about": self._about(c)} for c in cases]
        self.ratings = ratings

    def _about(self, case: dict[str, Any]) -> str:
        for item in self.p.t.items:
            if item["id"] == case["item_id"]:
                return str(item["title"])
        if case["item_title"]:
            return str(case["item_title"])
        titles = [i["title"] for i in self.p.t.items if i["order_id"] == case["order_id"]]
        return str(titles[0]) if case["order_id"] and len(titles) == 1 else ""

    def _whose(self, case: dict[str, Any]) -> tuple[bytes | None, str]:
        order = self.orders.get(case["order_id"])
        talks = [order[name] for name in ("by_order", "by_pay") if order[name]] if order else []
        agent = talks[0]["agent"] if talks else None
        channel = talks[0]["channel"] if talks else ""
        return (agent if case["staff_id"] is None else case["staff_id"]), channel

    def after_sales(self, belongs: Belongs, product: str | None = None) -> dict[str, Value]:
        """The numbers of one row."""
        paid = {o["id"] for o in self._paid(belongs, product)}
        known = [c for c in self.cases if product is None or c["about"] == product]
        ours = [c for c in known if c["order_id"] in paid]
        refunds = [c for c in ours if c["kind"] in ("refund", "return_refund")]
        refunds = [c for c in refunds if c["state"] == "done"]
        result: dict[str, Value] = {}
        for names, field in ((GROUPS, "reason_group"), (PARTIES, "responsibility")):
            for name in names:
                found = [c for c in refunds if c[field] == name]
                hit = {c["order_id"] for c in found}
                result[f"refund_rate_{name}"] = ratio(len(hit), len(paid))
                result[f"refunds_{name}"] = count(sum(c["amount_fen"] for c in found), len(hit))
        disputed = {c["order_id"] for c in ours if c["disputed"]}
        result["dispute_rate"] = ratio(len(disputed), len(paid))
        return result | self._records(known, belongs, len(paid))

    def _paid(self, belongs: Belongs, product: str | None) -> list[dict[str, Any]]:
        found = []
        for o in self.p.orders:
            talk = o["by_pay"]
            agent, channel = (talk["agent"], talk["channel"]) if talk else (None, "")
            has = product is None or any(i["title"] == product for i in o["items"])
            if has and self.p.inside(o["paid_at"]) and belongs(agent, channel, o["paid_at"]):
                found.append(o)
        return found

    def _records(
        self, known: list[dict[str, Any]], belongs: Belongs, paid: int
    ) -> dict[str, Value]:
        def at(case: dict[str, Any], name: str) -> bool:
            moment = case[name]
            return self.p.inside(moment) and belongs(*self._whose(case), moment)

        asked = [c for c in known if at(c, "requested_at")]
        done = [
            c for c in known if at(c, "done_at") and c["state"] == "done" and c["kind"] != "review"
        ]
        complaints = [c for c in asked if c["kind"] == "complaint" and c["state"] != "withdrawn"]
        reviews = [c for c in asked if c["kind"] == "review" and c["state"] != "withdrawn"]
        given = [c for c in done if c["kind"] in ("compensation", "price_reduction")]
        freight = [
            c["freight_fen"]
            for c in done
            if c["freight_payer"] in ("seller", "carrier") and c["freight_fen"]
        ]
        waits = [c["done_at"] - c["requested_at"] for c in done]
        return {
            "after_sales": count(sum(c["kind"] != "review" for c in asked)),
            "after_sales_days": spread((w for w in waits if w >= 0), DAY),
            "compensation": count(sum(c["amount_fen"] for c in given), len(given)),
            "after_sales_freight": count(sum(freight), len(freight)),
            "complaints": count(len(complaints)),
            "complaints_per_1000": ratio(1000 * len(complaints), paid),
            "reviews": count(len(reviews)),
            "good_review_rate": ratio(sum(c["grade"] == "good" for c in reviews), len(reviews)),
        }

    def satisfaction(self, belongs: Belongs, served: int) -> dict[str, Value]:
        """Likewise; `served` customers are what shares are told of."""
        mine = []
        for rating in self.ratings:
            talk = self.p.t.conversations.get(rating["conversation_id"])
            if talk is not None:
                customer = self.p.root(talk["customer_id"])
                if customer not in self.p.out:
                    mine.append({**rating, "customer": customer, "channel": talk["channel"]})

        def at(rating: dict[str, Any], name: str) -> bool:
            moment = rating[name]
            inside = self.p.inside(moment)
            return inside and belongs(rating["staff_id"], rating["channel"], moment)

        invited = [r for r in mine if at(r, "invited_at")]
        rated = [r for r in mine if at(r, "answered_at")]
        levels = [r["level"] for r in rated]
        return {
            "invitations": count(len(invited)),
            "invitation_rate": ratio(len({r["customer"] for r in invited}), served),
            "rating_rate": ratio(len({r["customer"] for r in rated}), served),
            "invitations_answered": ratio(
                sum(r["level"] is not None for r in invited), len(invited)
            ),
            "satisfaction": ratio(sum(level in (4, 5) for level in levels), len(levels)),
            "dissatisfaction": ratio(sum(level in (1, 2) for level in levels), len(levels)),
            "low_ratings": ratio(sum(level in (1, 2, 3) for level in levels), len(levels)),
            "dissatisfied": count(sum(level in (1, 2) for level in levels)),
        }
