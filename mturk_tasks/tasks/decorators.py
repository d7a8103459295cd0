"""Declare tasks: what they share is added here, and what goes wrong in them ends here, in one place."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, Final

from invoke import Argument, Context, Exit, Task
from invoke.tasks import task as invoke_task

from mturk_tasks.console import console
from mturk_tasks.console.console import Console, silence
from mturk_tasks.errors import MTurkTasksError, UsageError

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

SANDBOX: Final = {"sandbox": "Act in the sandbox, whatever is configured."}
PRODUCTION: Final = {"production": "Act on the configured production marketplace."}
FORCE: Final = {"force": "Do not ask for a confirmation."}
WORKERS: Final = {"workers": "How many calls to have under way at once."}
JSON: Final = {"json": "Write one JSON object to standard output, and everything else to standard error."}

# What a task and an old command have in common; Any, since market_task takes more than texts beside them.
Shared = dict[str, Any]
LOADING: Final[Shared] = {
    "maxhits": "Create at most so many HITs.",
    "resume": "Create every row that has no HIT yet, after whatever stopped the last load.",
    "append": "Create the rows that were added to the input since the last load.",
    "uncertain": "What to do with rows whose HIT may have been made over a day ago: create or skip.",
    "preview": "Only write a page that shows a HIT as workers would see it.",
}
CLEANING: Final[Shared] = {
    "approve": "Approve submitted work first.",
    "expire": "Take HITs that are still open off the market first.",
}
PAYING: Final[Shared] = {
    "assignment": "The assignment it is for.",
    "amount": "Dollars, as 0.50.",
    "reason": "Why; the worker reads it.",
}
PAIRS: Final[Shared] = {"namevaluepairs": "Put all answers of an assignment into one column."}
CROWD: Final[Shared] = {
    "workers": "How many simulated workers take part.",
    "seed": "Which workers and answers: the same number gives the same ones.",
}
GRANTING: Final[Shared] = {
    "workerid": "The workers, comma-separated.",
    "scorefile": "A file that lists workers, and scores as well.",
    "score": "The score of those that have none in the file, a whole number.",
}
REQUESTS: Final = "Only these requests, comma-separated."
STATUS: Final = "Active, or Inactive: then nobody can ask for it, and no new HIT can."
_HELP: Final = ("--help", "-h")
LABEL: Final = "Name of the set: what one load made. Default: the survey's name."

Body = Callable[..., Any]


class MarketTask(Task):  # type: ignore[type-arg]  # generic only for its type checker
    """A task whose errors end in a sentence on standard error and an exit code, never in a traceback."""

    old = False  # whether it is one of the old commands, which keep their names in every folder
    bare = ""  # the option that a word without one is the value of
    runs = ""  # what stands behind two dashes: a program and its own words

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the options; invoke uses their help up, and is asked for them more than once here.

        It has no word that may be left out: the `bare` option is such a word where one follows the task.
        """
        kept = dict(self.help or {})
        try:
            arguments = super().get_arguments(ignore_unknown_help)
        finally:
            self.help = kept
        for one in arguments:
            if one.name == self.bare and _word_behind(self.name):
                one.positional, one.default = True, None
        return arguments

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        try:
            if kwargs.get(self.bare) in _HELP:  # which invoke took for a name
                raise UsageError("write --help before the task, as in inv --help marketplace.worker-add")
            return super().__call__(*args, **kwargs)
        except MTurkTasksError as error:
            if kwargs.get("json"):
                from mturk_tasks.tasks import bootstrap

                bootstrap.tell_error(self.name, error)
            raise _end(f"error: {console.describe(error)}", error.exit_code) from error
        except KeyboardInterrupt as error:
            raise _end("interrupted", INTERRUPTED) from error
        except BrokenPipeError as error:  # before anything had begun
            silence(sys.stdout, sys.stderr)
            raise Exit(code=PIPE_CLOSED) from error


def _end(last: str, code: int) -> Exit:
    """Return the end of a program, with its last words for whoever still reads."""
    Console(begun=True).note(last)
    return Exit(code=code)


def _word_behind(name: str) -> bool:
    """Say whether a word that is no option stands behind a task's name on the command line."""
    pairs = zip(sys.argv[1:], sys.argv[2:], strict=False)
    return any(word == name and not following.startswith("-") for word, following in pairs)


def task(*, called: str = "", bare: str = "", runs: str = "", **help_: str) -> Callable[[Body], Any]:
    """Declare a task that needs no marketplace; `help_` has a line for each option.

    It is called as its function is unless it is `called` otherwise. A word without an option in front of
    it is the value of the `bare` one. One that `runs` a program has it behind two dashes.

    Short flags are not given by themselves: a new option could take an old one's letter.
    """

    def declare(body: Body) -> Any:
        declared = invoke_task(klass=MarketTask, name=called or None, auto_shortflags=False, help=help_)(body)
        declared.bare = bare
        declared.runs = runs
        return declared

    return declare


def market_task(
    *,
    called: str = "",
    force: bool = False,
    parallel: bool = False,
    old: bool = False,
    looks: bool = False,
    **help_: str,
) -> Callable[[Body], Any]:
    """Declare a task that acts in a marketplace: its body takes a context and returns a Summary.

    The options that say where to act, `--json`, and as asked for `--force` and `--workers` are added to
    its own. An `old` task is one of the old commands: it has no `--production`, takes paths from the
    working directory, and asks nothing where it has no `--force`. One that only `looks` makes no sandbox
    where there is none.
    """
    wanted = ((parallel, WORKERS), (force, FORCE), (True, SANDBOX), (not old, PRODUCTION), (True, JSON))
    shared = {option: text for is_wanted, texts in wanted if is_wanted for option, text in texts.items()}

    def declare(body: Body) -> Any:
        @functools.wraps(body)
        def run(c: Context, **given: Any) -> None:
            from mturk_tasks.tasks import bootstrap  # not before a task runs: listing them stays quick

            choices = {"force": old, **{option: given.pop(option) for option in shared}}
            at = bootstrap.context(c, old=old, looks=looks, **choices)
            bootstrap.finish(at, called or body.__name__, body(at, **given))

        run.__signature__ = _signature(body, shared)  # type: ignore[attr-defined]  # inspect reads it
        declared = task(called=called, **help_, **shared)(run)
        declared.old = old
        return declared

    return declare


def _signature(body: Body, shared: dict[str, str]) -> inspect.Signature:
    """Return the body's options and the shared ones, after the context that invoke gives."""
    _, *own = inspect.signature(body).parameters.values()
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    context = inspect.Parameter("c", kind)
    added = [inspect.Parameter(option, kind, default="" if option in WORKERS else False) for option in shared]
    return inspect.Signature([context, *own, *added])
