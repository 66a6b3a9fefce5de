"""What every practice customer says beside their scenario: lost, hurt, waiting, gone."""

from __future__ import annotations

from typing import Final

NOT_UNDERSTOOD: Final = (
    ("不太明白你的意思，能再说清楚点吗？", "I do not quite follow, could you say that again?"),
    ("嗯？你是说？", "Hm? You mean?"),
    ("没看懂，我问的是前面那件事", "I do not get it. I asked about the thing above."),
)
WRONG: Final = (
    ("不对吧，我看到的不是这样啊", "That is not what I see here."),
    ("你确定？跟页面上写的不一样", "Are you sure? The page says something else."),
)
HURT: Final = (
    ("你这是什么态度？", "What kind of tone is that?"),
    ("你怎么这么说话？", "How can you talk to me like that?"),
)
WAITING: Final = (("在吗？", "Are you there?"), ("？？", "??"), ("还有人吗", "Hello, anybody?"))
GONE: Final = (
    ("算了，没人理我，我走了", "Forget it, nobody answers. I am off."),
    ("等太久了，我去别家看看", "Too long. I will look elsewhere."),
)
ANGRY: Final = (
    ("不跟你说了，我去投诉！", "I am done with you. I will complain!"),
    ("什么服务！给你差评！", "What a service! You will get a bad review!"),
)
LEFT_AT_THAT: Final = (
    ("行吧，那先这样，再见", "All right, I leave it at that. Bye."),
    ("好吧，就这样", "Well, that is it then."),
)
NUDGE: Final = (("然后呢？", "And then?"), ("那接下来怎么办？", "So what happens now?"))
