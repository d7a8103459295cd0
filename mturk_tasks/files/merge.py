"""Put the cells of a row into a question or an annotation: `$name`, `${name}` and their kin.

The references are those of the old tools' template language that survey folders use; its
directives are refused rather than passed on to workers as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from mturk_tasks.errors import FileError, Problem

_NAME = r"[A-Za-z][A-Za-z0-9_-]*"
_ARGUMENT = rf"\$(?:\{{(?P<braced_argument>[^{{}}$\r\n]+)\}}|(?P<argument>{_NAME}))"
_REFERENCE = re.compile(
    rf"""(?P<escaped>\\)?\$(?P<quiet>!)?(?:
        (?P<brace>\{{)?helper\.urlencode\(\s*{_ARGUMENT}\s*\)(?(brace)\}})
      | \{{(?P<braced>[^{{}}$\r\n]+)\}}
      | (?P<bare>{_NAME})(?P<member>\.[A-Za-z]\w*)?
    )""",
    re.VERBOSE,
)
_DIRECTIVE = re.compile(r"#\{?(set|foreach|if|elseif|macro|parse|include|evaluate|define)\}?\s*\(")
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_RAW = "_raw"

Cells = Mapping[str, str]
Part = Callable[[Cells], str]


@dataclass(frozen=True)
class Template:
    """A text cut into parts once, to be filled with many rows; `notes` says what stays as it is."""

    parts: tuple[Part, ...]
    names: frozenset[str]
    notes: tuple[Problem, ...]

    def fill(self, cells: Cells) -> str:
        """Return the text with the row's cells in it."""
        return "".join(part(cells) for part in self.parts)


def xml(value: str) -> str:
    """Write a cell so that it is text wherever XML may hold it."""
    return escape(value, {'"': "&quot;"})


def plain(value: str) -> str:
    """Write a cell as it is."""
    return value


def compile_template(
    text: str, columns: Collection[str], path: Path, *, first_line: int = 1, write: Callable[[str], str] = xml
) -> Template:
    """Cut a template into parts.

    Raise FileError for a `${name}` that is no column and for a directive. Inside `<script>` both
    stay as they are; so does an unknown bare `$name` anywhere. `write` puts a cell on the page.
    """
    scripts = [found.span() for found in _SCRIPT.finditer(text)]
    cutter = _Cutter(text, frozenset(columns), path, first_line, scripts, write)
    position = 0
    parts: list[Part] = []
    for found in _REFERENCE.finditer(text):
        parts += [_literal(text[position : found.start()]), cutter.part(found)]
        position = found.end()
    parts.append(_literal(text[position:]))
    problems = [*cutter.problems, *cutter.directives()]
    if problems:
        raise FileError(*sorted(problems, key=lambda problem: problem.line or 0))
    return Template(tuple(parts), frozenset(cutter.used), tuple(cutter.notes))


def _literal(text: str) -> Part:
    return lambda cells: text


class _Cutter:
    """Turn each reference into a part, and remember what is wrong with the template."""

    def __init__(
        self,
        text: str,
        columns: frozenset[str],
        path: Path,
        first_line: int,
        scripts: list[tuple[int, int]],
        write: Callable[[str], str],
    ) -> None:
        self.text = text
        self.columns = columns
        self.path = path
        self.first_line = first_line
        self.scripts = scripts
        self.write = write
        self.used: set[str] = set()
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def part(self, found: re.Match[str]) -> Part:
        encoded = found["braced_argument"] or found["argument"]
        name = encoded or found["braced"] or found["bare"]
        column = self._column(name)
        if column is None:
            return self._unknown(found, name)
        if found["escaped"]:
            return _literal(found[0][1:])
        if found["member"]:
            self._note(
                found.start(),
                f"stays as it is; write ${{{name}}}{found['member']} to merge the column",
                found,
            )
            return _literal(found[0])
        self.used.add(column)
        return self._value(column, raw=name != column, encoded=bool(encoded))

    def directives(self) -> list[Problem]:
        return [
            Problem(self.path, self._line(found.start()), f"the directive #{found[1]} is not supported")
            for found in _DIRECTIVE.finditer(self.text)
            if not self._in_script(found.start())
        ]

    def _value(self, column: str, *, raw: bool, encoded: bool) -> Part:
        write = plain if raw else self.write
        if encoded:
            return lambda cells: self.write(quote_plus(cells[column]))
        return lambda cells: write(cells[column])

    def _unknown(self, found: re.Match[str], name: str) -> Part:
        if found["quiet"]:
            return _literal("")
        if self._in_script(found.start()):
            if not any("<script>" in note.text for note in self.notes):
                self._note(found.start(), "is no column and stays as it is inside <script>", found)
        elif found["bare"]:
            self._note(found.start(), "is no column and stays as it is", found)
        elif not found["escaped"]:
            text = f"{found[0]} names no column of the input; it has {', '.join(sorted(self.columns))}"
            self.problems.append(Problem(self.path, self._line(found.start()), text))
        return _literal(found[0])

    def _column(self, name: str) -> str | None:
        if name in self.columns:
            return name
        stem = name.removesuffix(_RAW)
        return stem if name.endswith(_RAW) and stem in self.columns else None

    def _note(self, position: int, text: str, found: re.Match[str]) -> None:
        self.notes.append(Problem(self.path, self._line(position), f"{found[0]} {text}"))

    def _line(self, position: int) -> int:
        return self.first_line + self.text.count("\n", 0, position)

    def _in_script(self, position: int) -> bool:
        return any(start <= position < end for start, end in self.scripts)
