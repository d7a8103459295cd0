r"""Regular expressions of a QuestionForm, which are JavaScript's, searched for on this side.

The two languages differ little where forms use them: in what `$`, `.`, `\s` and `[^]` mean. What is
JavaScript's alone is not checked here but in the browser only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from mturk_tasks.markup.expression_size import size_fault

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


@dataclass
class Budget:
    """Count the seconds that the expressions of one form may take together, over one answer."""

    left: float = 1.0


def found(expression: str, text: str, *, ignore_case: bool = False, budget: Budget | None = None) -> bool:
    """Say whether an expression is found in a text; one that cannot be searched for counts as found.

    Raise TimeoutError where the search takes longer than it may.
    """
    compiled = _compiled(expression, ignore_case)
    if compiled is None:
        return True
    budget = budget or Budget()
    if budget.left <= 0:
        raise TimeoutError
    began = time.thread_time()  # of this search alone, however busy the machine is
    try:
        match = compiled.search(text, timeout=min(_PATIENCE, budget.left), concurrent=True)
    except MemoryError:  # the states that a search may come back to
        raise TimeoutError from None
    finally:
        took = time.thread_time() - began
        budget.left -= took
    if took > _PATIENCE:  # the library looks at its clock now and then only
        raise TimeoutError
    return match is not None


@lru_cache(maxsize=256)
def _compiled(expression: str, ignore_case: bool) -> regex.Pattern[str] | None:
    if size_fault(expression):  # from before such expressions were refused
        return None
    flags = regex.VERSION0 | regex.ASCII | (regex.IGNORECASE if ignore_case else 0)
    try:
        return regex.compile("".join(map(_translated, _TOKEN.findall(expression))), flags)
    except (regex.error, OverflowError, ValueError, RecursionError):
        return None


def _translated(token: str) -> str:
    if len(token) > 3 and token.startswith("["):
        return token.replace(r"\s", _BLANKS) if r"\S" not in token else token
    return _WORDS.get(token, token)
