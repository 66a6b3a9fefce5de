"""What can go wrong when the database is opened; `app` puts these into words."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database can't be used."""


class WrongKey(DatabaseError):
    """The key does not open the file, or the file is no database of ours."""


class DatabaseNewer(DatabaseError):
    """The file was written by a newer version of the program."""


class DatabaseDamaged(DatabaseError):
    """The integrity check found damage; the message says what."""
