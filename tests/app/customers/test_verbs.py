"""`kefu customers …`: find, show and erase, in JSON and in words."""

from argparse import Namespace

import pytest

from app.core.errors import UserError
from app.customers.verbs import run_erase, run_find, run_show
from app.maintenance import back_up
from app.services import Services
from db.ids import customer_id
from db.models import Customer


@pytest.fixture
def customer(services: Services) -> str:
    who = services.customers.add("王小明", "13912345678", detail="秘密路八号")
    services.customers.add_note(who, "喜欢蓝色")
    return who.hex()


def erasing(customer: str, **options: object) -> Namespace:
    return Namespace(
        **{"customer": customer, "dry_run": False, "reason": "request", "delete_backups": False}
        | options
    )


def test_customers_are_found_and_shown(services: Services, customer: str) -> None:
    (found,) = run_find(services, Namespace(text=["小明"], limit=5)).document["customers"]
    assert (found["id"], found["phone"]) == (customer, "139****5678")
    card = run_show(services, Namespace(customer=customer)).document["customer"]
    assert (card["name"], card["notes"][0]["text"], card["erased"]) == ("王小明", "喜欢蓝色", None)


def test_a_dry_run_tells_and_leaves_all(services: Services, customer: str) -> None:
    outcome = run_erase(services, erasing(customer, dry_run=True))
    told = outcome.document["would_erase"]
    assert (told["counts"]["customer_notes"], told["possible_here"]) == (1, True)
    assert services.customers.card(bytes.fromhex(customer)).name == "王小明"


def test_an_erasure_tells_which_backups_hold_the_person(services: Services, customer: str) -> None:
    file = back_up(services.home, services.db).file
    outcome = run_erase(services, erasing(customer))
    assert outcome.exit_code == 1
    assert [b["file"] for b in outcome.document["erased"]["backups"]] == [str(file)]
    assert outcome.document["erased"]["counts"]["customer_notes"] == 1
    again = run_erase(services, erasing(customer, delete_backups=True))
    assert (again.exit_code, again.document["erased"]["backups"]) == (0, [])
    assert not file.exists()


def test_a_nick_that_several_have_is_asked_for_by_id(services: Services) -> None:
    for platform in ("taobao", "jd"):
        with services.db.write() as session:
            session.add(
                Customer(
                    id=customer_id(platform, "", "鱼"), platform=platform, nick="鱼", created_at=1
                )
            )
    with pytest.raises(UserError, match="昵称"):
        run_show(services, Namespace(customer="鱼"))
