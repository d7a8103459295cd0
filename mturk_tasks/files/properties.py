r"""Properties files as Java reads them: `key: value`, `key = value`, `#` comments, `\` escapes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib.text import Source

_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\t\n\r]")


@dataclass(frozen=True)
class Properties:
    """The keys of a properties file in order, each with the line it stands in; repeated keys stay."""

    entries: tuple[tuple[int, str, str], ...]
    notes: tuple[Problem, ...]


def parse(source: Source) -> Properties:
    r"""Return the entries of a properties file.

    Raise FileError for a malformed `\u` escape. A backslash that made a tab or a line end out of a
    letter is noted: a path such as `c:\temp` is meant more often.
    """
    import javaproperties

    entries: list[tuple[int, str, str]] = []
    notes = list(source.notes)
    line = 1
    try:
        for element in javaproperties.parse(source.text):
            if isinstance(element, javaproperties.KeyValue):
                entries.append((line, element.key, element.value))
                if "\\" in element.source and _CONTROL.search(element.value):
                    text = f"{element.key}: a backslash made a control character; write \\\\ for a backslash"
                    notes.append(Problem(source.path, line, text))
            line += len(_LINE_END.findall(element.source))
    except javaproperties.InvalidUEscapeError as error:
        raise FileError(Problem(source.path, line, f"{error}; write \\u and four digits")) from error
    return Properties(tuple(entries), tuple(notes))
