"""Erasing a person at the desk: what it tells before, what it does, and what it tells afterwards."""

from pathlib import Path

import pytest

from app.conversations import CustomerHint, InboxView, IncomingMessage
from app.core.errors import NotFound, PermissionDenied, UserError
from app.customers import CustomerFilter
from app.maintenance import back_up, restore
from app.services import Services, build_services
from db.models import MessageKind, Role
from tests.db.erasing.people import found

NAME = "王小明"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f0003860180 5a34696f0000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture
def customer(services: Services) -> bytes:
    """A customer who wrote and sent a picture; the desk answered and left a note."""
    picture = services.attachments.add(f"{NAME}.png", PNG)
    incoming = IncomingMessage(
        "taobao", "shop", "m1", "v-1", f"我是{NAME}", attachment_id=picture.id,
        customer=CustomerHint("taobao", "shop", f"{NAME}99", name=NAME, phone="13912345678"),
    )  # fmt: skip
    talk = services.conversations.receive(incoming).conversation_id
    who = services.conversations.context(talk).customer_id
    services.conversations.send(talk, f"{NAME}您好")
    services.customers.add_note(who, f"{NAME}喜欢蓝色")
    return who


def index(services: Services) -> None:
    while services.db.index_pending():
        pass


def test_the_preview_counts_and_changes_nothing(services: Services, customer: bytes) -> None:
    preview = services.erasures.preview(customer)
    assert preview.name == f"{NAME}99"
    assert preview.counts["messages"] == 2
    assert preview.counts["attachments"] == 1
    assert preview.counts["customer_notes"] == 1
    assert (preview.backups, preview.shared, preview.manages) == ((), False, True)
    assert services.customers.card(customer).name == NAME


def test_nothing_is_left_but_that_it_was_done(services: Services, customer: bytes) -> None:
    file = next((services.home.path / "attachments").glob("??/*"))
    report = services.erasures.erase(customer)
    index(services)
    assert found(services.db, NAME) == []
    assert found(services.db, "13912345678") == []
    assert not file.exists()
    assert (report.counts["messages"], report.sealed, report.gone_by) == (2, 0, None)
    card = services.customers.card(customer)
    assert (card.nick, card.notes, card.erased_by) == ("", (), "小丽")
    assert card.erased_at == report.at
    (row,) = services.customers.find(CustomerFilter())
    assert row.shown_name == "已抹去的客户"


def test_the_thread_says_that_messages_were_erased(services: Services, customer: bytes) -> None:
    services.erasures.erase(customer)
    (row,) = services.conversations.inbox(InboxView.CLOSED)
    thread = services.conversations.thread(row.id)
    assert {message.kind for message in thread} == {MessageKind.EVENT}
    assert {message.text for message in thread} == {"这条消息已抹去。"}
    assert row.waiting_since is None


def test_who_comes_back_begins_anew(services: Services, customer: bytes) -> None:
    services.erasures.erase(customer)
    again = IncomingMessage(
        "taobao", "shop", "m2", "v-1", "又来了",
        customer=CustomerHint("taobao", "shop", f"{NAME}99", name="小明"),
    )  # fmt: skip
    talk = services.conversations.receive(again).conversation_id
    context = services.conversations.context(talk)
    assert (context.customer_id, context.customer_name) == (customer, "小明")
    assert services.conversations.thread(talk)[-1].text == "又来了"
    services.conversations.send(talk, "欢迎")


def test_backups_from_before_are_named_and_may_be_deleted(
    services: Services, customer: bytes
) -> None:
    before = back_up(services.home, services.db).file
    report = services.erasures.erase(customer)
    assert [backup.file for backup in report.backups] == [before]
    after = back_up(services.home, services.db, before.with_name("after.kefu-backup")).file
    again = services.erasures.report(customer)
    assert [backup.file for backup in again.backups] == [before]
    left = services.erasures.delete_backups(again)
    assert left.backups == ()
    assert not before.exists()
    assert after.exists()


def test_a_restored_older_backup_erases_again(
    services: Services, customer: bytes, tmp_path: Path
) -> None:
    before = back_up(services.home, services.db).file
    services.erasures.erase(customer)
    beside = list(before.parent.glob("erased-*.json"))
    assert len(beside) == 1
    assert NAME.encode() not in beside[0].read_bytes()
    other = build_services(restore(before, tmp_path / "restored"))
    try:
        index(other)
        assert found(other.db, NAME) == []
        assert list((tmp_path / "restored" / "attachments").glob("??/*")) == []
    finally:
        other.close()


def test_a_list_that_somebody_changed_erases_nothing(
    services: Services, customer: bytes, tmp_path: Path
) -> None:
    before = back_up(services.home, services.db).file
    services.erasures.erase(customer)
    (beside,) = before.parent.glob("erased-*.json")
    beside.write_bytes(beside.read_bytes().replace(b"request", b"other__"))
    other = build_services(restore(before, tmp_path / "restored"))
    try:
        assert found(other.db, NAME) != []
    finally:
        other.close()


def test_only_supervisors_erase(services: Services, customer: bytes) -> None:
    for role, may in ((Role.AGENT, False), (Role.SUPERVISOR, True)):
        member = services.staff.add(role.value, role.value, role, "passw0rd!", "")
        services.staff.sign_in_as(member.id)
        assert services.erasures.may() is may
        if not may:
            with pytest.raises(PermissionDenied):
                services.erasures.erase(customer)
        (admin,) = [m for m in services.staff.members() if m.role is Role.ADMIN]
        services.staff.sign_in_as(admin.id)


def test_an_unknown_customer_or_reason_is_refused(services: Services, customer: bytes) -> None:
    with pytest.raises(NotFound):
        services.erasures.preview(b"?" * 16)
    with pytest.raises(NotFound):
        services.erasures.report(customer)
    with pytest.raises(UserError):
        services.erasures.erase(customer, "他叫王小明")
