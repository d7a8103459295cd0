"""The terminal: the only module that writes to it and asks there.

Standard output holds what a command is asked for, standard error everything else.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TextIO

from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import Declined, FileError, MTurkTasksError, Problem, UsageError

_CONFIRM: Final = "To confirm this operation, please press ENTER (or press Ctrl+C to abort): "
_YES: Final = ("", "y", "yes")
_DELAY: Final = 0.05  # seconds for which a line above a progress bar may wait for others
_WIDEST: Final = 110  # columns of a page; longer lines are hard to read
_PAGE_LINK: Final = re.compile(r"\[([^\]]+)\]\(([\w-]+)\.md\)")
_SHOWN: Final = 5  # problems of one kind
_VALUE: Final = re.compile(r"""'[^']*'|"[^"]*"|\b(?=\w*\d)\w+\b""")  # in what alike sentences differ

Step = Callable[[str], None]


class Console:
    """A command's terminal: the streams that the process has at the moment of writing.

    A quiet one leaves standard output to `put`: what it says goes to standard error. Once work has `begun`,
    it goes on to its end even if nobody reads the output any more.
    """

    def __init__(self, *, quiet: bool = False, begun: bool = False) -> None:
        self.quiet = quiet
        self.begun = begun
        self._bar: _ProgressBar | None = None  # while one is on the screen

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
        """Write the lines of a summary."""
        for line in summary.lines:
            self.say(line)

    @property
    def attended(self) -> bool:
        """Say whether somebody can answer a question."""
        return on_terminal(sys.stdin)

    def confirm(self, what: str, heading: str = "") -> None:
        """Ask whether to go on, below a heading that a command says first; ENTER and y mean yes.

        Raise Declined at any other answer, UsageError where nobody can answer.
        """
        if not self.attended:
            raise UsageError(
                f"{what} This needs a confirmation and nobody is there to ask; add --force to go ahead."
            )
        if heading:
            self.say(heading)
        self.note(what)
        answer = self._read_line(_CONFIRM)
        if not answer or answer.strip().lower() not in _YES:
            raise Declined("nothing was done")

    def ask(self, question: str) -> str:
        """Return a line typed in answer; an empty text at the end of the input."""
        return self._read_line(question).rstrip("\r\n")

    @contextlib.contextmanager
    def progress(self, total: int, what: str) -> Iterator[Step]:
        """Yield a function that takes a line for each of `total` things when it is done.

        Lines go to standard output. Of two things or more, standard error shows a progress bar where it is a
        terminal; if standard output is that terminal too, the lines are written above the bar.
        """
        self.begun = self.begun or total > 0
        if total < 2 or not on_terminal(sys.stderr):
            yield self.say
            return
        above = on_terminal(sys.stdout) and not self.quiet
        with _ProgressBar(total, what, sys.stdout if above else sys.stderr).drawn() as bar:

            def step(line: str) -> None:
                (bar.write_above if above else self.say)(line)
                bar.advance()

            self._bar = bar
            try:
                yield step
            finally:
                self._bar = None

    def _write(self, text: str, stream: TextIO | None) -> None:
        if self._bar:
            self._bar.flush()
        if stream is None:  # closed before the start; print would take the other one
            return
        try:
            print(text, file=stream, flush=True)  # nothing else prints
        except BrokenPipeError:
            silence(stream)
            if not self.begun:
                raise

    def _read_line(self, question: str) -> str:
        """Return a typed line with its end; an empty text at the end of the input."""
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline()


def on_terminal(stream: TextIO | None) -> bool:
    """Say whether a stream is a terminal; one that was closed before the start is None."""
    return stream is not None and stream.isatty()


def silence(*streams: TextIO | None) -> None:
    """Discard what is written to streams from now on: their reader has gone."""
    for stream in filter(None, streams):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush() -> None:
    """Write out what `print` has buffered; raise BrokenPipeError where nobody reads it."""
    if sys.stdout is not None:
        sys.stdout.flush()


def flush_quietly() -> None:
    """Write out what `print` has buffered, and ignore that nobody reads it."""
    try:
        flush()
    except BrokenPipeError:
        silence(sys.stdout)


def page_title(text: str) -> str:
    """Return the heading of a page of Markdown."""
    return text.partition("\n")[0].lstrip("# ")


def show_page(text: str) -> None:
    """Show a page of Markdown: laid out in a pager on a terminal, as it stands elsewhere.

    Links to other pages of the handbook become the command that shows them. The pager is `PAGER`, else
    `less`; `NO_COLOR` leaves out the colours.
    """
    if not on_terminal(sys.stdout):
        Console().say(text.rstrip())
        return
    from rich.console import Console as Terminal
    from rich.markdown import Markdown

    terminal = Terminal()
    terminal.width = min(terminal.width, _WIDEST)
    os.environ.setdefault("LESS", "-FRX")  # colours, and no waiting where all is on the screen
    with terminal.pager(styles=True, links=False):
        terminal.print(Markdown(_PAGE_LINK.sub(r"\1 (`mturk handbook \2`)", text), hyperlinks=False))


def describe(error: MTurkTasksError) -> str:
    """Return the text of an error for people, with alike problems of files cut short."""
    return "\n".join(problem_lines(error.problems)) if isinstance(error, FileError) else str(error)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem; of alike ones five, and a line with the number of the others.

    Problems are alike if they are about one file and their texts differ only in values.
    """
    totals = Counter(map(_kind, problems))
    seen: Counter[Problem] = Counter()
    lines = []
    for problem in problems:
        kind = _kind(problem)
        seen[kind] += 1
        more = totals[kind] - _SHOWN
        if seen[kind] <= _SHOWN or more == 1:  # a line in place of a single one would save nothing
            lines.append(str(problem))
        elif seen[kind] == _SHOWN + 1:
            lines.append(f"{problem.path}: and {more:,} more like it")
    return lines


def _kind(problem: Problem) -> Problem:
    return Problem(problem.path, None, _VALUE.sub("", problem.text))


class _ProgressBar:
    """A progress bar, and the lines above it: written several at once, as each time redraws the bar."""

    def __init__(self, total: int, what: str, screen: TextIO) -> None:
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._terminal = Terminal(file=screen, soft_wrap=True)  # never breaks a line, on narrow screens too
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._terminal,
            transient=True,
            redirect_stdout=False,  # what goes there is not for this terminal
        )
        self._task = self._progress.add_task(what, total=total)
        self._lines: list[str] = []
        self._next = 0.0

    @contextlib.contextmanager
    def drawn(self) -> Iterator[_ProgressBar]:
        """Show the bar for the length of a block."""
        with self._progress:
            try:
                yield self
            finally:
                self.flush()

    def advance(self) -> None:
        """Count one more thing as done."""
        self._progress.advance(self._task)

    def write_above(self, line: str) -> None:
        """Write a line above the bar, at the latest together with the next one a moment later."""
        self._lines.append(line)
        if time.monotonic() >= self._next:
            self.flush()

    def flush(self) -> None:
        """Write the lines that wait."""
        lines, self._lines = self._lines, []
        if lines:
            self._terminal.print("\n".join(lines), markup=False, highlight=False, emoji=False)
        self._next = time.monotonic() + _DELAY
