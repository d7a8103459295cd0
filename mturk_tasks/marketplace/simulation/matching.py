"""Find text for a regular expression: strings that a pattern of a form would let through."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from random import Random
from string import ascii_letters, digits, punctuation
from typing import Any, Final

# The tree that `re` compiles from; its module was renamed in Python 3.11.
_parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_USUAL: Final = ascii_letters + digits
_VISIBLE: Final = punctuation + " "
_MORE: Final = (0, 1, 3, 8, 20, 60)  # by how much a repetition may exceed its least count

_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")
_NAMED_REFERENCE = re.compile(r"\\k<(\w+)>")
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": re.compile(r"\d"),
    "CATEGORY_NOT_DIGIT": re.compile(r"\D"),
    "CATEGORY_SPACE": re.compile(r"\s"),
    "CATEGORY_NOT_SPACE": re.compile(r"\S"),
    "CATEGORY_WORD": re.compile(r"\w"),
    "CATEGORY_NOT_WORD": re.compile(r"\W"),
}

_MOST_EFFORT: Final = 5_000  # repetitions in one text; a{1000} in braces again would go on for ever

Fits = Callable[[str], bool]


@lru_cache(maxsize=256)
def compiled(regex: str, *, ignore_case: bool = False) -> re.Pattern[str] | None:
    r"""Return a JavaScript pattern as one of Python's, None if Python cannot read it.

    `\d` and `\w` mean ASCII alone, as in JavaScript.
    """
    translated = _NAMED_REFERENCE.sub(r"(?P=\1)", _NAMED_GROUP.sub("(?P<", regex))
    with _unwarned():
        try:
            return re.compile(translated, re.ASCII | (re.IGNORECASE if ignore_case else 0))
        except (re.error, RecursionError, OverflowError):
            return None


def likely_texts(patterns: Sequence[re.Pattern[str]], random: Random, tries: int) -> Iterator[str]:
    """Yield texts that are likely to match: some made for one pattern, some for all of them in a row.

    Look-aheads, boundaries and the limits of other patterns are not heeded: test each text.
    """
    trees = [_tree(pattern) for pattern in patterns]
    for turn in range(tries if trees else 0):
        more = _MORE[turn % len(_MORE)]
        samples = [_Sample(random, more).of(tree) for tree in trees]
        yield from samples
        if len(samples) > 1:
            yield "".join(samples)


@lru_cache(maxsize=256)
def _tree(pattern: re.Pattern[str]) -> Any:
    with _unwarned():
        return _parser.parse(pattern.pattern, pattern.flags)


@contextmanager
def _unwarned() -> Iterator[None]:
    """Keep Python's warnings about `[[` or `--` in a set from people who write JavaScript."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Sample:
    """One random walk through a pattern's tree, remembering its groups for references to them."""

    def __init__(self, random: Random, more: int) -> None:
        self._random = random
        self._more = more
        self._effort = 0
        self._groups: dict[int, str] = {}
        self._writers: Final[dict[str, Callable[[Any], str]]] = {
            "LITERAL": chr,
            "NOT_LITERAL": lambda code: self._pick(lambda one: ord(one) != code),
            "ANY": lambda _: self._pick(lambda one: True),
            "IN": self._one_of,
            "BRANCH": lambda argument: self.of(self._random.choice(argument[1])),
            "SUBPATTERN": self._group,
            "ATOMIC_GROUP": self.of,
            "MAX_REPEAT": self._repeat,
            "MIN_REPEAT": self._repeat,
            "POSSESSIVE_REPEAT": self._repeat,
            "GROUPREF": lambda number: self._groups.get(number, ""),
            "GROUPREF_EXISTS": self._either,
        }

    def of(self, tree: Any) -> str:
        return "".join(
            self._writers[code.name](argument) for code, argument in tree if code.name in self._writers
        )

    def _repeat(self, argument: Any) -> str:
        least, most, tree = argument
        pieces = []
        for _ in range(self._random.randint(least, min(int(most), least + self._more))):
            self._effort += 1
            if self._effort > _MOST_EFFORT:
                break
            pieces.append(self.of(tree))
        return "".join(pieces)

    def _group(self, argument: Any) -> str:
        number, *_, tree = argument
        text = self.of(tree)
        if number is not None:
            self._groups[number] = text
        return text

    def _either(self, argument: Any) -> str:
        number, present, absent = argument
        return self.of((present if number in self._groups else absent) or ())

    def _one_of(self, members: Any) -> str:
        return self._pick(lambda one: _is_member(members, one)) or _first_of(members)

    def _pick(self, fits: Fits) -> str:
        """Return a letter or digit that fits, else another visible character, else nothing."""
        for alphabet in (_USUAL, _VISIBLE):
            fitting = [one for one in alphabet if fits(one)]
            if fitting:
                return self._random.choice(fitting)
        return ""


def _is_member(members: Any, character: str) -> bool:
    """Say whether a character is in a set such as `[^a-z_]`."""
    number = ord(character)
    negated: bool = members[0][0].name == "NEGATE"
    found = any(
        (code.name == "LITERAL" and argument == number)
        or (code.name == "RANGE" and argument[0] <= number <= argument[1])
        or (code.name == "CATEGORY" and _CATEGORIES[argument.name].match(character))
        for code, argument in members
    )
    return found != negated


def _first_of(members: Any) -> str:
    """Return the first character of a set that has none on an English keyboard."""
    for code, argument in members:
        if code.name == "LITERAL":
            return chr(argument)
        if code.name == "RANGE":
            return chr(argument[0])
    return ""
