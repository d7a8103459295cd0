"""The program `mturk`: the old commands anywhere, and a folder's own tasks in it.

Nothing that stands in a folder is run for that, as `inv` runs its `tasks.py` and `invoke.py`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from invoke import Collection, Config, Exit
from invoke.exceptions import ParseError, UnknownFileType
from invoke.program import Program

from mturk_tasks.console import console
from mturk_tasks.console.console import Console, flush, silence
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.tasks import bootstrap, collections, commandline, settings
from mturk_tasks.tasks.collections import builtin_tasks, folder_task_names, tasks_of
from mturk_tasks.tasks.commandline import Command, squash
from mturk_tasks.tasks.decorators import PIPE_CLOSED

_SHOWN = ("config=", "dry", "help", "list[", "version")
_OWN_TASKS = "tasks of your own in tasks.py are there under inv"
_SETTINGS = (".yaml", ".yml", ".json")
_FORMATS = ("flat", "nested", "json")
_OWN_HELP = {"dry": "Change nothing: check everything and show the plan."}


class Configuration(Config):
    """Invoke's configuration, where a folder's settings are what was read; no file of it is loaded or run."""

    def load_project(self, merge: bool = True) -> None:
        """Keep what was taken."""

    def take(self, settings: dict[str, Any], folder: Path) -> None:
        """Let a folder's settings count where invoke's own would: over the user's, below variables."""
        self._set(_project=settings, _project_path=str(folder), _project_found=True)
        self.merge()


class Mturk(Program):
    """Invoke's own program with our tasks, another way to read a command line, and exit code 2 for misuse."""

    config: Configuration
    folder: collections.Folder | None = None  # the one that the command stands in

    def create_config(self) -> None:
        """Make the configuration, of the user's own files so far."""
        self.config = Configuration()

    def normalize_argv(self, argv: list[str] | None) -> None:
        """Find the tasks, then read the command line with their options in mind."""
        super().normalize_argv(argv)
        try:
            self.collection = self._tasks()
        except UsageError as error:
            raise self._refusal(error) from error
        commands: dict[str, Command] = {}
        for context in self.collection.to_contexts():
            command = _command(context, self.collection[context.name])
            commands |= dict.fromkeys((command.name, *context.aliases), command)
        try:
            read = commandline.modern(self.argv[1:], commands)
        except UsageError as error:
            raise self._refusal(error) from error
        for note in read.notes:
            Console().note(f"note: {note}")
        self.argv = [self.argv[0], *read.words]

    def parse_core(self, argv: list[str] | None) -> None:
        """Read the options of the program itself."""
        with self._refusing():
            super().parse_core(argv)

    def parse_cleanup(self) -> None:
        """Show what was asked for, help or a list."""
        if self.args["list-format"].value not in _FORMATS:
            raise self._refusal(UsageError(f"--list-format takes one of {', '.join(_FORMATS)}"))
        with self._refusing():
            super().parse_cleanup()

    def update_config(self, merge: bool = True) -> None:
        """Take the settings that the options of the program are, and those of a file that they name."""
        file = Path(self.args["config"].value or "")
        try:
            if file.name and not file.is_file():
                raise UsageError(f"--config: {file} is not there")
            if file.suffix in _SETTINGS:
                settings.read(file)
        except MTurkTasksError as error:
            raise self._refusal(error) from error
        with self._refusing():
            super().update_config(merge)

    def parse_collection(self) -> None:
        """Keep the tasks that were found."""
        found = self.collection
        super().parse_collection()
        self.collection = self.scoped_collection = found

    def parse_tasks(self) -> None:
        """Read the words for tasks; what nobody knows ends with what is nearest."""
        with self._refusing():
            super().parse_tasks()

    def print_help(self) -> None:
        """Show the options a user may want, and the tasks."""
        Console().say(f"Usage: {self.binary} [--core-opts] <task> [--options]\n\nCore options:\n")
        rows = self.initial_context.help_tuples()
        shown = [
            (row[0], _OWN_HELP.get(name, row[1])) for row in rows for name in _SHOWN if f"--{name}" in row[0]
        ]
        self.print_columns(shown)
        self.list_tasks()

    def _tasks(self) -> Collection:
        """Return the built-in tasks, and over them those of the folder that the command stands in."""
        tasks = builtin_tasks()
        self.folder = collections.find(Path.cwd())
        if self.folder is None:
            return tasks
        self.config.take(self.folder.settings, self.folder.path)
        return _merged(tasks, tasks_of(self.folder.path, self.folder.kind))

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """End with 2 where invoke cannot read what was typed, which it ends with 1 or with a traceback."""
        try:
            yield
        except ParseError as error:
            raise self._refusal(UsageError(self._explained(error))) from error
        except UnknownFileType as error:
            raise self._refusal(UsageError(str(error))) from error
        except ValueError as error:
            typed = str(error).rpartition(": ")[2]
            raise self._refusal(UsageError(f"a whole number belongs there, not {typed}")) from error
        except Exit as error:
            if not error.message or error.code == UsageError.exit_code:
                raise
            raise self._refusal(UsageError(error.message)) from error

    def _refusal(self, error: MTurkTasksError) -> Exit:
        """Return the end of a line that cannot be understood; where it asks for JSON that is said too."""
        own = self.argv[: self.argv.index("--")] if "--" in self.argv else self.argv
        if any(word.startswith("-") and squash(word) == "json" for word in own):
            bootstrap.tell_error(self.name, error)
        return Exit(f"error: {console.describe(error)}", code=error.exit_code)

    def _explained(self, error: ParseError) -> str:
        word = str(error).split("'")[1] if "'" in str(error) else ""
        kind = folder_task_names().get(word)
        if kind:
            new = "new.hit" if kind == "survey" else "new.qual"
            return (
                f"{word} works in a {kind} folder; go into one, make one with mturk {new}, "
                "or make one of an old folder with mturk adopt"
            )
        missing = re.match(r"Flag <Argument: ([\w-]+)", str(error))
        if missing:
            return f"Missing argument for option: {missing[1]}"
        known = [*self.collection.task_names, *folder_task_names()]
        if word in known:
            return str(error)
        known += [f"--{name}" for name in self.initial_context.args]
        own = self.folder and (self.folder.path / "tasks.py").exists()
        hint = commandline.nearest(word, known) or (f"; {_OWN_TASKS}" if own else "")
        return f"{str(error).rstrip('!')}{hint}"


def _merged(tasks: Collection, own: Collection) -> Collection:
    """Return both, the folder's tasks over the built-in ones, but for the old commands' names."""
    merged = Collection()
    old = {name for name, one in tasks.tasks.items() if getattr(one, "old", False)}
    for source in (tasks, own):
        for name, one in source.tasks.items():
            merged.tasks.pop(name, None)
            aliases = tuple(alias for alias in one.aliases if alias not in old)
            merged.add_task(one, name=name, aliases=aliases)
        for name, inner in source.collections.items():
            merged.collections.pop(name, None)
            merged.add_collection(inner, name=name)
    merged.configure({**tasks.configuration(), **own.configuration()})
    return merged


def _command(context: Any, one: Any) -> Command:
    arguments = {name: argument for name, argument in context.flags.items() if name.startswith("--")}
    flags = {squash(name): name for name in arguments}
    takes_value = frozenset(name for name, argument in arguments.items() if argument.takes_value)
    bare = getattr(one, "bare", "")
    return Command(
        str(context.name),
        flags,
        takes_value,
        f"--{bare}" if bare else "",
        old=getattr(one, "old", False),
        runs=getattr(one, "runs", ""),
    )


def main() -> None:
    """Run the program with the words of the command line; 141 ends what is listed and nobody reads."""
    from importlib.metadata import version

    program = Mturk(version=version("mturk-tasks"), namespace=Collection(), name="mturk", binary="mturk")
    try:
        try:
            program.run(sys.argv)
        finally:
            flush()
    except BrokenPipeError:
        silence(sys.stdout, sys.stderr)
        sys.exit(PIPE_CLOSED)
