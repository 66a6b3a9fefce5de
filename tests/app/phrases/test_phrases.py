"""The service: groups, phrases, rights, use and filling in."""

import pytest

from app.core.errors import NotFound, PermissionDenied, UserError
from app.core.i18n import set_language
from app.phrases import (
    MAX_TEXT,
    Group,
    PhraseFilter,
    PhraseText,
    Scope,
    Step,
    own_language_first,
)
from app.phrases.case import called
from app.phrases.service import checked
from app.services import Services
from db.clock import now_ms
from db.ids import new_id
from db.models import (
    Conversation,
    Customer,
    Order,
    OrderItem,
    OrderShipment,
    Phrase,
    PhraseGroup,
    Role,
    Shipment,
)


@pytest.fixture
def shop(services: Services) -> Group:
    return services.phrases.groups.create("接待", Scope.SHOP)


@pytest.fixture
def mine(services: Services) -> Group:
    return services.phrases.groups.create("我的", Scope.MINE)


def become(services: Services, role: Role, login: str = "other") -> None:
    services.staff.sign_in("xiaoli", "passw0rd!")
    services.staff.add(login, login, role, "passw0rd!")
    services.staff.sign_in(login, "passw0rd!")


def codes(services: Services, query: str) -> list[str]:
    return [hit.code for hit in services.phrases.find(query)]


def test_a_new_phrase_is_found_at_once(services: Services, shop: Group) -> None:
    assert codes(services, "zdq") == []
    services.phrases.add(PhraseText(shop.id, "在的亲", code=" zk ", step=Step.GREET))
    (hit,) = services.phrases.find("zdq")
    assert (hit.code, hit.group, hit.text) == ("zk", "接待", "在的亲")
    assert hit.hits.text == ((0, 3),)


def test_a_changed_phrase_is_found_by_its_new_text_only(services: Services, shop: Group) -> None:
    view = services.phrases.add(PhraseText(shop.id, "今天发货", code="fh"))
    services.phrases.find("")
    services.phrases.change(view.id, PhraseText(shop.id, "明天寄出", code="jc"))
    assert codes(services, "jtfh") == []
    assert codes(services, "mtjc") == ["jc"]


def test_a_deleted_phrase_is_gone_and_can_be_had_back(services: Services, shop: Group) -> None:
    view = services.phrases.add(PhraseText(shop.id, "今天发货", code="fh"))
    services.phrases.delete([view.id])
    assert codes(services, "fh") == []
    with pytest.raises(NotFound):
        services.phrases.get(view.id)
    services.phrases.restore([view.id])
    assert codes(services, "fh") == ["fh"]


def test_groups_are_made_renamed_moved_and_deleted(services: Services) -> None:
    groups = services.phrases.groups
    a, b, c = (groups.create(name, Scope.SHOP) for name in "甲乙丙")
    groups.move(c.id, 0)
    groups.rename(b.id, "丁")
    assert [g.name for g in groups.all()] == ["丙", "甲", "丁"]
    services.phrases.add(PhraseText(a.id, "一"))
    assert groups.all()[1].phrases == 1
    assert groups.delete(a.id) == 1
    assert [g.name for g in groups.all()] == ["丙", "丁"]
    assert codes(services, "一") == []


def test_a_groups_new_name_shows_on_its_phrases(services: Services, shop: Group) -> None:
    services.phrases.add(PhraseText(shop.id, "在的", code="zk"))
    services.phrases.find("")
    services.phrases.groups.rename(shop.id, "问候")
    assert services.phrases.find("zk")[0].group == "问候"


def test_unfit_group_names_are_refused(services: Services, shop: Group) -> None:
    for name in ("", "   ", "长" * 41, shop.name):
        with pytest.raises(UserError):
            services.phrases.groups.create(name, Scope.SHOP)


def test_groups_of_shop_and_person_may_share_a_name(services: Services, shop: Group) -> None:
    assert services.phrases.groups.create(shop.name, Scope.MINE).scope is Scope.MINE


@pytest.mark.parametrize(
    "phrase",
    [
        PhraseText(b"", ""),
        PhraseText(b"", "  \n"),
        PhraseText(b"", "长" * (MAX_TEXT + 1)),
        PhraseText(b"", "好", code="a b"),
        PhraseText(b"", "好", code="a" * 21),
        PhraseText(b"", "好", title="长" * 61),
    ],
)
def test_unfit_phrases_are_refused(phrase: PhraseText) -> None:
    with pytest.raises(UserError):
        checked(phrase)


def test_the_same_code_twice_is_flagged_not_refused(services: Services, shop: Group) -> None:
    first = services.phrases.add(PhraseText(shop.id, "一", code="ZK"))
    second = services.phrases.add(PhraseText(shop.id, "二", code="zk"))
    assert second.twins == 1
    assert [view.id for view in services.phrases.twins("zk", besides=second.id)] == [first.id]


def test_an_agent_may_change_own_phrases_only(services: Services, shop: Group) -> None:
    view = services.phrases.add(PhraseText(shop.id, "在的", code="zk"))
    become(services, Role.AGENT)
    with pytest.raises(PermissionDenied):
        services.phrases.add(PhraseText(shop.id, "二"))
    with pytest.raises(PermissionDenied):
        services.phrases.change(view.id, PhraseText(shop.id, "二"))
    with pytest.raises(PermissionDenied):
        services.phrases.delete([view.id])
    with pytest.raises(PermissionDenied):
        services.phrases.groups.delete(shop.id)
    own = services.phrases.groups.create("我的", Scope.MINE)
    services.phrases.add(PhraseText(own.id, "我的话", code="wd"))
    with pytest.raises(PermissionDenied):
        services.phrases.move([services.phrases.find("wd")[0].id], shop.id)
    assert codes(services, "wd") == ["wd"]


def test_own_phrases_are_for_their_owner_alone(services: Services, mine: Group) -> None:
    view = services.phrases.add(PhraseText(mine.id, "我的话", code="wd"))
    become(services, Role.ADMIN)
    assert codes(services, "wd") == []
    assert services.phrases.rows(PhraseFilter()) == []
    assert mine.id not in [g.id for g in services.phrases.groups.all()]
    for act in (
        lambda: services.phrases.get(view.id),
        lambda: services.phrases.delete([view.id]),
        lambda: services.phrases.groups.rename(mine.id, "x"),
        lambda: services.phrases.add(PhraseText(mine.id, "x")),
    ):
        with pytest.raises(NotFound):
            act()


def test_moving_a_phrase_to_the_shop_makes_it_everybodys(
    services: Services, shop: Group, mine: Group
) -> None:
    view = services.phrases.add(PhraseText(mine.id, "我的话", code="wd"))
    services.phrases.move([view.id], shop.id)
    assert services.phrases.get(view.id).scope is Scope.SHOP
    become(services, Role.AGENT)
    assert codes(services, "wd") == ["wd"]


def test_phrases_keep_the_order_they_are_given(services: Services, shop: Group) -> None:
    ids = [services.phrases.add(PhraseText(shop.id, text)).id for text in "甲乙丙"]
    services.phrases.reorder(ids[2], 0)
    assert [row.text for row in services.phrases.rows(PhraseFilter())] == ["丙", "甲", "乙"]


def test_lists_are_filtered_and_paged(services: Services, shop: Group, mine: Group) -> None:
    for text in ("甲一", "甲二", "乙"):
        services.phrases.add(PhraseText(shop.id, text, step=Step.GREET))
    services.phrases.add(PhraseText(mine.id, "hello", language="en"))

    def texts(wanted: PhraseFilter) -> list[str]:
        return [row.text for row in services.phrases.rows(wanted)]

    assert services.phrases.count(PhraseFilter()) == 4
    assert texts(PhraseFilter(group_id=mine.id)) == ["hello"]
    assert texts(PhraseFilter(text="甲")) == ["甲一", "甲二"]
    assert texts(PhraseFilter(scope=Scope.MINE)) == ["hello"]
    assert texts(PhraseFilter(step=Step.GREET, language="zh")) == ["甲一", "甲二", "乙"]
    assert [r.text for r in services.phrases.rows(PhraseFilter(), offset=1, limit=1)] == ["甲二"]


def test_what_one_uses_comes_first_for_oneself(services: Services, shop: Group) -> None:
    services.phrases.add(PhraseText(shop.id, "在的一", code="a"))
    used = services.phrases.add(PhraseText(shop.id, "在的二", code="b"))
    assert codes(services, "zd") == ["a", "b"]
    services.phrases.use(used.id)
    services.phrases.use(used.id)
    assert codes(services, "zd") == ["b", "a"]
    assert codes(services, "") == ["b", "a"]
    assert services.phrases.get(used.id).uses == 2
    become(services, Role.AGENT)
    assert codes(services, "zd") == ["a", "b"]
    services.staff.sign_in("xiaoli", "passw0rd!")
    assert codes(services, "zd") == ["b", "a"]


def test_a_phrase_that_came_before_its_group_waits_for_it(services: Services) -> None:
    group_id = new_id()
    with services.db.write() as session:
        session.add(Phrase(group_id=group_id, code="zk", text="在的", pinyin="zai de"))
    assert codes(services, "zk") == []
    with services.db.write() as session:
        session.add(PhraseGroup(id=group_id, name="接待"))
    assert codes(services, "zk") == ["zk"]


def a_case(services: Services, **customer: str) -> bytes:
    """A conversation with a customer who has an old order and a newer one with a parcel."""
    now = now_ms()
    ids = {name: new_id() for name in ("customer", "conversation", "order", "parcel")}
    with services.db.write() as session:
        session.add_all([
            Customer(id=ids["customer"], created_at=now, **customer),
            Conversation(
                id=ids["conversation"], channel="webchat", customer_id=ids["customer"], opened_at=now
            ),
            Order(
                platform="taobao", number="1", customer_id=ids["customer"], created_at=now - 9,
                status="closed",
            ),
            Order(
                id=ids["order"], platform="taobao", number="2", customer_id=ids["customer"],
                created_at=now - 10, paid_at=now, paid_fen=9900, total_fen=10000, shop="花间小铺",
                recipient="王芳", fixed_recipient="王芬", province="北京", city="北京",
                district="海淀区", detail="中关村1号", status="shipped",
            ),
            OrderItem(order_id=ids["order"], title="手套", position=1),
            OrderItem(order_id=ids["order"], title="围巾", position=0),
            Shipment(id=ids["parcel"], number="YT1", carrier_name="圆通速递"),
            OrderShipment(order_id=ids["order"], shipment_id=ids["parcel"]),
        ])  # fmt: skip
    return ids["conversation"]


def test_a_phrase_speaks_of_the_customer_their_order_and_its_parcel(
    services: Services, shop: Group
) -> None:
    conversation = a_case(services, name="王芳", salutation="王姐")
    text = "{客户称呼}|{客服}|{店铺}|{订单号}|{运单号}|{快递}|{商品}|{实付金额}|{收货人}|{地址}"
    view = services.phrases.add(PhraseText(shop.id, text))
    filled = services.phrases.fill(view.id, conversation)
    assert filled.text == (
        "王姐|小丽|花间小铺|2|YT1|圆通速递|围巾、手套|¥99.00|王芬|北京海淀区中关村1号"
    )
    assert filled.holes == ()


@pytest.mark.parametrize(
    ("nick", "name"), [("小鱼儿", "小鱼儿"), ("tb12345", ""), ("张**", ""), ("", "")]
)
def test_a_nick_that_is_no_name_is_not_used_as_one(nick: str, name: str) -> None:
    assert called(Customer(nick=nick, name="", salutation="")) == name


def test_without_a_conversation_only_fall_backs_are_filled(services: Services, shop: Group) -> None:
    view = services.phrases.add(PhraseText(shop.id, "{客户称呼|亲}的{订单号}"))
    assert services.phrases.fill(view.id, None).text == "亲的{订单号}"


def test_phrases_of_the_windows_language_stand_first(services: Services, shop: Group) -> None:
    phrases = services.phrases
    english = phrases.groups.create("Greeting", Scope.SHOP)
    phrases.add(PhraseText(shop.id, "在的", code="zk"))
    phrases.add(PhraseText(english.id, "Hello", code="hi", language="en"))
    phrases.add(PhraseText(english.id, "Welcome", code="wel", language="en"))
    set_language("en")
    try:
        groups = own_language_first(phrases.groups.all())
        assert [group.name for group in groups] == [english.name, shop.name]
        assert [row.code for row in phrases.rows(PhraseFilter())] == ["hi", "wel", "zk"]
    finally:
        set_language("zh_CN")
    assert own_language_first(groups)[0].name == shop.name
    assert [row.code for row in phrases.rows(PhraseFilter())] == ["zk", "hi", "wel"]
