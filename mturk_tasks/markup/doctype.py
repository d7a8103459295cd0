"""The beginning of a page, where something of ours can stand before everything of its author's."""

from __future__ import annotations

import re
from typing import Final

# What a browser lets stand before a doctype; anything else makes it read the page in its oldest mode anyway.
_BEFORE: Final = r"(?:\s|<!--(?:-?>|.*?--!?>)|<\?[^>]*>)*"
_DOCTYPE: Final = re.compile(rf"\ufeff?{_BEFORE}<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)


def after_doctype(page: str, element: str) -> str:
    """Return the page with an element for its head, before all others but behind the doctype."""
    found = _DOCTYPE.match(page)
    place = found.end() if found else len(page) - len(page.removeprefix("\ufeff"))
    return f"{page[:place]}{element}{page[place:]}"
