"""Find out everything that is wrong with several files before saying any of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mturk_tasks.errors import FileError, Problem

Value = TypeVar("Value")


class Gathered:
    """Take steps one after the other and keep what each finds wrong, to say it all at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def __call__(self, step: Callable[[], Value]) -> Value | None:
        """Return what a step returns, None where it finds something wrong."""
        try:
            return step()
        except FileError as error:
            self.problems += error.problems
            return None

    def error(self) -> FileError:
        """Return all of it as one error."""
        return FileError(*self.problems)
