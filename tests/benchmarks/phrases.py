"""Phrase lookup per keystroke, pinyin included, against fuzzy matching over the bodies."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rapidfuzz import process
from sqlalchemy import insert

from app.core.pinyin import initials
from app.homes import create_home
from app.phrases.spelling import stored_pinyin
from app.services import Services, build_services
from db.ids import new_id
from db.models import Phrase, PhraseGroup, Role
from tests.benchmarks import words
from tests.benchmarks.measure import Measure, alternately, p95
from tests.benchmarks.seed import Shop

_PHRASES: Final = 20_000
_LIMIT: Final = 50
_ROUNDS: Final = 3
TYPED: Final = (
    "fahuo",
    "tuikuan",
    "zenmeyang",
    "kddj",
    "yhj",
    "qnhd",
    "wl12",
    "退款",
    "什么时候发货",
    "尺码 大一码",
    "fapiao taitou",
    "dizhi",
    "zhaopian bufa",
    "sunfeng",
)
"""Words typed letter by letter: full pinyin, initials, codes, Chinese, several words, a slip."""


def run(_shop: Shop) -> list[Measure]:
    """Every prefix of every word is one keystroke."""
    keystrokes = [word[: end + 1] for word in TYPED for end in range(len(word))]
    with TemporaryDirectory() as folder:
        services, bodies = _filled(Path(folder))
        try:
            services.phrases.find("a")
            ours, theirs = alternately(
                lambda typed: services.phrases.find(typed, limit=_LIMIT),
                lambda typed: process.extract(typed, bodies, limit=_LIMIT),
                keystrokes,
                _ROUNDS,
            )
        finally:
            services.phrases.close()
            services.close()
    return [Measure("phrase lookup per keystroke, p95", p95(ours), p95(theirs), 0.2)]


def _filled(folder: Path) -> tuple[Services, list[str]]:
    services = build_services(create_home(folder / "home", passphrase="benchmark"))
    services.staff.add("agent", "李小丽", Role.ADMIN, "passw0rd!")
    services.staff.sign_in("agent", "passw0rd!")
    rows = list(_rows(new_id()))
    with services.db.write(origin="import") as session:
        group = PhraseGroup(id=rows[0]["group_id"], name="基准")
        session.add(group)
        session.execute(insert(Phrase), rows)
    return services, [row["text"] for row in rows]


def _rows(group: bytes) -> Iterator[dict[str, Any]]:
    dice = random.Random(11)
    for number in range(_PHRASES):
        parts = [words.sentence(dice, asked=False) for _ in range(dice.randrange(1, 4))]
        text = "{客户称呼|亲}," + ",".join(parts)
        title = parts[0][:8]
        yield {
            "id": new_id(),
            "group_id": group,
            "code": f"{dice.choice(('wl', 'fh', 'th', 'yh', 'cm'))}{number}",
            "title": title,
            "text": text,
            "position": number,
            "pinyin": stored_pinyin(title, text),
            "initials": initials(title),
        }
