"""Writes invented orders as the platforms write real ones: any generation, encoding, delimiter."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import xlsxwriter

DATA: Final = Path(__file__).parents[2] / "data" / "orders"
HEADERS: Final[dict[str, list[str]]] = json.loads(
    (DATA / "taobao_headers.json").read_text(encoding="utf-8")
)
LISTS: Final = [name for name in HEADERS if "_list_20" in name]
WRAPPED: Final = {"订单编号", "物流单号", "运单号"}


@dataclass
class MadeOrder:
    """An invented order in the words of an export."""

    number: str = "9900000000000000011"
    nick: str = "tb样例一"
    status: str = "买家已付款，等待卖家发货"
    recipient: str = "测试甲"
    phone: str = "13800000001"
    address: str = "浙江省 杭州市 余杭区 样例路1号(310000)"
    total: str = "59.00"
    paid: str = "59.00"
    created: str = "2026-03-01 10:00:00"
    paid_at: str = "2026-03-01 10:01:20"
    shipped_at: str = ""
    ended_at: str = ""
    message: str = ""
    remark: str = ""
    title: str = "样例纯棉T恤"
    parcel: str = ""
    carrier: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def cells(self) -> dict[str, str]:
        """All columns of all generations that this order can fill."""
        return {
            "订单编号": self.number,
            "主订单编号": self.number,
            "子订单编号": self.number + "1",
            "买家会员名": self.nick,
            "买家应付邮费": "0.00",
            "买家应付货款": self.total,
            "总金额": self.total,
            "买家实际支付金额": self.paid,
            "买家实付金额": self.paid,
            "订单状态": self.status,
            "买家留言": self.message,
            "收货人姓名": self.recipient,
            "收货地址": self.address,
            "联系电话": "'",
            "联系手机": f"'{self.phone}",
            "订单创建时间": self.created,
            "买家下单时间": self.created,
            "订单付款时间": self.paid_at,
            "买家付款时间": self.paid_at,
            "发货时间": self.shipped_at,
            "确认收货时间": self.ended_at,
            "宝贝标题": self.title,
            "商品标题": self.title,
            "标题": self.title,
            "宝贝种类": "1",
            "宝贝总数量": "1",
            "购买数量": "1",
            "价格": self.total,
            "商品价格": self.total,
            "宝贝价格": self.total,
            "商品属性": "商品规格:黑色",
            "宝贝规格": "黑色",
            "商家编码": "TS-1",
            "物流单号": self.parcel,
            "运单号": self.parcel,
            "物流公司": self.carrier,
            "订单备注": self.remark,
            "商家备注": self.remark,
            "店铺名称": "样例店",
            "订单关闭原因": "订单未关闭",
            "卖家服务费": "0元",
            "修改后的收货地址": "null",
            "退款金额": "无退款申请",
            **self.more,
        }


def rows_of(header: Sequence[str], orders: Sequence[MadeOrder]) -> list[list[str]]:
    """The rows of a file with this header."""
    return [[order.cells().get(name.strip(), "") for name in header] for order in orders]


def csv_text(
    header: Sequence[str],
    orders: Sequence[MadeOrder],
    *,
    delimiter: str = ",",
    trailing: bool = False,
    end: str = "\r\n",
) -> str:
    """The text of an export, `="…"` cells and trailing delimiters included."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="")
    lines: list[str] = []
    for row in [list(header), *rows_of(header, orders)]:
        out.seek(0)
        out.truncate()
        writer.writerow(row)
        line = out.getvalue()
        if lines and header[0] in WRAPPED:
            line = "=" + line
        lines.append(line + (delimiter if trailing and lines else ""))
    return "".join(line + end for line in lines)


def write_csv(path: Path, text: str, encoding: str = "gb18030") -> Path:
    """Write a text file."""
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path
