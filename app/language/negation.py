"""Whether a wording is said or denied: “转账给我” or “请不要转账给我”, one rule for all who ask.

A wording is denied by a word before it or after it in the same clause. Two denials before it take
each other back (“不是不能退”), and words that only look like one (“不仅”, “级别”) deny nothing.
"""

from __future__ import annotations

import re
from typing import Final

_BREAKS: Final = re.compile(r"[，。！？；,.!?;\n~～…]|\b(?:but|however|instead)\b|但是?|不过|而是")
_HARMLESS: Final = re.compile(
    r"不仅|不但|不光|不只|不单|不论|不管|不过|不如|不错|不好意思|不用担心|不客气|不妨|不断|不同|不久|不少|不然"
    r"|没问题|没关系|没事|没错|无论|无需担心|别担心|别着急|别急|别的|别人|别款|特别|分别|级别|性别|个别|区别|类别|告别"
    r"|识别|鉴别|差别|要不要|能不能|是不是|可不可以|会不会|有没有|好不好|行不行|要不然|要不|一个不|对不起"
    r"|not only|not just|no problem|no worries|why not|not to mention|don'?t worry|do not worry"
    r"|whether or not"
)
_DENIALS: Final = re.compile(
    r"不(?:要|用|能|可以|可|会|得|支持|允许|建议|提供|给|敢|保证|一定|是|需要|必|应该?|肯|想|接受|准|许|走|做|该|要去)"
    r"|别|勿|切勿|禁止|严禁|谨防|警惕|提防|当心|小心|拒绝|防止|避免|杜绝|从不|从未|无法|没法|没办法|没有|没能|并非|无权|暂不"
    r"|\b(?:not|never|no|cannot|without|avoid|refuse[sd]?|neither|nor|beware of|unable|forbid(?:s|den)?)\b"
    r"|n't\b"
)
_CLOSE: Final = re.compile(r"[不没未无](?:再|给|帮|为|予)?[您你]?$")
"""A denial of one letter reaches no further than the next word."""
_AFTER: Final = re.compile(
    r"^[^，。！？；,.!?;\n]{0,8}?(?:"
    r"(?:是|都|也|一律|均|还)?(?:不(?:可以|能|允许|行|安全|支持|合规|可靠|了的?)|不可(?!能)|违规|违法"
    r"|不受[^，。]{0,4}保[护障]|不被[^，。]{0,4}(?:允许|支持|认可|保护)"
    r"|被?禁止|严禁|(?:没有?|无|不予)保障|(?<!没)(?<!会)有风险|是[^，。]{0,4}骗|无法|没法|没办法|受不到)"
    r"|(?:[^,.!?;\n]{0,24}?)\b(?:is|are|was|were|be|being)\s(?:not|never)\b"
    r"|(?:[^,.!?;\n]{0,24}?)(?:isn't|aren't|wasn't)\b"
    r"|(?:[^,.!?;\n]{0,24}?)\b(?:forbidden|prohibited|unsafe|against)\b)"
)
_BEFORE_HAN: Final = 12
_BEFORE_WORDS: Final = 40
"""Characters a denial reaches forward, in Chinese and in English."""
_LATIN: Final = re.compile(r"[a-z]")


def is_denied(text: str, start: int, end: int) -> bool:
    """Tell whether [start, end) of a folded text is denied where it stands."""
    return _before(text, start) or _AFTER.match(text[end : end + 48]) is not None


def _before(text: str, start: int) -> bool:
    reach = _BEFORE_WORDS if _LATIN.search(text[start : start + 2]) else _BEFORE_HAN
    head = text[max(0, start - reach - 8) : start]
    breaks = [found.end() for found in _BREAKS.finditer(head)]
    head = head[breaks[-1] :] if breaks else head
    # Blanked, not taken out: what stands apart must not grow together.
    head = _HARMLESS.sub(lambda found: "　" * len(found.group()), head)[-reach:]
    ends = [found.end() for found in _DENIALS.finditer(head)]
    close = _CLOSE.search(head)
    if close is not None and close.start() >= (ends[-1] if ends else 0):
        ends.append(close.end())
    return len(ends) % 2 == 1
