"""Many visitors with lines that break, in a process of their own: `python -m … URL N SECONDS`.

Reads the number of answers each conversation must get from standard input (one JSON line, by the id
of its first message) and prints what every visitor said and saw.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

from tests.fakes.web_visitor import WebVisitor

IMPATIENCE = 5
"""A visitor says no more while so many messages are on their way."""
PATIENCE_S = 240
"""A busy machine is behind with a thousand messages when the time is over; none may be lost."""


async def live(visitor: WebVisitor, name: int, until: float, chance: random.Random) -> int:
    """Write, lose the line, come back, until the time is over; then be sure all is sent."""
    number = 0
    while time.monotonic() < until:
        await visitor.connect()
        end = min(until, time.monotonic() + chance.uniform(0.3, 4))
        while time.monotonic() < end:
            if len(visitor.outbox) < IMPATIENCE:
                await visitor.say(f"{name}:{number}")
                number += 1
            await asyncio.sleep(chance.uniform(0.6, 2.4))
        await visitor.drop()
        await asyncio.sleep(chance.uniform(0, 0.3))
    await visitor.connect()
    await visitor.until(lambda: not visitor.outbox, PATIENCE_S)
    return number


def answers(visitor: WebVisitor) -> int:
    """How many replies a visitor has."""
    return sum(message["author"] == "shop" for message in visitor.messages)


def story(visitor: WebVisitor, said: int) -> dict[str, Any]:
    """What one visitor said and saw."""
    waits = sorted(visitor.waits)
    return {
        "said": said,
        "saw": [message["id"] for message in visitor.messages],
        "acked": [ack["id"] for ack in visitor.acked.values()],
        "breaks": visitor.breaks,
        "waits": waits,
    }


async def main(url: str, clients: int, seconds: float) -> None:
    """The whole storm."""
    until = time.monotonic() + seconds
    visitors = [WebVisitor(url) for _ in range(clients)]
    said = await asyncio.gather(
        *(live(v, n, until, random.Random(n)) for n, v in enumerate(visitors))
    )
    print(json.dumps([visitor.messages[0]["id"] for visitor in visitors]), flush=True)
    wanted = json.loads(await asyncio.to_thread(sys.stdin.readline))
    for visitor in visitors:
        number = wanted[visitor.messages[0]["id"]]
        await visitor.until(lambda v=visitor, n=number: answers(v) >= n, PATIENCE_S)
    await asyncio.gather(*(visitor.close() for visitor in visitors))
    stories = [story(v, n) for v, n in zip(visitors, said, strict=True)]
    print(json.dumps(stories), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
