"""Show problems and notes about files: of a great many that are alike the first, and how many more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mturk_tasks.errors import FileError, MTurkTasksError, Problem

_SHOWN: Final = 5  # of one kind
_VALUE: Final = re.compile(r"""'[^']*'|"[^"]*"|\b(?=\w*\d)\w+\b""")  # what alike sentences differ in


def sentence(error: MTurkTasksError) -> str:
    """Return what to show of an error; programs get it whole."""
    return "\n".join(lines(error.problems)) if isinstance(error, FileError) else str(error)


def lines(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem; of alike ones five, and a line that says how many more there are.

    Alike are those of one file that say the same but for line and values.
    """
    total = Counter(map(_kind, problems))
    seen: Counter[Problem] = Counter()
    told = []
    for problem in problems:
        kind = _kind(problem)
        seen[kind] += 1
        more = total[kind] - _SHOWN
        if seen[kind] <= _SHOWN or more == 1:  # a line in place of one would save nothing
            told.append(str(problem))
        elif seen[kind] == _SHOWN + 1:
            told.append(f"{problem.path}: and {more:,} more like it")
    return told


def _kind(problem: Problem) -> Problem:
    return Problem(problem.path, None, _VALUE.sub("", problem.text))
