"""Addresses as Taobao writes them: `省 市 区 街道…(邮编)`, split without judging them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from app.regions import regions

_ZIP: Final = re.compile(r"\s*[(（]\s*(\d{6})\s*[)）]\s*$")
_NO_ZIP: Final = "000000"
_PROVINCE: Final = (
    r"(?:北京|天津|上海|重庆)市?|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|"
    r"湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?|内蒙古(?:自治区)?|"
    r"广西(?:壮族自治区)?|西藏(?:自治区)?|宁夏(?:回族自治区)?|新疆(?:维吾尔自治区)?|"
    r"(?:香港|澳门)(?:特别行政区)?|海外"
)
_IS_PROVINCE: Final = re.compile(_PROVINCE)
_MUNICIPALITY: Final = re.compile(r"(北京|天津|上海|重庆)市?")
_DISTRICT: Final = re.compile(r".{1,14}(?:区|县|市|旗|岛|镇|街道|乡|域)")


class PlaceText(NamedTuple):
    """The parts of an address as written; what could not be told apart is in `detail`."""

    province: str
    city: str
    district: str
    detail: str
    zip: str


def split_address(text: str) -> PlaceText:
    """Split an address; never fails."""
    text = text.strip().rstrip(",，")
    zip_code = ""
    if match := _ZIP.search(text):
        zip_code = "" if match[1] == _NO_ZIP else match[1]
        text = text[: match.start()]
    parts = text.split(None, 3)
    if len(parts) >= 2 and _IS_PROVINCE.fullmatch(parts[0]):
        return _from_parts(parts, zip_code)
    return _from_unspaced(text, zip_code)


def _from_parts(parts: list[str], zip_code: str) -> PlaceText:
    province, second, *rest = parts
    if _MUNICIPALITY.fullmatch(province) and not _same_place(province, second):
        # `上海市 浦东新区 …`: the city was left out, being the province itself.
        return PlaceText(province, _full(province), second, " ".join(rest), zip_code)
    if not rest:
        return PlaceText(province, second, "", "", zip_code)
    if len(rest) == 1 and not _is_district(rest[0]):
        return PlaceText(province, second, "", rest[0], zip_code)
    return PlaceText(province, second, rest[0], " ".join(rest[1:]), zip_code)


def _from_unspaced(text: str, zip_code: str) -> PlaceText:
    if not _IS_PROVINCE.match(text):
        return PlaceText("", "", "", text, zip_code)
    found = regions().parse(text)
    if not (found.province and found.city):
        return PlaceText("", "", "", text, zip_code)
    # Only what stands before the street is taken over: the rest stays as it was written.
    detail = found.street_and_detail or text
    return PlaceText(found.province, found.city, found.district, detail, zip_code)


@lru_cache(maxsize=4_096)
def _is_district(text: str) -> bool:
    return _DISTRICT.fullmatch(text) is not None and len(text) <= 15


def _same_place(province: str, city: str) -> bool:
    return city.removesuffix("市") == province.removesuffix("市") or city == "市辖区"


def _full(municipality: str) -> str:
    return municipality.removesuffix("市") + "市"
