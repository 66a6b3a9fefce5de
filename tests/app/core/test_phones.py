"""Telephone numbers in all the ways they are written; all of them made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.phones import PhoneKind, find_phones, mask_phone, read_phone

WRITTEN = [
    ("13800138000", PhoneKind.MOBILE, "13800138000"),
    ("+86 138 0013 8000", PhoneKind.MOBILE, "13800138000"),
    ("0086-13800138000", PhoneKind.MOBILE, "13800138000"),
    ("86 13800138000", PhoneKind.MOBILE, "13800138000"),
    ("１３８００１３８０００", PhoneKind.MOBILE, "13800138000"),
    ("138-0013-8000", PhoneKind.MOBILE, "13800138000"),
    ("\"'13800138000", PhoneKind.MOBILE, "13800138000"),
    ("13800138000-1234", PhoneKind.PRIVACY, "13800138000-1234"),
    ("13800138000转5678", PhoneKind.PRIVACY, "13800138000-5678"),
    ("19912345678[5521]", PhoneKind.PRIVACY, "19912345678-5521"),
    ("13800138000—1234", PhoneKind.PRIVACY, "13800138000-1234"),
    ("0571-88888888", PhoneKind.LANDLINE, "0571-88888888"),
    ("(010)66668888", PhoneKind.LANDLINE, "010-66668888"),
    ("021 66668888-803", PhoneKind.LANDLINE, "021-66668888-803"),
    ("+86-571-88888888", PhoneKind.LANDLINE, "0571-88888888"),
    ("88888888", PhoneKind.LOCAL, "88888888"),
    ("400-800-1234", PhoneKind.HOTLINE, "4008001234"),
    ("95013123456-1234", PhoneKind.RELAY, "95013123456-1234"),
    ("+852 9123 4567", PhoneKind.FOREIGN, "+85291234567"),
    ("+1 415 555 2671", PhoneKind.FOREIGN, "+14155552671"),
    ("138****8000", PhoneKind.MASKED, "138****8000"),
    ("12345678901", PhoneKind.INVALID, "12345678901"),
    ("1380013800", PhoneKind.INVALID, "1380013800"),
    ("电话", PhoneKind.INVALID, "电话"),
    ("", PhoneKind.EMPTY, ""),
    ("  ", PhoneKind.EMPTY, ""),
]


@pytest.mark.parametrize(("text", "kind", "normal"), WRITTEN)
def test_a_number_is_known_however_it_is_written(text: str, kind: PhoneKind, normal: str) -> None:
    phone = read_phone(text)
    assert (phone.kind, phone.text) == (kind, normal)


def test_an_extension_kept_apart_makes_a_privacy_number() -> None:
    assert read_phone("18412345678", "5521").kind is PhoneKind.PRIVACY


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13800138000", "138****8000"),
        ("13800138000-1234", "138****8000-1234"),
        ("0571-88889999", "0571****9999"),
        ("88889999", "888****9999"),
        ("123", "1***3"),
        ("", ""),
        ("138****8000", "138****8000"),
    ],
)
def test_the_middle_of_a_number_is_hidden(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


def test_numbers_are_found_in_a_text_and_a_postcode_behind_is_no_extension() -> None:
    text = "张三13800138000,310000;公司0571-88886666转12"
    found = [phone.text for _start, _end, phone in find_phones(text)]
    assert found == ["13800138000", "0571-88886666-12"]


@pytest.mark.parametrize("text", ["订单3515138001380001", "单号713800138000123", "10000元"])
def test_digits_inside_a_longer_number_are_no_phone(text: str) -> None:
    assert list(find_phones(text)) == []


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    phone = read_phone(text)
    assert phone.kind in PhoneKind
    mask_phone(text)
    list(find_phones(text))


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086 ", "86-"])
)
def test_every_mobile_is_read_with_any_country_code_and_its_mask_gives_nothing_away(
    number: str, code: str
) -> None:
    assert read_phone(code + number).number == number
    assert number[3:7] not in mask_phone(code + number)[3:7]
