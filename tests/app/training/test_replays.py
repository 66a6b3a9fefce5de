"""Real chats are masked on their way into the practice shop, and answered once more there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.cli import main
from app.core.errors import NotFound, PermissionDenied, UserError
from app.services import Services
from app.training import Replaying
from db.ids import new_id, order_id
from db.models import Author, Conversation, Customer, Message, Order, Role
from tests.school import School

PHONE, NAME, ADDRESS, NUMBER = "13912345678", "欧阳晓月", "文三路88号3栋501室", "910000000015700047"
CHAT = (
    (Author.CUSTOMER, "在吗"),
    (Author.CUSTOMER, f"我是{NAME}，订单{NUMBER}改地址"),
    (Author.AGENT, "您好，在的"),
    (Author.AGENT, f"好的{NAME}，请问改到哪里？"),
    (Author.CUSTOMER, f"{ADDRESS} 电话{PHONE}"),
    (Author.AGENT, "已为您修改好地址，请核对一下"),
    (Author.CUSTOMER, "谢谢"),
)


@pytest.fixture
def practice(school: School) -> Services:
    """The practice shop with its supervisor at the desk."""
    return school.sit(school.boss)


@pytest.fixture
def shop(services: Services) -> Services:
    """A live shop with one closed chat of two turns, and one of a single line."""
    for place, said in enumerate((CHAT, CHAT[:1])):
        _talk(services, place, said)
    return services


def _talk(services: Services, place: int, said: tuple[tuple[Author, str], ...]) -> None:
    with services.db.write() as session:
        customer = Customer(
            id=new_id(), platform="taobao", shop="s", nick=f"moon{place}", name=NAME,
            phone=PHONE, detail=ADDRESS, created_at=1, last_seen_at=1,
        )  # fmt: skip
        talk = Conversation(
            id=new_id(), channel="web", account="s", external_id=f"{place}",
            customer_id=customer.id, status="closed", opened_at=place,
        )  # fmt: skip
        session.add_all([customer, talk])
        if place == 0:
            session.add(
                Order(
                    id=order_id("taobao", "s", NUMBER),
                    platform="taobao",
                    shop="s",
                    number=NUMBER,
                    customer_id=customer.id,
                    status="paid",
                    recipient=NAME,
                    phone=PHONE,
                    detail=ADDRESS,
                    created_at=1,
                    source_at=1,
                )
            )
        for at, (author, text) in enumerate(said):
            row = Message(conversation_id=talk.id, author=author, text=text, at=at + 1)
            session.add(row)


def exported(shop: Services, tmp_path: Path) -> Path:
    path = tmp_path / "chats.json"
    told = shop.replays.export(path)
    assert (told.chats, told.turns, told.short) == (1, 2, 0)
    return path


def test_nothing_personal_leaves_the_shop(shop: Services, tmp_path: Path) -> None:
    text = exported(shop, tmp_path).read_text("utf-8")
    for secret in (PHONE, NAME, ADDRESS, NUMBER):
        assert secret not in text
    for word in ("【姓名】", "【电话】", "【地址】", "【单号】"):
        assert word in text


NICK, TITLE, LANDLINE, FORMER = "tb深海鱼Fish88", "晓月服饰工作室", "021-5553", "yueliang2019"


def test_what_else_the_shop_knows_of_a_customer_is_masked_too(
    services: Services, tmp_path: Path
) -> None:
    said = (
        (Author.CUSTOMER, f"买家账号{NICK.lower()}，以前的号叫{FORMER}"),
        (Author.AGENT, f"{NICK}您好，发票写{TITLE}对吗"),
        (Author.CUSTOMER, f"对，座机{LANDLINE}"),
        (Author.AGENT, "好的"),
    )
    _talk(services, 0, said)
    with services.db.write() as session:
        order = session.scalars(select(Order)).one()
        order.buyer_nick, order.invoice_title, order.landline = NICK, TITLE, LANDLINE
        session.add(
            Customer(
                id=new_id(), platform="taobao", shop="s", nick=FORMER,
                merged_into=order.customer_id, created_at=1, last_seen_at=1,
            )
        )  # fmt: skip
    text = exported(services, tmp_path).read_text("utf-8")
    for secret in (NICK, NICK.lower(), TITLE, LANDLINE, FORMER):
        assert secret not in text


def test_only_who_may_export_exports(shop: Services, tmp_path: Path) -> None:
    agent = shop.staff.add("agent", "Agent", Role.AGENT, "passw0rd!")
    shop.staff.sign_in_as(agent.id)
    with pytest.raises(PermissionDenied):
        shop.replays.export(tmp_path / "x.json")


def test_a_real_shop_takes_no_chats_to_practise(shop: Services, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        shop.replays.take(exported(shop, tmp_path))
    assert refused.value.code == "not_practice"


def test_the_same_chats_twice_are_there_once(
    shop: Services, practice: Services, tmp_path: Path
) -> None:
    path = exported(shop, tmp_path)
    assert practice.replays.take(path).chats == 1
    again = practice.replays.take(path)
    assert (again.chats, again.same) == (0, 1)
    (row,) = practice.replays.rows()
    assert (row.title, row.turns, row.best) == ("我是【姓名】，订单【单号】改地址", 2, None)


def test_records_are_masked_as_they_come_in(practice: Services, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    rows = [
        {
            "channel": "taobao",
            "conversation": "c1",
            "author": str(author),
            "text": text,
            "at": f"2026-01-01 10:00:{place:02}",
            "customer": NAME,
        }
        for place, (author, text) in reversed(list(enumerate(CHAT)))
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    told = practice.replays.take(path)
    assert (told.chats, told.turns) == (1, 2)
    (row,) = practice.replays.rows()
    shown = _played(practice, row.id)
    words = json.dumps([(a.customer, a.original) for a in shown.shown], ensure_ascii=False)
    for secret in (PHONE, NAME, NUMBER):
        assert secret not in words


def test_a_damaged_file_is_refused(practice: Services, tmp_path: Path) -> None:
    path = tmp_path / "chats.json"
    for text in (
        '{"kind": "kefu-real-chats"}',
        '{"kind": "kefu-real-chats", "version": 9, "chats": []}',
        '{"kind": "kefu-real-chats", "x": ' + "[" * 9999,
        '{"kind": "kefu-real-chats", "version": 1, "chats": [{"title": "\udcff"}]}',
    ):
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        with pytest.raises(UserError) as refused:
            practice.replays.take(path)
        assert refused.value.code == "bad_chats"


def _played(practice: Services, replay_id: bytes) -> Replaying:
    state = practice.replays.begin(replay_id)
    while not state.over:
        state = practice.replays.answer(
            state.attempt_id, "您好，我马上为您核对", waited_s=10, typed_s=8
        )
    return state


def test_each_answer_is_followed_by_the_one_of_that_day(
    shop: Services, practice: Services, tmp_path: Path
) -> None:
    practice.replays.take(exported(shop, tmp_path))
    (row,) = practice.replays.rows()
    state = practice.replays.begin(row.id)
    assert len(state.shown) == 1
    assert state.shown[0].original == ()
    state = practice.replays.answer(state.attempt_id, "不知道，自己看", waited_s=80)
    assert state.shown[0].original == ("您好，在的", "好的【姓名】，请问改到哪里？")
    assert state.shown[0].hits
    assert state.shown[1].own is None
    again = practice.replays.begin(row.id)
    assert again == state  # one goes on where one was
    state = practice.replays.answer(state.attempt_id, "已为您修改好地址，请核对", waited_s=5)
    assert state.over
    assert state.total is not None
    assert 0 < state.total < 100
    reasons = [reason for part in state.parts for reason in part.reasons]
    assert {reason.line for reason in reasons if reason.line is not None} <= {2, 4}
    assert all(reason.words for reason in reasons)
    (row,) = practice.replays.rows()
    assert (row.tries, row.best) == (1, state.total)
    with pytest.raises(UserError):
        practice.replays.answer(state.attempt_id, "还有", waited_s=1)
    assert practice.replays.state(state.attempt_id) == state


def test_quick_and_like_then_is_worth_more(
    shop: Services, practice: Services, tmp_path: Path
) -> None:
    practice.replays.take(exported(shop, tmp_path))
    (row,) = practice.replays.rows()
    totals = []
    for first, second, waited in (
        ("不知道，自己看", "没办法", 90),
        ("您好，在的，请问改到哪里？", "已为您修改好地址，请核对一下", 8),
    ):
        state = practice.replays.begin(row.id)
        practice.replays.answer(state.attempt_id, first, waited_s=waited)
        done = practice.replays.answer(state.attempt_id, second, waited_s=waited)
        totals.append(done.total or 0)
    assert totals[1] > totals[0] + 20


def test_an_attempt_is_ones_own(
    shop: Services, practice: Services, school: School, tmp_path: Path
) -> None:
    practice.replays.take(exported(shop, tmp_path))
    (row,) = practice.replays.rows()
    state = practice.replays.begin(row.id)
    school.sit(school.mei)
    for look in (practice.replays.state, practice.replays.break_off):
        with pytest.raises(NotFound):
            look(state.attempt_id)
    school.sit(school.boss)
    practice.replays.break_off(state.attempt_id)
    with pytest.raises(NotFound):
        practice.replays.state(state.attempt_id)


def test_a_chat_off_the_list_leaves_its_results(
    shop: Services, practice: Services, tmp_path: Path
) -> None:
    practice.replays.take(exported(shop, tmp_path))
    (row,) = practice.replays.rows()
    done = _played(practice, row.id)
    practice.replays.drop(row.id)
    assert practice.replays.rows() == []
    assert practice.replays.state(done.attempt_id).over
    with pytest.raises(NotFound):
        practice.replays.begin(row.id)


def test_the_verbs(shop: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = str(shop.home.path), str(tmp_path / "chats.json")
    assert main(["training", "chats", "export", file, "--home", home, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["chats"] == 1
    assert document["masked"]["phone"] >= 1
    assert main(["training", "chats", "export", file, "--find", "没有人写过", "--home", home]) == 2
