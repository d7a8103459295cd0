"""Transactions that hinder each other: two make the same row, or wait for each other's.

The database lets one of them go on and undoes the other, which begins anew and then finds what the
first has done.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from mturk_tasks.errors import Unavailable

_TRIES: Final = 8
_PAUSE: Final = 0.005  # seconds, doubled by each try

P = ParamSpec("P")
R = TypeVar("R")


class Collision(Unavailable):
    """Say that another transaction came in between; nothing was changed."""


def retried(operation: Callable[P, R]) -> Callable[P, R]:
    """Let an operation that is one transaction begin anew when another came in between.

    Raise Collision after several tries.
    """

    @wraps(operation)
    def until_done(*given: P.args, **named: P.kwargs) -> R:
        for tried in range(_TRIES - 1):
            try:
                return operation(*given, **named)
            except Collision:
                time.sleep(random.uniform(0, _PAUSE * 2**tried))  # noqa: S311  # not a secret
        return operation(*given, **named)

    return until_done
