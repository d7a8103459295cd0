"""Declare tasks, and turn what goes wrong in them into a sentence and an exit code: here alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from invoke import Exit, Task
from invoke.tasks import task as invoke_task

from mturk_tasks.errors import MTurkTasksError

INTERRUPTED = 130
PIPE_CLOSED = 141

_WHERE = {
    "sandbox": "Act in the sandbox, whatever is configured.",
    "production": "Act on the configured production marketplace.",
}
_LABEL = {"label": "Name of the set: what one load made. Default: the survey's name."}
_FORCE = {"force": "Do not ask for a confirmation."}


class MarketTask(Task):  # type: ignore[type-arg]  # generic only for its type checker
    """A task whose errors end in a sentence on standard error and an exit code, never in a traceback."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        try:
            return super().__call__(*args, **kwargs)
        except MTurkTasksError as error:
            raise Exit(f"error: {error}", code=error.exit_code) from error
        except KeyboardInterrupt as error:
            raise Exit("interrupted", code=INTERRUPTED) from error
        except BrokenPipeError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise Exit(code=PIPE_CLOSED) from error


def task(
    *, where: bool = False, label: bool = False, force: bool = False, **help_: str
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a task with a line of help for each option.

    `where`, `label` and `force` add the help of the options that many tasks share. Short flags are not given
    by themselves: a new option could take an old one's letter.
    """
    shared = ((where, _WHERE), (label, _LABEL), (force, _FORCE))
    known = {name: text for wanted, texts in shared if wanted for name, text in texts.items()} | help_
    declare: Callable[[Callable[..., Any]], Any] = invoke_task(
        klass=MarketTask, auto_shortflags=False, help=known
    )
    return declare
