"""A file of an older program comes up to date whole, and a copy of it is made first."""

import json
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.database import Database
from db.engine import make_engine
from db.migrate import SCHEMA, _run_alembic
from db.models import Base, Customer
from db.registry import TABLES
from db.triggers import trigger_statements

KEY = bytes(range(32))
FIRST_TABLES = 23
"""So many synced tables had the first release."""


def make_first_schema(path: Path) -> None:
    """A file as the first release left it, with one customer."""
    engine = make_engine(path, KEY)
    with engine.connect().execution_options(kefu_write=True) as connection, connection.begin():
        _run_alembic(connection, "0001")
        connection.exec_driver_sql("PRAGMA user_version = 1")
        clocks = '{"4":[5,1],"6":[7,9]}'
        row = Customer(nick="小明", stamp=1, station=1, field_clocks=clocks, created_at=1)
        with Session(connection) as session:
            session.add(row)
            session.flush()
        for table in TABLES[:FIRST_TABLES]:
            for statement in trigger_statements(table):
                connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_file_of_the_first_schema_migrates_with_a_copy_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "kefu.db"
    make_first_schema(path)
    database = Database(path, KEY)
    with database.read() as session:
        assert session.scalar(text("PRAGMA user_version")) == SCHEMA == 10
        assert session.scalar(text("SELECT nick FROM customers")) == "小明"
        assert session.scalar(text("SELECT count(*) FROM sync_self")) == 0
        # Two homes that began as station 1 must not give their rows the same clocks.
        station = session.scalar(text("SELECT station FROM txn_context"))
        assert station > 1
        assert session.scalar(text("SELECT _dv FROM customers")) == station
        clocks = session.scalar(text("SELECT _fc FROM customers"))
        assert json.loads(clocks) == {"4": [5, station], "6": [7, 9]}
    database.close()
    copy = make_engine(tmp_path / f"kefu-before-{SCHEMA}.backup", KEY)
    with copy.connect() as connection:
        assert connection.scalar(text("PRAGMA user_version")) == 1
        assert connection.scalar(text("SELECT nick FROM customers")) == "小明"
    copy.dispose()


def test_the_migrations_make_what_the_models_describe(tmp_path: Path) -> None:
    database = Database(tmp_path / "kefu.db", KEY)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        differing = [
            change
            for change in compare_metadata(context, Base.metadata)
            if not (change[0] == "remove_table" and change[1].name.startswith("search"))
        ]
    database.close()
    assert differing == []
