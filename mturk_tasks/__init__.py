"""Surveys as git folders, and a marketplace to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from invoke import Collection

    from mturk_tasks.analysis.tidy import Answers

__version__ = "0.2.0"


def hit_tasks(tasks_file: str) -> Collection:
    """Return the tasks of the survey folder in which `tasks_file` stands.

    A survey folder's `tasks.py` says `ns = hit_tasks(__file__)` and nothing else.
    """
    from mturk_tasks.tasks.collections import hit_tasks as tasks_of

    return tasks_of(tasks_file)


def qual_tasks(tasks_file: str) -> Collection:
    """Return the tasks of the qualification folder in which `tasks_file` stands.

    A qualification folder's `tasks.py` says `ns = qual_tasks(__file__)` and nothing else.
    """
    from mturk_tasks.tasks.collections import qual_tasks as tasks_of

    return tasks_of(tasks_file)


def read_results(folder: str | os.PathLike[str], label: str = "") -> Answers:
    """Return the answers to a survey as records with types; `.to_pandas()` makes a data frame of them.

    The folder is a survey's, or it is a results file, one of the old tools too. Raise a
    `mturk_tasks.errors.FileError` where it cannot be read.
    """
    from mturk_tasks.tasks import data

    return data.read_results(folder, label)
