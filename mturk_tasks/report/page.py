"""Show a page of Markdown: laid out on a terminal, with a pager; as it stands to whatever else reads it."""

from __future__ import annotations

import os
import re
import sys

from mturk_tasks.report.console import Console, on_terminal

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
