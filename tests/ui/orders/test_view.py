"""The orders view as an agent uses it: find, open, remark, and take in files by keyboard."""

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.orders import OrderFilter
from app.services import Services
from db.models import Role
from tests.app.sources.made_files import DATA, HEADERS, MadeOrder, csv_text, write_csv
from ui.orders.view import OrdersView
from ui.shell.plugs import UiContext
from ui.widgets.file_field import paths_in

SAMPLES = [DATA / f"taobao_ExportOrder{kind}_made.csv" for kind in ("List", "DetailList")]
LIST = HEADERS["taobao_order_list_2022"]


@pytest.fixture
def view(qtbot: QtBot, context: UiContext, english: None) -> OrdersView:
    view = OrdersView(context)
    qtbot.addWidget(view)
    view.resize(1300, 760)
    view.show()
    return view


PAID_AT = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 7 * 3600))
"""An hour ago, Beijing time: nothing is late yet."""


def fresh(number: int, status: str = "买家已付款，等待卖家发货", **more: str) -> MadeOrder:
    order = MadeOrder(number=str(9_900_000_000_000_000_000 + number), paid_at=PAID_AT)
    return replace(order, status=status, **more)  # type: ignore[arg-type] # texts only


def shown(view: OrdersView) -> list[str]:
    rows = (view.table.model.row_at(n) for n in range(view.table.row_count()))
    return [row.order.number[-2:] for row in rows if row is not None]


def test_a_new_shop_is_told_what_to_do(view: OrdersView) -> None:
    assert view.table.row_count() == 0
    view.open_import()
    assert view.importing.isVisible()
    assert not view.importing.take.isEnabled()


def test_files_are_looked_at_then_taken_by_keyboard(view: OrdersView, services: Services) -> None:
    view.open_item("import")
    page = view.importing
    assert page.field.path.hasFocus() or page.isVisible()
    page.field.path.setText("\n".join(f'"{path}"' for path in SAMPLES).replace("\n", " "))
    QTest.keyClick(page.field.path, Qt.Key.Key_Return)
    assert [file.new for file in page.tables.files.model._pages[0]] == [5, 6]
    assert services.orders.count(OrderFilter()) == 0
    QTest.keyClick(page.take, Qt.Key.Key_Space)
    assert services.orders.count(OrderFilter()) == 5
    assert "done" in page.result.text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert view.currentIndex() == 0
    assert shown(view) == ["15", "11", "12", "14", "13"]


def test_rejected_rows_are_shown_and_saved(view: OrdersView, tmp_path: Path) -> None:
    orders = [fresh(1), fresh(2, total="=五十"), fresh(3)]
    path = write_csv(tmp_path / "a.csv", csv_text(LIST, orders))
    view.importing.add_files([path])
    assert view.importing.tables.rejected.row_count() == 1
    assert view.importing.export.isVisibleTo(view.importing)
    out = tmp_path / "rejected.csv"
    view.importing.save_rejected(str(out))
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][:4] == ["a.csv", "", "3", "买家应付货款"]


def test_what_changes_is_named_before_it_is_written(view: OrdersView, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", csv_text(LIST, [fresh(1)]))
    view.importing.add_files([path])
    view.importing.start()
    write_csv(path, csv_text(LIST, [fresh(1, remark="加急")]))
    view.importing.add_files([path])
    table = view.importing.tables.changes
    text = table.model.columns[3].text(table.model.row_at(0))
    assert text == "Shop's remark: — → 加急"


def test_a_file_that_is_none_is_named_and_nothing_can_be_taken(
    view: OrdersView, tmp_path: Path
) -> None:
    bad = tmp_path / "a.csv"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n123")
    view.importing.add_files([bad])
    files = view.importing.tables.files
    assert "PNG" in files.model.columns[-1].text(files.model.row_at(0))
    assert not view.importing.take.isEnabled()
    view.importing.forget()
    assert not view.importing.tables.isVisible()


def test_search_and_filters(view: OrdersView, services: Services) -> None:
    services.order_import.run(SAMPLES)
    while services.db.index_pending():
        pass
    view.bar.search.setText("样例三")
    view.bar.search.search_now()
    assert shown(view) == ["13"]
    view.bar.reset()
    view.bar.groups.set_value("shipped")
    view.bar.changed.emit()
    assert shown(view) == ["12"]
    view.bar.groups.set_value("late")
    view.bar.changed.emit()
    assert shown(view) == ["11"]
    assert view.bar.is_narrow()


def test_verdicts_stand_beside_what_is_to_be_shipped(
    view: OrdersView, services: Services, tmp_path: Path
) -> None:
    held = fresh(1, message="请发顺丰，周末送")
    path = write_csv(tmp_path / "a.csv", csv_text(LIST, [held, fresh(2, status="交易成功")]))
    services.order_import.run([path])
    lines = [view.table.model.row_at(n) for n in range(2)]
    assert [bool(line.verdict) for line in lines if line] == [False, True] or [
        bool(line.verdict) for line in lines if line
    ] == [True, False]
    view.bar.groups.set_value("check")
    view.bar.changed.emit()
    assert shown(view) == ["01"]


def test_an_order_in_full_and_a_remark(view: OrdersView, services: Services) -> None:
    services.order_import.run(SAMPLES)
    order = services.orders.by_number("9900000000000000012")
    assert order is not None
    view.open_item(order.id)
    page = view.detail.page
    assert page.order is not None
    assert page.order.number == order.number
    page.remark.click()
    page.note.text.setText("已约周六送")
    page.note.save.click()
    assert [r.text for r in services.orders.facts(order.id).remarks] == ["已约周六送"]
    assert page.order.remarks


def test_an_order_beyond_the_list_leaves_no_other_row_chosen(
    view: OrdersView, services: Services
) -> None:
    services.order_import.run(SAMPLES)
    hidden = services.orders.by_number("9900000000000000013")
    assert hidden is not None
    view.bar.groups.set_value("shipped")
    view.bar.changed.emit()
    view.open_item(hidden.id)
    assert view.table.current_row() is None
    assert view.detail.page.order is not None
    assert view.detail.page.order.number == hidden.number


def test_sorting_by_a_column(view: OrdersView, services: Services) -> None:
    services.order_import.run(SAMPLES)
    view.table.sort_changed.emit("paid", True)
    assert shown(view)[0] == "12"
    view.table.sort_changed.emit("number", False)
    assert shown(view) == ["11", "12", "13", "14", "15"]


def test_changes_elsewhere_show_up(view: OrdersView, services: Services) -> None:
    services.order_import.run(SAMPLES)
    assert view.table.row_count() == 5


def test_who_may_not_import_is_not_offered_it(
    qtbot: QtBot, context: UiContext, services: Services
) -> None:
    services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.order_import.run(SAMPLES)
    services.staff.sign_in("new", "passw0rd!")
    view = OrdersView(context)
    qtbot.addWidget(view)
    view.show()
    assert not view.bar.bring.isVisible()
    view.open_import()
    assert view.currentIndex() == 0
    line = view.table.model.row_at(0)
    assert line is not None
    assert line.order.recipient == "测**"


def test_ctrl_i_is_the_import(context: UiContext, view: OrdersView) -> None:
    assert context.commands.keys_of("orders.import") == "Ctrl+I"


def test_paths_as_people_paste_them(tmp_path: Path) -> None:
    spaced = tmp_path / "订单 导出.csv"
    spaced.touch()
    other = tmp_path / "b.csv"
    assert paths_in(str(spaced)) == [spaced]
    assert paths_in(f'"{spaced}"') == [spaced]
    assert paths_in(f'"{spaced}" "{other}"') == [spaced, other]
    assert paths_in(f"{spaced}\n{other}") == [spaced, other]
    assert paths_in(QUrl.fromLocalFile(str(spaced)).toString()) == [spaced]
    assert paths_in("  \n ") == []


def test_the_question_for_the_customer_goes_to_the_clipboard(view: OrdersView) -> None:
    view.detail.page.question_offered.emit("请问门牌号是多少？")
    assert QGuiApplication.clipboard().text() == "请问门牌号是多少？"


def test_an_import_is_undone_where_its_result_is_shown(
    view: OrdersView, services: Services
) -> None:
    view.open_item("import")
    page = view.importing
    assert not page.undo.isVisible()
    page.add_files(SAMPLES)
    assert not page.undo.isVisible()
    page.start()
    assert page.undo.isVisible()
    order = services.orders.by_number("9900000000000000011")
    assert order is not None
    services.orders.add_remark(order.id, "送赠品")
    page.undo.click()
    assert not page.undo.isVisible()
    assert "9900000000000000011" in page.result.text()
    assert [found.number for found in services.orders.find(OrderFilter())] == [order.number]
