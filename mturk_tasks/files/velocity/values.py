"""What a template calculates with: cells that are escaped when they are written, texts, numbers, lists."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Union

from mturk_tasks.files.velocity import budget

LONGEST = 100_000
LARGEST: Final = 2**63 - 1  # of whole numbers, as in Java
_DIGITS = 100  # no number that is any use is longer, blanks around it included
_NUMBER = re.compile(r"\s*([+-]?\d+)(\.\d+)?\s*")


class Fault(Exception):
    """Say that a value cannot be used as the template says; `text` is what to tell."""

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
        return f"[{budget.joined(_with_commas(map(inner, value)))}]"
    return "" if value is None else str(value)


def _with_commas(texts: Iterable[str]) -> Iterator[str]:
    for number, each in enumerate(texts):
        yield f", {each}" if number else each


def join(*values: Value) -> str | Phrase:
    """Return values one after the other; a cell among them stays one to be escaped."""
    whole = budget.joined(map(raw, values))
    phrases = [value for value in values if isinstance(value, Phrase)]
    return Phrase(whole, budget.joined(map(written, values)), phrases[0].write) if phrases else whole


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
        raise Fault(f"divides {raw(left)} by zero")
    return _within(_OPERATIONS[sign](one, other))


def _within(result: float) -> float:
    """Return a number that Java has too; raise Fault for any other."""
    if isinstance(result, float) and not math.isfinite(result):
        raise Fault("makes a number that is too large")
    if isinstance(result, int) and abs(result) > LARGEST:
        raise Fault(f"makes a number beyond {LARGEST}")
    return result


def _some(value: Value) -> Value:
    if value is None:
        raise Fault("needs a value, and there is none")
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
        raise Fault(f"needs a number, and {raw(value)!r} is none")
    if len(found[0]) > _DIGITS:
        raise Fault("is given a number that is too large")
    return _within(float(found[0]) if found[2] else int(found[1]))


def whole(value: Value) -> int:
    """Return a value as a whole number; raise Fault for what holds none."""
    found = number(value)
    if not isinstance(found, int):
        raise Fault(f"needs a whole number, and {raw(value)} is none")
    return found


def count(first: Value, last: Value) -> list[Value]:
    """Return the whole numbers from one to another, both included; raise Fault for too many of them."""
    start, end = whole(first), whole(last)
    step = 1 if start <= end else -1
    if abs(end - start) >= LONGEST:
        raise Fault(f"counts from {start} to {end}; {LONGEST} numbers at most are counted")
    return list(range(start, end + step, step))


def items(value: Value) -> list[Value]:
    """Return what a loop goes through: the items of a list, none of nothing; raise Fault otherwise."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Fault(f"{raw(value)!r} is no list; .split(',') makes one of a text")
    return value
