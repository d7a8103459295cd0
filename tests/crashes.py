"""At which of its calls a command is struck: the first and the last of each kind, or at every one.

Two calls of a kind prove the same; `inv test --every-crash` strikes at them all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

EVERY = bool(os.environ.get("MTURK_TEST_EVERY_CRASH"))


def struck_at(calls: Sequence[str], *, since: int = 1) -> pytest.MarkDecorator:
    """Try a test before and after calls of a command, which are these operations; the first is call 1."""
    numbers = [number for number in range(since, len(calls) + 1) if EVERY or _tells(calls, number, since)]
    moments = [
        pytest.param(number, after, id=f"{'after' if after else 'before'}-{number}-{calls[number - 1]}")
        for number in numbers
        for after in (False, True)
    ]
    return pytest.mark.parametrize(("call", "after"), moments)


def _tells(calls: Sequence[str], number: int, since: int) -> bool:
    """Return whether a call is the first or the last of its kind."""
    kind = calls[number - 1]
    return kind not in calls[since - 1 : number - 1] or kind not in calls[number:]
