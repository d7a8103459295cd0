"""Fetch a file from an address that the service gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from mturk_tasks.errors import Unavailable

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

_SCHEMES: Final = ("https", "http", "data")  # never a file of the own machine
_PORTS: Final = {"http": 80, "https": 443}
_PATIENCE: Final = 60.0  # seconds without a byte


def fetch(address: str, size: int) -> bytes:
    """Return the content of an address that must have that many bytes.

    Raise Unavailable where it has not, or cannot be fetched, or leads to another place: a service tells
    where its files are, and no other machine is asked for its sake.
    """
    from http.client import HTTPException

    where = urlsplit(address)
    if where.scheme not in _SCHEMES:
        raise Unavailable(f"a file cannot be fetched from an address that begins with {where.scheme}:")
    try:
        with _opener().open(address, timeout=_PATIENCE) as answer:
            content: bytes = answer.read(size + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unavailable(
            f"the file cannot be fetched from {where.netloc or 'its address'}: {error}"
        ) from error
    if len(content) != size:
        raise Unavailable(f"the file should have {size} bytes and has {_as_told(len(content), size)}")
    return content


def _opener() -> OpenerDirector:
    """Return what fetches, and follows an address to another one of the same scheme, host and port only."""
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Near(HTTPRedirectHandler):
        def redirect_request(self, req: Request, *more: Any) -> Request | None:
            """Return the request that follows; raise URLError where it would go elsewhere."""
            target = str(more[-1])
            if _origin(req.full_url) != _origin(target):
                raise URLError(f"it leads on to {urlsplit(target).netloc or 'another place'}")
            return super().redirect_request(req, *more)

    return build_opener(Near)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port; a port that is left out is the scheme's own."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _as_told(found: int, size: int) -> str:
    return "more" if found > size else str(found)
