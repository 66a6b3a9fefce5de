"""Is a short text a person's name? Used to part names from addresses that were pasted glued."""

from __future__ import annotations

import re
from typing import Final

_SURNAMES: Final = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻"
    "莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古"
    "易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋"
    "沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃付闫仝代佟佘冼但佀楚闭岳帅缑亢况郈有琴商牟佴伯赏"
    "墨哈谯笪年爱阳苟宾侍涂兰战晋占"
)
_COMPOUND: Final = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳"
    "|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|令狐|百里|呼延|东郭|南门|西门"
)
_NO_NAMES: Final = frozenset(
    "谢谢 谢谢了 谢谢你 谢谢您 麻烦 麻烦了 方便 周末 周一 周二 周三 周四 周五 周六 周日 包邮 安排 成功 万一"
    " 应该 明天 后天 常用 平安 高兴 相同 相关 和平 时间 单独 老板 老家 小区 阿里 小心 小票 经常 任何".split()
)
_ENDS_HOUSE: Final = frozenset("号室楼栋幢座层元户院厦区店部队组库0123456789")
_HAN: Final = r"[\u3400-\u9fff]"
_NAME: Final = re.compile(rf"(?:(?:{_COMPOUND}){_HAN}{{1,2}}|({_HAN}){_HAN}{{1,3}})")
_MINORITY: Final = re.compile(rf"{_HAN}{{1,8}}[·•・]{_HAN}{{1,8}}(?:[·•・]{_HAN}{{1,8}})?")
_FAMILIAR: Final = re.compile(rf"[小阿老]{_HAN}{{1,2}}")
_RECEIVER: Final = re.compile(r"[\s(]*(?:亲?收|启|转交)[\s)]*$")
_LATIN: Final = re.compile(r"[A-Z][A-Za-z'’-]*(?: [A-Z][A-Za-z'’-]*){0,3}")
_OF_PLACES: Final = re.compile(
    r"[省市县镇乡村路街道巷弄号楼栋幢室层座]|小区|花园|大厦|公寓|单元|学校|公司|广场|中心|驿站|酒店"
)


def is_person(text: str) -> bool:
    """Whether `text` looks like a name: surname and one to three characters, or 阿迪力·买买提."""
    if text in _NO_NAMES or _OF_PLACES.search(text[1:]):
        return False
    if match := _NAME.fullmatch(text):
        return match[1] is None or match[1] in _SURNAMES or bool(_FAMILIAR.fullmatch(text))
    return bool(_MINORITY.fullmatch(text) or _LATIN.fullmatch(text))


def _is_han_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and is_person(text)


def without_receiver_mark(text: str) -> str:
    """张三收 → 张三."""
    return _RECEIVER.sub("", text)


def name_at_end(text: str) -> str:
    """A name glued to the end of an address, e.g. …3号楼502室张三 → 张三; else empty.

    Only after a character that ends a house number, so that no part of a street is taken.
    """
    for length in (4, 3, 2):
        name = text[-length:]
        if len(text) > length and text[-length - 1] in _ENDS_HOUSE and _is_han_name(name):
            return name
    return ""
