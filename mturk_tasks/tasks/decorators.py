"""Declare tasks: what they share is added here, and what goes wrong in them ends here, in one place."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from invoke import Argument, Context, Exit, Task
from invoke.tasks import task as invoke_task

from mturk_tasks.console import console
from mturk_tasks.console.console import Console, silence
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.tasks import options
from mturk_tasks.tasks.options import Declared, Option

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
NOT_DRY: Final = "what this does cannot be tried without being done; leave --dry out"

_HELP: Final = ("--help", "-h")

Body = Callable[..., Any]


class MarketTask(Task):  # type: ignore[type-arg]  # generic only for its type checker
    """A task whose errors end in a sentence on standard error and an exit code, never in a traceback."""

    old = False  # whether it is one of the old commands, which keep their names in every folder
    bare = ""  # the option that a word without one is the value of
    runs = ""  # what stands behind two dashes: a program and its own words
    again: tuple[Callable[..., Any], Body]  # what declares it, and its body

    def __deepcopy__(self, memo: object) -> MarketTask:
        """Return the task itself: invoke copies collections, and a task is not changed in one."""
        return self

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the options; invoke uses their help up, and is asked for them more than once here.

        It has no word that may be left out: the `bare` option is such a word where one follows the task.
        """
        kept = dict(self.help or {})
        try:
            arguments = super().get_arguments(ignore_unknown_help)
        finally:
            self.help = kept
        for argument in arguments:
            if argument.name == self.bare and _word_behind(self.name):
                argument.positional, argument.default = True, None
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


def task(
    *,
    called: str = "",
    bare: str = "",
    runs: str = "",
    old: bool = False,
    needs: Sequence[str] = (),
    **declared: str | Option,
) -> Callable[[Body], Any]:
    """Declare a task that needs no marketplace; `declared` has each option.

    It is called as its function is unless it is `called` otherwise. A word without an option in front of
    it is the value of the `bare` one. One that `runs` a program has it behind two dashes. The options that
    it `needs` must be given.

    Short flags are not given by themselves: a new option could take an old one's letter.
    """

    def declare(body: Body) -> Any:
        @functools.wraps(body)
        def run(c: Context, **given: Any) -> Any:
            values = options.read_all(declared, given, needs=needs, dashes="-" if old else "--")
            return body(c, **values)

        made = _declared(run, declared, called=called, bare=bare, runs=runs)
        made.old = old
        return made

    return declare


def operator_task(
    *, called: str = "", bare: str = "", needs: Sequence[str] = (), **declared: str | Option
) -> Callable[[Body], Any]:
    """Declare a task for who runs a marketplace: its body takes the options and returns a Summary.

    A body that has a parameter `dry` is told whether it is a dry run, which any other is refused; one that
    has `console` gets it. `--json` is added.
    """
    shared = {**declared, **options.JSON}

    def declare(body: Body) -> Any:
        parameters = inspect.signature(body).parameters

        @functools.wraps(body)
        def run(c: Context, **given: Any) -> None:
            from mturk_tasks.tasks import bootstrap  # not before a task runs: listing them stays quick

            console = Console(quiet=given.pop("json"))
            values = options.read_all(declared, given, needs=needs)
            dry = bool(c.config.run.dry)
            if dry and "dry" not in parameters:
                raise UsageError(NOT_DRY)
            offered = {"dry": dry, "console": console}
            extra = {name: value for name, value in offered.items() if name in parameters}
            bootstrap.conclude(console, called or body.__name__, body(**values, **extra))

        return _declared(run, shared, called=called, bare=bare)

    return declare


def market_task(
    *,
    called: str = "",
    force: bool = False,
    parallel: bool = False,
    old: bool = False,
    looks: bool = False,
    needs: Sequence[str] = (),
    **declared: str | Option,
) -> Callable[[Body], Any]:
    """Declare a task that acts in a marketplace: its body takes a context and returns a Summary.

    The options that say where to act, `--json`, and as asked for `--force` and `--workers` are added to
    its own. An `old` task is one of the old commands: it has no `--production`, takes paths from the
    working directory, and asks nothing where it has no `--force`. One that only `looks` makes no sandbox
    where there is none.
    """
    shared: options.Shared = {
        **(options.WORKERS if parallel else {}),
        **(options.FORCE if force else {}),
        **options.SANDBOX,
        **({} if old else options.PRODUCTION),
        **options.JSON,
    }

    def declare(body: Body) -> Any:
        @functools.wraps(body)
        def run(c: Context, **given: Any) -> None:
            from mturk_tasks.tasks import bootstrap  # not before a task runs: listing them stays quick

            choices = options.read_all(shared, {option: given.pop(option) for option in shared})
            context = bootstrap.context(c, old=old, looks=looks, **{"force": old, **choices})
            values = options.read_all(declared, given, needs=needs, dashes="-" if old else "--")
            bootstrap.finish(context, called or body.__name__, body(context, **values))

        made = _declared(run, {**declared, **shared}, called=called)
        made.old = old
        made.again = (
            functools.partial(market_task, force=force, needs=needs, **cast("options.Shared", declared)),
            body,
        )
        return made

    return declare


def old_command(name: str, of: MarketTask) -> Any:
    """Declare an old command that is a task of today under its old name, with its options and acts."""
    declare, body = of.again
    return declare(called=name, old=True)(body)


def _declared(run: Body, declared: Declared, *, called: str, bare: str = "", runs: str = "") -> MarketTask:
    """Return the task that invoke sees: its options are texts and switches, and have their help."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter(name, kind, default=_default(option)) for name, option in declared.items()
    ]
    context = inspect.Parameter("c", kind)
    run.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]  # inspect reads it
    declare = invoke_task(
        klass=MarketTask, name=called or None, auto_shortflags=False, help=options.helps(declared)
    )
    made: MarketTask = declare(run)
    made.bare, made.runs = bare, runs
    return made


def _default(option: str | Option) -> Any:
    """Return the default by which invoke knows a switch, a text, and what must be given."""
    if isinstance(option, str):
        return False
    return inspect.Parameter.empty if option.required else option.default
