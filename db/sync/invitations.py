"""How a newcomer and a shop come to trust each other: a code that only the two of them know.

The code is a one-time secret, short enough to type. Out of it come the invitation's id, a key that
opens the shop's greeting (so the newcomer knows the right root key, whoever owns the folder), and
a key that seals the request (so that the shop knows it is the one who was asked, and nobody reads
the name).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from db.sync.keys import KEY_BYTES, KeyFault, StationKeys, StationPublic
from db.sync.records import FORMAT, INVITE_BYTES, MOST_BYTES, station_id

SECRET_BYTES: Final = 9
"""72 bits, stretched: nobody tries them all on what lies in the folder."""

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011")
_CODE_LETTERS: Final = 16
_LABEL: Final = b"kefu invite v1\0"
_ASKED: Final = b"kefu join v1\0"
_NONCE_BYTES: Final = 12
_MEMORY_KIB: Final = 19 * 1024
_T = TypeVar("_T")
_NAME: Final = re.compile(r"mem/([0-9a-f]{16})\.([0-9a-f]{16})\.kdq")


class BadCode(ValueError):
    """The text is no invitation code: a letter is missing or mistyped."""


class Greeting(msgspec.Struct, array_like=True, frozen=True):
    """What an invitation tells the newcomer of the shop."""

    root: bytes
    practice: bool
    name: str


class Request(msgspec.Struct, array_like=True, frozen=True):
    """Who asks to join; `at` is Unix ms by the newcomer's clock."""

    signing: bytes
    wrapping: bytes
    name: str
    at: int
    signature: bytes

    @property
    def public(self) -> StationPublic:
        """The keys of the station that asks."""
        return StationPublic(self.signing, self.wrapping)

    @property
    def station(self) -> bytes:
        """The id that it will have."""
        return station_id(self.signing)


class _File(msgspec.Struct, array_like=True, frozen=True):
    version: int
    shop: bytes
    invite: bytes
    sealed: bytes


class Invitation(NamedTuple):
    """What a secret comes to in a shop."""

    invite: bytes
    greeting_key: bytes
    request_key: bytes


def new_secret(random: Callable[[int], bytes]) -> bytes:
    """Draw a one-time secret."""
    return random(SECRET_BYTES)


def format_code(secret: bytes) -> str:
    """Return the code of a secret: 16 letters in fours, the last two a check."""
    number = int.from_bytes(secret + _check(secret), "big")
    shifts = range(5 * (_CODE_LETTERS - 1), -1, -5)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in shifts)
    return "-".join(letters[i : i + 4] for i in range(0, _CODE_LETTERS, 4))


def parse_code(text: str) -> bytes:
    """Return the secret of a code as somebody typed it; raises `BadCode`."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper()).translate(_MISREAD)
    if len(letters) != _CODE_LETTERS or not set(letters) <= set(_LETTERS):
        raise BadCode(len(letters))
    number = 0
    for letter in letters:
        number = number << 5 | _LETTERS.index(letter)
    data = number.to_bytes(SECRET_BYTES + 1, "big")
    if data[SECRET_BYTES:] != _check(data[:SECRET_BYTES]):
        raise BadCode("check")
    return data[:SECRET_BYTES]


def open_invitation(secret: bytes, shop: bytes) -> Invitation:
    """Return what a secret stands for in a shop; takes a fraction of a second."""
    kdf = Argon2id(
        salt=hashlib.sha256(_LABEL + shop).digest()[:16],
        length=INVITE_BYTES + 2 * KEY_BYTES,
        iterations=2,
        lanes=1,
        memory_cost=_MEMORY_KIB,
    )
    drawn = kdf.derive(secret)
    keys = drawn[INVITE_BYTES:]
    return Invitation(drawn[:INVITE_BYTES], keys[:KEY_BYTES], keys[KEY_BYTES:])


def secret_info(shop: bytes, invite: bytes) -> bytes:
    """Return what an invitation's secret is bound to when it is sealed for a manager."""
    return _LABEL + shop + invite


def seal_greeting(
    greeting: Greeting, invitation: Invitation, shop: bytes, random: Callable[[int], bytes]
) -> bytes:
    """Seal a greeting for whoever has the code."""
    return _seal(invitation.greeting_key, msgspec.msgpack.encode(greeting), shop, random)


def open_greeting(sealed: bytes, invitation: Invitation, shop: bytes) -> Greeting:
    """Open a greeting; raises `KeyFault`."""
    return _decoded(_open(invitation.greeting_key, sealed, shop), Greeting)


def make_request(
    keys: StationKeys,
    name: str,
    at: int,
    invitation: Invitation,
    shop: bytes,
    random: Callable[[int], bytes],
) -> tuple[str, bytes]:
    """Return name and bytes of the file that asks to join."""
    unsigned = Request(keys.public.signing, keys.public.wrapping, name, at, b"")
    signature = keys.sign(_signed(unsigned, invitation.invite, shop))
    request = msgspec.structs.replace(unsigned, signature=signature)
    bound = shop + invitation.invite
    sealed = _seal(invitation.request_key, msgspec.msgpack.encode(request), bound, random)
    data = msgspec.msgpack.encode(_File(FORMAT, shop, invitation.invite, sealed))
    hash8 = hashlib.sha256(data).digest()[:8]
    return f"{requests_prefix(invitation.invite)}{hash8.hex()}.kdq", data


def read_request(data: bytes, invitation: Invitation, shop: bytes) -> Request:
    """Open a file that asks to join; raises `KeyFault` for any that is not of this invitation."""
    file = _decoded(data, _File)
    if (file.version, file.shop, file.invite) != (FORMAT, shop, invitation.invite):
        raise KeyFault("of another shop or invitation")
    plain = _open(invitation.request_key, file.sealed, shop + invitation.invite)
    request = _decoded(plain, Request)
    request.public.verify(request.signature, _signed(request, invitation.invite, shop))
    return request


def requests_prefix(invite: bytes) -> str:
    """Return how the names of the requests on an invitation begin."""
    return f"mem/{invite.hex()}."


def is_request_name(name: str) -> bool:
    """Tell whether a file of this name may ask to join."""
    return _NAME.fullmatch(name) is not None


def invite_of(name: str) -> bytes | None:
    """Return the invitation that a file asks to join by; None for any other file."""
    found = _NAME.fullmatch(name)
    return bytes.fromhex(found[1]) if found else None


def _signed(request: Request, invite: bytes, shop: bytes) -> bytes:
    bare = msgspec.structs.replace(request, signature=b"")
    return _ASKED + shop + invite + msgspec.msgpack.encode(bare)


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(_LABEL + secret).digest()[:1]


def _seal(key: bytes, plain: bytes, bound: bytes, random: Callable[[int], bytes]) -> bytes:
    nonce = random(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, _LABEL + bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _LABEL + bound)
    except (InvalidTag, ValueError) as error:
        raise KeyFault("the code does not open it") from error


def _decoded(data: bytes, kind: type[_T]) -> _T:
    if len(data) > MOST_BYTES:
        raise KeyFault("too large")
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise KeyFault(str(error)) from error
