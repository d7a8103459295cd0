r"""Regular expressions of a QuestionForm, which are JavaScript's, searched for on this side.

The two languages differ little where forms use them: in what `$`, `.`, `\s` and `[^]` mean. What is
JavaScript's alone is not checked here but in the browser only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

_PATIENCE: Final = 0.2  # seconds; an expression may need ages for a text that was made to fit it
_TOKEN: Final = regex.compile(r"\\[\s\S]|\[\^?\]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]")
_BLANKS: Final = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_ENDS: Final = r"\n\r\u2028\u2029"
_WORDS: Final = {
    "$": r"\Z",
    ".": f"[^{_LINE_ENDS}]",
    "[^]": r"[\s\S]",
    "[]": r"(?!)",
    r"\s": f"[{_BLANKS}]",
    r"\S": f"[^{_BLANKS}]",
}


def found(expression: str, text: str, *, ignore_case: bool = False) -> bool:
    """Say whether an expression is found in a text; one that cannot be searched for counts as found."""
    compiled = _compiled(expression, ignore_case)
    if compiled is None:
        return True
    try:
        return compiled.search(text, timeout=_PATIENCE, concurrent=True) is not None
    except TimeoutError:
        return True


@lru_cache(maxsize=256)
def _compiled(expression: str, ignore_case: bool) -> regex.Pattern[str] | None:
    flags = regex.VERSION0 | regex.ASCII | (regex.IGNORECASE if ignore_case else 0)
    try:
        return regex.compile("".join(map(_translated, _TOKEN.findall(expression))), flags)
    except (regex.error, OverflowError, ValueError):
        return None


def _translated(token: str) -> str:
    if len(token) > 3 and token.startswith("["):
        return token.replace(r"\s", _BLANKS) if r"\S" not in token else token
    return _WORDS.get(token, token)
