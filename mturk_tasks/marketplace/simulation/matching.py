"""Find text that a field lets through: plain words, a number in a range, or what formats ask for."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from random import Random
from string import ascii_letters, digits, punctuation
from typing import Any, Final

from mturk_tasks.marketplace.simulation.population import of_length, words
from mturk_tasks.markup.question_form import FreeText
from mturk_tasks.markup.xml import FORBIDDEN

# The tree that `re` compiles from; its module was renamed in Python 3.11.
_parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

_PHRASES: Final = 10  # tried before any text is made from formats
_TRIES: Final = 120  # of texts made from formats
_DIGITS: Final = 15  # as many as a number can have and stay exact
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# A pattern such as ^(\w+ ?)*$ takes twice as long for each character of a text that does not match:
# longer texts are tried only where they are likely to match.
_SAFE: Final = 20

_USUAL: Final = ascii_letters + digits
_VISIBLE: Final = punctuation + " "
_EXTRA_REPEATS: Final = (0, 1, 3, 8, 20, 60)  # by how much a repetition may exceed its least count
_MOST_REPEATS: Final = 5_000  # in one text; a{1000} in braces again would go on for ever
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


def find_text(name: str, wanted: FreeText, random: Random) -> str | None:
    """Return a text, never empty, that the field's checks let through; None if none was found.

    Plain words are tried first, as people would, then texts made from the formats.
    """
    tries = (text for text in _tries(name, wanted, random) if text and not FORBIDDEN.search(text))
    return next((text for text in tries if satisfies(text, wanted)), None)


def plain_text(name: str, wanted: FreeText, random: Random) -> str:
    """Return words that fit the name and the length of a field, whatever its format."""
    return of_length(words(name, random), wanted.shortest or 0, wanted.longest, random)


def satisfies(text: str, wanted: FreeText) -> bool:
    """Say whether a form's checks let the text through; a format must be found somewhere in it."""
    longest = len(text) if wanted.longest is None else wanted.longest
    if not (wanted.shortest or 0) <= len(text) <= longest:
        return False
    if wanted.numeric and not _is_in_range(text, wanted):
        return False
    return all(pattern is not None and pattern.search(text) for pattern in _patterns(wanted))


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


def _is_in_range(text: str, wanted: FreeText) -> bool:
    if not _NUMBER.fullmatch(text):
        return False
    number = Decimal(text)
    above = wanted.lowest is None or number >= wanted.lowest
    return above and (wanted.highest is None or number <= wanted.highest)


def _patterns(wanted: FreeText) -> list[re.Pattern[str] | None]:
    return [compiled(format_.regex, ignore_case=format_.ignore_case) for format_ in wanted.formats]


def _tries(name: str, wanted: FreeText, random: Random) -> Iterator[str]:
    if wanted.numeric:
        yield from _numbers(wanted, random)
    for _ in range(_PHRASES):
        text = plain_text(name, wanted, random)
        if len(text) <= _SAFE or not wanted.formats:
            yield text
    yield from _made_from_formats(wanted, random)
    if wanted.default is not None:
        yield wanted.default


def _numbers(wanted: FreeText, random: Random) -> Iterator[str]:
    """Yield numbers of the range, whole ones first, then with decimals to reach a least length."""
    digits_ = min(wanted.shortest or 0, _DIGITS)
    low = min(0, wanted.highest or 0) if wanted.lowest is None else wanted.lowest
    high = max(low + 100, 10**digits_) if wanted.highest is None else wanted.highest
    for _ in range(10):
        number = random.randint(low, max(low, high))
        yield str(number)
        yield f"{number:.{max(1, digits_ - len(str(number)) - 1)}f}"


def _made_from_formats(wanted: FreeText, random: Random) -> Iterator[str]:
    """Yield texts that are likely to match: some made for one pattern, some for all of them in a row.

    Look-aheads, boundaries and the limits of other patterns are not heeded.
    """
    patterns = [pattern for pattern in _patterns(wanted) if pattern is not None]
    trees = [_tree(pattern) for pattern in patterns]
    shortest = wanted.shortest or 0
    for turn in range(_TRIES if trees else 0):
        extra = _EXTRA_REPEATS[turn % len(_EXTRA_REPEATS)]
        samples = [_Sample(random, extra).of(tree) for tree in trees]
        for text in (*samples, "".join(samples)) if len(samples) > 1 else samples:
            yield text
            if len(text) < min(shortest, _SAFE) and all(pattern.search(f"{text} .") for pattern in patterns):
                yield of_length(text, shortest, wanted.longest, random)  # words may follow what it asks for


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

    def __init__(self, random: Random, extra: int) -> None:
        self._random = random
        self._extra = extra
        self._repeats = 0
        self._groups: dict[int, str] = {}
        self._writers: Final[dict[str, Callable[[Any], str]]] = {
            "LITERAL": chr,
            "NOT_LITERAL": lambda code: self._pick(lambda character: ord(character) != code),
            "ANY": lambda _: self._pick(lambda _: True),
            "IN": self._in_set,
            "BRANCH": lambda argument: self.of(self._random.choice(argument[1])),
            "SUBPATTERN": self._group,
            "ATOMIC_GROUP": self.of,
            "MAX_REPEAT": self._repeat,
            "MIN_REPEAT": self._repeat,
            "POSSESSIVE_REPEAT": self._repeat,
            "GROUPREF": lambda number: self._groups.get(number, ""),
            "GROUPREF_EXISTS": self._if_group,
        }

    def of(self, tree: Any) -> str:
        return "".join(
            self._writers[code.name](argument) for code, argument in tree if code.name in self._writers
        )

    def _repeat(self, argument: Any) -> str:
        least, most, tree = argument
        pieces = []
        for _ in range(self._random.randint(least, min(int(most), least + self._extra))):
            self._repeats += 1
            if self._repeats > _MOST_REPEATS:
                break
            pieces.append(self.of(tree))
        return "".join(pieces)

    def _group(self, argument: Any) -> str:
        number, *_, tree = argument
        text = self.of(tree)
        if number is not None:
            self._groups[number] = text
        return text

    def _if_group(self, argument: Any) -> str:
        number, present, absent = argument
        return self.of((present if number in self._groups else absent) or ())

    def _in_set(self, members: Any) -> str:
        return self._pick(lambda character: _is_member(members, character)) or _first_of(members)

    def _pick(self, fits: Callable[[str], bool]) -> str:
        """Return a letter or digit that fits, else another visible character, else nothing."""
        for alphabet in (_USUAL, _VISIBLE):
            fitting = [character for character in alphabet if fits(character)]
            if fitting:
                return self._random.choice(fitting)
        return ""


def _is_member(members: Any, character: str) -> bool:
    """Say whether a character is in a set such as `[^a-z_]`."""
    number = ord(character)
    negated: bool = members[0][0].name == "NEGATE"
    listed = any(
        (code.name == "LITERAL" and argument == number)
        or (code.name == "RANGE" and argument[0] <= number <= argument[1])
        or (code.name == "CATEGORY" and _CATEGORIES[argument.name].match(character))
        for code, argument in members
    )
    return listed != negated


def _first_of(members: Any) -> str:
    """Return the first character of a set that has none on an English keyboard."""
    for code, argument in members:
        if code.name == "LITERAL":
            return chr(argument)
        if code.name == "RANGE":
            return chr(argument[0])
    return ""
