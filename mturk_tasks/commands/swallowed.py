"""Whether a results file that somebody changed still has a row for each piece of work it speaks of.

A quote too many, typed into a cell of answers, makes one cell of the rows below it. What workers typed
may look the same, so nothing is guessed: the service knows what was answered, and which work there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mturk_tasks.commands.rows import told
from mturk_tasks.commands.work import Work
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import table
from mturk_tasks.files.results import Results
from mturk_tasks.vocabulary import columns

_WORD = re.compile(r"[A-Za-z0-9]+")


def refuse_swallowed(file: Results | None, work: Sequence[Work]) -> None:
    """Raise FileError where a cell of answers holds the IDs of work that has no row, and is no answer.

    Letters and digits are compared, which every program keeps. A file that stands as it was written is
    taken as it stands.
    """
    if file is None or file.as_written:
        return
    known = {one.assignment_id for item in work for one in item.assignments}
    missing = known - {row[columns.ASSIGNMENT_ID] for row in file.rows}
    typed = [name for name in file.columns if name not in columns.RESULT]
    suspects = [
        (at, cells)
        for at, row in enumerate(file.rows if missing else ())
        if (cells := [row[name] for name in typed if not missing.isdisjoint(_WORD.findall(row[name]))])
    ]
    answers = told(work) if suspects else {}
    problems: list[Problem] = []
    for at, cells in suspects:
        said = [_plain(answer) for answer in answers.get(file.rows[at][columns.ASSIGNMENT_ID], ())]
        if not all(any(one.startswith(_plain(cell)) for one in said) for cell in cells):  # or cut short
            problems.append(table.swallowing(file.path, file.source[at]))
    if problems:
        raise FileError(*problems)


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text))
