"""Practice that was done, for pictures of its results: scripted agents, so nobody waits."""

from __future__ import annotations

from app.services import Services
from app.training.attempts import Attempts, Beginning
from app.training.scenario import scenarios
from app.training.scripted import SAMPLE_FACTS, Script, play
from db.clock import now_ms
from db.ids import new_id

_PLAYED = (
    ("invoice", Script.EXEMPLARY, 3),
    ("missing-parcel", Script.RUDE, 5),
    ("address-correction", Script.WRONG_FACTS, 2),
    ("missing-parcel", Script.EXEMPLARY, 5),
)
_MINUTE_MS = 60_000


def practise(services: Services) -> list[bytes]:
    """Keep some attempts of whoever is signed in; returns their ids, the newest last."""
    me = services.staff.current
    if me is None:
        return []
    made = [
        talk(
            services, me.id, key, script, seed, now_ms() - (len(_PLAYED) - place) * 20 * _MINUTE_MS
        )
        for place, (key, script, seed) in enumerate(_PLAYED)
    ]
    results = services.training.results
    results.comment(made[1], "这里先道歉，再说办法。", 1)
    results.comment(made[1], "下次试试先问清楚单号，再去查物流。")
    return made


def talk(
    services: Services, staff_id: bytes, key: str, script: Script, seed: int, began: int
) -> bytes:
    """Keep what a scripted agent made of a scenario as somebody's attempt; returns its id."""
    attempts, scenario = Attempts(services.db), scenarios()[key]
    played = play(scenario, SAMPLE_FACTS, script, seed=seed)
    one = Beginning(new_id(), staff_id, key, scenario.title[0], seed, False, new_id())
    attempts.begin([one], began)
    lines = played.customer.lines
    ended = began + round(1000 * lines[-1].at)
    attempts.finish(one.id, lines, SAMPLE_FACTS, played.score, ended)
    return one.id
