"""The recovery sheet: with its words a shop is taken back when every managing station is lost.

The root's secret lies in the folder, sealed with a key that Argon2id makes of the words. Twelve
words carry 128 bits: whoever holds the folder but not the words gets nowhere.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from mnemonic import Mnemonic

from db.database import Database
from db.sync.judgement import Judgement
from db.sync.judging import judge
from db.sync.keys import KEY_BYTES, EpochKey, KeyFault, RootKey, StationKeys
from db.sync.marker import Marker
from db.sync.membership import ShopMembership
from db.sync.records import (
    Keys,
    Record,
    RecordFault,
    Recover,
    Sheet,
    make_record,
    parse_record_name,
    read_named,
    record_name,
    seal_name,
    station_id,
)
from db.sync.relay import NotThere, Relay
from db.sync.surroundings import Surroundings
from db.sync.vault import Self, Vault

Tongue = Literal["chinese_simplified", "english"]
TONGUES: Final[tuple[Tongue, ...]] = ("chinese_simplified", "english")

ENTROPY_BYTES: Final = 16
MEMORY_KIB: Final = 64 * 1024
PASSES: Final = 3
LANES: Final = 4
_MOST_MEMORY_KIB: Final = 1024 * 1024
_MOST_PASSES: Final = 64
_LABEL: Final = b"kefu recovery v1\0"
_QR_PREFIX: Final = "KEFU1:"


class BadWords(ValueError):
    """These are no twelve words of a sheet: one is missing, misspelt or in another place."""


class OtherKind(LookupError):
    """The shop's records and its folder's marker disagree on whether it is a practice shop."""


class SheetUnknown(LookupError):
    """The words open nothing in this folder."""


class SheetVoid(LookupError):
    """The words are of a sheet that a newer one has replaced."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a sheet, and the same as a text for a QR code."""

    words: tuple[str, ...]
    payload: str


def make_sheet(
    membership: ShopMembership, relay: Relay, tongue: Tongue, surroundings: Surroundings
) -> Words:
    """Publish a new sealed copy of the root key; returns the words, which are kept nowhere.

    Raises `LookupError` where this station does not hold the root key.
    """
    root = membership.root
    if root is None:
        raise LookupError("this station does not hold the root key")
    entropy, salt = surroundings.random(ENTROPY_BYTES), surroundings.random(16)
    key = _stretch(entropy, salt, MEMORY_KIB, PASSES, LANES)
    # The key is of this sheet only, so one fixed nonce is used once.
    sealed = AESGCM(key).encrypt(bytes(12), root.secret, _LABEL + membership.shop)
    fact = Sheet(root.public, salt, sealed, MEMORY_KIB, PASSES, LANES)
    membership.publish(fact, relay, root)
    words = Mnemonic(tongue).to_mnemonic(entropy).split()
    return Words(tuple(words), qr_payload(entropy, membership.shop))


def qr_payload(entropy: bytes, shop: bytes) -> str:
    """Return what a sheet's QR code holds: as secret as the words."""
    return f"{_QR_PREFIX}{shop.hex()}{entropy.hex()}".upper()


def parse_words(text: str) -> bytes:
    """Return what words in Chinese or English, or a scanned QR code, stand for.

    Raises `BadWords`.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.upper().startswith(_QR_PREFIX):
        return _parse_payload(text[len(_QR_PREFIX) :])
    for tongue in TONGUES:
        # Chinese ones are single characters, with or without spaces between.
        parts = list("".join(text.split())) if tongue == "chinese_simplified" else text.split()
        if len(parts) == 12:
            try:
                return bytes(Mnemonic(tongue).to_entropy([part.lower() for part in parts]))
            except (ValueError, LookupError):
                continue
    raise BadWords


def recover(
    database: Database,
    relay: Relay,
    marker: Marker,
    entropy: bytes,
    me: tuple[str, str],
    surroundings: Surroundings,
) -> ShopMembership:
    """Join as a managing station by the words; `me` is (the station's name, the folder).

    Raises `SheetUnknown`, `SheetVoid` or `OtherKind`.
    """
    records = _read_all(relay, marker.shop)
    judgement = judge(records.values(), marker.root)
    if judgement.members and judgement.practice != marker.practice:
        raise OtherKind
    root = _open_root(judgement, entropy, marker.shop)
    keys = StationKeys(surroundings.random(64))
    now = surroundings.now_ms()
    epochs = _epochs(judgement, root, marker.shop)
    made = _welcome(root, keys, epochs, marker.shop, me[0], now)
    count = len(records)
    vouched = {n: r.data for n, r in records.items() if r.digest in judgement.vouched}
    named = {record_name(count + n, record): record.data for n, record in enumerate(made, 1)}
    station = station_id(keys.public.signing)
    Vault(database).become(
        Self(marker.shop, marker.root, station, me[0], me[1], now),
        {"station": keys.secret, "root": root.secret},
        {**vouched, **named},
    )
    membership = ShopMembership(database, surroundings)
    membership.refresh(relay)
    return membership


def _welcome(
    root: RootKey,
    keys: StationKeys,
    epochs: dict[int, EpochKey],
    shop: bytes,
    name: str,
    now: int,
) -> list[Record]:
    public = keys.public
    sealed = seal_name(name, epochs[max(epochs)], shop)
    recover_ = Recover(root.public, public.signing, public.wrapping, sealed)
    to = station_id(public.signing)
    wraps = tuple((n, to, key.wrap(shop, public)) for n, key in sorted(epochs.items()))
    return [
        make_record(shop, keys, now, recover_, root),
        make_record(shop, keys, now, Keys(wraps)),
    ]


def _open_root(judgement: Judgement, entropy: bytes, shop: bytes) -> RootKey:
    for record in sorted(judgement.sheets, key=lambda r: r.at, reverse=True):
        fact = record.fact
        if not isinstance(fact, Sheet):
            continue
        root = _opened(fact, entropy, shop)
        if root is not None:
            if root.public != judgement.root:
                raise SheetVoid
            return root
    raise SheetUnknown


def _opened(fact: Sheet, entropy: bytes, shop: bytes) -> RootKey | None:
    if fact.memory_kib > _MOST_MEMORY_KIB or fact.passes > _MOST_PASSES:
        return None
    key = _stretch(entropy, fact.salt, fact.memory_kib, fact.passes, fact.lanes)
    try:
        root = RootKey(AESGCM(key).decrypt(bytes(12), fact.sealed, _LABEL + shop))
    except (InvalidTag, ValueError, KeyFault):
        return None
    return root if root.public == fact.root else None


def _epochs(judgement: Judgement, root: RootKey, shop: bytes) -> dict[int, EpochKey]:
    to = station_id(root.public)
    found = {}
    for (number, recipient), wrapped in judgement.wraps.items():
        if recipient == to:
            try:
                found[number] = root.recipient.unwrap(shop, number, wrapped)
            except KeyFault:
                continue
    if not found:
        raise SheetUnknown
    return found


def _read_all(relay: Relay, shop: bytes) -> dict[str, Record]:
    found = {}
    for name in relay.list("mem/"):
        if parse_record_name(name):
            try:
                found[name] = read_named(name, relay.get(name), shop)
            except (RecordFault, NotThere):
                continue
    return found


def _parse_payload(text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise BadWords from None
    if len(data) != 8 + ENTROPY_BYTES:
        raise BadWords
    return data[8:]


def _stretch(entropy: bytes, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    salt = hashlib.sha256(_LABEL + salt).digest()[:16]
    kdf = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory_kib
    )
    return kdf.derive(entropy)
