"""The starter phrases that come with the desk: seven steps, shipping, after-sales; two languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import func, insert, select

from app.core.paths import resource
from app.core.pinyin import initials
from app.phrases.groups import Groups
from app.phrases.model import LANGUAGES
from app.phrases.spelling import stored_pinyin
from app.phrases.variables import without_variables
from db.clock import now_ms
from db.database import Database
from db.ids import natural_id
from db.models.phrases import Phrase, PhraseGroup, Scope

_ENGLISH_MARK: Final = "e"
"""Codes of the English texts begin with it: zk is 在的亲, ezk its English."""


class Starter(msgspec.Struct, frozen=True):
    """One starter phrase in both languages."""

    code: str
    title_zh: str
    title_en: str
    zh: str
    en: str

    def title(self, language: str) -> str:
        """Its title in a language."""
        return self.title_zh if language == "zh" else self.title_en

    def text(self, language: str) -> str:
        """Its text in a language."""
        return self.zh if language == "zh" else self.en

    def code_in(self, language: str) -> str:
        """Its short code in a language."""
        return self.code if language == "zh" else _ENGLISH_MARK + self.code


class StarterGroup(msgspec.Struct, frozen=True):
    """A group of starter phrases for one step."""

    key: str
    zh: str
    en: str
    step: str
    phrases: list[Starter]

    def name(self, language: str) -> str:
        """Its name in a language."""
        return self.zh if language == "zh" else self.en


class _File(msgspec.Struct, frozen=True):
    version: int
    groups: list[StarterGroup]


@lru_cache(maxsize=1)
def starters() -> list[StarterGroup]:
    """The starter phrases as shipped."""
    data = resource("phrases", "starter.json").read_bytes()
    return msgspec.json.decode(data, type=_File).groups


def load_starters(db: Database, groups: Groups, languages: Sequence[str] = LANGUAGES) -> int:
    """Add the shop's missing starter phrases; returns how many were added.

    Ids are derived, so two stations add the same rows; what was changed or deleted stays so.
    """
    groups.may_change(Scope.SHOP)
    with db.write() as session:
        known = set(session.scalars(select(Phrase.id)))
        known_groups = set(session.scalars(select(PhraseGroup.id)))
        place = session.scalar(select(func.max(PhraseGroup.position))) or 0
        rows: list[dict[str, Any]] = []
        for language in languages:
            for group in starters():
                place += 1
                group_id = natural_id("starter_group", language, group.key)
                fresh = [row for row in _rows(group, language, group_id) if row["id"] not in known]
                if fresh and group_id not in known_groups:
                    name = group.name(language)
                    session.add(PhraseGroup(id=group_id, name=name, position=place))
                rows += fresh
        session.flush()
        if rows:
            session.execute(insert(Phrase), rows)
        return len(rows)


def _rows(group: StarterGroup, language: str, group_id: bytes) -> list[dict[str, Any]]:
    return [
        {
            "id": natural_id("starter", language, starter.code),
            "group_id": group_id,
            "code": starter.code_in(language),
            "title": starter.title(language),
            "text": starter.text(language),
            "language": language,
            "step": group.step,
            "position": place,
            "pinyin": stored_pinyin(starter.title(language), starter.text(language)),
            "initials": initials(
                starter.title(language) + without_variables(starter.text(language))
            ),
            "updated_at": now_ms(),
        }
        for place, starter in enumerate(group.phrases)
    ]
