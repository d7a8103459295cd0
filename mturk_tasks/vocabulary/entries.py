"""Entries of properties files: which one counts, and how a value is read from its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from mturk_tasks.errors import Problem

LARGEST: Final = 2**31 - 1  # what the API's integers hold
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")


class Entry(NamedTuple):
    """One key of a properties file: the line it stands in, its name and its text."""

    line: int
    key: str
    text: str


@dataclass(frozen=True)
class Key:
    """How a key is read. With an `example` it is required, else its absence means the `default`."""

    read: Callable[[str], Any]
    example: str = ""
    default: Any = None


def last(
    entries: Iterable[tuple[int, str, str]], known: Callable[[str], bool], what: str, path: Path
) -> tuple[dict[str, Entry], list[Problem]]:
    """Return each key as it last stands, which is what counts in Java, and warnings.

    Keys that are not `known` are left out; `what` names the thing that they are no property of.
    """
    found: dict[str, Entry] = {}
    warnings: list[Problem] = []
    for line, key, text in entries:
        if not known(key):
            warnings.append(Problem(path, line, f"{key!r} is no property of {what} and is ignored"))
            continue
        if key in found:
            said = f"{key} stood in line {found[key].line} already; this one counts"
            warnings.append(Problem(path, line, said))
        found[key] = Entry(line, key, text)
    return found, warnings


def values(
    found: Mapping[str, Entry], keys: Mapping[str, Key], path: Path
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the value of each key, and what is missing or does not fit."""
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, key in keys.items():
        line, _, text = found.get(name, (None, name, ""))
        if not text.strip():
            read[name] = key.default
            if key.example:
                problems.append(Problem(path, line, f"{name} is missing; add a line such as {key.example}"))
            continue
        try:
            read[name] = key.read(text)
        except ValueError as error:
            problems.append(Problem(path, line, f"{name}: {error}"))
    return read, problems


def text(limit: int) -> Callable[[str], str]:
    """Return a reader of texts of at most so many characters; blanks around them do not count."""

    def read(value: str) -> str:
        value = value.strip()
        if len(value) > limit:
            raise ValueError(f"{len(value)} characters are too many; the service takes at most {limit}")
        return value

    return read


def whole(lowest: int, highest: int, unit: str = "") -> Callable[[str], int]:
    """Return a reader of whole numbers within these bounds, which belong to them."""
    of_what, units = (f" of {unit}", f" {unit}") if unit else ("", "")

    def read(value: str) -> int:
        value = value.strip()
        if not _WHOLE.fullmatch(value):
            raise ValueError(f"{value!r} is no whole number{of_what}")
        # A number of thousands of digits is no number that Python reads, nor one within any bounds.
        number = int(value) if len(value) < 20 else None
        if number is None or not lowest <= number <= highest:
            raise ValueError(f"{value} is out of range; write {lowest} to {highest}{units}")
        return number

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader of one of these words in any case."""

    def read(value: str) -> str:
        for word in words:
            if value.strip().lower() == word.lower():
                return word
        raise ValueError(f"{value.strip()!r} is not known; write {' or '.join(words)}")

    return read
