"""Homes: the folder that holds one shop's database, attachments, logs and backups (DESIGN §7)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from app.core.errors import UserError
from app.core.i18n import _
from app.core.keys import new_key, unwrap_key, wrap_key
from app.core.secrets import get_secret, keyring_works, set_secret

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.database import Database

PASSPHRASE_VARIABLE: Final = "KEFU_PASSPHRASE"  # noqa: S105 - a variable's name
MARKER: Final = "home.json"
SHARED_MARKER: Final = "shop.kdj"
"""The file of a shared folder; no home may lie below one."""
Kind = Literal["live", "practice"]
_KIND_KEY: Final = "home.kind"
_KIND_KEPT: Final = "SELECT value FROM local_settings WHERE key = ?"


class PassphraseNeeded(UserError):
    """The home's key is wrapped (or must be), and no passphrase was given."""

    code = "passphrase_needed"


class WrongPassphrase(UserError):
    """The passphrase does not open this home."""

    code = "wrong_passphrase"


class KindMismatch(UserError):
    """The practice shop's files stand where a real shop's are expected, or the other way."""

    code = "kind_mismatch"


@dataclass(frozen=True, slots=True)
class Home:
    """An opened home: where it lies and the key to its database."""

    path: Path
    kind: Kind
    id: str
    key: bytes

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path / "kefu.db"

    @property
    def practice(self) -> bool:
        """Whether this is the practice shop's home."""
        return self.kind == "practice"


def home_exists(path: Path) -> bool:
    """Tell whether the folder is a home."""
    return (path / MARKER).is_file()


def is_practice_home(path: Path) -> bool:
    """Tell by its files alone whether the folder is a practice home."""
    return home_exists(path) and bool(_marker(path).get("kind") == "practice")


def passphrase_needed(path: Path) -> bool:
    """Tell whether opening (or making) this home needs a passphrase from the person."""
    if home_exists(path):
        return bool(_marker(path).get("key") == "passphrase")
    return not keyring_works()


def create_home(path: Path, kind: Kind = "live", passphrase: str | None = None) -> Home:
    """Make a new home; raises `PassphraseNeeded` where no keyring can keep its key."""
    if home_exists(path):
        raise UserError(
            _("There is already a shop in this folder."), hint=str(path), code="home_exists"
        )
    if any((folder / SHARED_MARKER).is_file() for folder in (path, *path.parents)):
        raise UserError(
            _("A shop's own data can't lie in a folder that stations share."),
            hint=str(path),
            code="in_shared_folder",
        )
    path.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        path.chmod(0o700)
    home = Home(path, kind, secrets.token_hex(8), new_key())
    marker: dict[str, Any] = {"format": 1, "id": home.id, "kind": kind}
    marker |= _keep_key(home, passphrase)
    _write_atomically(path / MARKER, json.dumps(marker, indent=1).encode())
    return home


def open_home(path: Path, ask: Callable[[], str | None] | None = None) -> Home:
    """Open a home; `ask` is called for the passphrase where one is needed and none is in
    `KEFU_PASSPHRASE`. Raises `UserError`.
    """
    if not home_exists(path):
        raise UserError(_("There is no shop in this folder."), hint=str(path), code="no_home")
    marker = _marker(path)
    kind: Kind = "practice" if marker["kind"] == "practice" else "live"
    if (marker["key"] == "file") != (kind == "practice"):
        # Only the practice shop's key lies beside its data: somebody edited or mixed the files.
        raise _mismatch(path)
    return Home(path, kind, marker["id"], _find_key(path, marker, ask))


def check_kind(home: Home, engine: Engine) -> bool:
    """Compare the kind a database carries with its home's; returns whether it carries any.

    Raises `KindMismatch`.
    """
    with engine.connect() as connection:
        row = connection.exec_driver_sql(_KIND_KEPT, (_KIND_KEY,)).first()
    if row is not None and json.loads(row[0]) != home.kind:
        raise _mismatch(home.path)
    return row is not None


def keep_kind(home: Home, db: Database) -> None:
    """Check the database's kind, and let one that carries none yet take its home's.

    So files moved from another home, and edits of the home's own, are noticed from then on.
    Raises `KindMismatch`.
    """
    from db.models import LocalSetting

    if not check_kind(home, db.engine):
        with db.write("system") as session:
            session.add(LocalSetting(key=_KIND_KEY, value=home.kind))


def _mismatch(path: Path) -> KindMismatch:
    return KindMismatch(
        _("Files of a practice shop and of a real shop are mixed up here."),
        hint=_("{path}: put its own files back, or restore a backup.").format(path=path),
    )


def _keep_key(home: Home, passphrase: str | None) -> dict[str, Any]:
    if home.practice:
        # Only invented data lies in it, and it must open with no question asked (DESIGN §7).
        _write_atomically(home.path / "practice.key", home.key.hex().encode())
        return {"key": "file"}
    passphrase = passphrase or os.environ.get(PASSPHRASE_VARIABLE)
    if passphrase:
        return {"key": "passphrase", "wrapped": wrap_key(home.key, passphrase)}
    if set_secret(f"home-{home.id}", base64.b64encode(home.key).decode()):
        return {"key": "keyring"}
    raise PassphraseNeeded(
        _("This computer has no keyring, so the shop's data needs a passphrase."),
        hint=_("Set {variable} or start the window, which asks for it.").format(
            variable=PASSPHRASE_VARIABLE
        ),
    )


def _find_key(path: Path, marker: dict[str, Any], ask: Callable[[], str | None] | None) -> bytes:
    if marker["key"] == "file":
        return bytes.fromhex((path / "practice.key").read_text().strip())
    if marker["key"] == "keyring":
        kept = get_secret(f"home-{marker['id']}")
        if kept is None:
            raise UserError(
                _("The key of this shop is not in this computer's keyring."),
                hint=_("Unlock the keyring, or restore a backup."),
                code="key_missing",
            )
        return base64.b64decode(kept)
    passphrase = os.environ.get(PASSPHRASE_VARIABLE) or (ask() if ask else None)
    if not passphrase:
        raise PassphraseNeeded(
            _("This shop's data is locked with a passphrase."),
            hint=_("Set {variable} or start the window, which asks for it.").format(
                variable=PASSPHRASE_VARIABLE
            ),
        )
    key = unwrap_key(marker["wrapped"], passphrase)
    if key is None:
        raise WrongPassphrase(_("The passphrase is wrong."), hint=_("Check the caps lock key."))
    return key


def _marker(path: Path) -> dict[str, Any]:
    try:
        marker = json.loads((path / MARKER).read_text())
        known = marker["format"] == 1 and marker["key"] in {"file", "keyring", "passphrase"}
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise UserError(
            _("The file {name} of this shop is damaged.").format(name=MARKER),
            hint=str(path),
            code="home_damaged",
        )
    return dict(marker)


def _write_atomically(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"~{path.name}.tmp")
    with temporary.open("wb") as file:
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
