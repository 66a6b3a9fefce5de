"""Writes invented after-sales as the platforms export them."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

DATA: Final = Path(__file__).parents[2] / "data" / "after_sales"
HEADERS: Final[dict[str, list[str]]] = json.loads(
    (DATA / "headers.json").read_text(encoding="utf-8")
)

TAOBAO: Final = {
    "退款编号": '="8800000000000000001"',
    "订单编号": '="9900000000000000011"',
    "支付宝交易号": "2026030122001",
    "订单付款时间": "2026-03-01 10:01:20",
    "退款完结时间": "",
    "买家实际支付金额": "59.00",
    "宝贝标题": "样例纯棉T恤",
    "买家退款金额": "29.50",
    "手工退款/系统退款": "手工退款",
    "是否需要退货": "是",
    "退款的申请时间": "2026-03-05 09:30:00",
    "退款状态": "买家已经申请退款，等待卖家同意",
    "货物状态": "买家已收到货",
    "客服介入状态": "不需要客服介入",
}
DOUYIN: Final = {
    "售后单号": "\t700000000000001",
    "订单号": "\t6990000000000000001",
    "商品单号": "\t6990000000000000001",
    "商品名称": "样例口红",
    "售后类型": "退货退款",
    "退商品金额（元）": "59.00",
    "退运费金额（元）": "6.00",
    "售后状态": "同意退款，退款成功",
    "售后申请时间": "2026-03-05 09:30:00",
    "售后原因": "质量问题",
    "退货物流单号": "SF1234567890123",
    "退货物流公司": "顺丰",
    "自动处理截止时间": "2026-03-07 09:30:00",
    "同意售后申请时间": "2026-03-05 10:00:00",
    "售后完结时间": "2026-03-09 12:00:00",
    "仲裁状态": "-",
    "纠纷责任方": "-",
    "用户售后说明": "膏体断了",
    "商家退货联系人姓名": "测试甲",
}
JD: Final = {
    "服务单号": "250000001",
    "订单号": "300000000001",
    "商品名称": "样例耳机",
    "申请时间": "2026-03-05 09:30:00",
    "客户期望": "换货",
    "服务单状态": "待收货",
    "申请原因": "商品质量问题",
    "问题描述": "左耳无声",
}
PDD: Final = {
    "售后编号": "1234567890",
    "订单编号": "260301-123456789012345",
    "商品名称": "样例毛巾",
    "售后类型": "仅退款",
    "售后状态": "退款成功",
    "售后原因": "物流信息停滞",
    "退款金额(元)": "12.90",
    "交易金额(元)": "12.90",
    "申请时间": "2026-03-05 09:30:00",
    "退款完成时间": "2026-03-06 08:00:00",
    "平台介入状态": "平台已介入",
}


def table(platform: str, *cases: Mapping[str, str]) -> list[list[str]]:
    """Header and rows of a platform's export."""
    header = HEADERS[platform]
    return [header, *([case.get(name, "") for name in header] for case in cases)]


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "gb18030") -> Path:
    """Write as the platforms do."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a workbook of text cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return path
