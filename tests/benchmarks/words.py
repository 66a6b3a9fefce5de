"""Made sentences of a shop's chats: seeded, so that two runs search the same texts."""

from __future__ import annotations

from random import Random
from typing import Final

ITEMS: Final = (
    "连衣裙 牛仔裤 羽绒服 运动鞋 保温杯 充电宝 蓝牙耳机 台灯 枕头 四件套 茶叶 坚果 面膜 洗发水 "
    "儿童书包 积木 电饭煲 空气炸锅 手机壳 钢化膜 衬衫 卫衣 拖鞋 雨伞 行李箱 加湿器 收纳箱 毛巾"
).split()
COLOURS: Final = "黑色 白色 米色 浅蓝 藏青 墨绿 酒红 粉色 灰色 卡其 奶茶色 雾霾蓝".split()
SIZES: Final = "S码 M码 L码 XL码 大号 小号 均码 38码 42码 500ml 1.5米 两件装".split()
CITIES: Final = "杭州 广州 成都 武汉 西安 沈阳 南京 长沙 昆明 哈尔滨 乌鲁木齐 厦门".split()
CARRIERS: Final = "顺丰 中通 圆通 韵达 申通 极兔 邮政 京东快递".split()

ASKED: Final = (
    "请问{item}的{colour}还有货吗",
    "{item}{size}适合一米六五的吗,有点拿不准",
    "我昨天拍的{item}什么时候发货呀",
    "能不能便宜点,两件{item}给个优惠价",
    "快递到{city}要几天,发{carrier}可以吗",
    "收到的{item}有一处开线了,怎么退换",
    "我要申请退款,订单号{number}",
    "地址写错了,麻烦帮我改到{city}",
    "单号{tracking}三天没有更新物流了",
    "发票可以开公司抬头吗",
    "这个{item}和图片颜色不一样,有色差",
    "赠品没有收到,帮忙查一下",
    "在吗",
    "好的谢谢",
    "嗯嗯,那我等你消息",
)
ANSWERED: Final = (
    "亲,{item}{colour}有现货的,现在拍下今天就能发出哦",
    "您好,{item}建议选{size},偏修身的话可以拍大一码",
    "已经帮您催促仓库了,预计今晚从{city}发出,默认{carrier}",
    "亲,活动价已经是最低了,可以送您一份小礼物",
    "非常抱歉给您带来不便,麻烦拍张照片,我们给您补发",
    "退款已提交,预计三个工作日内原路退回",
    "地址已经修改好了,请您核对一下",
    "您的包裹{tracking}正在派送中,请保持电话畅通",
    "电子发票会在确认收货后发到您的邮箱",
    "感谢您的支持,祝您生活愉快",
    "稍等,我帮您查一下",
)
RARE: Final = "缩水 起球 掉色 假货 投诉 差评 防水 敏感肌 过敏 乳胶 蚕丝 甲醛".split()


def sentence(dice: Random, *, asked: bool) -> str:
    """One message of a customer, or of an agent."""
    text = dice.choice(ASKED if asked else ANSWERED).format(
        item=dice.choice(ITEMS),
        colour=dice.choice(COLOURS),
        size=dice.choice(SIZES),
        city=dice.choice(CITIES),
        carrier=dice.choice(CARRIERS),
        number=dice.randrange(10**17, 10**18),
        tracking=f"SF{dice.randrange(10**12, 10**13)}",
    )
    if dice.random() < 0.02:
        text += ",会不会" + dice.choice(RARE)
    return text


def queries(dice: Random) -> list[str]:
    """What agents search for: words of one to several characters, names, parts of numbers."""
    words = [*ITEMS, *COLOURS, *CITIES, *CARRIERS, *RARE]
    words += ["退款", "发票", "色差", "赠品", "单号", "包裹", "今晚", "码", "茶", "优惠价"]
    words += ["快递到成都", "有一处开线了", "三个工作日内", "敏感肌过敏", "雾霾蓝 羽绒服"]
    dice.shuffle(words)
    return words
