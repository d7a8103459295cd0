"""The HIT properties file as values: which keys there are, which are needed, what fits in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary.money import parse_usd

YEAR: Final = 365 * 24 * 3600
MONTH: Final = 30 * 24 * 3600
ANNOTATION_LIMIT: Final = 255

_QUALIFICATION = "qualification"


@dataclass(frozen=True)
class HitProperties:
    """What a properties file says: the first seven describe the HIT type, the rest each HIT.

    Durations are seconds. `annotation` is a template, merged with each input row.
    """

    title: str
    description: str
    keywords: str
    reward: Decimal
    assignmentduration: int
    autoapprovaldelay: int
    assignments: int
    hitlifetime: int
    annotation: str
    annotation_line: int


def _text(limit: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        value = value.strip()
        if len(value) > limit:
            raise ValueError(f"{len(value)} characters are too many; the service takes at most {limit}")
        return value

    return read


def _whole(lowest: int, highest: int, unit: str) -> Callable[[str], int]:
    def read(value: str) -> int:
        try:
            number = int(value.strip())
        except ValueError:
            raise ValueError(f"{value.strip()!r} is no whole number of {unit}") from None
        if not lowest <= number <= highest:
            raise ValueError(f"{number} is out of range; write {lowest} to {highest} {unit}")
        return number

    return read


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "title": _text(128),
    "description": _text(2000),
    "keywords": _text(1000),
    "reward": parse_usd,
    "assignmentduration": _whole(30, YEAR, "seconds"),
    "autoapprovaldelay": _whole(0, MONTH, "seconds"),
    "assignments": _whole(1, 10**9, "assignments"),
    "hitlifetime": _whole(30, YEAR, "seconds"),
    "annotation": str.strip,
}
_OPTIONAL: Final = {"keywords": "", "annotation": ""}
REQUIRED: Final = tuple(key for key in _READERS if key not in _OPTIONAL)

Entry = tuple[int, str, str]  # line, key, value


def read(entries: Iterable[Entry], path: Path) -> tuple[HitProperties, list[Problem]]:
    """Return the properties, and warnings about keys that are unknown or stand there twice.

    Raise FileError with every mistake at once. A repeated key counts as it last stands, as in Java.
    """
    last: dict[str, tuple[int, str]] = {}
    warnings: list[Problem] = []
    problems: list[Problem] = []
    for line, key, value in entries:
        if key.split(".")[0] == _QUALIFICATION:
            problems.append(Problem(path, line, f"{key}: qualification requirements are not supported yet"))
        elif key not in _READERS:
            warnings.append(Problem(path, line, f"{key!r} is no property of a HIT and is ignored"))
            continue
        elif key in last:
            warnings.append(
                Problem(path, line, f"{key} stood in line {last[key][0]} already; this one counts")
            )
        last[key] = (line, value)
    values = _values(last, path, problems)
    if problems:
        raise FileError(*problems)
    return HitProperties(**values, annotation_line=last.get("annotation", (0, ""))[0]), warnings


def _values(last: dict[str, tuple[int, str]], path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Return each key's value; what is missing or does not fit is added to `problems`."""
    values: dict[str, Any] = dict(_OPTIONAL)
    for key, reader in _READERS.items():
        line, text = last.get(key, (None, ""))
        if key in REQUIRED and not text.strip():
            problems.append(Problem(path, line, f"{key} is missing; add a line such as {_EXAMPLES[key]}"))
            continue
        try:
            values[key] = reader(text)
        except ValueError as error:
            problems.append(Problem(path, line, f"{key}: {error}"))
    return values


_EXAMPLES: Final = {
    "title": "title: Choose the better picture",
    "description": "description: Two pictures, one question",
    "reward": "reward: 0.05",
    "assignmentduration": "assignmentduration: 3600",
    "autoapprovaldelay": "autoapprovaldelay: 259200",
    "assignments": "assignments: 3",
    "hitlifetime": "hitlifetime: 259200",
}
