"""Imports of after-sales: the right facts, once only; the newer ones and people's judgement hold."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.after_sales import AfterSaleFilter, CaseReport, Draft
from app.after_sales.export_words import kind_of, party_of, reason_of, state_of
from app.after_sales.merging import merge
from app.cli import main
from app.core.errors import PermissionDenied
from app.services import Services
from app.sources import RowState
from db.models import Change, Order, OrderItem, Party, Role
from tests.app.after_sales.made_cases import (
    DOUYIN,
    JD,
    PDD,
    TAOBAO,
    table,
    write_csv,
    write_xlsx,
)

ORDER = "9900000000000000011"
DONE = {"退款状态": "退款成功", "退款完结时间": "2026-03-08 10:00:00"}


def put_order(services: Services, number: str = ORDER, platform: str = "taobao") -> bytes:
    with services.db.write() as session:
        order = Order(
            platform=platform,
            shop="样例店",
            number=number,
            status="shipped",
            buyer_nick="tb样例一",
            paid_fen=5900,
            created_at=1,
        )
        session.add(order)
        session.flush()
        session.add(OrderItem(order_id=order.id, number="", title="样例纯棉T恤", price_fen=5900))
        return order.id


def taobao(path: Path, *changes: Mapping[str, str]) -> Path:
    return write_csv(path, table("taobao", *(TAOBAO | dict(change) for change in changes)))


def run(services: Services, *paths: Path) -> CaseReport:
    return services.after_sale_import.run(paths)


def counts(report: CaseReport) -> tuple[int, ...]:
    return tuple(report.counted(state) for state in RowState)


def only(services: Services) -> Any:
    (record,) = services.after_sales.find(AfterSaleFilter())
    return record


def flag(services: Services, order: bytes) -> bool:
    with services.db.read() as session:
        return bool(session.scalar(select(Order.after_sale).where(Order.id == order)))


def test_a_taobao_refund_is_kept_with_its_order(services: Services, tmp_path: Path) -> None:
    order = put_order(services)
    report = run(services, taobao(tmp_path / "refunds.csv", {}))
    assert counts(report) == (1, 0, 0)
    assert report.files[0].format == "taobao_refund_list"
    assert report.files[0].encoding == "gb18030"
    record = only(services)
    assert (record.kind, record.state) == ("return_refund", "requested")
    assert (record.amount_fen, record.order_id, record.buyer) == (2950, order, "tb样例一")
    assert record.item_id is not None
    assert record.requested_at == 1772674200000
    assert not record.disputed
    assert "支付宝交易号" not in record.extra
    assert record.extra["货物状态"] == "买家已收到货"
    assert flag(services, order)


@pytest.mark.parametrize("kind", ["csv", "utf8", "xlsx"])
def test_all_encodings_tell_the_same(services: Services, tmp_path: Path, kind: str) -> None:
    rows = table("douyin", DOUYIN)
    if kind == "xlsx":
        path = write_xlsx(tmp_path / "a.xlsx", rows)
    else:
        path = write_csv(tmp_path / "a.csv", rows, "utf-8-sig" if kind == "utf8" else "gb18030")
    run(services, path)
    record = only(services)
    assert (record.number, record.order_number) == ("700000000000001", "6990000000000000001")
    assert (record.kind, record.state, record.amount_fen) == ("return_refund", "done", 6500)
    assert (record.reason_group, record.reason) == ("product", "quality")
    assert (record.responsibility, record.freight_payer) == ("seller", "seller")
    assert (record.return_carrier, record.return_number) == ("顺丰", "SF1234567890123")
    assert record.deadline_at is not None
    assert record.done_at - record.requested_at == 4 * 86_400_000 + 9_000_000
    assert record.text == "膏体断了"
    assert "商家退货联系人姓名" not in record.extra


def test_jd_and_pdd_exports_are_known_by_their_names(services: Services, tmp_path: Path) -> None:
    jd = write_csv(tmp_path / "jd.csv", table("jd", JD))
    pdd = write_csv(tmp_path / "pdd.csv", table("pdd", PDD), "utf-8-sig")
    report = run(services, jd, pdd)
    assert [file.format for file in report.files] == ["jd_afs_service", "pdd_aftersale"]
    by_platform = {r.platform: r for r in services.after_sales.find(AfterSaleFilter())}
    assert (by_platform["jd"].kind, by_platform["jd"].state) == ("exchange", "agreed")
    pdd_record = by_platform["pdd"]
    assert (pdd_record.kind, pdd_record.state) == ("refund", "done")
    assert (pdd_record.reason, pdd_record.responsibility) == ("no_trace", "carrier")
    assert pdd_record.disputed


@pytest.mark.parametrize(
    ("renamed", "name"),
    [
        ({"服务单号": "服务单编号", "客户期望": "客户期望处理方式", "申请时间": "申请日期"}, "jd"),
        ({"服务单状态": "处理状态", "订单号": "订单编号"}, "jd"),
        ({"退款金额(元)": "退款金额（元）", "售后编号": " 售后 编号"}, "pdd"),
        ({"售后编号": "售后ID", "退款金额(元)": "实际退款金额（元）"}, "pdd"),
    ],
)
def test_names_that_differ_a_little_are_known_too(
    services: Services, tmp_path: Path, renamed: dict[str, str], name: str
) -> None:
    header, *rows = table(name, JD if name == "jd" else PDD)
    plain = write_csv(tmp_path / "a.csv", [header, *rows])
    run(services, plain)
    before = only(services)
    services.after_sale_import.undo()
    other = write_csv(tmp_path / "b.csv", [[renamed.get(n, n) for n in header], *rows])
    assert counts(run(services, other)) == (1, 0, 0)
    after = only(services)
    for fact in ("number", "order_number", "kind", "state", "amount_fen", "requested_at"):
        assert getattr(after, fact) == getattr(before, fact), fact


@pytest.mark.parametrize(
    ("word", "state"),
    [
        *(("待审核领取", "requested"), ("待审核", "requested"), ("待客户反馈", "requested")),
        *(("审核关闭", "withdrawn"), ("待收货", "agreed"), ("待处理", "requested")),
        *(("待用户确认", "agreed"), ("完成", "done"), ("取消", "withdrawn")),
    ],
)
def test_the_states_of_jd(word: str, state: str) -> None:
    assert state_of(word) == state


def test_the_same_file_again_changes_nothing(services: Services, tmp_path: Path) -> None:
    put_order(services)
    path = taobao(tmp_path / "refunds.csv", {}, {"退款编号": "8800000000000000002"})
    assert counts(run(services, path)) == (2, 0, 0)
    with services.db.read() as session:
        before = session.scalar(select(func.count()).select_from(Change))
    assert counts(run(services, path)) == (0, 0, 2)
    with services.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Change)) == before


def test_a_dry_run_tells_what_the_import_does(services: Services, tmp_path: Path) -> None:
    first = taobao(tmp_path / "first.csv", {})
    second = taobao(tmp_path / "second.csv", DONE)
    preview = services.after_sale_import.preview([first, second])
    assert services.after_sales.find(AfterSaleFilter()) == []
    assert preview.dry_run
    real = run(services, first, second)
    for name in ("files", "after_sales"):
        assert preview.document()[name] == real.document()[name]
    assert only(services).state == "done"


def test_rows_that_cannot_be_taken_are_named(services: Services, tmp_path: Path) -> None:
    path = taobao(
        tmp_path / "refunds.csv",
        {"退款编号": "9.9E+18"},
        {"订单编号": ""},
        {"买家退款金额": "很多"},
        {"退款的申请时间": ""},
        {"退款的申请时间": "昨天"},
        {"退款编号": "8800000000000000009", "退款状态": "外星状态"},
    )
    report = run(services, path)
    (file,) = report.files
    assert [row.row for row in file.rejected] == [2, 3, 4, 5, 6]
    assert file.new == 1
    assert "外星状态" in file.note
    assert report.exit_code == 1


def test_an_older_export_never_overwrites_newer_facts(services: Services, tmp_path: Path) -> None:
    older = taobao(tmp_path / "refund_20260306.csv", {})
    newer = taobao(tmp_path / "refund_20260309.csv", DONE | {"买家退款金额": "20.00"})
    run(services, newer)
    assert counts(run(services, older)) == (0, 0, 1)
    record = only(services)
    assert (record.state, record.amount_fen) == ("done", 2000)


def test_files_without_a_date_are_judged_by_how_far_the_case_is(
    services: Services, tmp_path: Path
) -> None:
    done, asked = taobao(tmp_path / "a.csv", DONE), taobao(tmp_path / "b.csv", {})
    os.utime(done, (1_000_000, 1_000_000))
    run(services, done)
    run(services, asked)
    assert only(services).state == "done"


def test_the_flag_of_an_order_that_comes_later_follows(services: Services, tmp_path: Path) -> None:
    run(services, taobao(tmp_path / "refunds.csv", {}))
    order = put_order(services)
    services.after_sales.match_orders()
    assert flag(services, order)
    assert only(services).order_id == order
    run(services, taobao(tmp_path / "refunds2.csv", DONE))
    assert not flag(services, order)


def test_what_a_person_judged_stays(services: Services, tmp_path: Path) -> None:
    run(services, write_csv(tmp_path / "a.csv", table("douyin", DOUYIN)))
    record = only(services)
    draft = Draft(kind=record.kind, reason="damaged", responsibility="carrier")
    services.after_sales.edit(record.id, draft)
    changed = DOUYIN | {"售后原因": "不喜欢", "退商品金额（元）": "40.00"}
    run(services, write_csv(tmp_path / "b20270101.csv", table("douyin", changed)))
    record = only(services)
    assert (record.reason, record.responsibility, record.amount_fen) == ("damaged", "carrier", 4600)
    assert record.platform_reason == "不喜欢"


def test_a_file_of_something_else_is_refused(services: Services, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["甲", "乙"], ["1", "2"]])
    report = run(services, path)
    assert report.files[0].code == "unknown_format"
    assert report.exit_code == 2


def test_trainees_import_nothing(services: Services, tmp_path: Path) -> None:
    trainee = services.staff.add("neu", "新人", Role.TRAINEE, "long enough 1")
    services.staff.sign_in_as(trainee.id)
    with pytest.raises(PermissionDenied):
        services.after_sale_import.preview([tmp_path / "a.csv"])


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("买家已经申请退款，等待卖家同意", "requested"),
        ("卖家已经同意退款，等待买家退货", "agreed"),
        ("买家已经退货，等待卖家确认收货", "agreed"),
        ("卖家拒绝退款", "refused"),
        ("退款关闭", "withdrawn"),
        ("退款成功", "done"),
        ("同意退款，退款成功", "done"),
        ("售后关闭", "withdrawn"),
        ("换货成功", "done"),
        ("处理中", "requested"),
        ("待商家处理", "requested"),
        ("待买家退货", "agreed"),
        ("退款中", "agreed"),
        ("已撤销", "withdrawn"),
        ("待审核领取", "requested"),
        ("审核关闭", "withdrawn"),
        ("待用户确认", "agreed"),
        ("完成", "done"),
        ("外星", None),
    ],
)
def test_states_in_the_platforms_words(word: str, state: str | None) -> None:
    assert state_of(word) == state


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *(("仅退款", "refund"), ("未发货仅退款", "refund"), ("退货退款", "return_refund")),
        *(("退货", "return_refund"), ("换货", "exchange"), ("补寄", "resend"), ("维修", "repair")),
        *(("价保", "price_reduction"), ("我要退款", "refund"), ("?", None)),
    ],
)
def test_kinds_in_the_platforms_words(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *(("7天无理由退换货", "no_reason"), ("多拍/拍错/不想要", "wrong_order")),
        *(("质量问题", "quality"), ("做工粗糙/有瑕疵", "workmanship"), ("大小/尺寸与商品描述不符", "size")),
        *(("卖家发错货", "wrong_item"), ("少件/漏发", "wrong_item"), ("包装/商品破损", "damaged")),
        *(("快递一直未送达", "not_received"), ("物流停滞", "no_trace"), ("未按约定时间发货", "late_dispatch")),
        *(("发票问题", "invoice"), ("不喜欢/效果不好", "dislike"), ("随便", "")),
    ],
)  # fmt: skip
def test_reasons_in_the_platforms_words(text: str, reason: str) -> None:
    assert reason_of(text) == reason


def test_a_party_is_named_only_where_it_is_one() -> None:
    assert party_of("商家责任") == Party.SELLER
    assert party_of("消费者") == Party.BUYER
    assert party_of("商家和用户") == Party.NONE
    assert party_of("-") == Party.NONE


LIVES = (
    ("requested", "agreed", "done"),
    ("requested", "refused", "withdrawn"),
    ("requested", "requested", "withdrawn"),
)


@given(
    life=st.sampled_from(LIVES),
    amounts=st.lists(st.integers(1, 500), min_size=3, max_size=3),
    order=st.permutations(range(3)),
    dated=st.booleans(),
)
def test_exports_of_one_case_end_alike_in_any_order(
    life: tuple[str, ...], amounts: list[int], order: list[int], dated: bool
) -> None:
    row: dict[str, Any] = {}
    for place in order:
        fields = {"state": life[place], "amount_fen": amounts[place]}
        if row:
            row |= merge(row, fields, {}, 100 + place, dated=dated)
        else:
            row = fields | {"source_at": 100 + place, "extra": None, "judged_at": None}
    assert (row["state"], row["amount_fen"]) == (life[-1], amounts[-1])


def test_the_command_line_imports_lists_and_adds(
    services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_order(services)
    home = str(services.home.path)
    services.close()
    path = taobao(tmp_path / "refunds.csv", {}, {"退款编号": "x"})

    def kefu(*words: str) -> tuple[int, Any]:
        code = main(["--home", home, "--json", *words])
        return code, json.loads(capsys.readouterr().out)

    code, document = kefu("after-sales", "import", str(path))
    assert code == 1
    assert document["after_sales"] == {"new": 1, "changed": 0, "same": 0}
    assert document["files"][0]["rejected"][0]["column"] == "退款编号"
    code, document = kefu(
        *("after-sales", "add", ORDER, "--kind", "exchange", "--reason", "quality"),
        *("--freight", "12", "--text", "线头"),
    )
    assert code == 0
    assert document["after_sale"]["freight_payer"] == "seller"
    assert document["after_sale"]["freight_fen"] == 1200
    _code, document = kefu("after-sales", "list", "--reason", "product")
    assert [r["kind"] for r in document["after_sales"]] == ["exchange"]
    code, document = kefu("after-sales", "add", ORDER, "--kind", "dance")
    assert (code, document["error"]["code"]) == (2, "bad_word")
