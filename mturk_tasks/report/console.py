"""The one place that writes to a terminal and asks there.

Standard output holds what a command is asked for, standard error everything else.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from mturk_tasks.errors import Declined, UsageError
from mturk_tasks.report.summary import Summary

_CONFIRM = "To confirm this operation, please press ENTER (or press Ctrl+C to abort): "
_YES = ("", "y", "yes")

Step = Callable[[str], None]


class Console:
    """Say, note, show progress and ask, on the streams the process has at that moment.

    A quiet one leaves standard output to `put`: what it says goes where notes go. Once work has `begun`
    it goes on to its end though nobody reads what is written any more.
    """

    def __init__(self, *, quiet: bool = False, begun: bool = False) -> None:
        self.quiet = quiet
        self.begun = begun

    def put(self, text: str) -> None:
        """Write to standard output what a program will read."""
        self._write(text, sys.stdout)

    def say(self, text: str) -> None:
        """Write a line to standard output."""
        (self.note if self.quiet else self.put)(text)

    def note(self, text: str) -> None:
        """Write a line to standard error."""
        self._write(text, sys.stderr)

    def show(self, summary: Summary) -> None:
        """Write what a command has to say."""
        for line in summary.lines:
            self.say(line)

    @property
    def attended(self) -> bool:
        """Say whether somebody is there to answer a question."""
        return on_terminal(sys.stdin)

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
        a bar there. A single thing has no bar and its line is always there.
        """
        self.begun = self.begun or total > 0
        lines = total == 1 or self.quiet or not on_terminal(sys.stdout)
        with self._bar(total, what) as advance:

            def step(line: str) -> None:
                if lines:
                    self.say(line)
                advance()

            yield step

    @contextlib.contextmanager
    def _bar(self, total: int, what: str) -> Iterator[Callable[[], None]]:
        if not on_terminal(sys.stderr) or total < 2:
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
            redirect_stdout=False,  # what goes there is not for this terminal
        )
        with shown:
            task = shown.add_task(what, total=total)
            yield lambda: shown.advance(task)

    def _write(self, text: str, stream: TextIO | None) -> None:
        if stream is None:  # closed before the start; print would take the other one
            return
        try:
            print(text, file=stream, flush=True)  # this is the one place that prints
        except BrokenPipeError:
            silence(stream)
            if not self.begun:
                raise

    def _ask(self, question: str) -> str:
        sys.stderr.write(question)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")


def silence(*streams: TextIO | None) -> None:
    """Let what is written to streams from now on go nowhere: their reader has gone."""
    for stream in filter(None, streams):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush() -> None:
    """Write out what `print` still holds back; raise BrokenPipeError where nobody reads it."""
    if sys.stdout is not None:
        sys.stdout.flush()


def flush_for_anybody() -> None:
    """Write out what `print` still holds back; where nobody reads it, nothing is said about that."""
    try:
        flush()
    except BrokenPipeError:
        silence(sys.stdout)


def on_terminal(stream: TextIO | None) -> bool:
    """Say whether a person is at the other end; a stream that was closed before the start is None."""
    return stream is not None and stream.isatty()
