"""The columns of the platforms' refund and after-sales exports and what they tell (FORMATS §1).

Taobao's and Douyin's names were read in real exports; those of JD and Pinduoduo are the words of
their seller back ends, so several are known for each fact.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.sources import count, moment

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """One platform's export: columns that only it has (`signs`), and the facts' columns."""

    platform: str
    format: str
    number: tuple[str, ...]
    order: tuple[str, ...]
    status: tuple[str, ...]
    signs: frozenset[str]
    kind: tuple[str, ...] = ()
    sends_back: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    dispute: tuple[str, ...] = ()
    amounts: tuple[tuple[str, ...], ...] = ()
    """Parts that add up to what the customer gets; of each part the first column with a value."""
    item: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


_TIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "requested_at": (
        *("退款的申请时间", "售后申请时间", "申请时间", "退款申请时间", "服务单申请时间"),
        *("售后创建时间", "申请售后时间", "售后发起时间", "申请日期", "创建时间"),
    ),
    "agreed_at": ("同意售后申请时间", "同意时间", "审核时间", "商家同意时间"),
    "done_at": (
        *("退款完结时间", "售后完结时间", "完结时间", "退款完成时间", "退款成功时间"),
        *("用户到账时间", "商家退款时间", "退款时间", "处理完成时间", "完成时间", "完成日期"),
    ),
    "withdrawn_at": ("售后关闭时间", "关闭时间", "取消时间"),
    "deadline_at": ("自动处理截止时间", "超时时间", "处理截止时间", "截止处理时间"),
}
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "item_title": ("商品名称", "宝贝标题", "商品标题", "商品"),
    "return_number": ("退货物流单号", "退货快递单号", "退货运单号", "退货单号"),
    "return_carrier": ("退货物流公司", "退货快递公司"),
}
FACTS: Final[Mapping[str, tuple[str, Reader]]] = {
    **{name: (field, moment) for field, names in _TIMES.items() for name in names},
    **{name: (field, str) for field, names in _TEXTS.items() for name in names},
    **dict.fromkeys(("商品数量", "退货数量", "申请数量", "数量"), ("quantity", count)),
}
"""Columns that are one fact each, whatever the platform."""


def plain_name(column: str) -> str:
    """A column's name by what is written: full width or half, with blanks or without, is the same."""
    return "".join(unicodedata.normalize("NFKC", column).split())


LAYOUTS: Final = (
    Layout(
        "taobao",
        "taobao_refund_list",
        number=("退款编号", "退款单号"),
        order=("订单编号", "主订单编号", "订单号"),
        status=("退款状态",),
        signs=frozenset({"支付宝交易号", "宝贝标题", "手工退款/系统退款", "客服介入状态"}),
        kind=("售后类型", "退款类型"),
        sends_back=("是否需要退货",),
        reason=("买家退款原因", "退款原因"),
        party=("责任方",),
        dispute=("客服介入状态",),
        amounts=(("买家退款金额", "退款金额"),),
        item=("子订单编号",),
        text=("买家退款说明", "退款说明"),
    ),
    Layout(
        "douyin",
        "douyin_aftersale",
        number=("售后单号",),
        order=("订单号", "主订单编号"),
        status=("售后状态",),
        signs=frozenset({"商品单号", "退商品金额(元)", "纠纷责任方", "是否极速退款", "协商记录"}),
        kind=("售后类型",),
        reason=("售后原因", "售后原因标签"),
        party=("纠纷责任方",),
        dispute=("仲裁状态",),
        amounts=(
            *(("退商品金额(元)",), ("退运费金额(元)",)),
            *(("退支付优惠(元)",), ("退税费金额(元)",)),
        ),
        item=("商品单号",),
        text=("用户售后说明",),
    ),
    Layout(
        "jd",
        "jd_afs_service",
        number=("服务单号", "售后服务单号", "服务单编号", "售后单编号", "售后单号"),
        order=("订单号", "订单编号"),
        status=(
            *("服务单状态", "售后状态", "售后单状态", "处理状态", "审核状态", "退款状态", "状态"),
        ),
        signs=frozenset(
            {"服务单号", "售后服务单号", "服务单编号", "客户期望", "客户期望处理方式", "客户账号"}
        ),
        kind=(
            *("客户期望", "客户期望处理方式", "期望处理方式", "服务类型", "服务单类型"),
            *("售后类型", "处理方式", "处理结果"),
        ),
        reason=("申请原因", "售后原因", "客户申请原因", "退货原因", "退款原因"),
        party=("责任归属", "责任方"),
        dispute=("纠纷状态", "交易纠纷状态"),
        amounts=(
            (
                *("实退金额", "实退金额(元)", "退款金额", "退款金额(元)"),
                *("应退金额", "应退金额(元)", "申请退款金额"),
            ),
        ),
        text=("问题描述", "客户问题描述"),
    ),
    Layout(
        "pdd",
        "pdd_aftersale",
        number=("售后编号", "售后单编号", "售后单号", "售后id", "售后ID"),
        order=("订单编号", "订单号"),
        status=("售后状态",),
        signs=frozenset(
            {
                *("售后编号", "售后单编号", "售后id", "售后ID", "退款金额(元)", "交易金额(元)"),
                *(
                    "平台介入状态",
                    "平台介入",
                    "平台处理状态",
                    "申请退款金额(元)",
                    "用户实付金额(元)",
                ),
            }
        ),
        kind=("售后类型",),
        reason=("售后原因", "申请原因", "退款原因"),
        party=("责任方",),
        dispute=("平台介入状态", "平台介入", "平台处理状态"),
        amounts=(
            (
                *("退款金额(元)", "退款金额", "实际退款金额(元)", "实退金额(元)"),
                *("申请退款金额(元)", "申请金额(元)"),
            ),
        ),
        text=("售后说明", "申请说明"),
    ),
)
"""In this order: the first whose number, order and state are all there, and one sign."""
