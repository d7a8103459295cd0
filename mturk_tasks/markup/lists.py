r"""Lists in the attributes of crowd elements, as layouts write them: `['Cat', "Don\'t know", 3,]`.

Items are texts in single or double quotes with the escapes of JavaScript, or numbers, true, false and
null as they are written; a comma may follow the last. The page's own script reads the same grammar, in
`marketplace/web/frames/static/crowd/lists.js`: one set of cases tests both.
"""

from __future__ import annotations

import re
from typing import Final

_BLANK: Final = "[ \\t\\n\\r\\f\\v\\u00a0\\ufeff]*"
_BEGIN: Final = re.compile(rf"{_BLANK}\[{_BLANK}")
_ITEM: Final = re.compile(
    r"""(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(-?[0-9]+(?:\.[0-9]+)?|true|false|null))"""
    rf"{_BLANK}(,)?{_BLANK}"
)
_END: Final = re.compile(rf"\]{_BLANK}\Z")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_NAMED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_LINE_ENDS: Final = ("\r\n", "\n", "\r", "\u2028", "\u2029")


def read(text: str) -> tuple[str, ...] | None:
    """Return the items of a list, None for what is no list."""
    begun = _BEGIN.match(text)
    if begun is None:
        return None
    items, position, comma = [], begun.end(), ","
    while comma and (found := _ITEM.match(text, position)):
        single, double, plain, comma = found.groups()
        items.append(plain or _unescaped(single if single is not None else double or ""))
        position = found.end()
    return tuple(items) if _END.match(text, position) else None


def _unescaped(text: str) -> str:
    """Return what a text in quotes stands for; two escapes may make one character."""
    plain = _ESCAPE.sub(_character, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2]
    if number:
        return chr(int(number, 16))
    return "" if escape[3] in _LINE_ENDS else _NAMED.get(escape[3], escape[3])
