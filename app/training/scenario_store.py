"""Scenarios in force: those that come with the desk, and what supervisors wrote or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound, UserError
from app.core.i18n import _
from app.core.permissions import Permission
from app.language import Checker
from app.staff import StaffService
from app.training.files import read_bytes, write_bytes
from app.training.intents import intents
from app.training.scenario import scenarios
from app.training.scenario_check import Finding, read_document
from app.training.scenario_model import Scenario
from app.training.try_out import TryOut
from db.changes import Changes
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models import TrainingScenario

Document = dict[str, Any]
_PAIRS: Final = ("opening", "end", "model", "slips")
_GROUPS: Final = ("needs", "knows", "minds")
_TITLES: Final = ("title", "goal")


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario as the list shows it. `own`: the shop wrote it; `bundled`: one comes with the desk.

    Both: the shop's takes the place of the bundled one. `faults` counts what the checker found.
    """

    key: str
    title: tuple[str, str]
    goal: tuple[str, str]
    own: bool
    bundled: bool
    active: bool
    faults: int = 0


class Scenarios:
    """Everybody practises with what is in force; who trains others edits, copies, brings in."""

    def __init__(
        self,
        db: Database,
        staff: StaffService,
        checker: Callable[[], Checker],
        now: Callable[[], int] = now_ms,
    ) -> None:
        self._db, self._staff, self._checker, self._now = db, staff, checker, now
        self._known: dict[str, Scenario] | None = None
        db.subscribe(self._on_changes, first=True)

    def _on_changes(self, changes: Changes) -> None:
        if changes.touches("training_scenarios"):
            self._known = None

    # --- in force ------------------------------------------------------------------------------

    def in_force(self) -> Mapping[str, Scenario]:
        """What one may practise, by key: the shop's own that are sound and active come first."""
        known = self._known
        if known is None:
            known = dict(scenarios())
            for row in self._rows():
                known.pop(row.key, None)
                scenario, found = read_document(row.document, intents())
                if row.active and scenario is not None and not found:
                    known[row.key] = scenario
            self._known = known
        return known

    def rows(self) -> list[ScenarioRow]:
        """Every scenario, also those that are switched off or not sound yet."""
        own = {row.key: _row(row) for row in self._rows()}
        bundled = [
            ScenarioRow(one.id, one.title, one.goal, own=False, bundled=True, active=True)
            for one in scenarios().values()
            if one.id not in own
        ]
        return sorted([*own.values(), *bundled], key=lambda row: (not row.own, row.key))

    # --- editing -------------------------------------------------------------------------------

    def document(self, key: str) -> Document:
        """A scenario as the file format has it, to be edited. Raises `NotFound`."""
        for row in self._rows():
            if row.key == key:
                return dict(row.document)
        if key in scenarios():
            plain: Document = msgspec.json.decode(msgspec.json.encode(scenarios()[key]))
            return plain
        raise NotFound(_("There is no scenario “{name}”.").format(name=key))

    def copy(self, key: str) -> Document:
        """A scenario under a name that is free, to become one of the shop's own."""
        document = self.document(key)
        taken = {row.key for row in self.rows()}
        number = 2
        while f"{key}-{number}" in taken:
            number += 1
        return document | {"id": f"{key}-{number}"}

    def check(self, document: Document) -> list[Finding]:
        """What is wrong with it, each with the field it is about."""
        return read_document(completed(document), intents())[1]

    def try_out(self, document: Document, *, seed: int = 1, english: bool = False) -> TryOut:
        """Let the customer of a document come, and keep nothing of it.

        Raises `UserError` where it is not sound yet.
        """
        self._staff.require(Permission.TRAIN)
        scenario, found = read_document(completed(document), intents())
        if scenario is None or found:
            raise UserError(
                _("The scenario is not sound yet."),
                hint=f"{found[0].where}: {found[0].words}".strip(": "),
                code="unsound",
            )
        return TryOut(scenario, self._checker(), seed=seed, english=english)

    def save(self, document: Document, *, active: bool = True) -> ScenarioRow:
        """Keep one of the shop's own. One that is not sound is kept, too, but not in force."""
        me = self._staff.require(Permission.TRAIN)
        document = completed(document)
        key = str(document.get("id") or "").strip()
        if any(found.where == "id" for found in self.check(document)):
            raise UserError(
                _("The name “{name}” can't be used.").format(name=key),
                hint=_("Small letters, digits and hyphens, for example late-parcel."),
                code="bad_name",
            )
        with self._db.write() as session:
            row = self._find(session, key)
            if row is None:
                row = TrainingScenario(id=natural_id("training_scenario", key), key=key)
                session.add(row)
            row.document, row.active, row.deleted = document, active, False
            row.staff_id, row.at = me.id, self._now()
            return _row(row)

    def drop(self, key: str) -> None:
        """Take one of the shop's own away; a bundled one it stood for is in force again."""
        self._staff.require(Permission.TRAIN)
        with self._db.write() as session:
            row = self._find(session, key)
            if row is None or row.deleted:
                raise NotFound(_("There is no scenario “{name}”.").format(name=key))
            row.deleted = True

    # --- files ---------------------------------------------------------------------------------

    def export(self, key: str, path: Path) -> None:
        """Write a scenario to a file of its format."""
        self._staff.require(Permission.TRAIN)
        data = msgspec.json.format(msgspec.json.encode(self.document(key)), indent=1)
        write_bytes(path, data + b"\n")

    def take(self, path: Path) -> ScenarioRow:
        """Bring a file in as one of the shop's own, in force if it is sound. Raises `UserError`."""
        self._staff.require(Permission.TRAIN)
        try:
            document = msgspec.json.decode(read_bytes(path))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _no_scenario(path, str(error)) from error
        if not isinstance(document, dict):
            raise _no_scenario(path, "")
        scenario, found = read_document(completed(document), intents())
        if scenario is None:
            raise _no_scenario(path, f"{found[0].where}: {found[0].words}".strip(": "))
        return self.save(document)

    # --- rows ----------------------------------------------------------------------------------

    def _rows(self) -> list[TrainingScenario]:
        query = select(TrainingScenario).where(TrainingScenario.deleted.is_(False))
        with self._db.read() as session:
            return list(session.scalars(query.order_by(TrainingScenario.key)).all())

    def _find(self, session: Session, key: str) -> TrainingScenario | None:
        key_id = natural_id("training_scenario", key)
        return session.scalar(select(TrainingScenario).where(TrainingScenario.id == key_id))


def completed(document: Document) -> Document:
    """The document with texts given in one language only standing for both."""
    done = dict(document)
    for name in _TITLES:
        done[name] = _pair(done.get(name))
    for name in _PAIRS:
        done[name] = _pairs(done.get(name))
    for name in _GROUPS:
        parts = done.get(name)
        if isinstance(parts, list | tuple):
            done[name] = [_part(part) for part in parts]
    return done


def _part(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return part | {name: _pairs(part[name]) for name in ("say", "nudge") if name in part}


def _pairs(pairs: Any) -> Any:
    return [_pair(pair) for pair in pairs] if isinstance(pairs, list | tuple) else pairs or []


def _pair(pair: Any) -> Any:
    if not (isinstance(pair, list | tuple) and len(pair) == 2):
        return pair
    if not all(isinstance(text, str) for text in pair):
        return pair
    zh, en = pair
    return [zh.strip() or en.strip(), en.strip() or zh.strip()]


def _row(row: TrainingScenario) -> ScenarioRow:
    scenario, found = read_document(row.document, intents())
    title = scenario.title if scenario is not None else (row.key, row.key)
    goal = scenario.goal if scenario is not None else ("", "")
    bundled = row.key in scenarios()
    return ScenarioRow(row.key, title, goal, True, bundled, row.active, len(found))


def _no_scenario(path: Path, why: str) -> UserError:
    return UserError(
        _("“{name}” is no scenario.").format(name=path.name), hint=why, code="bad_scenario"
    )
