"""The one place that writes to a terminal and asks there.

Standard output holds what a command is asked for, standard error everything else.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from mturk_tasks.errors import Declined, UsageError
from mturk_tasks.report.summary import Summary

_CONFIRM = "To confirm this operation, please press ENTER (or press Ctrl+C to abort): "
_YES = ("", "y", "yes")

Step = Callable[[str], None]


class Console:
    """Say, note, show progress and ask, on the streams the process has at that moment."""

    def say(self, text: str) -> None:
        """Write a line to standard output."""
        print(text, file=sys.stdout, flush=True)  # noqa: T201  # this is the one place that prints

    def note(self, text: str) -> None:
        """Write a line to standard error."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201  # likewise

    def show(self, summary: Summary) -> None:
        """Write what a command has to say."""
        for line in summary.lines:
            self.say(line)

    @property
    def attended(self) -> bool:
        """Say whether somebody is there to answer a question."""
        return sys.stdin is not None and sys.stdin.isatty()

    def confirm(self, what: str) -> None:
        """Ask whether to go on; ENTER and y mean yes.

        Raise Declined at any other answer, UsageError where nobody is there to ask.
        """
        if not self.attended:
            raise UsageError(
                f"{what} This needs a confirmation and nobody is there to ask; add --force to go ahead."
            )
        self.note(what)
        try:
            answer = self._ask(_CONFIRM)
        except EOFError:
            raise Declined("nothing was done") from None
        if answer.strip().lower() not in _YES:
            raise Declined("nothing was done")

    def ask(self, question: str) -> str:
        """Return a line typed in answer; an empty text at the end of the input."""
        with contextlib.suppress(EOFError):
            return self._ask(question)
        return ""

    @contextlib.contextmanager
    def progress(self, total: int, what: str) -> Iterator[Step]:
        """Give a function that takes one line for each thing done.

        The lines go to standard output unless a person looks at it; who looks at standard error sees
        a bar there.
        """
        lines = not sys.stdout.isatty()
        with self._bar(total, what) as advance:

            def step(line: str) -> None:
                if lines:
                    self.say(line)
                advance()

            yield step

    @contextlib.contextmanager
    def _bar(self, total: int, what: str) -> Iterator[Callable[[], None]]:
        if not sys.stderr.isatty() or total < 2:
            yield lambda: None
            return
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        shown = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Terminal(stderr=True),
            transient=True,
        )
        with shown:
            task = shown.add_task(what, total=total)
            yield lambda: shown.advance(task)

    def _ask(self, question: str) -> str:
        sys.stderr.write(question)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")
