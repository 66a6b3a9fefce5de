"""One box finds messages, customers, orders, parcels and phrases."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.conversations import CustomerHint, IncomingMessage
from app.services import Services
from db.models import Order, Phrase, Shipment


def receive(services: Services, text: str, visitor: str = "v1", name: str = "王小明") -> None:
    services.conversations.receive(
        IncomingMessage(
            channel="webchat",
            account="shop",
            external_id=f"{visitor}-{text}",
            visitor=visitor,
            text=text,
            customer=CustomerHint(name=name),
        )
    )


@pytest.mark.parametrize("query", ["货", "发货", "什么时候发货", "ABC 发货"])
def test_words_of_any_length_are_found_and_lit(services: Services, query: str) -> None:
    receive(services, "abc的订单什么时候发货呢")
    receive(services, "发完就出货吗" if query != "货" else "你好")
    found = services.search.messages(query)
    assert [hit.text for hit in found] == ["abc的订单什么时候发货呢"]
    lit = "".join(found[0].text[start:end] for start, end in found[0].hits)
    assert lit.casefold() == query.replace(" ", "").casefold()


def test_everything_is_found_by_one_box(services: Services) -> None:
    receive(services, "订单 9900001 到哪了")
    with services.db.write() as session:
        session.add(Order(platform="taobao", number="9900001", buyer_nick="tb王", created_at=1))
        session.add(Shipment(carrier="yuantong", number="YT9900001000000"))
        session.add(Phrase(group_id=b"g" * 16, text="您的订单9900001已发出", code="fh"))
    kinds = [found.kind for found in services.search.everything("9900001")]
    assert kinds == ["orders", "messages", "phrases"]
    assert [f.kind for f in services.search.everything("YT99")] == ["shipments"]
    assert [f.kind for f in services.search.everything("王")] == ["customers", "orders"]
    assert services.search.everything("   ") == []


def test_the_verb_prints_one_document(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(services, "请问什么时候发货")
    services.close()
    assert main(["messages", "find", "发货", "--home", str(services.home.path), "--json"]) == 0
    (message,) = json.loads(capsys.readouterr().out)["messages"]
    assert message["customer"] == "王小明"
    assert message["hits"] == [[6, 8]]
    assert set(message) == {"conversation", "customer", "at", "author", "text", "hits"}


def test_a_wrong_verb_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["messages", "lose", "--home", str(tmp_path), "--json"]) == 2
    out = capsys.readouterr()
    assert json.loads(out.out)["error"]["code"] == "usage"
    assert "Traceback" not in out.err
