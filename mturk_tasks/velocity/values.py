"""What a template calculates with: cells that are escaped when they are written, texts, numbers, lists."""

from __future__ import annotations

import math
import operator
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Union

from mturk_tasks.errors import FileError

# What merging may take, in steps, characters and seconds, so that no template runs without end.
#
# A folder may come from anybody, and a slip in an honest one can double a text forty times. Each
# row has a budget, and all rows of a load share another.


LONGEST_TEXT: Final = 1_000_000  # characters of a text; as many as the longest question that can be posted
STEPS: Final = 500_000
CHARACTERS: Final = 20_000_000
SECONDS: Final = 10.0
LOAD_CHARACTERS: Final = 2_000_000_000  # 10,000 rows of the longest questions make about half of it
LOAD_SECONDS: Final = 300.0


class Spent(Exception):
    """The budget is used up; `text` is the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class TooMuch(FileError):
    """A used-up budget with the line of the template; the rows that follow need not be tried."""


@dataclass
class Budget:
    """What is left for a row; `place` is the line of the template that is being followed."""

    ends: float
    steps: int = STEPS
    characters: int = CHARACTERS
    place: tuple[str, int] = ("", 1)

    def spend(self, steps: int = 1, characters: int = 0) -> None:
        """Take from it; raise Spent where there is not enough left."""
        self.steps -= steps
        self.characters -= characters
        if self.steps < 0:
            raise Spent(f"takes more than {STEPS} steps for a row; shorten the lists that are gone through")
        if self.characters < 0:
            raise Spent(f"makes texts of more than {CHARACTERS} characters for a row; make fewer of them")
        if self.seconds() < 0:
            raise Spent("takes too long; make its loops shorter and its patterns simpler")

    def seconds(self) -> float:
        """Return how many seconds are left."""
        return self.ends - time.monotonic()


_row: ContextVar[Budget] = ContextVar("budget")


@dataclass
class Load:
    """What is left for all rows that one template is filled with."""

    seconds: float = LOAD_SECONDS
    characters: int = LOAD_CHARACTERS

    def take(self, characters: int) -> bool:
        """Take the characters of a row that costs nothing else, if it may have so many; say whether."""
        if characters > min(LONGEST_TEXT, self.characters) or self.seconds <= 0:
            return False
        self.characters -= characters
        return True

    @contextmanager
    def row(self, place: tuple[str, int]) -> Iterator[Budget]:
        """Give a row its budget and take what it needed from the load's."""
        began = time.monotonic()
        given = min(CHARACTERS, self.characters)
        budget = Budget(began + min(SECONDS, self.seconds), characters=given, place=place)
        token = _row.set(budget)
        try:
            yield budget
        finally:
            _row.reset(token)
            self.seconds -= time.monotonic() - began
            self.characters -= given - budget.characters


def current() -> Budget:
    """Return the budget of the row that is being merged; outside of any, one of its own."""
    found = _row.get(None)
    return found if found else Budget(time.monotonic() + SECONDS)


def joined(pieces: Iterable[str]) -> str:
    """Return pieces as one text: every text that grows is made here, and counted while it does."""
    budget, kept, length = current(), [], 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        budget.spend(characters=len(piece))
        if length > LONGEST_TEXT:
            raise Spent(f"makes a text of more than {LONGEST_TEXT} characters")
    return "".join(kept)


LONGEST_RANGE = 100_000
LARGEST: Final = 2**63 - 1  # of whole numbers, as in Java
_DIGITS = 100  # no number that is any use is longer, blanks around it included
_NUMBER = re.compile(r"\s*([+-]?\d+)(\.\d+)?\s*")


class TemplateFault(Exception):
    """A value that cannot be used as the template says; `text` is the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


@dataclass(frozen=True)
class Phrase:
    """A text with a cell in it: as it is for comparisons, and as it is written.

    `write` makes the second of the first. Texts of the template's own are plain strings.
    """

    raw: str
    written: str
    write: Callable[[str], str]


Value = Union[None, bool, int, float, str, Phrase, "list[Value]"]
Whole = Callable[[float, float], float]


def raw(value: Value) -> str:
    """Return a value as text, cells as they are."""
    return value.raw if isinstance(value, Phrase) else _text(value, raw)


def written(value: Value) -> str:
    """Return a value as it stands on the page, cells escaped."""
    return value.written if isinstance(value, Phrase) else _text(value, written)


def _text(value: Value, inner: Callable[[Value], str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{joined(_with_commas(map(inner, value)))}]"
    return "" if value is None else str(value)


def _with_commas(texts: Iterable[str]) -> Iterator[str]:
    for number, each in enumerate(texts):
        yield f", {each}" if number else each


def join(*values: Value) -> str | Phrase:
    """Return values one after the other; a cell among them stays one to be escaped."""
    whole = joined(map(raw, values))
    phrases = [value for value in values if isinstance(value, Phrase)]
    return Phrase(whole, joined(map(written, values)), phrases[0].write) if phrases else whole


def holds(value: Value) -> bool:
    """Say whether a condition holds: only nothing and false do not, as in Velocity."""
    return value is not None and value is not False


def compare(sign: str, left: Value, right: Value) -> bool:
    """Return whether a comparison holds.

    Two numbers are compared as such, and whatever else as text where the question is whether they
    are equal. For what is greater, cells that hold numbers are numbers; Velocity silently said no.
    """
    if sign in ("==", "!="):
        return _equal(left, right) is (sign == "==")
    order = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
    return bool(order[sign](number(left), number(right)))


def _equal(left: Value, right: Value) -> bool:
    if left is None or right is None:
        return left is right
    if _is_number(left) and _is_number(right):
        return left == right
    return raw(left) == raw(right)


def calculate(sign: str, left: Value, right: Value) -> Value:
    """Return the result of a calculation; `+` with a text among its two sides joins them.

    The division of whole numbers drops the rest, and the rest has the sign of what is divided.
    """
    if sign == "+" and any(isinstance(value, str | Phrase) for value in (left, right)):
        return join(_some(left), _some(right))
    one, other = number(left), number(right)
    if sign in ("/", "%") and other == 0:
        raise TemplateFault(f"divides {raw(left)} by zero")
    return _within(_OPERATIONS[sign](one, other))


def _within(result: float) -> float:
    """Return a number that Java has too; raise Fault for any other."""
    if isinstance(result, float) and not math.isfinite(result):
        raise TemplateFault("makes a number that is too large")
    if isinstance(result, int) and abs(result) > LARGEST:
        raise TemplateFault(f"makes a number beyond {LARGEST}")
    return result


def _some(value: Value) -> Value:
    if value is None:
        raise TemplateFault("needs a value, and there is none")
    return value


def _divided(one: float, other: float) -> float:
    if isinstance(one, float) or isinstance(other, float):
        return one / other
    whole = abs(one) // abs(other)
    return whole if (one < 0) == (other < 0) else -whole


def _rest(one: float, other: float) -> float:
    if isinstance(one, float) or isinstance(other, float):
        return math.fmod(one, other)
    return one - other * _divided(one, other)


_OPERATIONS: Final[dict[str, Whole]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": _rest,
}


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Value) -> float:
    """Return a value as a number; raise Fault for what holds none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    found = _NUMBER.fullmatch(raw(_some(value))) if isinstance(value, str | Phrase | None) else None
    if not found:
        raise TemplateFault(f"needs a number, and {raw(value)!r} is none")
    if len(found[0]) > _DIGITS:
        raise TemplateFault("is given a number that is too large")
    return _within(float(found[0]) if found[2] else int(found[1]))


def whole(value: Value) -> int:
    """Return a value as a whole number; raise Fault for what holds none."""
    found = number(value)
    if not isinstance(found, int):
        raise TemplateFault(f"needs a whole number, and {raw(value)} is none")
    return found


def count(first: Value, last: Value) -> list[Value]:
    """Return the whole numbers from one to another, both included; raise Fault for too many of them."""
    start, end = whole(first), whole(last)
    step = 1 if start <= end else -1
    if abs(end - start) >= LONGEST_RANGE:
        raise TemplateFault(f"counts from {start} to {end}; {LONGEST_RANGE} numbers at most are counted")
    return list(range(start, end + step, step))


def items(value: Value) -> list[Value]:
    """Return what a loop goes through: the items of a list, none of nothing; raise Fault otherwise."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TemplateFault(f"{raw(value)!r} is no list; .split(',') makes one of a text")
    return value


# The variables of one row while its text is made.


_COUNTER = "velocityCount"


class TemplateRow:
    """The variables of one row while its text is made; a name without a value stands for None."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)
        self._loops: list[dict[str, Value]] = []
        self._outer: list[tuple[str, Value, Value]] = []

    def read(self, name: str) -> Value:
        """Return what a name stands for."""
        return self._values.get(name)

    def assign(self, name: str, value: Value) -> None:
        """Let a name stand for a value; where there is none it keeps the one it has."""
        if value is not None:
            self._values[name] = value

    def each(self, name: str, items: list[Value]) -> Iterator[Value]:
        """Yield items one by one, each under its name and with its number; `leave` ends it."""
        self._outer.append((name, self.read(name), self.read(_COUNTER)))
        self._loops.append({})
        for index, item in enumerate(items):
            current().spend()
            more = index + 1 < len(items)
            self._values.update({name: item, _COUNTER: index + 1})
            self._loops[-1] = {
                "count": index + 1,
                "index": index,
                "hasNext": more,
                "first": index == 0,
                "last": not more,
            }
            yield item

    def leave(self) -> None:
        """End the innermost loop: its names stand for what they did before."""
        name, value, counter = self._outer.pop()
        self._values.update({name: value, _COUNTER: counter})
        self._loops.pop()

    def loop(self, name: str) -> Value:
        """Return a property of the innermost loop, nothing outside of any."""
        return self._loops[-1].get(name) if self._loops else None
