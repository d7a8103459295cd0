"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Lay out rows of text; numbers stay as they are written, so that $0.10 does not become 0.1."""
    from tabulate import tabulate

    return tabulate(rows, headers=header, tablefmt="simple" if header else "plain", disable_numparse=True)


def shorten(text: str, width: int) -> str:
    """Return a text in one line of at most `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
