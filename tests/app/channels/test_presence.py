"""Presence is what the moment says."""

from app.channels import Presence

ANNA, BO = b"a" * 16, b"b" * 16


def test_a_customer_is_online_until_the_last_tab_is_closed() -> None:
    presence = Presence()
    presence.came(ANNA)
    presence.came(ANNA)
    presence.left(ANNA)
    assert presence.online(ANNA)
    assert presence.online_count() == 1
    presence.left(ANNA)
    assert not presence.online(ANNA)
    assert presence.online_count() == 0


def test_typing_goes_out_by_itself() -> None:
    now = [0.0]
    presence = Presence(lambda: now[0])
    presence.set_customer_typing(ANNA, True)
    presence.set_agent_typing(BO, True)
    assert presence.customer_typing(ANNA)
    assert not presence.customer_typing(BO)
    assert presence.agent_typing(BO)
    now[0] = 6.1
    assert not presence.customer_typing(ANNA)
    assert not presence.agent_typing(BO)


def test_leaving_ends_typing() -> None:
    presence = Presence()
    presence.came(ANNA)
    presence.set_customer_typing(ANNA, True)
    presence.left(ANNA)
    assert not presence.customer_typing(ANNA)


def test_listeners_hear_of_each_change_until_they_stop_listening() -> None:
    presence, heard = Presence(), list[bytes]()
    stop = presence.subscribe(heard.append)
    presence.came(ANNA)
    presence.set_customer_typing(BO, True)
    presence.set_customer_typing(ANNA, False)  # was not typing: no news
    stop()
    presence.left(ANNA)
    assert heard == [ANNA, BO]
