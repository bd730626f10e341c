"""A database to test on: a SQLite file, and a real PostgreSQL where one is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa

PROGRAMS = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
PROGRAMS += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The address of an empty PostgreSQL that lives as long as the block; None where it is not installed."""
    folder = next((path for path in PROGRAMS if (path / "initdb").exists()), None)
    user = _other_user()
    if folder is None or (os.getuid() == 0 and user is None):
        yield None
        return
    place = Path(mkdtemp(prefix="pg-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if user:  # PostgreSQL refuses to run as root
        shutil.chown(place, user)

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=place)

    run(folder / "initdb", "-D", place / "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale")
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1"
    run(folder / "pg_ctl", "-D", place / "data", "-w", "-o", options, "-l", place / "log", "start")
    try:
        yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
    finally:
        run(folder / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


def emptied(address: str) -> str:
    """The same database without what earlier tests left."""
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return address


def _other_user() -> str | None:
    if os.getuid() != 0:
        return None
    return next((entry.pw_name for entry in pwd.getpwall() if entry.pw_name == "postgres"), None)
