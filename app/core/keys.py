"""The database key: random, kept in the keyring, or wrapped by a passphrase where there is none.

The ciphers are imported where they are used: a home whose key is in the keyring needs none.
"""

from __future__ import annotations

import base64
import os
from typing import Final

KEY_BYTES: Final = 32
_MEMORY_KIB: Final = 64 * 1024
_PASSES: Final = 3
_NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$z5urE/+mjLMmCU41osu1MQ"
    "$3Zb+JRi1cZjZw4kyJEWt5FhlbCDuDvvXR3di0+i7IxE"
)
"""Costs as much to try as a real one."""
_LABEL: Final = b"kefu-desk home key v1"


def new_key() -> bytes:
    """Return a fresh random key for a home."""
    return os.urandom(KEY_BYTES)


def wrap_key(key: bytes, passphrase: str) -> dict[str, str]:
    """Seal the key under a passphrase (Argon2id, AES-GCM); the result may lie on the disk."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, key, _LABEL)
    return {"salt": _b64(salt), "nonce": _b64(nonce), "sealed": _b64(sealed)}


def unwrap_key(wrapped: dict[str, str], passphrase: str) -> bytes | None:
    """Return the key, or None for a wrong passphrase."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce, sealed = (base64.b64decode(wrapped[k]) for k in ("salt", "nonce", "sealed"))
    try:
        return AESGCM(_stretch(passphrase, salt)).decrypt(nonce, sealed, _LABEL)
    except InvalidTag:
        return None


def hash_password(password: str) -> str:
    """Return a PHC string of the password (Argon2id)."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=2, lanes=1, memory_cost=19 * 1024)
    return kdf.derive_phc_encoded(password.encode())


def password_matches(password: str, phc: str) -> bool:
    """Tell whether the password is the one hashed; an empty hash matches nothing, as slowly."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(password.encode(), phc or _NOBODYS)
    except Exception:  # noqa: BLE001 - the library raises several kinds for a wrong one
        return False
    return bool(phc)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=_PASSES, lanes=4, memory_cost=_MEMORY_KIB
    )
    return kdf.derive(passphrase.encode())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
