"""Surveys as git folders, and a marketplace to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoke import Collection

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
