"""Where keys and tokens lie: the system's keyring, never a file in clear.

The keyring is imported where it is used: it takes as long as a few queries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "kefu-desk"
_REFUSED: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


def keyring_works() -> bool:
    """Tell whether the system has a keyring that really keeps secrets.

    `null` loses them and `keyrings.alt` writes them in clear: both are refused.
    """
    import keyring

    return any(_trusted(backend) for backend in _backends(keyring.get_keyring()))


def get_secret(name: str) -> str | None:
    """Return a secret, or None where there is none or no keyring."""
    if not keyring_works():
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except KeyringError:
        return None


def set_secret(name: str, value: str) -> bool:
    """Keep a secret; False where no keyring would take it."""
    if not keyring_works():
        return False
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, value)
    except KeyringError:
        return False
    return True


def delete_secret(name: str) -> None:
    """Forget a secret, if it was there."""
    import keyring

    if get_secret(name) is not None:
        keyring.delete_password(SERVICE, name)


def _backends(backend: KeyringBackend) -> list[KeyringBackend]:
    return list(getattr(backend, "backends", None) or [backend])


def _trusted(backend: KeyringBackend) -> bool:
    return not type(backend).__module__.startswith(_REFUSED)
