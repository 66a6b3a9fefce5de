"""The emoji one needs with customers, with words to find them by, Chinese and English."""

from __future__ import annotations

from typing import Final

EMOJI: Final[tuple[tuple[str, str], ...]] = (
    ("😀", "笑 开心 smile happy"), ("😁", "嘻嘻 grin"), ("😂", "笑哭 joy laugh"),
    ("🤣", "大笑 rofl"), ("😊", "微笑 smile warm"), ("😄", "哈哈 laugh"),
    ("😅", "汗 尴尬 sweat"), ("😉", "眨眼 wink"), ("😍", "喜欢 爱 love"), ("🥰", "爱心 adore"),
    ("😘", "亲亲 kiss"), ("😋", "好吃 yum"), ("😎", "酷 cool"), ("🤩", "惊喜 star"),
    ("🤗", "抱抱 hug"), ("🤔", "思考 想 think"), ("🤭", "捂嘴 giggle"), ("😏", "得意 smirk"),
    ("😌", "放心 安心 relieved"), ("😴", "困 睡 sleep"), ("😷", "口罩 mask"),
    ("😮", "惊讶 wow"), ("😲", "吃惊 astonished"), ("😳", "脸红 flushed"), ("🥺", "拜托 可怜 please"),
    ("😢", "难过 cry"), ("😭", "大哭 sob"), ("😔", "失落 sad"), ("😞", "失望 disappointed"),
    ("😤", "生气 huff"), ("😡", "愤怒 angry"), ("😱", "害怕 scream"), ("🙄", "无语 roll"),
    ("😐", "无表情 neutral"), ("😬", "尴尬 grimace"), ("🙃", "倒脸 upside"), ("🤝", "合作 握手 deal"),
    ("👍", "赞 好 ok good thumb"), ("👎", "差 bad"), ("👌", "好的 ok"), ("✌️", "耶 victory"),
    ("🙏", "谢谢 拜托 thanks please"), ("👏", "鼓掌 clap"), ("💪", "加油 strong"),
    ("👋", "你好 再见 hello bye"), ("🙋", "举手 hand"), ("🤞", "好运 luck"), ("👀", "看 look"),
    ("❤️", "爱心 红心 heart"), ("💕", "爱心 hearts"), ("💖", "闪心 heart"), ("💔", "心碎 broken"),
    ("🌹", "玫瑰 花 rose"), ("💐", "花束 flowers"), ("🌸", "樱花 blossom"), ("🌷", "郁金香 tulip"),
    ("🎁", "礼物 赠品 gift"), ("🎉", "庆祝 恭喜 party"), ("🎊", "彩球 confetti"), ("🎂", "生日 蛋糕 birthday"),
    ("🧧", "红包 red packet"), ("💰", "钱 优惠 money"), ("🛒", "购物车 下单 cart"), ("🛍️", "购物 shopping"),
    ("📦", "包裹 快递 parcel"), ("🚚", "发货 物流 truck"), ("✈️", "空运 plane"), ("🏠", "家 地址 home"),
    ("📍", "定位 地址 place"), ("📞", "电话 phone"), ("📱", "手机 mobile"), ("⏰", "时间 闹钟 time"),
    ("📅", "日期 calendar"), ("✅", "确认 完成 check done"), ("❌", "不 错 no wrong"), ("⚠️", "注意 warning"),
    ("❗", "感叹 重要 important"), ("❓", "问 question"), ("⭐", "星 好评 star"), ("🔥", "热卖 hot fire"),
    ("✨", "闪亮 新 sparkle"), ("☀️", "晴 太阳 sun"), ("🌙", "晚安 月 moon"), ("☕", "咖啡 coffee"),
    ("🍀", "好运 luck"), ("🐱", "猫 cat"), ("🐶", "狗 dog"), ("🎈", "气球 balloon"),
)  # fmt: skip


def find_emoji(words: str) -> list[str]:
    """Emoji whose words hold the typed ones; all of them for none."""
    wanted = words.casefold().split()
    return [sign for sign, names in EMOJI if all(word in names for word in wanted)]
