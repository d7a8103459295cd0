"""Write everything of one requester as JSON lines, for another marketplace or for reading.

The first line says what the file is, the last one what was in it, with a digest of every byte before:
a file that was cut or changed is known by it. Secrets and access keys are not in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.operator import export_tables, requesters
from mturk_tasks.marketplace.storage import about, schema, snapshots
from mturk_tasks.marketplace.storage.store import Store

HEADER: Final = "header"
END: Final = "end"
_FORMAT: Final = "mturk-tasks export"
_HEADER_MEMBERS: Final = {"kind", "version", "time", "play", "requester", "counts"}
_LONGEST_LINE: Final = 64 * 1024 * 1024  # bytes; a question and an answer have far less
Line = dict[str, Any]


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself: whom it is about, and how many rows of each kind it has.

    `time` is when it was written, as text. `marketplaces` are the IDs under which its HITs may be known;
    exports of earlier versions have none.
    """

    requester: str
    play: bool
    time: str
    counts: dict[str, int]
    marketplaces: tuple[str, ...]


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file for an export, for its owner alone; it has its name when the block ends.

    Raise UsageError where the name is taken, or the disk refuses it.
    """
    if path.exists():
        raise UsageError(f"{path} is there already; nothing is overwritten")
    with snapshots.unfinished(path) as part:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        snapshots.sync(path.absolute().parent)


def export(store: Store, name: str, file: BinaryIO, now: datetime) -> dict[str, int]:
    """Write all that a requester has at one moment; return how many rows there are of each kind.

    What is due by now happens first. Raise UsageError where there is no such requester.
    """
    with read_current(store, now) as transaction:
        db, owner = transaction.db, requesters.fetch(transaction, name)
        counts, terms = export_tables.counted(db, owner.key), about.read(db)
        header = {
            "kind": HEADER,
            "format": _FORMAT,
            "version": schema.VERSION,
            "time": export_tables.written(transaction.now),
            "source": store.file.name if store.file else "a database",
            "marketplaces": [terms.marketplace_id, *terms.former_ids],
            "play": store.play,
            "requester": owner.name,
            "counts": counts,
        }
        digest = hashlib.sha256()
        _put(file, header, digest)
        for exported in export_tables.of_requester():
            for row in exported.rows(db, owner.key):
                _put(file, {"kind": exported.kind, "row": row}, digest)
        _put(file, {"kind": END, "counts": counts, "sha256": digest.hexdigest()}, digest)
    return counts


def opened(path: Path) -> BinaryIO:
    """Open an export to be read; raise UsageError where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def verified(file: BinaryIO) -> Manifest:
    """Return what an export says of itself, if it is whole and unchanged; read it to its end.

    Raise UsageError for any other file.
    """
    digest = hashlib.sha256()
    first = last = b""
    for line in lines(file):
        digest.update(last)
        first, last = first or line, line
    header, end = parsed(first), parsed(last)
    complete = header.get("format") == _FORMAT and header.keys() >= _HEADER_MEMBERS
    if not (complete and isinstance(header["version"], int) and isinstance(header["counts"], dict)):
        raise UsageError("this is no export of a requester")
    if header["version"] > schema.VERSION:
        raise UsageError(
            f"this export was made by a newer version of mturk-tasks ({header['version']}, "
            f"this one knows {schema.VERSION}); update mturk-tasks"
        )
    if end.get("kind") != END or not last.endswith(b"\n"):
        raise UsageError("this export was cut: its end is missing")
    if end.get("sha256") != digest.hexdigest() or end.get("counts") != header["counts"]:
        raise UsageError("this export was changed after it was written")
    named = header.get("marketplaces", [])
    marketplaces = tuple(named) if isinstance(named, list) else (named,)
    return Manifest(header["requester"], header["play"], header["time"], header["counts"], marketplaces)


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file from its beginning; none is ever longer than a row can be."""
    file.seek(0)
    while line := file.readline(_LONGEST_LINE):
        yield line


def parsed(line: bytes) -> Line:
    """Return what a line says; raise UsageError for one that is none of an export."""
    try:
        read = json.loads(line)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise UsageError("this is no export of a requester")
    return read


def _put(file: BinaryIO, line: Line, digest: Any) -> None:
    text = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    digest.update(text)
    file.write(text)
