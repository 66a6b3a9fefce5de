"""Whose number it is: ranked candidates with their check digits."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.carriers import Candidate, Hints, clean_number, parcel_number, recognise
from app.carriers.formats import formats
from app.core.paths import resource


def _numbers(kind: str) -> Iterator[tuple[str, str, str, bool]]:
    """(courier, format, number, has a check digit) of the collection's own test numbers."""
    for path in sorted(resource("carriers", "couriers").glob("*.json")):
        courier = msgspec.json.decode(path.read_bytes())
        for entry in courier["tracking_numbers"]:
            for number in entry["test_numbers"][kind]:
                checked = bool(entry["validation"].get("checksum"))
                yield courier["courier_code"], entry["name"], number, checked


VALID = list(_numbers("valid"))
INVALID = list(_numbers("invalid"))
# A valid number of another format of the same courier, and the only one in the collection.
ALSO_VALID = {"331426749957"}


def _of(carrier: str, candidates: tuple[Candidate, ...]) -> Candidate | None:
    return next((c for c in candidates if c.carrier == carrier), None)


def _best(number: str, hints: Hints | None = None) -> str:
    return recognise(number, hints)[0].carrier


def test_the_collection_is_whole() -> None:
    assert (len(VALID), len(INVALID)) == (192, 88)


@pytest.mark.parametrize(("courier", "form", "number", "checked"), VALID)
def test_a_valid_number_of_the_collection_is_recognised(
    courier: str, form: str, number: str, checked: bool
) -> None:
    candidate = _of(courier, recognise(number))
    assert candidate is not None
    assert candidate.check_digit == ("ok" if checked else "none")


@pytest.mark.parametrize(("courier", "form", "number", "checked"), INVALID)
def test_an_invalid_number_of_the_collection_is_refused_or_bad(
    courier: str, form: str, number: str, checked: bool
) -> None:
    entry = next(f for f in formats() if (f.courier, f.name) == (courier, form))
    match = entry.match(clean_number(number))
    assert match is None or match.check == "bad"
    candidate = _of(courier, recognise(number))
    assert candidate is None or candidate.check_digit == "bad" or number in ALSO_VALID


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1234567890123", "shunfeng"),
        ("SF123456789012", "shunfeng"),
        ("YT9900000000001", "yuantong"),
        ("YT2229521272164446", "yunexpress"),
        ("JT1234567890123", "jtexpress"),
        ("JDVB12345678901", "jd"),
        ("JDVB12345678901-1-1-", "jd"),
        ("JD0012345678901-2-3", "jd"),
        ("DPK300123456789", "debangkuaidi"),
        ("KY4000123456789", "kuayue"),
        ("STO1234567890", "shentong"),
        ("777123456789012", "shentong"),
        ("78123456789012", "zhongtong"),
        ("75512345678901", "zhongtong"),
        ("462123456789012", "yunda"),
        ("4312345678901", "yunda"),
        ("EA123456785CN", "ems"),
        ("RB123456785CN", "youzhengguoji"),
        ("9876543210123", "youzhengguonei"),
        ("A123456789012", "zhaijisong"),
        ("BXA1234567890", "huitongkuaidi"),
    ],
)
def test_the_likeliest_carrier_comes_first(number: str, carrier: str) -> None:
    assert _best(number) == carrier


def test_a_number_with_letters_of_its_own_is_nearly_certain() -> None:
    assert recognise("YT9900000000001")[0].confidence > 0.9


@pytest.mark.parametrize("number", ["123456789012", "1234567890123", "123456789012345"])
def test_bare_digits_fit_several_carriers_and_none_is_certain(number: str) -> None:
    candidates = recognise(number)
    assert len(candidates) > 2
    assert candidates[0].confidence < 0.7


def test_sixteen_digits_after_yt_may_still_be_yuantong() -> None:
    assert [c.carrier for c in recognise("YT2229521272164446")] == ["yunexpress", "yuantong"]


def test_a_wrong_check_digit_is_shown_and_ranks_low() -> None:
    slip = recognise("EA123456784CN")[0]
    assert (slip.carrier, slip.check_digit) == ("ems", "bad")
    assert slip.confidence < 0.2


def test_patterns_must_fit_the_whole_number() -> None:
    # The shared pattern list has open alternatives: "…|[0-9]{12}$" must not find a tail.
    assert all(c.carrier != "youshuwuliu" for c in recognise("ABC123456789012"))


def test_the_carrier_named_in_the_file_rises() -> None:
    number = "123456789012"
    assert _best(number) == "shunfeng"
    hinted = recognise(number, Hints(carrier="zhongtong"))
    assert hinted[0].carrier == "zhongtong"
    assert len(hinted) > 2


def test_a_named_carrier_is_offered_even_if_no_pattern_fits() -> None:
    hinted = recognise("XYZ00112233445566", Hints(carrier="rrs"))
    assert hinted[0].carrier == "rrs"
    assert hinted[0].confidence < 0.7


def test_the_carriers_the_shop_used_before_rise() -> None:
    number = "1234567890123"
    plain = _of("ems", recognise(number))
    known = _of("ems", recognise(number, Hints(history={"ems": 90, "yunda": 10})))
    assert plain is not None
    assert known is not None
    assert known.confidence > plain.confidence


@pytest.mark.parametrize(
    "text",
    [
        " yt9900000000001 ",
        "YT 9900 0000 00001",
        "ｙｔ９９００００００００００１",
        "'YT9900000000001",
        "No:YT9900000000001",
        "运单号:YT9900000000001",
        "快递单号：YT9900000000001",
        "\u200bYT9900000000001\ufeff",
        "YT9900000000001\t",
    ],
)
def test_numbers_are_read_as_people_paste_them(text: str) -> None:
    assert clean_number(text) == "YT9900000000001"
    assert _best(text) == "yuantong"


def test_the_suffix_of_a_parcel_leads_to_its_waybill() -> None:
    assert parcel_number("JDVB12345678901-2-3-") == "JDVB12345678901"
    assert parcel_number("1LS7119013618127-1") == "1LS7119013618127-1"


@pytest.mark.parametrize(
    "text", ["", "   ", "你好", "AAAAAAAAAAAA", "123", "-", "1" * 80, "١٢٣٤٥٦٧٨٩٠١٢"]
)
def test_what_is_no_number_has_no_candidates(text: str) -> None:
    assert recognise(text) == ()


@given(st.text(max_size=60))
@example("٣" * 12)
@example("²" * 12)
def test_garbage_gets_an_answer_and_never_an_error(text: str) -> None:
    for candidate in recognise(text):
        assert 0 <= candidate.confidence <= 1
        assert candidate.check_digit in {"ok", "bad", "none"}


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{8,34}[A-Z]{0,2}", fullmatch=True))
def test_candidates_are_ranked_and_each_carrier_stands_once(number: str) -> None:
    candidates = recognise(number)
    confidences = [c.confidence for c in candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert len({c.carrier for c in candidates}) == len(candidates)


@given(st.sampled_from([n for _, _, n, _ in VALID]))
def test_blanks_case_and_width_change_nothing(number: str) -> None:
    plain = clean_number(number)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in plain)
    assert recognise(wide) == recognise(plain) == recognise(plain.lower()) == recognise(number)


@given(st.integers(0, 99_999_999))
def test_of_ten_s10_check_digits_one_is_right(serial: int) -> None:
    verdicts = [recognise(f"EA{serial:08}{digit}CN")[0].check_digit for digit in range(10)]
    assert sorted(verdicts) == ["bad"] * 9 + ["ok"]
