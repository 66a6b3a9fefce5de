"""The columns of Taobao's and Tmall's order files and what they tell (FORMATS §1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.sources.cells import count, moment, money

Reader = Callable[[str], Any]

ORDER_COLUMNS: Final[dict[str, tuple[str, Reader]]] = {
    "买家会员名": ("buyer_nick", str),
    "买家昵称": ("buyer_nick", str),
    "买家旺旺": ("buyer_nick", str),
    "收货人姓名": ("recipient", str),
    "收货人": ("recipient", str),
    "买家留言": ("buyer_message", str),
    "订单备注": ("seller_remark", str),
    "商家备注": ("seller_remark", str),
    "卖家备注": ("seller_remark", str),
    "商家备忘": ("seller_remark", str),
    "发票抬头": ("invoice_title", str),
    "总金额": ("total_fen", money),
    "买家应付邮费": ("postage_fen", money),
    "买家实际支付金额": ("paid_fen", money),
    "买家实付金额": ("paid_fen", money),
    "宝贝总数量": ("quantity", count),
    "订单创建时间": ("created_at", moment),
    "买家下单时间": ("created_at", moment),
    "订单付款时间": ("paid_at", moment),
    "买家付款时间": ("paid_at", moment),
    "发货时间": ("shipped_at", moment),
    "确认收货时间": ("ended_at", moment),
    "应发货时间": ("promised_at", moment),
    "承诺发货时间": ("promised_at", moment),
}
"""Columns that are one fact of the order each; several in one file: the first with a value."""

ITEM_COLUMNS: Final[dict[str, tuple[str, Reader]]] = {
    "标题": ("title", str),
    "商品标题": ("title", str),
    "宝贝标题": ("title", str),
    "价格": ("price_fen", money),
    "商品价格": ("price_fen", money),
    "宝贝价格": ("price_fen", money),
    "购买数量": ("quantity", count),
    "商品属性": ("sku", str),
    "宝贝规格": ("sku", str),
    "商家编码": ("sku_code", str),
    "外部系统编号": ("product_number", str),
    "商品ID": ("product_number", str),
    "宝贝ID": ("product_number", str),
    "退款状态": ("refund_status", str),
}
CHECKED_COLUMNS: Final[dict[str, Reader]] = {
    "买家应付货款": money,
    "打款商家金额": money,
    "确认收货打款金额": money,
}
"""Amounts that are kept as they came; a row in which they are none has been damaged."""
SKU_LABELS: Final = ("商品规格:", "商品规格：")
STATUS: Final = "订单状态"
CLOSED_BECAUSE: Final = "订单关闭原因"
REFUND: Final = "退款金额"
NO_REFUND: Final = "无退款申请"
ADDRESS: Final = "收货地址"
NEW_ADDRESS: Final = "修改后的收货地址"
PHONES: Final = ("联系手机", "联系电话", "收货人手机", "收货人电话")
NUMBERS: Final = ("物流单号", "运单号")
CARRIER: Final = "物流公司"
SHOP: Final = "店铺名称"
PRESALE: Final = "预售订单"
STAGES: Final = "分阶段订单信息"
YES: Final = frozenset({"是", "预售", "TRUE", "true", "1"})
