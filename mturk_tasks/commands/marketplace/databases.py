"""Which database a marketplace is in, and how it is opened."""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks.console.console import Console
from mturk_tasks.errors import UsageError
from mturk_tasks.lib import disk

if TYPE_CHECKING:
    from mturk_tasks.marketplace.storage.store import Store  # loaded at first use: all commands come here


def home() -> Path:
    """Return the directory of what belongs to the user rather than to a survey.

    Raise UsageError for a relative one: it would be another in each directory, with a sandbox of its own.
    """
    named = os.environ.get("MTURK_HOME")
    if named and not Path(named).expanduser().is_absolute():
        raise UsageError(
            f"MTURK_HOME={named} is another directory wherever you stand; "
            f"write it whole: MTURK_HOME={Path(named).absolute()}"
        )
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("mturk-tasks", appauthor=False))


def opened(database: str, *, new: bool = False, dry: bool = False, grouped: bool = False) -> Store:
    """Open a marketplace by its path or URL, the user's sandbox where none is named; `dry` opens a copy.

    A `grouped` file commits together what many threads write. Money is real everywhere but in the sandbox.
    Raise UsageError for a file that does not exist unless it may be a `new` one.
    """
    from mturk_tasks.marketplace.storage import opening

    path = file_of(database)
    if path is None:
        return opening.open_url(database)
    if database and not new and not path.exists():
        raise UsageError(f"there is no marketplace at {path}; marketplace.requester-add makes one")
    play = path.resolve() == _sandbox().resolve()
    store = opening.open_copy(path) if dry else opening.open_store(path, play=play, grouped=grouped)
    warn_if_exposed(*database_files(path))
    return store


def now(store: Store) -> datetime:
    """Return the marketplace's moment: that of its own clock in a sandbox, the world's elsewhere."""
    from mturk_tasks.marketplace.storage import about

    real = datetime.now(timezone.utc)
    return about.now(store, real) if store.play else real


def file_of(database: str) -> Path | None:
    """Return the file that a marketplace is in, None for one behind a server.

    Raise UsageError for a URL of a kind that is not known.
    """
    named = database.removeprefix("sqlite:///")
    if named.startswith("postgresql"):
        return None
    if "://" in named:
        raise UsageError(
            f"{database!r} names no marketplace; write a path, sqlite:///path or postgresql+psycopg://…"
        )
    return Path(named).expanduser() if named else _sandbox()


def existing_file(database: str) -> Path | None:
    """Return the same; raise UsageError for a file that does not exist, which looking must not make."""
    file = file_of(database)
    if file is not None and not file.exists():
        raise UsageError(f"there is no marketplace at {file}")
    return file


def name_of(database: str) -> str:
    """Return what a marketplace is called in a sentence: without a password."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1@", database) or "the sandbox"


def key_file_of(named: str) -> Path:
    """Return the file whose key hides the secrets of requesters: the user's own where none is named."""
    return Path(named).expanduser() if named else home() / "marketplace.key"


def database_files(database: Path) -> tuple[Path, ...]:
    """Return the files that SQLite keeps a database in, whether they exist or not."""
    return database, *(database.with_name(f"{database.name}-{log}") for log in ("wal", "shm"))


@cache
def warn_if_exposed(*files: Path) -> None:
    """Name the files that others on this machine may read, and what mends it; once in a command."""
    warning = disk.warning(files)
    if warning:
        Console().note(warning)


def _sandbox() -> Path:
    return home() / "sandbox.db"
