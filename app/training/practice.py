"""Practice in the real desk: choose customers, let them come, pause or stop, see how it went."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels import Presence
from app.conversations import Conversations, conversation_id
from app.core.errors import NotFound, UserError
from app.core.i18n import _, current_language
from app.core.permissions import Permission
from app.core.settings import SHOP_NAME, Setting, Settings
from app.language import Checker
from app.staff import Member, StaffService
from app.training.attempts import Attempts, Beginning
from app.training.coming import Casting, Pace, arrivals
from app.training.corrections import Corrections
from app.training.customer import PracticeCustomer
from app.training.guests import find_guest
from app.training.playing import Helpers, Playing
from app.training.results import Results
from app.training.scenario import Scenario, scenarios
from app.training.score import OUTCOME_NAMES, Score
from app.training.stage import CHANNEL, Stage
from db.clock import now_ms
from db.database import Database
from db.ids import new_id
from db.models import AssignmentKind, TrainingAssignment

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 10
SEEDS: Final = 100_000
HASTE: Final = Setting("training.haste", float, 1.0, scope="mine")
"""How fast practice customers come, read and type; 1 is as people do."""


@dataclass(frozen=True, slots=True)
class Running:
    """Practice under way: `arrived` once the customer has come; `waits_s` for an answer."""

    attempt_id: bytes
    conversation_id: bytes
    scenario: str
    title: str
    arrived: bool
    waits_s: float


@dataclass(frozen=True, slots=True)
class PracticeDesk:
    """The services of the desk that practice leans on."""

    db: Database
    staff: StaffService
    settings: Settings
    conversations: Conversations
    presence: Presence
    checker: Callable[[], Checker]
    answer_card: Callable[[bytes, bytes], None]


class Training:
    """In a practice shop only; `known` are the scenarios in force. Clocks as in `Stage`."""

    def __init__(
        self,
        desk: PracticeDesk,
        *,
        practice: bool,
        known: Callable[[], Mapping[str, Scenario]] = scenarios,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._desk, self._practice, self._known, self._now = desk, practice, known, now
        self._attempts = Attempts(desk.db)
        self.results = Results(desk.db, desk.staff, known, now)
        self.corrections = Corrections(desk.db, desk.staff)
        helpers = Helpers(
            desk.db,
            self._attempts,
            desk.presence,
            desk.conversations.mark_read_by_customer,
            desk.answer_card,
            self._on_begin,
            self._on_end,
            self._on_stop,
            desk.conversations.wait_less,
        )
        self.stage = Stage(helpers, clock, now)

    def scenarios(self) -> Mapping[str, Scenario]:
        """The scenarios one may practise, by key."""
        return self._known()

    def start(self, wanted: Sequence[Casting], *, english: bool = False) -> list[bytes]:
        """Let customers come, several of them one after the other as at a busy hour.

        Returns the attempts' ids. Raises `UserError` outside a practice shop, for unknown
        scenarios and where too many are there already.
        """
        me = self._desk.staff.require(Permission.REPLY)
        self._check(wanted)
        cast = [
            Casting(one.scenario, one.seed or random.SystemRandom().randrange(1, SEEDS))
            for one in wanted
        ]
        haste = max(0.1, self._desk.settings.get(HASTE))
        playing = self._playing(cast, me, english, haste)
        with self._desk.db.read() as session:
            tasks = _tasks(session, me.id)
        group = new_id() if len(playing) > 1 else None
        beginnings = [
            _beginning(one, seed=wish.seed or 0, group=group, tasks=tasks)
            for one, wish in zip(playing, cast, strict=True)
        ]
        self._attempts.begin(beginnings, self._now())
        self.stage.add(playing, arrivals(cast, haste))
        return [one.attempt_id for one in playing]

    def draw(self, count: int, seed: int | None = None) -> list[Casting]:
        """So many different scenarios by chance."""
        chance = random.Random(seed) if seed is not None else random.SystemRandom()
        keys = sorted(self._known())
        return [Casting(key) for key in chance.sample(keys, min(count, len(keys)))]

    def running(self) -> list[Running]:
        """Practice of the person at the desk that is under way."""
        me = self._desk.staff.current
        return [
            Running(
                one.attempt_id,
                one.conversation_id,
                one.customer.scenario.id,
                one.customer.scenario.title[current_language() == "en"],
                one.sent > 0,
                self.stage.waited_s(one),
            )
            for one in self.stage.playing()
            if me is not None and one.staff_id == me.id
        ]

    @property
    def paused(self) -> bool:
        """Whether the customers' clocks stand still."""
        return self.stage.paused

    def pause(self, *, on: bool) -> None:
        """Let the customers' clocks stand still, where there are any, or go on."""
        self._desk.staff.require(Permission.REPLY)
        self.stage.pause(on=on and bool(self.stage.playing()))

    def stop(self, attempt_ids: Collection[bytes] = ()) -> int:
        """End practice under way, one's own; it is kept without points. Returns how many."""
        mine = {one.attempt_id for one in self.running()}
        chosen = mine & set(attempt_ids) if attempt_ids else mine
        stopped = self.stage.stop(chosen) if chosen else 0
        if not self.stage.playing():
            self.stage.pause(on=False)
        return stopped

    # --- inside ----------------------------------------------------------------------------

    def _check(self, wanted: Sequence[Casting]) -> None:
        if not self._practice:
            raise UserError(
                _("Customers to practise with come to the practice shop only."),
                hint=_("Open the practice shop."),
                code="not_practice",
            )
        for one in wanted:
            if one.scenario not in self._known():
                message = _("There is no scenario “{name}”.").format(name=one.scenario)
                raise NotFound(message)
        if not wanted or len(wanted) + len(self.stage.playing()) > MOST_AT_ONCE:
            raise UserError(
                _("At most {n} practice customers at a time.").format(n=MOST_AT_ONCE),
                hint=_("Serve those who are there, or stop the practice."),
                code="too_many",
            )
        if not self.stage.open:
            raise UserError(
                _("The practice customers are not there yet."),
                hint=_("Try again in a moment."),
                code="not_open",
            )

    def _playing(
        self, cast: Sequence[Casting], me: Member, english: bool, haste: float
    ) -> list[Playing]:
        taken = {one.guest.customer_id for one in self.stage.playing()}
        account = self._desk.settings.get(SHOP_NAME)
        made = []
        with self._desk.db.read() as session:
            for wish in cast:
                scenario, seed = self._known()[wish.scenario], wish.seed or 0
                guest = find_guest(
                    session, scenario, random.Random(f"guest/{scenario.id}/{seed}"), taken
                )
                taken.add(guest.customer_id)
                attempt = new_id()
                visitor = f"training-{attempt.hex()}"
                customer = PracticeCustomer(
                    scenario,
                    guest.facts,
                    self._desk.checker(),
                    seed=seed,
                    english=english,
                    pace=Pace(random.Random(f"pace/{scenario.id}/{seed}"), haste),
                )
                made.append(
                    Playing(
                        attempt_id=attempt,
                        staff_id=me.id,
                        conversation_id=conversation_id(CHANNEL, account, visitor),
                        account=account,
                        visitor=visitor,
                        guest=guest,
                        customer=customer,
                        arrives=0.0,
                        chance=random.Random(f"reading/{scenario.id}/{seed}"),
                        haste=haste,
                    )
                )
        return made

    def _on_begin(self, one: Playing) -> None:
        """Tell in the thread who of all those waiting is here for practice, and about what."""
        scenario, facts = one.customer.scenario, one.guest.facts
        words = [
            _("Practice customer: {title}").format(title=scenario.title[current_language() == "en"])
        ]
        if not scenario.order and "item" in facts:
            words.append(
                _("it is about {item}, {price} yuan").format(
                    item=facts["item"], price=facts.get("price", "—")
                )
            )
        self._desk.conversations.add_event(
            one.conversation_id, "practice_began", text=" · ".join(words)
        )

    def _on_stop(self, one: Playing) -> None:
        """Nobody waits any more; where the window closes or is locked, the talk stays open."""
        text = _("Practice stopped. It is kept among the results, without points.")
        try:
            self._desk.conversations.add_event(one.conversation_id, "practice_over", text=text)
            self._desk.conversations.close(one.conversation_id)
        except UserError:
            log.info("a practice conversation stays open: nobody is signed in")

    def _on_end(self, one: Playing, score: Score) -> None:
        """Tell it in the thread, where the trainee looks."""
        text = _("Practice over: {points} points. {outcome}.").format(
            points=round(score.total), outcome=_(OUTCOME_NAMES[score.outcome])
        )
        self._desk.conversations.add_event(
            one.conversation_id, "practice_over", text=text, attempt=one.attempt_id.hex()
        )


def _beginning(
    one: Playing, *, seed: int, group: bytes | None, tasks: Mapping[str, bytes]
) -> Beginning:
    scenario = one.customer.scenario
    return Beginning(
        id=one.attempt_id,
        staff_id=one.staff_id,
        scenario=scenario.id,
        title=scenario.title[0],
        seed=seed,
        english=one.customer.english,
        conversation_id=one.conversation_id,
        group_id=group,
        assignment_id=tasks.get(scenario.id, tasks.get("")),
    )


def _tasks(session: Session, staff_id: bytes) -> dict[str, bytes]:
    """Open tasks of a person by scenario, the one due first; "" is any scenario."""
    rows = session.execute(
        select(TrainingAssignment.item, TrainingAssignment.id)
        .where(
            TrainingAssignment.staff_id == staff_id,
            TrainingAssignment.kind == AssignmentKind.SCENARIO,
            TrainingAssignment.done_at.is_(None),
            TrainingAssignment.deleted.is_(False),
        )
        .order_by(TrainingAssignment.due_at.is_(None).desc(), TrainingAssignment.due_at.desc())
    )
    return {row.item: row.id for row in rows}
