"""Asking the carrier from the window, against the service on loopback."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.carriers.accounts import Account
from app.carriers.kuaidi100 import Kuaidi100
from app.services import Services
from app.shipments import ParcelDetail, Shipments
from tests.app.shipments.parcels import put_parcel
from tests.fakes.kuaidi100 import FakeKuaidi100, serve_kuaidi100
from tests.ui.windows import Window
from ui.shipments.asking import AskRow


@pytest.fixture
def fake(services: Services) -> Iterator[FakeKuaidi100]:
    """The service, and the shop's own account with it."""
    with serve_kuaidi100() as server:
        carrier = Kuaidi100(lambda: Account(server.customer, server.key), server.url)
        account = services.shipments._account
        services.shipments = Shipments(
            services.db, services.staff, services.settings, carrier, account
        )
        yield server


@pytest.fixture
def row(qtbot: QtBot, fake: FakeKuaidi100, desk: Window, english: None) -> AskRow:
    built = AskRow(desk.context)
    qtbot.addWidget(built)
    built.show()
    return built


def test_news_arrive_and_the_button_rests(
    row: AskRow, services: Services, fake: FakeKuaidi100
) -> None:
    parcel = put_parcel(services.db)
    fake.know("YT9900000000001", "yuantong", "0", ("2026-03-02 08:00:00", "0", "【杭州】在途"))
    answers: list[ParcelDetail] = []
    row.answered.connect(answers.append)
    row.show_parcel(services.shipments.detail(parcel).row)
    row.button.click()
    assert answers[0].traces[0].text == "【杭州】在途"
    assert not row.button.isEnabled()
    assert row._age.text() == "Asked just now · again in 30 min"


def test_a_missing_phone_is_asked_for(row: AskRow, services: Services, fake: FakeKuaidi100) -> None:
    parcel = put_parcel(services.db, "SF1234567890123", "shunfeng")
    fake.know("SF1234567890123", "shunfeng", "0", ("2026-03-02 08:00:00", "0", "【杭州】在途"))
    fake.phones["SF1234567890123"] = "13800001234"
    row.show_parcel(services.shipments.detail(parcel).row)
    assert not row._phone.isVisible()
    row.button.click()
    assert row._phone.isVisible()
    assert "last four digits" in row._trouble.text()
    row._phone.setText("1234")
    row.button.click()
    assert row._trouble.text() == ""
    assert services.shipments.detail(parcel).traces


def test_a_trainee_may_not_ask(row: AskRow, services: Services) -> None:
    from db.models import Role

    trainee = services.staff.add("new", "新人", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in_as(trainee.id)
    row.show_parcel(services.shipments.detail(put_parcel(services.db)).row)
    assert not row.button.isEnabled()
