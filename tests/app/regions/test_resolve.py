"""Do the three lines of an address belong together, and which one is wrong?"""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.paths import resource
from app.regions import City, Fault, Field, Province, Region, regions
from app.regions.divisions import divisions

Row = tuple[str, str, str]

CONSISTENT: list[tuple[Row, Row]] = [
    (("浙江省", "杭州市", "余杭区"), ("浙江省", "杭州市", "余杭区")),
    (("浙江", "杭州", "余杭"), ("浙江省", "杭州市", "余杭区")),
    (("上海", "上海市", "徐汇区"), ("上海市", "上海市", "徐汇区")),
    (("上海市", "市辖区", "徐汇区"), ("上海市", "上海市", "徐汇区")),
    (("上海", "", "徐汇区"), ("上海市", "上海市", "徐汇区")),
    (("上海", "徐汇区", ""), ("上海市", "上海市", "徐汇区")),
    (("重庆市", "县", "城口县"), ("重庆市", "重庆市", "城口县")),
    (("湖北省", "仙桃市", ""), ("湖北省", "仙桃市", "")),
    (("湖北省", "省直辖县级行政区划", "仙桃市"), ("湖北省", "仙桃市", "")),
    (("湖北省", "仙桃市", "仙桃市"), ("湖北省", "仙桃市", "仙桃市")),
    (("广东省", "东莞市", "虎门镇"), ("广东省", "东莞市", "虎门镇")),
    (("广东省", "东莞市", "南城区"), ("广东省", "东莞市", "南城街道")),
    (("广东省", "东莞市", ""), ("广东省", "东莞市", "")),
    (("海南省", "儋州市", "那大镇"), ("海南省", "儋州市", "那大镇")),
    (("新疆", "石河子市", ""), ("新疆维吾尔自治区", "石河子市", "")),
    (("新疆维吾尔自治区", "自治区直辖县级行政区划", "北屯市"), ("新疆维吾尔自治区", "北屯市", "")),
    (("内蒙古", "兴安盟", "科尔沁右翼前旗"), ("内蒙古自治区", "兴安盟", "科尔沁右翼前旗")),
    (("广西", "柳州市", "三江县"), ("广西壮族自治区", "柳州市", "三江侗族自治县")),
    (("湖南省", "长沙市", "宁乡县"), ("湖南省", "长沙市", "宁乡市")),
    (("浙江省", "杭州市", "临平区"), ("浙江省", "杭州市", "临平区")),
    (("香港特别行政区", "九龙", "油尖旺区"), ("香港特别行政区", "九龙", "油尖旺区")),
    (("河南省", "郑州市", "高新区"), ("河南省", "郑州市", "高新区")),
    (("江苏省", "苏州市", "工业园区"), ("江苏省", "苏州市", "苏州工业园区")),
]


@pytest.mark.parametrize(("written", "meant"), CONSISTENT)
def test_what_belongs_together_is_known_by_its_full_names(written: Row, meant: Row) -> None:
    found = regions().resolve(*written)
    assert found.consistent
    assert found.region == Region(*meant)


# written, detail, (field, fault, found in), suggestion
WRONG: list[tuple[Row, str, tuple[Field, Fault, str], Row | None]] = [
    (
        ("浙江省", "杭州市", "鄞州区"), "",
        (Field.DISTRICT, Fault.ELSEWHERE, "宁波市"), ("浙江省", "宁波市", "鄞州区"),
    ),
    (
        ("浙江省", "杭州市", "鄞州区"), "西湖区文三路1号",
        (Field.DISTRICT, Fault.ELSEWHERE, "宁波市"), ("浙江省", "杭州市", "西湖区"),
    ),
    (
        ("浙江省", "苏州市", "昆山市"), "",
        (Field.PROVINCE, Fault.ELSEWHERE, "江苏省苏州市"), ("江苏省", "苏州市", "昆山市"),
    ),
    (
        ("浙江省", "苏州市", "余杭区"), "",
        (Field.CITY, Fault.ELSEWHERE, "江苏省"), ("浙江省", "杭州市", "余杭区"),
    ),
    (
        ("浙江省", "义乌市", ""), "",
        (Field.CITY, Fault.MISSING, "金华市"), ("浙江省", "金华市", "义乌市"),
    ),
    (("浙江省", "", "义乌市"), "", (Field.CITY, Fault.MISSING, ""), ("浙江省", "金华市", "义乌市")),
    (("", "杭州市", "余杭区"), "", (Field.PROVINCE, Fault.MISSING, ""), ("浙江省", "杭州市", "余杭区")),
    (("淅江省", "杭州市", "余杭区"), "", (Field.PROVINCE, Fault.UNKNOWN, ""), ("浙江省", "杭州市", "余杭区")),
    (("浙江省", "航州市", "余杭区"), "", (Field.CITY, Fault.UNKNOWN, ""), ("浙江省", "杭州市", "余杭区")),
    (("浙江省", "杭州市", "余航区"), "", (Field.DISTRICT, Fault.UNKNOWN, ""), None),
    (("浙江省", "杭州市", ""), "", (Field.DISTRICT, Fault.MISSING, ""), None),
    (("浙江省", "杭州市", ""), "滨江区江南大道1号", (Field.DISTRICT, Fault.MISSING, ""), ("浙江省", "杭州市", "滨江区")),
    (("广东省", "东莞市", "天河"), "", (Field.DISTRICT, Fault.UNKNOWN, ""), None),
    (("天朝", "某市", "某区"), "", (Field.PROVINCE, Fault.UNKNOWN, ""), None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "detail", "fault", "suggested"), WRONG)
def test_the_wrong_line_is_named_and_the_right_region_proposed(
    written: Row, detail: str, fault: tuple[Field, Fault, str], suggested: Row | None
) -> None:
    found = regions().resolve(*written, detail)
    assert not found.consistent
    first = found.faults[0]
    assert (first.field, first.fault, first.found_in) == fault
    assert found.suggestion == (Region(*suggested) if suggested else None)


def test_a_district_of_the_form_left_open_is_accepted_with_a_hint() -> None:
    found = regions().resolve("江苏省", "南京市", "其它区", "鼓楼区中山路1号")
    assert found.consistent
    assert found.faults[0].fault is Fault.OTHER
    assert found.suggestion == Region("江苏省", "南京市", "鼓楼区")


def test_a_district_that_was_merged_is_accepted_and_its_successor_named() -> None:
    found = regions().resolve("浙江省", "杭州市", "下城区")
    assert found.consistent
    assert found.faults[0].fault is Fault.FORMER
    assert found.suggestion == Region("浙江省", "杭州市", "拱墅区")


def test_every_successor_of_a_former_district_exists() -> None:
    cities = {c.code: c for p in regions().provinces for c in p.cities}
    document = msgspec.json.decode((resource("regions") / "former.json").read_bytes())
    for code, old, new in document["former"]:
        names = {district.name for district in cities[code].districts}
        assert names >= set(new), old
        assert old not in names


def test_children_cascade_down_to_towns_where_there_are_no_districts() -> None:
    known = regions()
    assert len(known.children()) == 34
    assert "杭州市" in known.children("浙江")
    assert known.children("上海") == ("上海市",)
    assert "临平区" in known.children("浙江省", "杭州市")
    assert "虎门镇" in known.children("广东省", "东莞市")
    assert known.children("没有", "没有") == ()


_places = st.sampled_from(
    [(p, c, d.name) for p in regions().provinces for c in p.cities for d in c.districts]
)


@given(_places, st.booleans())
def test_every_place_of_the_country_is_consistent_with_itself(
    place: tuple[Province, City, str], short: bool
) -> None:
    province, city, district = place
    found = regions().resolve(province.short if short else province.name, city.name, district)
    assert found.consistent
    assert found.region == Region(province.name, city.name, district)


@given(_places, _places, _places)
def test_a_suggestion_is_always_consistent(
    one: tuple[Province, City, str],
    other: tuple[Province, City, str],
    third: tuple[Province, City, str],
) -> None:
    found = regions().resolve(one[0].name, other[1].name, third[2])
    if found.suggestion is not None:
        assert regions().consistent(*found.suggestion)
    found = regions().resolve(one[0].name, one[1].name, other[2])
    if found.suggestion is not None:
        assert regions().consistent(*found.suggestion)


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_words_are_too_odd(province: str, city: str, district: str) -> None:
    regions().resolve(province, city, district)


def test_the_data_load_in_a_moment_and_judge_in_microseconds() -> None:
    divisions.cache_clear()
    start = time.perf_counter()
    divisions()
    assert time.perf_counter() - start < 1.0  # 0.03 s on an idle machine
    known = regions()
    start = time.perf_counter()
    for _ in range(1_000):
        known.resolve("浙江省", "杭州市", "余杭区", "文一西路969号")
    assert time.perf_counter() - start < 0.5
