"""What the platforms' words for kinds, states and reasons of after-sales mean here.

Whole sentences vary from export to export; the parts that carry the meaning do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeVar

from db.models import AfterSaleKind, AfterSaleState, Party

T = TypeVar("T")

_STATES: Final = (
    # A request that waits says "agree" as well, so it comes first.
    (AfterSaleState.REQUESTED, "等待卖家同意 待商家同意 等待商家同意 待卖家同意 待商家二次同意"),
    (AfterSaleState.REQUESTED, "待审核 待商家处理 待卖家处理 待平台处理 平台处理中 待客户反馈"),
    (AfterSaleState.WITHDRAWN, "关闭 取消 撤销 撤回 逾期 失败 失效 终止"),
    (AfterSaleState.DONE, "退款成功 换货成功 补寄成功 维修成功 售后成功 已退款 退款完成"),
    (AfterSaleState.REFUSED, "拒绝 驳回 不同意"),
    (
        AfterSaleState.AGREED,
        "同意 退货 退款中 待收货 待买家 待用户 待消费者 确认收货 换货中 补寄中",
    ),
    (AfterSaleState.DONE, "成功 完成 完结"),
    (AfterSaleState.REQUESTED, "申请 待处理 处理中 待商家"),
)
_KINDS: Final = (
    (AfterSaleKind.REFUND, "仅退款 只退款 未发货退款 售前退款 极速退款"),
    (AfterSaleKind.RETURN_REFUND, "退货退款 退款退货 退货"),
    (AfterSaleKind.EXCHANGE, "换货"),
    (AfterSaleKind.RESEND, "补寄 补发 重发 缺货补"),
    (AfterSaleKind.REPAIR, "维修 保修 返修"),
    (AfterSaleKind.PRICE_REDUCTION, "价保 保价 补差价 折价"),
    (AfterSaleKind.COMPENSATION, "补偿 赔付 赔偿"),
    (AfterSaleKind.REFUND, "退款"),
)
_REASONS: Final = (
    ("no_reason", "无理由"),
    ("wrong_item", "发错 错发 漏发 少发 少件 少货 缺件 卖家发错"),
    ("late_dispatch", "未按约定时间 发货慢 延迟发货 未发货 迟迟不发 缺货 没货"),
    ("not_received", "未收到 没收到 没有收到 未送达 丢件 空包 丢失"),
    ("no_trace", "物流 快递一直 无跟踪 无记录 停滞 不更新"),
    ("damaged", "破损 损坏 压坏 包装 漏液 磕碰"),
    ("invoice", "发票"),
    ("attitude", "态度 服务差 辱骂"),
    ("workmanship", "做工 线头 开线 脱线 瑕疵"),
    ("size", "尺寸 尺码 大小 偏大 偏小 规格不符"),
    ("colour", "颜色 色差 掉色 褪色"),
    ("material", "材质 面料 成分 成份"),
    ("quality", "质量 故障 变质 坏了 不能用 无法使用 假冒 过期"),
    ("not_as_described", "描述不符 不符 与描述 与商品"),
    ("wrong_order", "多拍 拍错 错拍 重复 填错 填写错误 改地址 信息错误 计划有变"),
    ("dislike", "不喜欢 不想要 不合适 效果不好 不满意 用不上"),
)
_PARTIES: Final = (
    (Party.SELLER, "商家 卖家 店铺"),
    (Party.BUYER, "用户 买家 消费者 客户"),
    (Party.CARRIER, "物流 快递 承运"),
)


@lru_cache(maxsize=512)
def state_of(word: str) -> AfterSaleState | None:
    """The state a platform's word stands for; None for one that is not known."""
    return next(_meanings(word, _STATES), None)


@lru_cache(maxsize=512)
def kind_of(word: str) -> AfterSaleKind | None:
    """The kind a platform's word stands for; None for one that is not known."""
    return next(_meanings(word, _KINDS), None)


@lru_cache(maxsize=2_048)
def reason_of(text: str) -> str:
    """The reason a platform's sentence stands for; empty where none is known."""
    return next(_meanings(text, _REASONS), "")


@lru_cache(maxsize=128)
def party_of(word: str) -> Party:
    """Who answers by the platform's judgement; nobody where it names none, or several."""
    named = list(_meanings(word, _PARTIES))
    return named[0] if len(named) == 1 else Party.NONE


def _meanings(text: str, table: Iterable[tuple[T, str]]) -> Iterator[T]:
    return (meaning for meaning, parts in table if any(part in text for part in parts.split()))
