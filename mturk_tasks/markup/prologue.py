"""What stands before the first element of a document or page: blanks, comments, instructions.

It is gone through piece by piece. One expression for all of it would try every way to make pieces of
many comments, and there are as many ways as there are sums.
"""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "\ufeff"  # that programs put before a text
_IN_XML: Final = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
# What a browser lets stand before a doctype; anything else makes it read the page in its oldest mode anyway.
_IN_HTML: Final = re.compile(r"\s+|<!--(?:-?>|.*?--!?>)|<\?[^>]*>", re.DOTALL)


def behind_xml(text: str) -> int:
    """Return where the first element of an XML document begins, or what stands in its place."""
    return _behind(_IN_XML, text)


def behind_html(page: str) -> int:
    """Return where the doctype of a page begins, or what stands in its place."""
    return _behind(_IN_HTML, page)


def _behind(piece: re.Pattern[str], text: str) -> int:
    position = 1 if text.startswith(_MARK) else 0
    while found := piece.match(text, position):
        position = found.end()
    return position
