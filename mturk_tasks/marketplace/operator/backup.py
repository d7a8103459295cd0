"""Back a marketplace up while it is used, and bring it back.

A backup is one SQLite file, also of a marketplace in PostgreSQL: it can be restored into either. The
key to the requesters' secrets stands in a file of its own and is in no backup.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, exists, select, true

from mturk_tasks.errors import UsageError
from mturk_tasks.lib import disk
from mturk_tasks.marketplace.storage import opening, schema, snapshots
from mturk_tasks.marketplace.storage.store import Store

_LOGS: Final = ("", "-wal", "-shm")  # what SQLite keeps a database in
_FILLED_BY_USE: Final = (schema.hit_type, schema.worker, schema.access_key, schema.block, schema.message)


def dated(path: Path, what: str, now: datetime) -> Path:
    """Return the path with a word and the time in its name: `sandbox.backup-20260301T120000Z.db`."""
    return path.with_name(f"{path.stem}.{what}-{now:%Y%m%dT%H%M%SZ}{path.suffix or '.db'}")


def backup(store: Store, path: Path, now: datetime) -> Path:
    """Write the marketplace as it is now into a new file, and return its path.

    In a folder the file is named after the marketplace and the time. It is for its owner's eyes only,
    on the disk, and was opened and counted. Raise UsageError where a file of that name is there.
    """
    name = store.file.name if store.file else "marketplace.db"
    target = dated(path / name, "backup", now) if path.is_dir() else path
    with store.reading() as db:
        snapshots.take(db, target)
    return target


def restore(path: Path, into: Path, now: datetime) -> Path | None:
    """Put a backup in the place of a marketplace's file; return where the file went that was there.

    A backup of an earlier version is brought up to date, the backup itself stays as it is. Raise
    UsageError for a file that is no backup, or while somebody uses the one that would make way.
    """
    snapshots.verify(path)
    disk.make_folder(into.parent)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=f".{into.name}.") as folder:
        fresh = Path(folder) / into.name
        _copy(path, fresh)
        opening.open_store(fresh).close()
        snapshots.sync(fresh)
        archived = _move_aside(into, dated(into, "before-restore", now)) if into.exists() else None
        fresh.rename(into)
        snapshots.sync(into.parent)
    return archived


def restore_rows(path: Path, store: Store) -> None:
    """Fill an empty marketplace, in whatever database, with all that a backup holds.

    Raise UsageError for a file that is no backup, or a marketplace that is not empty.
    """
    snapshots.verify(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        _copy(path, copy)
        with opening.open_store(copy) as source, source.reading() as backed_up, store.writing() as db:
            if _is_used(db, play=store.play):
                raise UsageError("this marketplace is not empty; restore into a new database")
            snapshots.copy_rows(backed_up, db)
            play = source.play
    store.play = play


def _copy(path: Path, target: Path) -> None:
    """Copy the rows of a backup to where they may be changed."""
    disk.make_file(target)
    snapshots.copy_backup(path, target)


def _move_aside(path: Path, archived: Path) -> Path:
    """Give a file another name, once nobody has it open and its log is part of it."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")  # refused while another connection is there
    except sqlite3.OperationalError as error:
        raise UsageError(f"{path} is in use; stop what uses it, then restore ({error})") from error
    except sqlite3.DatabaseError:
        pass  # damaged: it makes way as it is, with its log
    for log in _LOGS:
        file = path.with_name(path.name + log)
        if file.exists():
            file.rename(archived.with_name(archived.name + log))
    return archived


def _is_used(db: Connection, *, play: bool) -> bool:
    """Say whether a marketplace holds anything that a new one does not."""
    own_types = schema.qualification_type.c.system.is_(False)
    others = schema.requester.c.id != schema.SANDBOX if play else true()
    queries = (
        *(exists().select_from(table) for table in _FILLED_BY_USE),
        exists().where(own_types).select_from(schema.qualification_type),
        exists().where(others).select_from(schema.requester),
    )
    return any(db.execute(select(query)).scalar_one() for query in queries)
