"""Fetch a file from an address that the service gave."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from mturk_tasks.errors import Unavailable

_SCHEMES: Final = ("https", "http", "data")  # never a file of the own machine
_PATIENCE: Final = 60.0  # seconds without a byte


def fetch(address: str, size: int) -> bytes:
    """Return the content of an address that must have that many bytes.

    Raise Unavailable where it has not, or cannot be fetched.
    """
    from http.client import HTTPException
    from urllib.request import urlopen

    where = urlsplit(address)
    if where.scheme not in _SCHEMES:
        raise Unavailable(f"a file cannot be fetched from an address that begins with {where.scheme}:")
    try:
        with urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310  # nosec B310  # the schemes are checked above
            content: bytes = answer.read(size + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unavailable(
            f"the file cannot be fetched from {where.netloc or 'its address'}: {error}"
        ) from error
    if len(content) != size:
        raise Unavailable(f"the file should have {size} bytes and has {_as_told(len(content), size)}")
    return content


def _as_told(found: int, size: int) -> str:
    return "more" if found > size else str(found)
