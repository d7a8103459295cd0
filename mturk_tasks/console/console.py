"""The one place that writes to a terminal and asks there.

Standard output holds what a command is asked for, standard error everything else.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import Declined, UsageError

if TYPE_CHECKING:
    from rich.console import Console as Terminal

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mturk_tasks.errors import FileError, MTurkTasksError, Problem

_CONFIRM = "To confirm this operation, please press ENTER (or press Ctrl+C to abort): "
_YES = ("", "y", "yes")
_MOMENT = 0.05  # seconds for which a line may wait for others

Step = Callable[[str], None]


class Console:
    """Say, note, show progress and ask, on the streams the process has at that moment.

    A quiet one leaves standard output to `put`: what it says goes where notes go. Once work has `begun`
    it goes on to its end though nobody reads what is written any more.
    """

    def __init__(self, *, quiet: bool = False, begun: bool = False) -> None:
        self.quiet = quiet
        self.begun = begun
        self._above: _Above | None = None  # a bar, while there is one on the screen

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

    def confirm(self, what: str, heading: str = "") -> None:
        """Ask whether to go on, below a heading that a command says first; ENTER and y mean yes.

        Raise Declined at any other answer, UsageError where nobody is there to ask.
        """
        if not self.attended:
            raise UsageError(
                f"{what} This needs a confirmation and nobody is there to ask; add --force to go ahead."
            )
        if heading:
            self.say(heading)
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

        Every line goes to standard output. Who looks at standard error sees a bar besides, below the lines
        where they stand on the screen too; a single thing has none.
        """
        self.begun = self.begun or total > 0
        if total < 2 or not on_terminal(sys.stderr):
            yield self.say
            return
        both = on_terminal(sys.stdout) and not self.quiet
        with self._bar(total, what, sys.stdout if both else sys.stderr) as (above, advance):

            def step(line: str) -> None:
                (above.add if both else self.say)(line)
                advance()

            yield step

    @contextlib.contextmanager
    def _bar(self, total: int, what: str, screen: TextIO) -> Iterator[tuple[_Above, Callable[[], None]]]:
        """Give the place above a bar on a screen, and what lets the bar grow."""
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        terminal = Terminal(file=screen, soft_wrap=True)  # a line stays one, however narrow the screen is
        shown = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=terminal,
            transient=True,
            redirect_stdout=False,  # what goes there is not for this terminal
        )
        with shown:
            task = shown.add_task(what, total=total)
            self._above = _Above(terminal)
            try:
                yield self._above, lambda: shown.advance(task)
            finally:
                self._in_order()
                self._above = None

    def _in_order(self) -> None:
        """Show first what was to be shown before."""
        if self._above:
            self._above.show()

    def _write(self, text: str, stream: TextIO | None) -> None:
        self._in_order()
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


class _Above:
    """The lines above a bar: shown some at once, as the bar is drawn anew each time."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._lines: list[str] = []
        self._next = 0.0

    def add(self, line: str) -> None:
        """Show a line, at the latest with the next one a moment later."""
        self._lines.append(line)
        if time.monotonic() >= self._next:
            self.show()

    def show(self) -> None:
        """Show what waits."""
        lines, self._lines = self._lines, []
        if lines:
            self._terminal.print("\n".join(lines), markup=False, highlight=False, emoji=False)
        self._next = time.monotonic() + _MOMENT


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


# Show a page of Markdown: laid out on a terminal, with a pager; as it stands to whatever else
# reads it.


_WIDEST = 110  # columns; longer lines are hard to read
_TO_A_PAGE = re.compile(r"\[([^\]]+)\]\(([\w-]+)\.md\)")


def title(text: str) -> str:
    """Return the heading of a page."""
    return text.partition("\n")[0].lstrip("# ")


def show(text: str) -> None:
    """Show a page; links to others of the handbook name the command that shows them.

    `PAGER` is asked to show it, else `less`; `NO_COLOR` leaves out the colours.
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
        terminal.print(Markdown(_TO_A_PAGE.sub(r"\1 (`mturk handbook \2`)", text), hyperlinks=False))


# Show problems and notes about files: of a great many that are alike the first, and how many
# more.


_SHOWN: Final = 5  # of one kind
_VALUE: Final = re.compile(r"""'[^']*'|"[^"]*"|\b(?=\w*\d)\w+\b""")  # what alike sentences differ in


def sentence(error: MTurkTasksError) -> str:
    """Return what to show of an error; programs get it whole."""
    return "\n".join(lines(error.problems)) if isinstance(error, FileError) else str(error)


def lines(problems: Sequence[Problem]) -> list[str]:
    """Return a line for each problem; of alike ones five, and a line that says how many more there are.

    Alike are those of one file that say the same but for line and values.
    """
    total = Counter(map(_kind, problems))
    seen: Counter[Problem] = Counter()
    told = []
    for problem in problems:
        kind = _kind(problem)
        seen[kind] += 1
        more = total[kind] - _SHOWN
        if seen[kind] <= _SHOWN or more == 1:  # a line in place of one would save nothing
            told.append(str(problem))
        elif seen[kind] == _SHOWN + 1:
            told.append(f"{problem.path}: and {more:,} more like it")
    return told


def _kind(problem: Problem) -> Problem:
    return Problem(problem.path, None, _VALUE.sub("", problem.text))
