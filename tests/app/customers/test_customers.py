"""The customer card, tags and lists, on a real database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import PermissionDenied, UserError
from app.customers import CustomerFilter, CustomerSort
from app.services import Services
from db.models import Conversation, Order, Role


def make_group(services: Services, *names: str) -> list[bytes]:
    group = services.tags.add_group("风格", "blue")
    return [services.tags.add_tag(group, name) for name in names]


def test_a_card_tells_what_was_entered(services: Services) -> None:
    customer = services.customers.add("王小明", "13812345678", city="杭州市")
    services.customers.change(customer, occupation="教师", salutation="王老师")
    card = services.customers.card(customer)
    assert (card.shown_name, card.city, card.occupation) == ("王老师", "杭州市", "教师")
    assert card.phone == "13812345678"


def test_who_may_not_see_personal_data_sees_it_masked(services: Services) -> None:
    customer = services.customers.add("王小明", "13812345678", detail="文一路1号")
    services.staff.add("new", "小新", Role.TRAINEE, "passw0rd!")
    services.staff.sign_in("new", "passw0rd!")
    card = services.customers.card(customer)
    assert "1234567" not in card.phone
    assert "文一路" not in card.detail
    with pytest.raises(PermissionDenied):
        services.customers.change(customer, name="x")


def test_tags_are_a_set_and_can_come_back(services: Services) -> None:
    customer = services.customers.add("王小明")
    bargaining, novice = make_group(services, "议价型", "新手型")
    for tag in (bargaining, bargaining, novice):
        services.tags.add(customer, tag)
    services.tags.remove(customer, bargaining)
    services.tags.add(customer, bargaining)
    assert [tag.name for tag in services.tags.of(customer)] == ["议价型", "新手型"]


def test_a_list_is_filtered_by_all_of_the_tags(services: Services) -> None:
    one, two = services.customers.add("甲"), services.customers.add("乙")
    bargaining, novice = make_group(services, "议价型", "新手型")
    services.tags.add(one, bargaining)
    services.tags.add(one, novice)
    services.tags.add(two, novice)
    wanted = CustomerFilter(tags=(bargaining, novice))
    assert [row.id for row in services.customers.find(wanted)] == [one]
    assert services.customers.count(CustomerFilter(tags=(novice,))) == 2


@pytest.mark.parametrize("text", ["小", "小明", "5678", "13812345678", "XM", "xm_8"])
def test_a_customer_is_found_by_name_nick_and_phone_tail(services: Services, text: str) -> None:
    customer = services.customers.add("王小明", "13812345678", salutation="xm_88")
    services.customers.add("李四", "13900001111")
    found = services.customers.find(CustomerFilter(text=text), sort=CustomerSort.NAME)
    assert [row.id for row in found] == [customer]


def test_a_deleted_tag_leaves_every_customer(services: Services) -> None:
    customer = services.customers.add("甲")
    (tag,) = make_group(services, "议价型")
    services.tags.add(customer, tag)
    assert services.tags.delete_tag(tag) == 1
    assert services.tags.of(customer) == ()


def test_a_group_keeps_its_tag_names_apart(services: Services) -> None:
    group = services.tags.add_group("风格")
    services.tags.add_tag(group, "议价型")
    with pytest.raises(UserError, match="议价型"):
        services.tags.add_tag(group, "议价型")
    with pytest.raises(UserError):
        services.tags.delete_group(group)


def test_merging_keeps_everything_of_both(services: Services) -> None:
    one = services.customers.add("王小明", "13812345678")
    two = services.customers.add("小明", "13812345678", occupation="教师")
    (tag,) = make_group(services, "议价型")
    services.tags.add(two, tag)
    services.customers.add_note(two, "喜欢蓝色")
    with services.db.write() as session:
        session.add(Order(platform="taobao", number="1", customer_id=two, status="paid"))
        session.add(Conversation(channel="webchat", customer_id=two, opened_at=1))
    assert services.customers.card(one).same_phone == ((two, "小明"),)
    services.customers.merge(one, two)
    card = services.customers.card(two)
    assert (card.id, card.name, card.occupation) == (one, "王小明", "教师")
    assert [tag.name for tag in card.tags] == ["议价型"]
    assert [note.text for note in card.notes] == ["喜欢蓝色"]
    assert [order.number for order in card.orders] == ["1"]
    assert services.customers.count(CustomerFilter()) == 1


def test_unknown_fields_and_endless_texts_are_refused(services: Services) -> None:
    customer = services.customers.add("甲")
    with pytest.raises(UserError):
        services.customers.change(customer, rid=1)
    with pytest.raises(UserError):
        services.customers.change(customer, name="x" * 1000)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 2)), max_size=12))
def test_the_tag_set_is_what_was_done_last(
    services: Services, steps: list[tuple[bool, int]]
) -> None:
    customer = services.customers.add("甲")
    known = [t.id for g in services.tags.groups() for t in g.tags]
    tags = known or make_group(services, "a", "b", "c")
    expected: set[bytes] = set()
    for add, which in steps:
        if add:
            services.tags.add(customer, tags[which])
            expected.add(tags[which])
        else:
            services.tags.remove(customer, tags[which])
            expected.discard(tags[which])
    assert {tag.id for tag in services.tags.of(customer)} == expected
