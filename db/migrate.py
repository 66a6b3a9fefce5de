"""Bring a database file up to the program's schema, with a copy made first."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text

from db.errors import DatabaseDamaged, DatabaseNewer
from db.triggers import install_triggers

log = logging.getLogger(__name__)

SCHEMA: Final = 10
"""Number of the newest migration; kept in `PRAGMA user_version`, so a start asks once."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def migrate(engine: Engine, path: Path) -> None:
    """Migrate if needed; raises `DatabaseNewer` for a file from a newer program."""
    with engine.connect() as connection:
        version = int(connection.scalar(text("PRAGMA user_version")) or 0)
    if version > SCHEMA:
        raise DatabaseNewer(str(version))
    if version == SCHEMA:
        return
    if version:
        backup_to(engine, path.with_name(f"{path.stem}-before-{SCHEMA}.backup"))
    with engine.connect().execution_options(kefu_write=True) as connection, connection.begin():
        # Two processes may start at once: the second finds the work done.
        if int(connection.scalar(text("PRAGMA user_version")) or 0) < SCHEMA:
            _run_alembic(connection)
            install_triggers(connection)
            connection.execute(text(f"PRAGMA user_version = {SCHEMA}"))
            log.info("migrated from schema %s to %s", version, SCHEMA)


def backup_to(engine: Engine, target: Path) -> None:
    """Write a whole, verified copy with `VACUUM INTO`; the copy has the same key."""
    target.unlink(missing_ok=True)
    with engine.connect() as connection:
        # Past SQLAlchemy's own BEGIN: VACUUM refuses to run inside a transaction.
        connection.connection.cursor().execute("VACUUM INTO ?", (str(target),))


def check_integrity(engine: Engine) -> None:
    """Raise `DatabaseDamaged` where SQLite's quick check finds anything."""
    with engine.connect() as connection:
        found = connection.scalars(text("PRAGMA quick_check(5)")).all()
    if list(found) != ["ok"]:
        raise DatabaseDamaged("; ".join(found))


def _run_alembic(connection: Connection, target: str = "head") -> None:
    # Imported only when there is something to do: it costs a tenth of a second at every start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
