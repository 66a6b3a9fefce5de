"""How division names are shortened on parcels: 恩施土家族苗族自治州 → 恩施, 恩施州."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_PEOPLES: Final = (
    "回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|阿昌|普米|怒|德昂|保安|裕固|京|独龙|鄂伦春|鄂温克|基诺|各"
)
_PEOPLES_BARE: Final = "蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔"  # also written without 族
_SELF_RULED: Final = re.compile(
    rf"(.{{2,}}?)(?:(?:{_PEOPLES})族|(?:{_PEOPLES_BARE})族?)+自治([州县旗])"
)
_PROVINCE_END: Final = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔族?)?自治区|特别行政区|特区|省份)$")
_END: Final = re.compile(r"族?自治[州县旗]$|地区$|林区$|特区$|新区$|[市区县旗盟州]$")
_LAST: Final = re.compile(r"[市区县旗盟州]$")

_ZONE: Final = re.compile(
    r".*(?:高新|高新技术|经济|经济技术|经开|技术|开发|产业|工业|园|新|示范|保税|度假|旅游|管理|风景|名胜"
    r"|合作|物流|港|高铁|生态|科技|科学|创新|集聚|农|林)区(?:管委会)?|.*(?:工业园|科技园|产业园|新城|松山湖)"
)
_OTHER: Final = frozenset(
    {"其它区", "其他区", "其它", "其他", "其它县", "其他县", "其它市", "其他市"}
)
_PLACEHOLDER: Final = re.compile(
    r"市辖区|城区直辖|直辖区|(?:省|自治区)?直辖(?:县级|行政|县|市|县级市)*(?:区划|单位|区域)?|县|郊县|市区|-+"
)


@cache
def stem(name: str) -> str:
    """The part of a name that stays when its kind changes; two characters at least."""
    if match := _SELF_RULED.fullmatch(name):
        return match[1]
    for end in (_END, _LAST):
        short = end.sub("", name)
        if len(short) >= 2:
            return short
    return name


def province_stem(name: str) -> str:
    """广西壮族自治区 → 广西."""
    return _PROVINCE_END.sub("", name)


def short_forms(name: str) -> Iterator[str]:
    """Other ways a city or district is written on parcels, the shortest included."""
    short = stem(name)
    if match := _SELF_RULED.fullmatch(name):
        kind = match[2]
        yield from (short + kind, f"{short}自治{kind}")
    elif name.endswith(("自治州", "自治县", "自治旗")):
        yield short + name[-1]
    if name.endswith("新区"):
        yield name[:-1]
    if short != name:
        yield short


def is_zone(name: str) -> bool:
    """Whether `name` is a development zone or a new area, which no list of divisions holds whole."""
    return len(name) >= 3 and _ZONE.fullmatch(name) is not None


def is_other(name: str) -> bool:
    """Whether a platform's form was left at 其它区, which couriers accept."""
    return name in _OTHER


def is_placeholder(name: str) -> bool:
    """Whether `name` stands for no city at all, e.g. 省直辖县级行政区划 or 市辖区."""
    return _PLACEHOLDER.fullmatch(name) is not None
