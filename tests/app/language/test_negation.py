"""One rule says whether a wording is denied where it stands."""

import pytest

from app.language import fold, is_denied

DENIED = (
    ("请不要私下转账", "私下转账"),
    ("不要私下转账哦", "私下转账"),
    ("请勿添加陌生人微信", "加陌生人微信"),
    ("切勿私下交易", "私下交易"),
    ("我们从不私下交易", "私下交易"),
    ("平台禁止站外交易", "站外交易"),
    ("私下交易是不受保护的", "私下交易"),
    ("私下付款没有保障", "私下付款"),
    ("站外交易违规", "站外交易"),
    ("这边没办法给您退款", "退款"),
    ("暂时不能为您办理退货", "退货"),
    ("不支持换货", "换货"),
    ("特别提醒，谨防刷单", "刷单"),
    ("private payment is not protected", "private payment"),
    ("please do not pay me directly", "pay me directly"),
    ("we never deal off the platform", "off the platform"),
    ("we can't refund it", "refund"),
    ("I am unable to offer a replacement", "replacement"),
    ("paying outside the platform is forbidden", "outside the platform"),
)
SAID = (
    ("可以私下转账", "私下转账"),
    ("不仅可以退款，还送券", "退款"),
    ("没问题，给您退款", "退款"),
    ("不好意思，马上为您退款", "退款"),
    ("不用担心，可以换货", "换货"),
    ("您别着急，我给您补发", "补发"),
    ("不是不能退款", "退款"),
    ("能不能退款我帮您看一下", "退款"),
    ("这款不合适可以退货", "退货"),
    ("特别为您申请退款", "退款"),
    ("不喜欢的话，给您退款", "退款"),
    ("no problem, I will refund it", "refund"),
    ("not only a refund but a coupon", "refund"),
    ("it does not fit, so I will refund you", "refund"),
    ("don't worry, we send a replacement", "replacement"),
)


@pytest.mark.parametrize(("text", "wording"), DENIED)
def test_what_is_denied(text: str, wording: str) -> None:
    folded = fold(text).text
    at = folded.index(fold(wording).text)
    assert is_denied(folded, at, at + len(wording))


@pytest.mark.parametrize(("text", "wording"), SAID)
def test_what_is_said(text: str, wording: str) -> None:
    folded = fold(text).text
    at = folded.index(fold(wording).text)
    assert not is_denied(folded, at, at + len(wording))
