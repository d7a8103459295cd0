"""New marketplaces quickly: one is made for all tests of a process, and each test has a copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

from mturk_tasks.lib import disk
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.storage.column_types import new_marketplace_id
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction

Answer = TypeVar("Answer")
Open = Callable[..., Store]


class Statements(dict[tuple[Any, ...], Any]):
    """What SQLAlchemy has compiled for any engine: each test has one of its own, which knows nothing yet."""

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__(_of_any_engine(key))

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_of_any_engine(key), compiled)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_of_any_engine(key), default)


def share_compiled_statements() -> None:
    """Compile no statement twice for one kind of database, however many stores are opened."""
    compiled = Statements()
    event.listen(Engine, "engine_connect", lambda db: _use(db, compiled))


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return (type(key[0]), *key[1:])  # the first is the engine's dialect


def _use(db: Connection, compiled: Statements) -> None:
    db.execution_options(compiled_cache=compiled)


class Copies:
    """Files with a new marketplace in them, of play money or of real money."""

    def __init__(self, folder: Path, open_store: Open) -> None:
        self._folder = folder
        self._open = open_store

    def place(self, path: Path, *, play: bool) -> None:
        """Put a copy where no file is yet; where that cannot be done, what follows will say so."""
        with suppress(OSError):
            disk.make_folder(path.parent)
            with tempfile.NamedTemporaryFile(dir=path.parent) as new:  # readable by its owner alone
                shutil.copyfile(self._original(play), new.name)
                with closing(sqlite3.connect(new.name)) as db, db:  # no two marketplaces have one ID
                    db.execute("UPDATE meta SET marketplace_id = ?", (new_marketplace_id(),))
                os.link(new.name, path)  # another thread may have been first

    def _original(self, play: bool) -> Path:
        original = self._folder / f"{'play' if play else 'real'}.db"
        if not original.exists():
            self._open(original, play=play).close()
        return original


def copying(copies: Copies, open_store: Open, opened: list[Store]) -> Open:
    """Return an `open_store` that copies a new file instead of making it, and notes what it opened."""

    def open_copy(path: Path | None, *, play: bool = True, grouped: bool = False) -> Store:
        if path is not None and not path.exists():
            copies.place(path, play=play)
        opened.append(open_store(path, play=play, grouped=grouped))
        return opened[-1]

    return open_copy


def look(store: Store, now: datetime, query: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """Return what a query finds once everything due by now has happened."""
    process_due(store, now)
    with read_transaction(store, now) as transaction:
        return query(transaction, *given, **named)
