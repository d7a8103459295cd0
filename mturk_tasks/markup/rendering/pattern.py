"""Regular expressions of a form as the `pattern` of an HTML field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mturk_tasks.markup.question_form import Format

# A form's expressions are JavaScript's without a flag; a field's are read with the flag v, which
# refuses much of that. What is written in this much of the language means the same to both.
_CLASS: Final = r"\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _]|\\[dDsSwW.])+\]"
_ONE: Final = rf"[A-Za-z0-9 _,:;@%=-]|\\[dDsSwW.]|\.|{_CLASS}|\)"
_TIMES: Final = r"(?:[*+?]|\{\d+(?:,\d*)?\})\??"
_PORTABLE: Final = re.compile(rf"(?:(?:{_ONE})(?:{_TIMES})?|\((?:\?:|(?!\?))|[\^$|]|\\[bB])*")


def pattern(formats: Sequence[Format]) -> str:
    """Return the pattern of a field in which every format must be found; empty if none can say it.

    A field's pattern has to cover the whole text, and knows no flag to ignore case.
    """
    if not formats or not all(_is_portable(one) for one in formats):
        return ""
    return "".join(rf"(?=[\s\S]*(?:{one.regex}))" for one in formats) + r"[\s\S]*"


def _is_portable(one: Format) -> bool:
    if one.ignore_case or not _PORTABLE.fullmatch(one.regex):
        return False
    try:
        re.compile(one.regex)
    except re.error:  # a bracket left open, a range from high to low
        return False
    return True
