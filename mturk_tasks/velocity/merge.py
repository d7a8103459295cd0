"""Put the cells of a row into a question or an annotation: `$name`, `${name}` and their kin.

Survey folders are written in a part of Velocity, which `velocity` reads; this is its front.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from xml.sax.saxutils import escape

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib.time import format_date
from mturk_tasks.velocity import blocks, values
from mturk_tasks.velocity.evaluation import program
from mturk_tasks.velocity.names import Names
from mturk_tasks.velocity.tree import RAW, Findings, Position
from mturk_tasks.velocity.values import Phrase, TemplateRow, Value

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Template:
    """A text compiled once, to be filled with many rows.

    `names` are the columns it uses, `not_raw` those of them that it does not only use as `${name_raw}`,
    `notes` says what stays as it is, `files` are those it brings in.
    """

    program: Callable[[TemplateRow], str]
    write: Callable[[str], str]
    today: str
    names: frozenset[str]
    not_raw: frozenset[str]
    notes: tuple[Problem, ...]
    files: tuple[Path, ...] = ()

    def fill(self, cells: Cells) -> str:
        """Return the text with the row's cells in it.

        Raise FileError, with the line of the template, for a cell that it cannot use as it wants to.
        """
        values: dict[str, Value] = {"today": self.today}
        for name in self.names:
            values[name + RAW] = cells[name]
        for name in self.names:
            values[name] = Phrase(cells[name], self.write(cells[name]), self.write)
        return self.program(TemplateRow(values))


def xml(value: str) -> str:
    """Write a cell so that it is text wherever XML may hold it."""
    return escape(value, {'"': "&quot;"})


def plain(value: str) -> str:
    """Write a cell as it is."""
    return value


def compile_template(
    text: str,
    columns: Collection[str],
    path: Path,
    *,
    first_line: int = 1,
    write: Callable[[str], str] = xml,
    today: datetime | None = None,
    keeps_unknown: bool = False,
) -> Template:
    """Read a template and make a program of it.

    Raise FileError, with every line at fault, for a `${name}` that is no column and for directives
    that cannot be followed. Inside `<script>` both stay as they are; so does an unknown bare `$name`
    anywhere, and each unknown name with `keeps_unknown`. `write` puts a cell on the page; `today` is
    what `$today` says, the present moment unless given. Files named by #parse and #include are looked
    for in the folder of `path`.
    """
    findings = Findings(frozenset(columns), path.parent, keeps_unknown)
    try:
        with values.Load().row((str(path), first_line)):
            tree = blocks.read(text, path, first_line, findings)
    except values.Spent as spent:
        raise FileError(Problem(path, first_line, "is more than can be read; make it shorter")) from spent
    names = Names(findings)
    run = program(tree, names, Position(path, first_line))
    if findings.problems:
        raise FileError(*sorted(findings.problems, key=lambda problem: problem.line or 0))
    moment = format_date(today or datetime.now(timezone.utc))
    used, notes, opened = frozenset(names.used), tuple(findings.notes), tuple(findings.opened)
    return Template(run, write, moment, used, used & names.written, notes, opened)
