"""Rules are tried before they are kept, each sale is explained, appeals go their way; staffing."""

from __future__ import annotations

from collections.abc import Callable

from app.services import Services
from app.staff import Member
from app.stats import settings as chosen
from tests.ui.stats.conftest import Gone, natural
from ui.stats.credit_page import CreditPage
from ui.stats.staffing_page import StaffingPage
from ui.stats.view import StatsView
from ui.stats.worth_page import WorthPage

Open = Callable[[], StatsView]


def credit(view: StatsView) -> CreditPage:
    view.show_page("credit")
    page = view.page()
    assert isinstance(page, CreditPage)
    return page


def sums(page: CreditPage, rule: str) -> dict[str, float]:
    rows = (page.trial.table.model.row_at(n) for n in range(page.trial.table.row_count()))
    return {row.agent: row.sales[rule] for row in rows if row is not None}


def test_a_rule_is_tried_before_it_is_kept(shop: Services, open_stats: Open) -> None:
    page = credit(open_stats())
    assert sums(page, "order_first") == {"小娜": 90_000, "小王": 90_000}
    assert not page.trial.keep.isVisible()
    page.trial.chips.set_value("payment")
    page.trial._try()
    assert page.trial.notice.text().startswith("Only a trial")
    assert shop.settings.get(chosen.RULE) == "order_first"
    page.trial.keep.click()
    assert shop.settings.get(chosen.RULE) == "payment"
    assert not page.trial.keep.isVisible()
    assert page.trial.notice.text() == ""


def test_an_agent_may_try_but_not_keep(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    shop.staff.sign_in_as(agents[0].id)
    page = credit(open_stats())
    page.trial.chips.set_value("jd")
    page.trial._try()
    assert not page.trial.keep.isVisible()
    page.trial.undo.click()
    assert page.trial.rules().attribution == "order_first"


def test_an_order_says_why_it_is_whose(shop: Services, open_stats: Open, gone: Gone) -> None:
    page = credit(open_stats())
    assert page.orders.table.row_count() == 9
    page.orders.search.setText("8812")
    page.orders.search.search_now()
    assert page.orders.table.row_count() == 1
    found = page.orders.why.found()
    assert found is not None
    assert (found.number, found.credit.agent) == ("8812", "小王")
    assert page.orders.why.who.text() == "小王"
    page.orders.why.talk.click()
    assert gone.places[-1] == ("desk", natural(1, 2))
    page.orders.why.order.click()
    assert gone.places[-1] == ("orders", natural(1, 2))


def test_an_appeal_is_filed_by_an_agent_and_decided_by_a_supervisor(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    boss = shop.staff.current
    assert boss is not None
    shop.staff.sign_in_as(agents[1].id)
    page = credit(open_stats())
    page.orders.why.explain("8812", None)
    page.orders.why.words.setText("是我的")
    page.orders.why.appeal.click()
    assert page.appeals.table.row_count() == 1
    shop.staff.sign_in_as(boss.id)
    page = credit(open_stats())
    page.chips.set_value("appeals")
    page._on_chip("appeals")
    page.appeals.table.view.choose(0)
    assert page.appeals.grant.isVisible()
    assert page.appeals.agent.currentText() == "小王"
    page.appeals.agent.setCurrentText("小娜")
    page.appeals.grant.click()
    assert shop.stats.explain("8812").credit.rule == "hand"
    assert sums(page, "order_first") == {"小娜": 120_000, "小王": 60_000}
    page.appeals.table.view.choose(0)
    assert not page.appeals.grant.isVisible()


def test_what_customers_are_worth_is_told_and_tagged(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.show_page("worth")
    page = view.page()
    assert isinstance(page, WorthPage)
    assert page.tiles["customers"].value() == "9"
    assert page.tiles["rate"].value() == "0.0%"
    rows = (page.segments.model.row_at(n) for n in range(page.segments.row_count()))
    assert sum(row.customers for row in rows if row is not None) == 9
    heat = page.cohorts.map
    assert page.cohorts.table.row_count() == len(heat._field.rows) >= 1
    assert page.tiers.row_count() == 4
    page.tag.click()
    tagged = [shop.tags.of(natural(back, 0)) for back in range(1, 4)]
    assert all(len(tags) == 1 for tags in tagged)


def test_an_agent_sees_nothing_of_the_team(
    shop: Services, agents: tuple[Member, Member], open_stats: Open
) -> None:
    shop.staff.sign_in_as(agents[0].id)
    assert open_stats().keys == ["live", "overview", "tables", "credit"]


def test_sliders_say_at_once_how_many_are_needed(shop: Services, open_stats: Open) -> None:
    view = open_stats()
    view.show_page("staffing")
    page = view.page()
    assert isinstance(page, StaffingPage)
    assert any(plan.people for plan in page.plans)
    before = sum(plan.people for plan in page.plans)
    page.growth.set_value(300)
    page.handling.set_value(1_800)
    page.at_once.set_value(1)
    page._plan()
    assert sum(plan.people for plan in page.plans) > before
    assert page.growth.slider.accessibleName() == "More customers: +300%"
    page.measured.click()
    assert page.handling.value() < 1_800
    assert page.table.row_count() == 24
