"""The one database beside the knowledge base: its tables, how it is opened, and how an older one is brought up to date.

SQLite in the home folder unless a setting names a PostgreSQL. Either way a write is on disk before `writing` returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FILE = "journal.db"
PATIENCE = 30  # seconds that one writer waits for another
_LOCK = 7_230_411  # any number: names the one advisory lock under which a PostgreSQL is brought up to date
_MIGRATIONS = Path(__file__).parent / "migrations"

metadata = sa.MetaData()
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("trace_id", sa.String(64), nullable=False, unique=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("persona", sa.String(16)),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("receipt", sa.String(16), nullable=False, index=True),
    sa.Column("knowledge_base", sa.String(64), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("draft", sa.Boolean, nullable=False),
    sa.Column("masked", sa.Boolean, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("trace_id", sa.String(64), sa.ForeignKey("answers.trace_id"), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("rating", sa.String(8), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
)
rulings = sa.Table(
    "rulings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("persona", sa.String(16)),
    sa.Column("document_id", sa.String(128), nullable=False),
    sa.Column("clauses", sa.JSON, nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
)
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("pins", sa.JSON, nullable=False),
    sa.Column("drafted_by", sa.Text, nullable=False),
    sa.Column("drafted_at", sa.String(32), nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", sa.String(32)),
    sa.Column("withdrawn_at", sa.String(32)),
)


def address_in(home: Path) -> str:
    """The SQLite file of this home."""
    return f"sqlite:///{home / FILE}"


def open_database(address: str) -> sa.Engine:
    """The database at this address, made or brought up to date first. Several processes may do so at once."""
    made = sa.make_url(address)
    if made.get_backend_name() == "sqlite":
        Path(str(made.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(made, connect_args={"timeout": PATIENCE})
        _make_sqlite_durable(engine)
    else:
        engine = sa.create_engine(made, pool_pre_ping=True)
    _bring_up_to_date(engine)
    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that writes: committed and on disk when the block is left, or as if it had never been."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def _make_sqlite_durable(engine: sa.Engine) -> None:
    """Write-ahead log, flushed at every commit; a writer takes its place in the queue when it begins."""

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver's own idea of when a transaction begins
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _version(connection) != ScriptDirectory.from_config(config).get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found
