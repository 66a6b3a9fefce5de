"""Makes the practice shop's data file; the same seed gives the same file.

Run as `python -m resources.practice.generate`. Times are kept relative to the day the shop is
loaded: "-3 14:22:05" is three days before at that time of day, a number is seconds before now.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.regions import regions
from resources.practice.dialogues import (
    BUYER_MESSAGES,
    CLOSERS,
    NOTES,
    OPENERS,
    PROMISES,
    SCRIPTS,
    SELLER_REMARKS,
    WAITING,
)
from resources.practice.products import PRODUCTS

SEED: Final = 20261122
CUSTOMERS: Final = 300
ORDERS: Final = 600
CONVERSATIONS: Final = 400
WAITING_NOW: Final = 9
SHOP: Final = "青禾生活馆"
FILE: Final = Path(__file__).parent / "shop.json"

_SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英玉兰萍红玲鑫宇轩梓涵欣怡子墨雨桐浩然思远嘉诚诗琪佳宁晓东建国文博海燕春梅雪莹志远天佑可馨一诺依晨"
_NICKS: Final = (
    "爱喝奶茶的",
    "早睡早起的",
    "不加班的",
    "阳台种菜的",
    "追剧的",
    "跑步的",
    "爱吃辣的",
    "打工的",
    "佛系的",
    "周末的",
)
_NICK_TAILS: Final = (
    "小鹿",
    "橘猫",
    "阿木",
    "团子",
    "麦子",
    "小鱼",
    "月亮",
    "大熊",
    "栗子",
    "西瓜",
    "胡萝卜",
    "云朵",
)
_ROADS: Final = (
    "文汇路",
    "建设大道",
    "人民中路",
    "青年街",
    "滨江东路",
    "解放路",
    "新华街",
    "学院路",
    "湖滨南路",
    "和平里",
    "中兴路",
    "朝阳街",
    "幸福路",
    "科技一路",
)
_ESTATES: Final = (
    "锦绣花园",
    "阳光城",
    "绿地公寓",
    "水岸名都",
    "书香门第",
    "金色家园",
    "翠湖雅苑",
    "时代广场",
    "星河湾",
    "梧桐里",
)
_COMMON: Final = (
    "浙江省",
    "江苏省",
    "广东省",
    "上海市",
    "北京市",
    "四川省",
    "湖北省",
    "山东省",
    "福建省",
    "河南省",
    "湖南省",
    "安徽省",
)
_REMOTE: Final = ("新疆维吾尔自治区", "西藏自治区", "内蒙古自治区", "青海省", "甘肃省")
_CARRIERS: Final = (
    ("yuantong", "圆通速递", "YT99{:011d}"),
    ("zhongtong", "中通快递", "7899{:010d}"),
    ("shunfeng", "顺丰速运", "SF99{:011d}"),
    ("yunda", "韵达快递", "4399{:011d}"),
    ("jtexpress", "极兔速递", "JT99{:011d}"),
    ("shentong", "申通快递", "7739{:011d}"),
)
_STATES: Final = (
    *(("completed",) * 28),
    *(("shipped",) * 26),
    *(("paid",) * 22),
    *(("unpaid",) * 8),
    *(("received",) * 5),
    *(("closed",) * 8),
    *(("part_shipped",) * 2),
    "frozen",
)
_WORDS: Final = {
    "unpaid": "等待买家付款",
    "paid": "买家已付款，等待卖家发货",
    "part_shipped": "卖家部分发货",
    "shipped": "卖家已发货，等待买家确认",
    "received": "买家已签收",
    "completed": "交易成功",
    "closed": "交易关闭",
    "frozen": "交易冻结",
}
_TROUBLES: Final = (
    *((None,) * 14),
    "no_pickup",
    "no_news",
    "stuck",
    "signed_not_received",
    "returning",
    "refused",
    "problem",
    *(("awaiting_pickup",) * 3),
)
_CHOICE: Final = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


def when(day: int, second: int) -> str:
    """Write a moment of an earlier day: (-3, 51725) is "-3 14:22:05"."""
    extra, second = divmod(second, 86_400)
    return f"{day + extra} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def later(moment: str, seconds: int) -> str:
    """Return a written moment moved by some seconds."""
    day, clock = moment.split()
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return when(int(day), hours * 3600 + minutes * 60 + rest + seconds)


@dataclass(slots=True)
class Shop:
    """The shop while it is being made."""

    random: random.Random
    products: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    shipments: list[dict[str, Any]] = field(default_factory=list)
    conversations: list[dict[str, Any]] = field(default_factory=list)


def generate(seed: int = SEED) -> dict[str, Any]:
    """Return the whole practice shop."""
    shop = Shop(random.Random(seed))
    shop.products = [_product(*row) for row in PRODUCTS]
    shop.customers = [_customer(shop, n) for n in range(CUSTOMERS)]
    for n in range(ORDERS):
        _add_order(shop, n)
    _add_mergeable(shop)
    _add_conversations(shop)
    _add_waiting(shop)
    return {
        "shop": SHOP,
        "platform": "taobao",
        "products": shop.products,
        "customers": shop.customers,
        "orders": shop.orders,
        "shipments": shop.shipments,
        "conversations": shop.conversations,
    }


def _product(
    number: str,
    title: str,
    category: str,
    price: int,
    material: str,
    weight: int,
    care: str,
    variants: str,
    fab: str,
) -> dict[str, Any]:
    options = [part.partition(":") for part in variants.split(";")]
    skus = [""]
    for name, _colon, values in options:
        skus = [
            ";".join(filter(None, (sku, f"{name}:{value}")))
            for sku in skus
            for value in values.split(",")
        ]
    feature, advantage, benefit = fab.split("|")
    stocks = random.Random(number)
    return {
        "number": number, "title": title, "category": category, "price_fen": price,
        "material": material, "weight_g": weight, "care": care,
        "fab": [{"feature": feature, "advantage": advantage, "benefit": benefit}],
        "skus": [
            {"code": f"{number}-{n:02d}", "properties": sku, "stock": stocks.choice((0, 2, 6, 18, 40, 85, 120))}
            for n, sku in enumerate(skus, 1)
        ],
    }  # fmt: skip


def _customer(shop: Shop, n: int) -> dict[str, Any]:
    rng = shop.random
    name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))
    nick = rng.choice(
        (
            f"tb{rng.randrange(10**7, 10**8)}",
            rng.choice(_NICKS) + rng.choice(_NICK_TAILS) + str(n % 97),
            f"{rng.choice(_NICK_TAILS)}_{rng.randrange(1000, 9999)}",
        )
    )
    prefix = rng.choice(("1380000", "1390000", "1590000", "1770000", "1860000", "1990000"))
    return {
        "name": name, "nick": nick, "phone": f"{prefix}{n * 31 % 10_000:04d}", **_place(rng),
        "birthday": f"{rng.randrange(1970, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 28):02d}"
        if rng.random() < 0.3 else "",
        "occupation": rng.choice(("", "", "", "教师", "会计", "护士", "程序员", "自由职业", "全职妈妈", "学生")),
        "tags": sorted(_tags(rng)), "created": when(-rng.randrange(120, 700), rng.randrange(32_400, 80_000)),
        "note": rng.choice(("", "", "", "", "喜欢蓝色系", "家里有两只猫", "对味道敏感", "每次都要开票")),
    }  # fmt: skip


def _place(rng: random.Random) -> dict[str, str]:
    known = regions()
    province = rng.choice(_REMOTE if rng.random() < 0.06 else _COMMON)
    cities = known.children(province)
    city = rng.choice(cities)
    districts = known.children(province, city)
    detail = rng.choice(
        (
            f"{rng.choice(_ROADS)}{rng.randrange(1, 999)}号{rng.choice(_ESTATES)}{rng.randrange(1, 30)}幢{rng.randrange(1, 28)}0{rng.randrange(1, 5)}室",
            f"{rng.choice(_ESTATES)}{rng.randrange(1, 12)}栋{rng.randrange(1, 4)}单元{rng.randrange(101, 2804)}",
            f"{rng.choice(_ROADS)}{rng.randrange(1, 300)}号",
        )
    )
    return {
        "province": province, "city": city,
        "district": rng.choice(districts) if districts else "", "detail": detail,
    }  # fmt: skip


def _tags(rng: random.Random) -> set[str]:
    tags: set[str] = set()
    if rng.random() < 0.6:
        tags.add(
            rng.choice(
                (
                    "直接型",
                    "消遣型",
                    "议价型",
                    "新手型",
                    "忠诚型",
                    "心不在焉型",
                    "深思熟虑型",
                    "挑剔型",
                )
            )
        )
    if rng.random() < 0.3:
        tags.add(rng.choice(("求便利", "求实用", "求个性", "求美观")))
    if rng.random() < 0.2:
        tags.add(rng.choice(("高客单", "常复购", "易流失")))
    if rng.random() < 0.15:
        tags.add(rng.choice(("要开发票", "指定快递", "曾投诉")))
    return tags


def _add_order(shop: Shop, n: int) -> None:
    rng = shop.random
    status = rng.choice(_STATES)
    customer = min(int(abs(rng.gauss(0, 0.4)) * CUSTOMERS), CUSTOMERS - 1)
    ages = {
        "unpaid": (0, 2),
        "paid": (0, 4),
        "part_shipped": (2, 5),
        "shipped": (1, 9),
        "frozen": (1, 5),
    }
    low, high = ages.get(status, (8, 170))
    created = when(-1 - rng.randrange(low, high + 1), rng.randrange(28_800, 84_000))
    order = _order(shop, n, customer, status, created)
    _make_interesting(rng, order, n)
    shop.orders.append(order)
    if status in {"shipped", "part_shipped", "received", "completed"}:
        _add_shipment(shop, order, n)


def _order(shop: Shop, n: int, customer: int, status: str, created: str) -> dict[str, Any]:
    rng = shop.random
    buyer = shop.customers[customer]
    items = []
    for _line in range(rng.choice((1, 1, 1, 1, 2, 2, 3))):
        product = rng.choice(shop.products)
        sku = rng.choice(product["skus"])
        items.append(
            {
                "title": product["title"], "product": product["number"], "code": sku["code"],
                "sku": sku["properties"], "price_fen": product["price_fen"],
                "quantity": rng.choice((1, 1, 1, 1, 2, 2, 3)),
            }
        )  # fmt: skip
    total = sum(item["price_fen"] * item["quantity"] for item in items)
    postage = 0 if total >= 5_900 else 600
    discount = rng.choice((0, 0, 0, 500, 1_000)) if total > 9_900 else 0
    paid = 0 if status == "unpaid" else total + postage - discount
    closed = rng.choice(("unpaid", "refunded")) if status == "closed" else ""
    return {
        "number": f"{9_100_000_000_000_000_000 + n * 1_000_003}", "customer": customer,
        "status": status, "platform_status": _WORDS[status], "close_reason": closed,
        "recipient": buyer["name"], "phone": buyer["phone"], "province": buyer["province"],
        "city": buyer["city"], "district": buyer["district"], "detail": buyer["detail"],
        "items": items, "total_fen": total + postage, "postage_fen": postage,
        "paid_fen": 0 if closed == "unpaid" else paid,
        "refund_fen": paid if closed == "refunded" else 0,
        "created": created,
        "paid": None if status == "unpaid" or closed == "unpaid" else later(created, rng.randrange(20, 900)),
        "buyer_message": "", "seller_remark": "", "flag": "",
    }  # fmt: skip


def _make_interesting(rng: random.Random, order: dict[str, Any], n: int) -> None:
    if rng.random() < 0.10:
        order["buyer_message"] = rng.choice(BUYER_MESSAGES)[0]
    if rng.random() < 0.06:
        order["seller_remark"] = rng.choice(SELLER_REMARKS)
        order["flag"] = rng.choice(("red", "yellow", "green", "blue", "purple"))
    faults = {
        7: {"phone": "1380000123"},
        19: {"detail": "村口"},
        31: {"city": "宁波市", "province": "江苏省"},
        43: {"district": "其它区"},
        57: {"phone": "13900001234-5678"},
        71: {"recipient": "测试"},
        83: {"detail": ""},
        97: {"phone": ""},
    }
    if order["status"] in {"paid", "unpaid"}:
        order |= faults.get(n % 101, {})


def _add_mergeable(shop: Shop) -> None:
    """Give some customers a second paid order to the same door."""
    paid = [order for order in shop.orders if order["status"] == "paid"][:8]
    for n, first in enumerate(paid):
        order = _order(shop, 5_000 + n, first["customer"], "paid", later(first["created"], 1_800))
        shop.orders.append(order | {key: first[key] for key in ("recipient", "phone", "province", "city", "district", "detail")})  # fmt: skip


def _add_shipment(shop: Shop, order: dict[str, Any], n: int) -> None:
    rng = shop.random
    code, name, pattern = rng.choice(_CARRIERS)
    number = pattern.format(n * 7_919 + 13)
    shipped = later(order["paid"], rng.randrange(7_200, 100_000))
    if shipped >= "0" or not shipped.startswith("-"):
        shipped = later(order["paid"], 3_600)
    done = order["status"] in {"received", "completed"}
    trouble = None if done else rng.choice(_TROUBLES)
    order["shipped"], order["ended"] = shipped, None
    traces = _traces(rng, order, shipped, name, trouble, done=done)
    if done:
        order["ended"] = later(traces[-1]["at"], 86_400)
    state = traces[-1]["state"] if traces else "waiting"
    shop.shipments.append(
        {
            "carrier": code, "carrier_name": name, "number": number, "order": order["number"],
            "shipped": shipped, "destination": order["city"], "state": state, "traces": traces, "trouble": trouble or "",
        }
    )  # fmt: skip


def _traces(
    rng: random.Random, order: dict[str, Any], shipped: str, carrier: str, trouble: str | None,
    *, done: bool,
) -> list[dict[str, str]]:  # fmt: skip
    city = order["city"]
    steps = [
        (
            rng.randrange(1_800, 18_000),
            "杭州市",
            f"【杭州市】{carrier}余杭集散点 已揽收",
            "picked_up",
        ),
        (rng.randrange(7_200, 20_000), "杭州市", "【杭州市】快件已到达 杭州转运中心", "in_transit"),
        (
            rng.randrange(3_600, 10_000),
            "杭州市",
            f"【杭州市】快件离开 杭州转运中心，发往 {city}",
            "in_transit",
        ),
        (rng.randrange(40_000, 90_000), city, f"【{city}】快件已到达 {city}分拨中心", "in_transit"),
        (
            rng.randrange(10_000, 30_000),
            city,
            f"【{city}】派件员正在派送，请保持电话畅通",
            "out_for_delivery",
        ),
        (
            rng.randrange(3_600, 14_000),
            city,
            f"【{city}】已签收，签收人：本人。感谢使用{carrier}",
            "signed",
        ),
    ]
    endings = {
        "no_pickup": (0, None), "no_news": (3, None),
        "stuck": (5, (3_600, city, f"【{city}】客户电话无人接听，改约派送", "problem")),
        "signed_not_received": (5, (3_600, city, f"【{city}】已签收，签收人：门卫代收", "signed")),
        "returning": (4, (30_000, city, f"【{city}】地址不详无法派送，快件退回中", "returning")),
        "refused": (5, (3_600, city, f"【{city}】收件人拒收", "refused")),
        "problem": (4, (20_000, city, f"【{city}】快件破损，网点核实中", "problem")),
        "awaiting_pickup": (5, (3_600, city, f"【{city}】已放入丰巢柜，凭取件码领取", "awaiting_pickup")),
    }  # fmt: skip
    if trouble:
        kept, last = endings[trouble]
        steps = [*steps[:kept], *([last] if last else [])]
    traces, at = [], shipped
    for wait, place, text, state in steps:
        at = later(at, wait)
        if not at.startswith("-"):
            break  # has not happened yet on the day the shop is loaded
        traces.append({"at": at, "place": place, "text": text, "state": state})
    return traces or [] if not done else traces


def _add_conversations(shop: Shop) -> None:
    rng = shop.random
    topics = list(SCRIPTS)
    for n in range(CONVERSATIONS - WAITING_NOW):
        topic = topics[n % len(topics)]
        order = rng.choice(shop.orders)
        start = when(-1 - int(abs(rng.gauss(0, 25))), rng.randrange(32_400, 82_000))
        script = rng.choice(SCRIPTS[topic])
        shop.conversations.append(_conversation(shop, order, topic, script, start))


def _conversation(
    shop: Shop, order: dict[str, Any], topic: str, script: str, start: str
) -> dict[str, Any]:
    rng = shop.random
    unfinished = script.endswith("…")
    lines = [line.partition(": ") for line in script.rstrip("…").split("\n")]
    if lines[0][0] == "C" and rng.random() < 0.35:
        lines.insert(0, ("C", ": ", rng.choice(OPENERS)))
    if not unfinished and rng.random() < 0.3:
        lines.append(("C", ": ", rng.choice(CLOSERS)))
    agent, at, messages = rng.randrange(3), start, []
    values = _values(shop, order, agent)
    for who, _colon, text in lines:
        pause = rng.randrange(6, 70) if who == "C" else rng.choice((5, 8, 12, 20, 35, 60, 150))
        at = later(at, pause)
        said = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
        messages.append([at, who, said.format(**values)])
    follow_up = unfinished and rng.random() < 0.4
    if follow_up and messages[-1][1] == "C":
        messages.append([later(at, 25), "A", rng.choice(PROMISES)])
    if rng.random() < 0.08:
        messages.append([later(at, 40), "N", rng.choice(NOTES)])
    return {
        "customer": order["customer"], "agent": agent, "topic": topic,
        "status": "follow_up" if follow_up else "closed",
        "messages": messages,
    }  # fmt: skip


def _values(shop: Shop, order: dict[str, Any], agent: int) -> dict[str, str]:
    item = shop.random.choice(order["items"])
    product = next(p for p in shop.products if p["number"] == item["product"])
    shipment = next((s for s in shop.shipments if s["order"] == order["number"]), None)
    other = shop.random.choice(product["skus"])["properties"]
    trace = shipment["traces"][-1] if shipment and shipment["traces"] else None
    address = "".join(order[k] for k in ("province", "city", "district", "detail"))
    return {
        "agent": ("小丽", "小北", "小满")[agent], "number": order["number"],
        "item": item["title"].removeprefix("青禾 ").split()[0], "sku": _short(item["sku"]),
        "sku2": _short(other), "carrier": shipment["carrier_name"] if shipment else "中通快递",
        "tracking": shipment["number"] if shipment else "还没有", "place": trace["place"] if trace else "杭州市",
        "trace": trace["text"] if trace else "快件已揽收", "city": order["city"], "recipient": order["recipient"],
        "phone": order["phone"], "address": address, "material": product["material"],
        "care": product["care"], "paid": f"{order['paid_fen'] / 100:.2f}元",
        "low": f"{item['price_fen'] * 0.8 / 100:.0f}", "day": shop.random.choice(("昨天", "前天", "周一", "上周五")),
    }  # fmt: skip


def _short(properties: str) -> str:
    return "".join(part.partition(":")[2] for part in properties.split(";"))


def _add_waiting(shop: Shop) -> None:
    """Some customers are waiting at this very moment, the longest for some minutes."""
    rng = shop.random
    recent = [order for order in shop.orders if order["status"] in {"paid", "shipped", "unpaid"}]
    for n, text in enumerate(WAITING[:WAITING_NOW]):
        order = recent[(n * 17 + 3) % len(recent)]
        waited = (14, 31, 52, 75, 118, 160, 205, 260, 400)[n % 9]
        values = _values(shop, order, 0)
        messages: list[list[Any]] = []
        if rng.random() < 0.5:
            messages = [
                [waited + 95, "C", rng.choice(OPENERS)],
                [waited + 80, "A", f"在的亲，我是{values['agent']}，请问有什么可以帮您"],
            ]
        messages.append([waited, "C", text.format(**values)])
        shop.conversations.append(
            {"customer": order["customer"], "agent": 0 if n % 3 else None, "topic": "现在", "status": "open", "messages": messages}
        )  # fmt: skip


def main() -> None:
    """Write the data file."""
    text = json.dumps(generate(), ensure_ascii=False, indent=None, separators=(",", ":"))
    # A line per record keeps changes readable.
    text = text.replace('},{"', '},\n{"')
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
