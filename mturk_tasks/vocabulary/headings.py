"""How names that strangers chose stand in the first row of a table: on one line, and no two alike.

Whoever answers an HTMLQuestion chooses the names of its fields. A tab, a line end or another control
character in one is written as `%09`, as in addresses; a `%09` that was there before becomes `%2509`.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = r"%(?:[01][0-9A-F]|7F|25|u00[89][0-9A-F]|u202[89])"  # noqa: S105  # no secret
_WRITTEN: Final = re.compile(_TOKEN)
_TO_WRITE: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029]|{_TOKEN}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def heading(name: str) -> str:
    """Return a name as it stands above a column."""
    return _TO_WRITE.sub(
        lambda found: _written(found[0]) if len(found[0]) == 1 else "%25" + found[0][1:], name
    )


def name_of(heading: str) -> str:
    """Return the name that stands above a column as this heading."""
    return _WRITTEN.sub(lambda found: chr(int(found[0].lstrip("%u"), 16)), heading)


def tidied(heading: str) -> str:
    """Return a heading of a file that was written before control characters were; others stay as they are."""
    return _CONTROL.sub(lambda found: _written(found[0]), heading)


def shown(name: str) -> str:
    """Return a name for a message: one with blanks in quotes, and those around it are pointed out."""
    if " " not in name and "\t" not in name:
        return name
    outer = [where for where, cut in (("beginning", name.lstrip()), ("end", name.rstrip())) if cut != name]
    return f"{name!r}" + (f" with a blank at its {' and '.join(outer)}" if outer else "")


def _written(control: str) -> str:
    return f"%{ord(control):02X}" if control < "\x80" else f"%u{ord(control):04X}"
