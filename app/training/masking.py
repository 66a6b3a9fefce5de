"""Personal data in chats taken out, so that real conversations may be practised with.

What is known of the conversation's customer goes first, exactly as it stands; what remains is told
by its form (numbers, addresses) and by what stands around it (names).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from app.core.phones import find_phones
from app.regions import is_person


class Secret(StrEnum):
    """What was masked; its word stands in the text instead."""

    NAME = "姓名"
    PHONE = "电话"
    ADDRESS = "地址"
    ORDER = "单号"
    IDENTITY = "证件号"
    EMAIL = "邮箱"


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) of a text that says who somebody is."""

    start: int
    end: int
    secret: Secret


_HAN: Final = r"[\u4e00-\u9fff]"
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx]"
    r"(?![0-9A-Za-z])"
)
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z-])[A-Za-z]{0,4}\d[0-9-]{8,28}[A-Za-z]{0,3}(?![0-9A-Za-z])"
)
_LEAST_DIGITS: Final = 9
_WECHAT: Final = re.compile(
    r"(?:微信号?|wechat|weixin|vx|qq号?)\s*(?:是|为|[:：])?\s*([A-Za-z][\w-]{5,19}|[1-9]\d{4,10})",
    re.IGNORECASE,
)
_PROVINCE: Final = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_UNIT: Final = r"(?:号楼|号院|号|弄|栋|幢|座|单元|层|楼|室|组|队|户|门|房|#)"
_HOUSE: Final = rf"(?:[0-9A-Za-z一二三四五六七八九十百]{{1,6}}(?:[-–—][0-9A-Za-z]{{1,6}})*{_UNIT}?)"
_STREET: Final = (
    r"(?:路|街|大道|道|巷|弄|胡同|里|村|庄|屯|镇|乡|街道|社区|小区|花园|公寓|大厦|广场|家园|苑|园|城|湾|府|院"
    r"|中心|学校|大学|医院|工业园|科技园|驿站|超市|宿舍)"
)
_AREA: Final = r"(?:省|自治区|市|自治州|州|盟|地区|区|县|旗)"
_CHAIN: Final = re.compile(
    rf"(?:{_PROVINCE})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?[\s,，]*"
    rf"(?:{_HAN}{{1,14}}?{_AREA}[\s,，]*){{1,3}}"
    rf"(?:{_HAN}{{0,12}}?{_STREET}[\s]*|{_HOUSE}){{0,8}}(?:{_HAN}{{0,6}}{_HOUSE}){{0,5}}"
)
_LOCAL: Final = re.compile(
    rf"(?:{_HAN}{{1,6}}{_AREA})?{_HAN}{{1,8}}?{_STREET}(?:{_HAN}{{0,8}}{_STREET})?"
    rf"\s*\d[0-9A-Za-z-]{{0,6}}\s*{_UNIT}(?:{_HAN}{{0,10}}?{_HOUSE})*"
)
_CUE: Final = re.compile(
    r"(?:我(?:的名字)?(?:叫做?|是)|姓名|名字|收[件货]人|联系人|签收人|寄件人|机主|户名|抬头|本人|寄给|转[给交]|交给"
    r"|(?:发|送|快递)给|备注|找|改(?:成|为|给)|换成|写(?:成|的是)?|开)"
    r"(?:改(?:成|为)|换成|写的?|填的?|是|叫|为|成)?[\s:：,，]*"
)
_MARK: Final = re.compile(
    r"(?:先生|女士|小姐|太太|阿姨|同学|老师|亲收|签收|代收|收货|收件|收(?![到取藏费入据款回不了藏])|转交)"
)
_BREAK: Final = re.compile(r"[\s,，。.;；:：、/|!！?？()（）\[\]【】]+")
_NAMED: Final = frozenset(
    "客服 顾客 客户 买家 卖家 老板 店家 快递 京东 淘宝 天猫 一下 商家 小妹 妹子 师傅 家人 单位 公司 有人 代售点"
    " 单号 家里 别人 同事 朋友 邻居 物业 门卫 保安 前台 平台 成功".split()
)
_UNNAMED: Final = re.compile(
    r"[的了吗么呢吧啊呀没否拒不能收货件签改税您你我他她这那哪就请在把给帮订退换]"
)
"""Letters that stand in sentences, hardly ever in names."""
_TITLES: Final = frozenset({"先生", "女士", "小姐", "太太", "老师", "阿姨", "同学"})
_NEAR: Final = 3
"""A name stands so close to its phone or address."""


def secrets_in(text: str, known: Iterable[tuple[str, Secret]] = ()) -> list[Span]:
    """What says who somebody is, in the order of the text, not overlapping.

    `known` are the customer's own data with their kind; of overlapping finds the first kind wins:
    known, then identity, e-mail, phone, address, number, name.
    """
    kept: list[Span] = []
    finders: Sequence[Callable[[str, Sequence[Span]], Iterator[Span]]] = (
        lambda text, _kept: _known(text, known),
        lambda text, _kept: _by_pattern(text, _IDENTITY, Secret.IDENTITY),
        lambda text, _kept: _by_pattern(text, _EMAIL, Secret.EMAIL),
        lambda text, _kept: _phones(text),
        lambda text, _kept: _by_pattern(text, _CHAIN, Secret.ADDRESS),
        lambda text, _kept: _by_pattern(text, _LOCAL, Secret.ADDRESS),
        lambda text, _kept: _numbers(text),
        _names,
    )
    for finder in finders:
        for span in finder(text, kept):
            if all(span.end <= other.start or span.start >= other.end for other in kept):
                kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def masked(text: str, known: Iterable[tuple[str, Secret]] = ()) -> str:
    """The text with a word in brackets for each thing: 【姓名】."""
    parts, last = [], 0
    for span in secrets_in(text, known):
        parts += [text[last : span.start], f"【{span.secret}】"]
        last = span.end
    return "".join([*parts, text[last:]])


def _known(text: str, known: Iterable[tuple[str, Secret]]) -> Iterator[Span]:
    for word, secret in sorted(known, key=lambda pair: -len(pair[0])):
        if len(word) > 1:
            yield from _by_pattern(text, re.compile(re.escape(word), re.IGNORECASE), secret)


def _by_pattern(text: str, pattern: re.Pattern[str], secret: Secret) -> Iterator[Span]:
    for match in pattern.finditer(text):
        yield Span(match.start(), match.end(), secret)


def _phones(text: str) -> Iterator[Span]:
    for start, end, _phone in find_phones(text):
        yield Span(start, end, Secret.PHONE)


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        if sum(letter.isdigit() for letter in match.group()) >= _LEAST_DIGITS:
            yield Span(match.start(), match.end(), Secret.ORDER)
    for match in _WECHAT.finditer(text):
        yield Span(match.start(1), match.end(1), Secret.IDENTITY)


# --- names -------------------------------------------------------------------------------------


def _names(text: str, kept: Sequence[Span]) -> Iterator[Span]:
    for cue in _CUE.finditer(text):
        yield from _name_at(text, cue.end())
    for mark in _MARK.finditer(text):
        yield from _name_before(text, mark.start())
    for start, end in _pieces(text):
        near = any(abs(start - s.end) <= _NEAR or abs(s.start - end) <= _NEAR for s in kept)
        if near and _is_name(text[start:end]):
            yield Span(start, end, Secret.NAME)


def _name_at(text: str, at: int) -> Iterator[Span]:
    """The name that begins at `at`: as long as a break, a mark or a known length makes it."""
    rest = re.match(
        r"[\u3400-\u9fff·•]{2,12}|[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]+){0,2}", text[at:]
    )
    if rest is None:
        return
    word = _MARK.split(rest.group())[0]
    lengths = [len(word), 3, 2] if len(word) <= 4 or "·" in word else [3, 2]
    for length in lengths:
        if 2 <= length <= len(word) and _is_name(word[:length]):
            yield Span(at, at + length, Secret.NAME)
            return


def _name_before(text: str, end: int) -> Iterator[Span]:
    """The name that ends at `end`; without a title after it, it must begin a piece of the text."""
    titled = text[end : end + 2] in _TITLES
    for length in (4, 3, 2):
        start = end - length
        begins = start == 0 or (start > 0 and not re.match(_HAN, text[start - 1]))
        if start >= 0 and (begins or (titled and length >= 3)) and _is_name(text[start:end]):
            yield Span(start, end, Secret.NAME)
            return
    if titled and end and is_person(text[end - 1] + "明"):
        yield Span(end - 1, end, Secret.NAME)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    breaks = [(0, 0), *(match.span() for match in _BREAK.finditer(text)), (len(text), len(text))]
    for left, right in pairwise(breaks):
        if right[0] > left[1]:
            yield left[1], right[0]


def _is_name(word: str) -> bool:
    return (
        len(word) > 1 and word not in _NAMED and not _UNNAMED.search(word[1:]) and is_person(word)
    )
