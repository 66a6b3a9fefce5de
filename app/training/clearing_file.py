"""A clearing as a file: JSON text with the issuer's signature (Ed25519) over all of the rest.

    {"kefu_clearing": 1, "id": hex, "shop": name, "trainee": {"login", "name"},
     "issuer": {"login", "name"}, "issued_at": Unix ms, "reason": why in spite of open tasks,
     "results": {"tasks": [{"day", "kind", "item", "title", "count", "done", "at_least", "best",
     "finished"}], "exams_passed", "scenario_mean", "typing"}, "key": base64, "signature": base64}

The signature covers the canonical JSON of everything else: keys sorted, no spaces, UTF-8.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.errors import UserError
from app.core.i18n import _, current_language

FORMAT: Final = 1
MAX_BYTES: Final = 200_000
KEY_BYTES: Final = 32
_CONTEXT: Final = b"kefu clearing v1\0"
_SEAL: Final = b"kefu clearing seal v1\0"
_CODE_BYTES: Final = 10
_WORDS: Final = 6
_WORD_BITS: Final = 11
_TONGUES: Final = ("chinese_simplified", "english")
_PLAIN_NAMES: Final = ("id", "shop", "reason")
_PEOPLE: Final = ("trainee", "issuer")
_NAMES: Final = ("login", "name")
_FIGURES: Final = ("exams_passed", "scenario_mean", "typing")
_MOST: Final = 1_000_000


class BadClearing(UserError):
    """The file is no clearing, or not as its issuer signed it."""

    code = "bad_clearing"


@dataclass(frozen=True, slots=True)
class Signed:
    """A clearing whose signature is sound; `key` is the issuer's public key.

    `seal` stands for this very file: its code and words are made of it.
    """

    document: dict[str, Any]
    key: bytes
    seal: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The clearing's own number."""
        return str(self.document["id"])


def payload(document: dict[str, Any]) -> bytes:
    """The bytes that are signed."""
    rest = {name: value for name, value in document.items() if name != "signature"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _CONTEXT + text.encode()


def as_text(document: dict[str, Any], signature: bytes) -> str:
    """The file's text."""
    whole = document | {"signature": base64.b64encode(signature).decode()}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def read_clearing(text: str) -> Signed:
    """Check a file's text; raises `BadClearing` for anything but what its issuer signed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(text.encode()) > MAX_BYTES:
        raise _no_clearing()
    try:
        document = json.loads(text)
        key, signature = _bytes_of(document["key"]), _bytes_of(document["signature"])
        _check_shape(document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_clearing() from error
    if document["kefu_clearing"] != FORMAT:
        raise BadClearing(
            _("This clearing was made by another version of the program."),
            hint=_("Update the program on this computer."),
        )
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, payload(document))
    except (InvalidSignature, ValueError) as error:
        raise BadClearing(
            _("This clearing was changed after it was signed."),
            hint=_("Ask for a new one from the practice shop."),
        ) from error
    return Signed(document, key, seal_of(document))


def seal_of(document: dict[str, Any]) -> bytes:
    """What stands for all that is signed, the key among it; any other file has another one."""
    return hashlib.sha256(_SEAL + payload(document)).digest()


def code_of(seal: bytes) -> str:
    """A seal in 16 letters and digits, the same in every language: `ABCD-EFGH-…`."""
    letters = base64.b32encode(seal[:_CODE_BYTES]).decode()
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def words_of(seal: bytes) -> str:
    """A seal in six words of the language in use, easy to read out over the phone."""
    return _words(seal, _TONGUES[current_language() == "en"])


def _words(seal: bytes, tongue: str) -> str:
    from mnemonic import Mnemonic

    words = Mnemonic(tongue).wordlist
    number = int.from_bytes(seal, "big") >> (256 - _WORDS * _WORD_BITS)
    picked = [
        words[number >> (place * _WORD_BITS) & (1 << _WORD_BITS) - 1]
        for place in reversed(range(_WORDS))
    ]
    return " ".join(picked)


def fits(typed: str, seal: bytes) -> bool:
    """Whether somebody typed a seal's code, or its words in any language, however spaced."""
    said = (code_of(seal), *(_words(seal, tongue) for tongue in _TONGUES))
    return _plain(typed) in {_plain(one) for one in said}


def _plain(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


def _bytes_of(text: str) -> bytes:
    """Base64 as it is written here: a last letter may else be changed and mean the same bytes."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not written so")
    return data


def _check_shape(document: dict[str, Any]) -> None:
    sound = (
        isinstance(document["kefu_clearing"], int)
        and all(isinstance(document[name], str) for name in _PLAIN_NAMES)
        and isinstance(document["issued_at"], int)
        and all(
            isinstance(document[person][name], str) and document[person][name]
            for person in _PEOPLE
            for name in _NAMES
        )
        and isinstance(document["results"], dict)
        and isinstance(document["results"]["tasks"], list)
        and all(isinstance(task, dict) for task in document["results"]["tasks"])
        and all(_is_number(document["results"].get(name)) for name in _FIGURES)
    )
    if not sound:
        raise ValueError("not the shape of a clearing")


def _is_number(value: Any) -> bool:
    """Nothing, or a number that can be shown: JSON readers take Infinity and NaN, too."""
    return value is None or (isinstance(value, int | float) and 0 <= value <= _MOST)


def _no_clearing() -> BadClearing:
    return BadClearing(
        _("This file is no clearing of a practice shop."),
        hint=_("Choose the file that “Clear for live work” saved."),
    )
