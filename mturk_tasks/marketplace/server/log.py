"""What the server says of its work: one JSON line for each request, and one for each trouble.

No line holds a body, an answer, a signature or a secret; of an exception that nobody expected only
its kind and where it happened, since its text may quote what was sent.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Final, TextIO

_requests = logging.getLogger("mturk_tasks.requests")
_MEMBERS: Final = "members"


def request(**members: Any) -> None:
    """Write the line of a request."""
    _requests.info("request", extra={_MEMBERS: members})


class Lines(logging.Formatter):
    """Write a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        written = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        members: Mapping[str, Any] = getattr(record, _MEMBERS, None) or _trouble(record)
        return json.dumps({"time": written, **members})


def _trouble(record: logging.LogRecord) -> dict[str, Any]:
    members: dict[str, Any] = {"level": record.levelname.lower(), "message": record.getMessage()}
    kind, error, _ = record.exc_info or (None, None, None)
    if kind and error:
        frames = traceback.extract_tb(error.__traceback__)
        members["exception"] = kind.__name__
        members["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return members


@contextmanager
def to_stream(stream: TextIO | None = None, *, requests: bool = True) -> Iterator[None]:
    """Write what is logged to a stream, standard error unless another is given, until the block ends.

    Without `requests` only trouble is.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root, before = logging.getLogger(), _requests.level
    root.addHandler(handler)
    _requests.setLevel(logging.INFO if requests else logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # more callers than threads is no trouble
    try:
        yield
    finally:
        root.removeHandler(handler)
        _requests.setLevel(before)
