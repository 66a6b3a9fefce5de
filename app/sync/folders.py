"""The folder in which the stations meet, as a person chooses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.core.errors import UserError
from app.core.i18n import _
from app.homes import home_exists
from db.sync.folder import MARKER, FolderRelay, create_folder
from db.sync.marker import Marker, MarkerDamaged, read_marker
from db.sync.relay import NameTaken, RelayError, RelayFull, RelayReadOnly

_NOBODYS: Final = frozenset({"desktop.ini", "thumbs.db", "lost+found", "system volume information"})
"""What systems leave in folders by themselves; hidden files are passed over as well."""


def prepare_folder(folder: Path) -> Path:
    """Check that a shop may be founded in a folder; returns its full path. Raises `UserError`."""
    folder = _existing(folder)
    names = {path.name for path in _listed(folder)}
    if MARKER in names:
        raise UserError(
            _("There is already a shop in this folder."),
            hint=_("Join it with a code, or choose another folder."),
            code="folder_taken",
        )
    _refuse_inside(folder)
    if not all(map(_is_nobodys, names)):
        raise UserError(
            _("The folder is not empty."),
            hint=_("Make a new, empty folder for the shop."),
            code="folder_not_empty",
        )
    return folder


def _refuse_inside(folder: Path) -> None:
    """A shop below another one's folder, or in a home, would be carried along with it."""
    for above in folder.parents:
        if (above / MARKER).is_file() or home_exists(above):
            raise UserError(
                _("The folder lies inside another shop's folder."),
                hint=str(above),
                code="folder_inside",
            )


def put_marker(folder: Path, marker: Marker) -> None:
    """Make the folder this shop's. Raises `UserError`."""
    try:
        create_folder(folder, marker.pack())
    except NameTaken as error:
        raise UserError(
            _("There is already a shop in this folder."),
            hint=_("Join it with a code, or choose another folder."),
            code="folder_taken",
        ) from error
    except RelayError as error:
        raise _read_only() from error


def open_folder(folder: Path) -> tuple[Marker, FolderRelay]:
    """Open the folder of a shop that is to be joined. Raises `UserError`."""
    folder = _existing(folder)
    try:
        data = (folder / MARKER).read_bytes()
    except FileNotFoundError as error:
        raise UserError(
            _("There is no shared shop in this folder."),
            hint=_("Choose the folder that the first station chose."),
            code="no_shop",
        ) from error
    except OSError as error:
        raise _offline() from error
    try:
        marker = read_marker(data)
    except MarkerDamaged as error:
        if error.newer:
            message, hint = (
                _("This shop needs a newer version of Kefu Desk."),
                _("Update the program on this computer."),
            )
        else:
            message, hint = (
                _("The file {name} of this folder is damaged.").format(name=MARKER),
                _("Put it back from a backup of the folder."),
            )
        raise UserError(message, hint=hint, code="marker_damaged") from error
    return marker, FolderRelay(folder, data)


def check_home(marker: Marker, *, practice: bool) -> None:
    """Raise `UserError` where a practice home meets a live shop, or the other way."""
    if practice and not marker.practice:
        raise UserError(
            _("The practice shop can't join a real one."),
            hint=_("Leave training first."),
            code="practice_home",
        )
    if marker.practice and not practice:
        raise UserError(
            _("This is the folder of a practice shop."),
            hint=_("Choose the real shop's folder."),
            code="practice_shop",
        )


@contextmanager
def relay_errors() -> Iterator[None]:
    """Turn what a folder may do into what a person understands."""
    try:
        yield
    except RelayFull as error:
        raise UserError(
            _("There is no room left in the shared folder."),
            hint=_("Make room there, then try again."),
            code="folder_full",
        ) from error
    except RelayReadOnly as error:
        raise _read_only() from error
    except RelayError as error:
        raise _offline() from error


def _read_only() -> UserError:
    return UserError(
        _("Nothing can be written into this folder."),
        hint=_("Check the rights to the folder and its free space."),
        code="folder_read_only",
    )


def _offline() -> UserError:
    return UserError(
        _("The shared folder can't be reached."),
        hint=_("Check the network and the folder, then try again."),
        code="folder_offline",
    )


def _existing(folder: Path) -> Path:
    try:
        if folder.is_dir():
            return folder.resolve()
    except OSError as error:
        # A share that does not answer now, or a path that no system can have.
        raise _offline() from error
    raise UserError(
        _("This folder does not exist."),
        hint=_("Check the path, and that the server is connected."),
        code="folder_missing",
    )


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise _offline() from error


def _is_nobodys(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _NOBODYS
