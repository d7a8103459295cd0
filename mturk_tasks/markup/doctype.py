"""The beginning of a page, where something of ours can stand before everything of its author's."""

from __future__ import annotations

import re
from typing import Final

from mturk_tasks.markup.prologue import behind_html

_DOCTYPE: Final = re.compile(r"<!doctype[^>]*>", re.IGNORECASE)


def after_doctype(page: str, element: str) -> str:
    """Return the page with an element for its head, before all others but behind the doctype."""
    found = _DOCTYPE.match(page, behind_html(page))
    place = found.end() if found else len(page) - len(page.removeprefix("\ufeff"))
    return f"{page[:place]}{element}{page[place:]}"
