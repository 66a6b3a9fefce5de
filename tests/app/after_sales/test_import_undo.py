"""Undo of the last import of after-sales: what was new goes, what people did since stays."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.after_sales import AfterSaleFilter, CaseReport, Draft
from app.core.errors import PermissionDenied, UserError
from app.services import Services
from db.models import AfterSale, Role
from tests.app.after_sales.test_import import DONE, counts, flag, only, put_order, run, taobao

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MORE = {"退款编号": '="8800000000000000002"'}


def found(services: Services) -> list[tuple[object, ...]]:
    return [
        (r.number, r.state, r.done_at, r.platform_status, r.amount_fen, r.order_id)
        for r in services.after_sales.find(AfterSaleFilter())
    ]


def preview(services: Services, *paths: Path) -> CaseReport:
    return services.after_sale_import.preview(paths)


def test_what_was_new_goes_and_comes_again_with_the_same_file(
    services: Services, tmp_path: Path
) -> None:
    order = put_order(services)
    path = taobao(tmp_path / "refunds.csv", {}, MORE)
    first = run(services, path)
    before = found(services)
    assert flag(services, order)

    report = services.after_sale_import.undo(first.batch)
    assert (report.removed, report.restored, report.kept, report.complete) == (2, 0, [], True)
    assert found(services) == []
    assert not flag(services, order)

    assert counts(preview(services, path)) == (2, 0, 0)
    again = run(services, path)
    assert counts(again) == (2, 0, 0)
    assert (found(services), flag(services, order)) == (before, True)
    with services.db.read() as session:
        assert len(session.scalars(select(AfterSale)).all()) == 2  # the same rows once more
    assert services.after_sale_import.undo(again.batch).removed == 2


def test_changed_values_are_as_before(services: Services, tmp_path: Path) -> None:
    order = put_order(services)
    run(services, taobao(tmp_path / "a.csv", {}))
    before = found(services)
    second = run(services, taobao(tmp_path / "b.csv", DONE))
    assert found(services) != before
    assert not flag(services, order)
    report = services.after_sale_import.undo(second.batch)
    assert (report.removed, report.restored, report.kept) == (0, 1, [])
    assert found(services) == before
    assert flag(services, order)


def test_what_people_did_since_stays_and_is_named(services: Services, tmp_path: Path) -> None:
    batch = run(services, taobao(tmp_path / "refunds.csv", {}, MORE)).batch
    record = services.after_sales.find(AfterSaleFilter(text="8800000000000000001"))[0]
    services.after_sales.edit(record.id, Draft("return_refund", reason="quality"))
    report = services.after_sale_import.undo(batch)
    assert (report.removed, report.kept) == (1, ["8800000000000000001"])
    assert only(services).reason == "quality"


def test_an_order_that_came_later_is_nobody_s_work(services: Services, tmp_path: Path) -> None:
    batch = run(services, taobao(tmp_path / "refunds.csv", {})).batch
    order = put_order(services)
    services.after_sales.match_orders()
    assert only(services).order_id == order
    assert services.after_sale_import.undo(batch).removed == 1


def test_the_stats_follow(services: Services, tmp_path: Path) -> None:
    put_order(services)
    batch = run(services, taobao(tmp_path / "refunds.csv", DONE)).batch
    assert services.stats.report(*MARCH).measures["after_sales"].value == 1
    services.after_sale_import.undo(batch)
    assert services.stats.report(*MARCH).measures["after_sales"].value == 0


def test_a_record_a_person_deleted_is_not_brought_back(services: Services, tmp_path: Path) -> None:
    path = taobao(tmp_path / "refunds.csv", {})
    run(services, path)
    with services.db.write() as session:
        session.scalars(select(AfterSale)).one().deleted = True
    assert counts(run(services, path)) == (0, 0, 1)
    assert found(services) == []


def test_only_the_last_import_can_be_undone_and_only_once(
    services: Services, tmp_path: Path
) -> None:
    first = run(services, taobao(tmp_path / "a.csv", {}))
    second = run(services, taobao(tmp_path / "b.csv", MORE))
    with pytest.raises(UserError):
        services.after_sale_import.undo(first.batch)
    services.after_sale_import.undo(second.batch)
    with pytest.raises(UserError):
        services.after_sale_import.undo(second.batch)
    assert services.after_sale_import.undo().removed == 1
    with pytest.raises(UserError):
        services.after_sale_import.undo()
    with pytest.raises(UserError):
        services.order_import.undo()  # orders have a history of their own


def test_an_undo_that_was_stopped_is_completed_by_the_next(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sources.undoing.CHUNK", 1)
    run(services, taobao(tmp_path / "a.csv", {}, MORE))
    answers = iter((False, True))
    report = services.after_sale_import.undo(stop=lambda: next(answers))
    assert (report.removed, report.complete) == (1, False)
    report = services.after_sale_import.undo()
    assert (report.removed, report.complete) == (1, True)
    assert found(services) == []


def test_who_may_not_import_may_not_undo(services: Services, tmp_path: Path) -> None:
    run(services, taobao(tmp_path / "a.csv", {}))
    trainee = services.staff.add("neu", "新人", Role.TRAINEE, "long enough 1")
    services.staff.sign_in_as(trainee.id)
    with pytest.raises(PermissionDenied):
        services.after_sale_import.undo()
