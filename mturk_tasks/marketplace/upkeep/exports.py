"""Write everything of one requester as JSON lines, for another marketplace or for reading.

The first line says what the file is, the last one what was in it, with a digest of every byte before:
a file that was cut or changed is known by it. Secrets and access keys are not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, select

from mturk_tasks.errors import UsageError
from mturk_tasks.marketplace import requesters
from mturk_tasks.marketplace.context import read_transaction
from mturk_tasks.marketplace.settle import process_due
from mturk_tasks.marketplace.storage import schema
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.upkeep import belongings
from mturk_tasks.marketplace.upkeep.belongings import Belonging

FORMAT: Final = "mturk-tasks export"
HEADER: Final = "header"
END: Final = "end"
_SAYS: Final = {"kind", "version", "time", "play", "requester", "counts"}
_AT_A_TIME: Final = 500  # rows in memory
_LONGEST: Final = 64 * 1024 * 1024  # bytes of a line; a question and an answer have far less

Line = dict[str, Any]


def export(store: Store, name: str, file: BinaryIO, now: datetime) -> dict[str, int]:
    """Write a requester's belongings as they are at one moment; return how many rows there are of each kind.

    What is due by now happens first. Raise UsageError where there is no such requester.
    """
    process_due(store, now)
    with read_transaction(store, now) as context:
        owner = requesters.fetch(context, name)
        counts = counted(context.db, owner.key)
        beginning = {
            "kind": HEADER,
            "format": FORMAT,
            "version": schema.VERSION,
            "time": belongings.write(schema.hit.c.created, context.now),
            "source": store.file.name if store.file else "a database",
            "marketplaces": _marketplaces(context.db),
            "play": store.play,
            "requester": owner.name,
            "counts": counts,
        }
        digest = hashlib.sha256()
        _put(file, beginning, digest)
        for one in belongings.of_all():
            for row in _written(context.db, one, owner.key):
                _put(file, {"kind": one.kind, "row": row}, digest)
        _put(file, {"kind": END, "counts": counts, "sha256": digest.hexdigest()}, digest)
    return counts


def counted(db: Connection, owner: int) -> dict[str, int]:
    """Return how many rows of each kind belong to the requester of a key."""
    return {one.kind: db.execute(one.count(), {"owner": owner}).scalar_one() for one in belongings.of_all()}


def verified(file: BinaryIO) -> tuple[Line, Line]:
    """Return the first and the last line of an export that is whole and unchanged; read it to its end.

    Raise UsageError for any other file.
    """
    digest = hashlib.sha256()
    first = last = b""
    for line in lines(file):
        digest.update(last)
        first, last = first or line, line
    header, end = parsed(first), parsed(last)
    said = header.get("format") == FORMAT and header.keys() >= _SAYS
    if not (said and isinstance(header["version"], int) and isinstance(header["counts"], dict)):
        raise UsageError("this is no export of a requester")
    if header["version"] > schema.VERSION:
        raise UsageError(
            f"this export was made by a newer version of mturk-tasks ({header['version']}, "
            f"this one knows {schema.VERSION}); update mturk-tasks"
        )
    if end.get("kind") != END or not last.endswith(b"\n"):
        raise UsageError("this export was cut: its end is missing")
    if end.get("sha256") != digest.hexdigest() or end.get("counts") != header.get("counts"):
        raise UsageError("this export was changed after it was written")
    return header, end


def lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file from its beginning; none is ever longer than a row can be."""
    file.seek(0)
    while line := file.readline(_LONGEST):
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


def _written(db: Connection, one: Belonging, owner: int) -> Iterator[Line]:
    found = db.execute(one.query(), {"owner": owner}, execution_options={"yield_per": _AT_A_TIME})
    for row in found:
        yield {
            column.name: belongings.write(column, value)
            for column, value in zip(one.columns, row, strict=True)
        }


def _marketplaces(db: Connection) -> list[str]:
    """Return the IDs under which HITs may be known that are written here: this marketplace's comes first."""
    own = db.execute(select(schema.meta.c.marketplace_id)).scalar_one()
    former = schema.former_marketplace.c.marketplace_id
    return [own, *db.execute(select(former).order_by(former)).scalars()]


def _put(file: BinaryIO, line: Line, digest: Any) -> None:
    text = json.dumps(line, ensure_ascii=False).encode() + b"\n"
    digest.update(text)
    file.write(text)
