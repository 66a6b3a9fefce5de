"""Alembic migrations, run at start by `db.migrate`."""
