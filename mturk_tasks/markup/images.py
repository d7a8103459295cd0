"""Images in Amazon's S3: their buckets need a rule, or browsers refuse to show them in a HIT."""

from __future__ import annotations

import re
from typing import Final

CORS_RULE: Final = (
    '[{"AllowedHeaders": [], "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": []}]'
)

_ADDRESS = re.compile(
    r"""//(?P<host>[a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?/(?P<path>[^\s"'<>()\\?#&|]+)""", re.IGNORECASE
)
_S3 = re.compile(r"s3(?:-.*)?", re.IGNORECASE)
_NO_IMAGE = re.compile(
    r"\.(?:js|mjs|css|json|html?|xml|txt|csv|pdf|zip|woff2?|ttf|eot|mp[34]|m4[av]|wav|ogg|webm|mov)\Z",
    re.IGNORECASE,
)


def buckets(question: str) -> list[str]:
    """Return the S3 buckets whose images a question seems to show, each once.

    What ends like a script, a style sheet or a film is no image; what has no ending may be one.
    """
    found = (_bucket(address) for address in _ADDRESS.finditer(question))
    return list(dict.fromkeys(name for name in found if name))


def _bucket(address: re.Match[str]) -> str:
    """Return the bucket of an address, which stands before S3's own name or first in the path."""
    labels = address["host"].split(".")
    own = [place for place, label in enumerate(labels) if _S3.fullmatch(label)]
    if not own or _NO_IMAGE.search(address["path"]):
        return ""
    first, _, rest = address["path"].partition("/")
    return ".".join(labels[: own[-1]]) or (first if rest else "")
