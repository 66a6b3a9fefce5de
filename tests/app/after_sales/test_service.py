"""After-sales made by hand: who pays, who may decide, how a step is taken back."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.after_sales import (
    AfterSaleFacts,
    AfterSaleFilter,
    Draft,
    OverLimit,
    propose_freight,
)
from app.after_sales.settings import AGENT_LIMIT_FEN
from app.core.errors import PermissionDenied, UserError
from app.services import Services
from db.models import AfterSaleState, AuditEntry, Order, OrderItem, Role
from tests.app.sources.made_files import HEADERS, MadeOrder, csv_text, write_csv

PASSWORD = "long enough 1"


@pytest.fixture
def order(services: Services) -> bytes:
    return put_order(services)


def put_order(services: Services, status: str = "shipped", paid_fen: int = 50_000) -> bytes:
    with services.db.write() as session:
        row = Order(
            platform="taobao",
            shop="样例店",
            number="9900000000000000011",
            status=status,
            buyer_nick="tb样例一",
            paid_fen=paid_fen,
            created_at=1,
        )
        session.add(row)
        session.flush()
        session.add(OrderItem(order_id=row.id, title="样例T恤", price_fen=paid_fen))
        return row.id


def flag(services: Services, order: bytes) -> bool:
    with services.db.read() as session:
        return bool(session.scalar(select(Order.after_sale).where(Order.id == order)))


def become_agent(services: Services) -> None:
    agent = services.staff.add("agent", "小王", Role.AGENT, PASSWORD)
    services.staff.sign_in_as(agent.id)


def add(services: Services, order: bytes, **said: object) -> AfterSaleFacts:
    return services.after_sales.add(replace(Draft(order_id=order), **said)).record  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "kind", "party", "payer"),
    [
        ("no_reason", "return_refund", "buyer", "buyer"),
        ("quality", "exchange", "seller", "seller"),
        ("wrong_item", "resend", "seller", "seller"),
        ("damaged", "return_refund", "carrier", "carrier"),
        ("damaged", "refund", "carrier", ""),
        ("", "exchange", "", ""),
    ],
)
def test_the_freight_follows_the_responsibility(
    services: Services, reason: str, kind: str, party: str, payer: str
) -> None:
    proposed = services.after_sales.propose(Draft(kind=kind, reason=reason))
    assert (proposed.responsibility, proposed.freight_payer) == (party, payer)
    assert propose_freight(kind, party).reason


def test_a_record_marks_its_order_until_it_is_done(services: Services, order: bytes) -> None:
    record = add(services, order, kind="refund", amount_fen=1_000, reason="quality")
    assert record.order_number == "9900000000000000011"
    assert record.staff_name
    assert record.reason_group == "product"
    assert flag(services, order)
    services.after_sales.move(record.id, AfterSaleState.AGREED)
    assert flag(services, order)
    done = services.after_sales.move(record.id, AfterSaleState.DONE).record
    assert done.agreed_at
    assert done.done_at
    assert not flag(services, order)


def test_a_step_is_taken_back(services: Services, order: bytes) -> None:
    step = services.after_sales.add(Draft(order_id=order, amount_fen=1_000))
    done = services.after_sales.move(step.record.id, AfterSaleState.DONE)
    back = services.after_sales.take_back(done.undo)
    assert (back.state, back.done_at) == ("requested", None)
    assert flag(services, order)
    services.after_sales.take_back(step.undo)
    assert services.after_sales.of_order(order) == []
    assert not flag(services, order)


def test_a_step_somebody_built_on_stays(services: Services, order: bytes) -> None:
    record = add(services, order, amount_fen=1_000)
    agreed = services.after_sales.move(record.id, AfterSaleState.AGREED)
    services.after_sales.move(record.id, AfterSaleState.DONE)
    with pytest.raises(UserError) as refused:
        services.after_sales.take_back(agreed.undo)
    assert refused.value.code == "changed_since"


def test_above_the_limit_a_supervisor_decides(services: Services, order: bytes) -> None:
    services.settings.set(AGENT_LIMIT_FEN, 5_000)
    become_agent(services)
    record = add(services, order, amount_fen=5_001)
    assert record.over_limit
    for state in (AfterSaleState.AGREED, AfterSaleState.DONE):
        with pytest.raises(OverLimit):
            services.after_sales.move(record.id, state)
    assert services.after_sales.tally().to_decide == 1
    assert [r.id for r in services.after_sales.find(AfterSaleFilter(to_decide=True))] == [record.id]
    supervisor = next(m for m in services.staff.members() if m.role == Role.ADMIN)
    services.staff.sign_in_as(supervisor.id)
    agreed = services.after_sales.move(record.id, AfterSaleState.AGREED).record
    assert agreed.approver_name
    assert services.after_sales.tally().to_decide == 0


def test_a_decision_may_not_be_raised_above_the_limit_afterwards(
    services: Services, order: bytes
) -> None:
    services.settings.set(AGENT_LIMIT_FEN, 5_000)
    become_agent(services)
    draft = Draft(order_id=order, kind="return_refund", amount_fen=5_000)
    record = services.after_sales.add(draft).record
    services.after_sales.move(record.id, AfterSaleState.AGREED)
    with pytest.raises(OverLimit):
        services.after_sales.edit(record.id, replace(draft, amount_fen=5_001))
    with pytest.raises(OverLimit):
        raised = replace(draft, freight_payer="seller", freight_fen=1)
        services.after_sales.edit(record.id, raised)
    services.after_sales.edit(record.id, replace(draft, freight_payer="buyer", freight_fen=1_200))


def test_the_buyers_freight_is_not_the_shops_cost(services: Services, order: bytes) -> None:
    services.settings.set(AGENT_LIMIT_FEN, 0)
    record = add(services, order, kind="exchange", freight_payer="buyer", freight_fen=1_200)
    assert not record.over_limit
    other = add(services, order, kind="exchange", freight_payer="carrier", freight_fen=1_200)
    assert other.over_limit


def test_a_complaint_ends_with_outcome_and_reaction(services: Services, order: bytes) -> None:
    record = add(services, order, kind="complaint", text="说话难听", reason="attitude")
    with pytest.raises(UserError):
        services.after_sales.move(record.id, AfterSaleState.DONE, outcome="道歉并补偿")
    done = services.after_sales.move(
        record.id, AfterSaleState.DONE, outcome="道歉并补偿", reaction="接受"
    ).record
    assert (done.outcome, done.reaction) == ("道歉并补偿", "接受")


def test_a_good_review_wants_nothing_a_bad_one_does(services: Services, order: bytes) -> None:
    good = add(services, order, kind="review", grade="good", text="不错")
    bad = add(services, order, kind="review", grade="bad", text="起球")
    assert (good.state, bad.state) == ("done", "requested")
    assert not flag(services, order)
    with pytest.raises(UserError):
        services.after_sales.move(bad.id, AfterSaleState.DONE)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "dance"}, "bad_word"),
        ({"reason": "moon"}, "bad_word"),
        ({"amount_fen": -1}, "bad_amount"),
        ({"amount_fen": 50_001}, "too_much"),
        ({"kind": "exchange", "amount_fen": 1}, "bad_amount"),
        ({"kind": "exchange", "freight_fen": 1}, "bad_freight"),
        ({"kind": "refund", "freight_payer": "seller"}, "bad_freight"),
        ({"kind": "review"}, "no_grade"),
        ({"kind": "complaint", "text": " "}, "no_text"),
        ({"text": "长" * 2_001}, "too_long"),
        ({"item_id": b"x" * 16}, "bad_item"),
    ],
)
def test_what_cannot_stand_is_refused(
    services: Services, order: bytes, said: dict[str, object], code: str
) -> None:
    with pytest.raises(UserError) as refused:
        add(services, order, **said)
    assert refused.value.code == code
    assert services.after_sales.of_order(order) == []


def test_nothing_is_given_back_for_an_unpaid_order(services: Services) -> None:
    unpaid = put_order(services, "unpaid", 0)
    with pytest.raises(UserError) as refused:
        add(services, unpaid, amount_fen=100)
    assert refused.value.code == "unpaid"
    add(services, unpaid, kind="complaint", text="一直不能付款")


def test_trainees_only_look(services: Services, order: bytes) -> None:
    record = add(services, order, amount_fen=100)
    trainee = services.staff.add("neu", "新人", Role.TRAINEE, PASSWORD)
    services.staff.sign_in_as(trainee.id)
    assert services.after_sales.of_order(order)[0].id == record.id
    with pytest.raises(PermissionDenied):
        add(services, order, amount_fen=100)
    with pytest.raises(PermissionDenied):
        services.after_sales.move(record.id, AfterSaleState.DONE)


def test_lists_are_narrowed(services: Services, order: bytes) -> None:
    add(services, order, kind="refund", reason="quality", responsibility="seller", amount_fen=1)
    add(services, order, kind="complaint", text="50%_慢", reason="late_dispatch")
    find = services.after_sales.find
    assert len(find(AfterSaleFilter())) == 2
    assert [r.kind for r in find(AfterSaleFilter(kinds=frozenset({"refund"})))] == ["refund"]
    assert [r.kind for r in find(AfterSaleFilter(groups=frozenset({"service"})))] == ["complaint"]
    assert [r.kind for r in find(AfterSaleFilter(parties=frozenset({"seller"})))] == ["refund"]
    assert [r.kind for r in find(AfterSaleFilter(text="%_"))] == ["complaint"]
    assert len(find(AfterSaleFilter(text="样例一"))) == 2
    assert find(AfterSaleFilter(until=1)) == []


def test_undoing_an_import_spares_an_order_with_an_after_sale(
    services: Services, tmp_path: Path
) -> None:
    orders = [MadeOrder(number=f"990000000000000001{n}") for n in range(2)]
    path = tmp_path / "ExportOrderList202603011030.csv"
    write_csv(path, csv_text(HEADERS["taobao_order_list_2022"], orders))
    services.order_import.run([path])
    kept = services.orders.by_number(orders[0].number)
    assert kept is not None
    add(services, kept.id, kind="complaint", text="慢")
    assert services.order_import.undo().kept == [orders[0].number]
    assert services.orders.by_number(orders[1].number) is None


def test_every_change_is_in_the_audit_trail(services: Services, order: bytes) -> None:
    record = add(services, order, amount_fen=100)
    services.after_sales.move(record.id, AfterSaleState.DONE)
    with services.db.read() as session:
        query = select(AuditEntry).where(AuditEntry.row_id == record.id)
        entries = session.scalars(query.order_by(AuditEntry.rid)).all()
    assert (entries[-1].changes or {})["state"] == ["requested", "done"]
