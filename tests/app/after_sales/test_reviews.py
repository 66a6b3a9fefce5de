"""Reviews from exports: good ones are done, others are tasks; a file twice changes nothing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.after_sales import AfterSaleFilter, AfterSaleState, CaseReport
from app.after_sales.reviews import reviews_in
from app.services import Services
from app.sources import BadCell
from tests.app.after_sales.made_cases import write_csv, write_xlsx
from tests.app.after_sales.test_import import ORDER, counts, flag, only, put_order, run

HEADER = [
    "订单编号",
    "宝贝标题",
    "买家昵称",
    "评价类型",
    "评价内容",
    "追评内容",
    "评价时间",
    "掌柜回复",
]
GOOD = [ORDER, "样例纯棉T恤", "tb样例一", "好评", "很舒服", "", "2026-03-09 10:00:00", ""]
BAD = [ORDER, "样例帽子", "tb样例一", "差评", "掉色", "洗了更淡", "2026-03-10 10:00:00", "抱歉"]


def sheet(path: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    return write_csv(path, [header, *rows])


def records(services: Services) -> list[Any]:
    return sorted(services.after_sales.find(AfterSaleFilter()), key=lambda r: r.requested_at)


def test_reviews_come_with_their_orders_and_bad_ones_are_tasks(
    services: Services, tmp_path: Path
) -> None:
    order = put_order(services)
    report = run(services, sheet(tmp_path / "reviews.csv", GOOD, BAD))
    assert counts(report) == (2, 0, 0)
    assert report.files[0].format == "reviews"
    good, bad = records(services)
    assert (good.kind, good.grade, good.state, good.order_id) == ("review", "good", "done", order)
    assert (good.done_at, good.platform) == (good.requested_at, "taobao")
    assert good.item_id is not None
    assert (bad.grade, bad.state, bad.text) == ("bad", "requested", "掉色\n洗了更淡")
    assert bad.extra == {"掌柜回复": "抱歉"}
    assert not flag(services, order)  # a review is no after-sale of its order
    measures = services.stats.report(date(2026, 3, 1), date(2026, 3, 31)).measures
    assert (measures["reviews"].value, measures["good_review_rate"].value) == (2, 0.5)


def test_a_dry_run_writes_nothing_and_the_same_file_twice_changes_nothing(
    services: Services, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "reviews.csv", GOOD, BAD)
    assert counts(services.after_sale_import.preview([path])) == (2, 0, 0)
    assert records(services) == []
    assert counts(run(services, path)) == (2, 0, 0)
    assert counts(run(services, path)) == (0, 0, 2)


def test_what_a_person_did_about_one_stays_unless_the_customer_thinks_again(
    services: Services, tmp_path: Path
) -> None:
    run(services, sheet(tmp_path / "2026-03-11.csv", BAD))
    record = only(services)
    assert AfterSaleState.DONE in record.steps
    services.after_sales.move(record.id, AfterSaleState.DONE, outcome="补发了一顶")
    run(services, sheet(tmp_path / "2099-01-01.csv", BAD))
    assert (only(services).state, only(services).outcome) == ("done", "补发了一顶")
    better = [*BAD[:3], "好评", *BAD[4:]]
    assert counts(run(services, sheet(tmp_path / "2099-01-02.csv", better))) == (0, 1, 0)
    assert (only(services).grade, only(services).state) == ("good", "done")
    run(services, sheet(tmp_path / "2099-01-03.csv", BAD))
    assert (only(services).grade, only(services).state) == ("bad", "requested")


def test_an_import_of_reviews_can_be_undone(services: Services, tmp_path: Path) -> None:
    batch = run(services, sheet(tmp_path / "reviews.csv", GOOD, BAD)).batch
    assert services.after_sale_import.undo(batch).removed == 2
    assert records(services) == []


def test_a_file_that_names_no_platform_finds_its_orders_even_if_they_come_later(
    services: Services, tmp_path: Path
) -> None:
    header = ["订单号", "商品名称", "评分", "评价内容", "评价时间"]
    path = sheet(
        tmp_path / "r.csv",
        [ORDER, "样例纯棉T恤", "2", "一般般", "2026-03-09 10:00:00"],
        header=header,
    )
    run(services, path)
    assert (only(services).order_id, only(services).platform) == (None, "")
    order = put_order(services, platform="pdd")
    services.after_sales.match_orders()
    assert (only(services).order_id, only(services).platform) == (order, "pdd")
    assert counts(run(services, path)) in {(0, 0, 1), (0, 1, 0)}
    assert counts(run(services, path)) == (0, 0, 1)
    assert only(services).platform == "pdd"


def test_rows_that_can_not_be_taken_are_named(services: Services, tmp_path: Path) -> None:
    report: CaseReport = run(
        services,
        write_xlsx(
            tmp_path / "reviews.xlsx",
            [
                HEADER,
                GOOD,
                ["", *GOOD[1:]],
                [*GOOD[:3], "嗯嗯", *GOOD[4:]],
                [*GOOD[:6], "昨天", ""],
                [*GOOD[:6], "", ""],
            ],
        ),
    )
    assert counts(report) == (1, 0, 0)
    assert [(row.row, row.column) for row in report.files[0].rejected] == [
        (3, "订单编号"),
        (4, "评价类型"),
        (5, "评价时间"),
        (6, "评价时间"),
    ]
    assert all(row.reason for row in report.files[0].rejected)


@pytest.mark.parametrize(
    ("column", "word", "grade"),
    [
        ("评价类型", "好评", "good"),
        ("评价等级", "中评", "middling"),
        ("评价结果", "差评", "bad"),
        ("评价类型", "不满意", "bad"),
        ("评价类型", "非常满意", "good"),
        ("评分", "5", "good"),
        ("评价星级", "4星", "good"),
        ("评论星级", "3", "middling"),
        ("描述相符", "2.0", "bad"),
        ("评分", "1/5", "bad"),
    ],
)
def test_the_words_and_stars_of_the_platforms(column: str, word: str, grade: str) -> None:
    reader = reviews_in(["订单编号", column, "评价时间"])
    assert reader is not None
    case = reader.read(2, [ORDER, word, "2026-03-09 10:00:00"])
    assert case.fields["grade"] == grade


def test_an_export_of_refunds_is_none_of_reviews() -> None:
    assert reviews_in(["退款编号", "订单编号", "退款状态", "申请时间"]) is None
    assert reviews_in(["订单编号", "订单状态", "订单创建时间"]) is None


@given(st.lists(st.text(max_size=20), min_size=5, max_size=5))
def test_whatever_stands_in_a_row_it_is_read_or_refused(cells: list[str]) -> None:
    reader = reviews_in(["订单编号", "评分", "评价类型", "评价内容", "评价时间"])
    assert reader is not None
    try:
        case = reader.read(1, cells)
    except BadCell:
        return  # refused with a reason, as its class asks for one
    assert case.order
    assert case.fields["grade"] in {"good", "middling", "bad"}
