"""The small rules of the web chat, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.colours import button_colours, theme_css
from app.channels.origins import Origins, normal_origin
from app.channels.webchat.limits import Connections, RateLimit, is_loopback
from app.channels.webchat.pictures import picture_suffix
from app.channels.webchat.refusal import Refusal, checked_text
from app.channels.webchat.shown import card
from app.channels.webchat.visitors import new_token, token_hash
from app.channels.webchat.wire import Say

ID = "0123-4567-89ab"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def test_a_burst_passes_and_then_one_a_second() -> None:
    now = [100.0]
    limit = RateLimit(20, 1, lambda: now[0])
    assert [limit.take("a") for _ in range(20)] == [0] * 20
    assert 0 < limit.take("a") <= 1000
    assert limit.take("b") == 0  # another visitor is not held up
    now[0] += 1.0
    assert limit.take("a") == 0
    assert limit.take("a") > 0


def test_one_address_may_hold_so_many_connections() -> None:
    connections = Connections(2, overall=5)
    assert [connections.enter("10.0.0.7") for _ in range(3)] == [True, True, False]
    assert connections.enter("10.0.0.8")
    connections.leave("10.0.0.7")
    assert connections.enter("10.0.0.7")
    assert [connections.enter("127.0.0.1") for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("address", "own"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_loopback_addresses_are_known(address: str, own: bool) -> None:
    assert is_loopback(address) is own


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        ("http://shop.example:8080/page", "http://shop.example:8080"),
        ("https://shop.example:443", "https://shop.example"),
        ("https://[::1]:9", "https://[::1]:9"),
        ("javascript:alert(1)", ""),
        ("https://*", ""),
        ("https://a;script-src *", ""),
        ("https://shop.example:99999", ""),
        ("null", "https://null"),
        ("", ""),
    ],
)
def test_addresses_typed_by_people_become_origins(typed: str, origin: str) -> None:
    assert normal_origin(typed) == origin


def test_only_the_shops_sites_and_the_chat_itself_are_accepted() -> None:
    origins = Origins(["https://shop.example", "https://shop.example/"])
    assert origins.accepts("http://127.0.0.1:8765", "127.0.0.1:8765")
    assert origins.accepts("https://shop.example", "127.0.0.1:8765")
    assert origins.accepts(None, "127.0.0.1:8765")
    for foreign in ("https://evil.example", "https://shop.example.evil.example", "null", ""):
        assert not origins.accepts(foreign, "127.0.0.1:8765")
    assert origins.frame_ancestors() == "'self' https://shop.example"


def test_foreign_names_for_this_computer_are_not_served() -> None:
    origins = Origins(["https://chat.shop.example"])
    for host in ("127.0.0.1:8765", "localhost:1", "192.168.1.5:80", "[::1]:9", "chat.shop.example"):
        assert origins.serves(host)
    for host in ("rebound.evil.example:8765", "", "chat.shop.example.evil"):
        assert not origins.serves(host)


def test_tokens_are_long_and_only_their_shape_is_hashed() -> None:
    token = new_token()
    assert len(token) == 43
    assert len(token_hash(token)) == 64
    assert token_hash(token) != token_hash(new_token())
    for forged in ("", "x", token + "a", token[:-1] + "!", "é" * 43):
        assert token_hash(forged) == ""


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "hi < SCRIPT src=x>",
        "</script >",
        "<\nscript\n>",
    ],
)
def test_script_tags_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_text(Say(ID, text=text))
    assert refused.value.code == "script"
    with pytest.raises(Refusal):
        checked_text(Say(ID, kind="product_card", payload={"title": [{"a": text}]}))


@pytest.mark.parametrize("text", ["1 < 2 > 0", "<b>粗体</b>", "<3", "script", "描述 <scripts>"])
def test_other_angle_brackets_are_just_text(text: str) -> None:
    if "<scripts>" in text:
        assert checked_text(Say(ID, text=text)) == text
    assert checked_text(Say(ID, text=text)) == text


@pytest.mark.parametrize(
    ("say", "code"),
    [
        (Say(ID, text=""), "empty"),
        (Say(ID, text=" \n\x00 "), "empty"),
        (Say(ID, text="好" * 2001), "too_long"),
        (Say(ID, kind="order_card", payload={"number": "1" * 9000}), "too_long"),
        (Say("short", text="hi"), "bad_message"),
        (Say("x" * 65, text="hi"), "bad_message"),
        (Say("../../etc/passwd", text="hi"), "bad_message"),
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(say: Say, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_text(say)
    assert refused.value.code == code


@given(st.text(max_size=300))
def test_kept_text_has_no_control_characters(text: str) -> None:
    try:
        kept = checked_text(Say(ID, text=text))
    except Refusal:
        return
    assert not any(ord(c) < 32 and c not in "\n\t\r" for c in kept)


def test_cards_carry_known_fields_only() -> None:
    payload = {
        "title": "加湿器\n大雾量",
        "url": "javascript:alert(1)",
        "image": "https://shop.example/a.png",
        "price_fen": 9900,
        "phone": "13800000000",
        "onclick": "x",
    }
    assert card("product_card", payload) == {
        "title": "加湿器 大雾量",
        "image": "https://shop.example/a.png",
        "price_fen": 9900,
    }
    assert card("product_card", {"price_fen": "9900"}) is None
    assert card("confirm_card", {"phone": "13800000000", "phone_masked": "138****0000"}) == {
        "phone_masked": "138****0000"
    }
    assert card("order_card", {"items": [{"title": "a", "quantity": 2}, "x"]}) == {
        "items": [{"title": "a", "quantity": 2}]
    }


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_cards_survive_any_payload(value: object) -> None:
    for kind in ("product_card", "order_card", "confirm_card", "confirm_answer", "text", "image"):
        card(kind, {"title": value, "items": value, "number": value, "state": value})
        card(kind, value)


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (PNG + b"\0\0\0\x10\0\0\0\x10" + b"\0" * 9, "png"),
        (b"GIF89a\x10\0\x10\0" + b"\0" * 20, "gif"),
    ],
)
def test_pictures_are_known_by_their_bytes(data: bytes, suffix: str) -> None:
    assert picture_suffix(data, ID) == suffix


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no_picture"),
        (b"%PDF-1.7", "no_picture"),
        (b"", "no_picture"),
        (PNG + b"\0\0\xff\xff\0\0\xff\xff" + b"\0" * 9, "too_large"),
        (PNG + b"\0\0\0\x10\0\0\0\x10" + b"\0" * (5 * 1024 * 1024), "too_large"),
    ],
)
def test_other_files_and_huge_pictures_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        picture_suffix(data, ID)
    assert refused.value.code == code


@given(st.integers(0, 0xFFFFFF))
def test_writing_on_any_accent_can_be_read(value: int) -> None:
    colours = button_colours(f"#{value:06X}")
    light, dark = sorted(map(_luminance, colours.values()), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.4
    assert theme_css("not a colour").startswith(":root{--accent:#156B94")


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
