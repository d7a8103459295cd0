"""The methods of texts and lists that a template may call; they do what Java's do.

A character counts as one, also beyond the 65,536 that Java counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any
from urllib.parse import quote_plus

import regex

from mturk_tasks.velocity import values
from mturk_tasks.velocity.values import Phrase, TemplateFault, Value, compare, raw, whole, written

_BLANKS = "".join(map(chr, range(0x21)))
_LONGEST_PATTERN = 1000
_MOST_REPEATS = 10_000  # `regex` writes them out when it reads a pattern, one within another multiplied
_REPEAT = re.compile(r"\{(?:\d*,)?(\d+),?\}")
_GROUP = re.compile(r"\\(.)|\$(\d)", re.DOTALL)


@dataclass(frozen=True)
class _Method:
    """What to call, what each argument is taken as, and how many of them are needed.

    Where `pieces` is true, what is called makes its result of pieces and takes a function that
    writes those that stem from the value.
    """

    call: Callable[..., Any]
    takes: tuple[Callable[[Value], Any], ...] = ()
    needs: int | None = None
    pieces: bool = False


def urlencode(value: Value) -> str:
    """Return a cell for use in a URL, encoded as forms are: a blank becomes `+`."""
    return quote_plus(raw(_given(value)), safe="*").replace("~", "%7E")


def call(name: str, value: Value, *arguments: Value) -> Value:
    """Return what a method makes of a value; of nothing it makes nothing.

    A text made of a cell is escaped as the cell was; what the template itself puts in with
    `replace` stays as it is. Raise Fault for what the value cannot do.
    """
    if value is None:
        return None
    receiver = value.raw if isinstance(value, Phrase) else value
    method = _method(name, receiver, len(arguments))
    result = _result(method, name, receiver, arguments)
    phrases = [phrase for phrase in (value, *arguments) if isinstance(phrase, Phrase)]
    if phrases and method.pieces:
        write = value.write if isinstance(value, Phrase) else str
        shown = _result(method, name, receiver, arguments, write)
        return Phrase(raw(result), raw(shown), phrases[0].write)
    return _like(value, result) if isinstance(value, Phrase) else result


def _like(phrase: Phrase, result: Value) -> Value:
    if isinstance(result, list):
        return [_like(phrase, item) for item in result]
    return Phrase(result, phrase.write(result), phrase.write) if isinstance(result, str) else result


def _method(name: str, value: Value, arguments: int) -> _Method:
    method = _methods_of(value).get(name)
    if method is None:
        raise TemplateFault(f"{raw(value)!r} has no .{name}()")
    least = len(method.takes) if method.needs is None else method.needs
    if not least <= arguments <= len(method.takes):
        raise TemplateFault(f".{name}() does not take {arguments} arguments")
    return method


def _result(
    method: _Method,
    name: str,
    value: Value,
    arguments: tuple[Value, ...],
    write: Callable[[str], str] | None = None,
) -> Value:
    """Return what the method makes of the value, the pieces of it written where `write` is given."""
    takes = [written if write and take is _replacement else take for take in method.takes]
    taken = [take(_given(argument)) for take, argument in zip(takes, arguments, strict=False)]
    try:
        result: Value = method.call(value, *taken, *([write] if write else []))
    except IndexError:
        raise TemplateFault(
            f".{name}({', '.join(map(raw, arguments))}) reaches beyond {raw(value)!r}"
        ) from None
    except regex.error as error:
        raise TemplateFault(f".{name}() cannot use the pattern {raw(arguments[0])!r}: {error}") from None
    return result


def _methods_of(value: Value) -> dict[str, _Method]:
    if isinstance(value, list):
        return _OF_LISTS
    return _OF_TEXTS if isinstance(value, str) else {}


def _given(value: Value) -> Value:
    if value is None:
        raise TemplateFault("is given something that has no value")
    return value


def _any(value: Value) -> Value:
    return value


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise IndexError
    return text[start:stop]


def _get(values: list[Value], index: int) -> Value:
    if index < 0:
        raise IndexError
    return values[index]


def _index(values: list[Value], wanted: Value) -> int:
    return next((index for index, value in enumerate(values) if compare("==", value, wanted)), -1)


def _replacement(value: Value) -> str:
    return raw(value)


def _replace(text: str, old: str, new: str, write: Callable[[str], str] = str) -> str:
    if not old:
        return write(text)
    first, *others = text.split(old)
    return values.joined((write(first), *(piece for other in others for piece in (new, write(other)))))


def _replace_all(text: str, pattern: str, new: str, write: Callable[[str], str] = str) -> str:
    def pieces() -> Iterator[str]:
        start = 0
        for found in _matches(pattern, text):
            yield write(text[start : found.start()])
            yield _expanded(new, found, write)
            start = found.end()
        yield write(text[start:])

    return values.joined(pieces())


def _expanded(new: str, found: regex.Match[str], write: Callable[[str], str]) -> str:
    """Return a replacement with what `$1` and its like found in it."""

    def pieces() -> Iterator[str]:
        start = 0
        for group in _GROUP.finditer(new):
            yield new[start : group.start()]
            yield group[1] or write(found[int(group[2])] or "")
            start = group.end()
        yield new[start:]

    return values.joined(pieces())


def _split(text: str, pattern: str) -> list[str]:
    """Cut a text at what the pattern finds; empty pieces at the end are dropped, as in Java."""
    pieces, start = [], 0
    for found in _matches(pattern, text):
        if found.end() > 0:
            pieces.append(text[start : found.start()])
            start = found.end()
    if not pieces:
        return [text]
    pieces.append(text[start:])
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _matches(pattern: str, text: str) -> Iterator[regex.Match[str]]:
    """Yield what a pattern finds, each a step, for as long as the budget has time."""
    left = values.current()
    for found in _compiled(pattern).finditer(text, timeout=max(left.seconds(), 0.001)):
        left.spend()
        yield found


def _compiled(pattern: str) -> regex.Pattern[str]:
    repeats = prod(max(1, int(number[:6])) for number in _REPEAT.findall(pattern))
    if len(pattern) > _LONGEST_PATTERN or repeats > _MOST_REPEATS:
        raise TemplateFault(
            f"has a pattern that is too large; {_LONGEST_PATTERN} characters at most, and few repeats"
        )
    try:
        return regex.compile(pattern, regex.VERSION0)
    except (RecursionError, OverflowError) as error:
        raise TemplateFault("has a pattern that nests too deep") from error


_OF_TEXTS = {
    "contains": _Method(lambda text, other: other in text, (raw,)),
    "endsWith": _Method(str.endswith, (raw,)),
    "equals": _Method(lambda text, other: compare("==", text, other), (_any,)),
    "equalsIgnoreCase": _Method(lambda text, other: text.lower() == other.lower(), (raw,)),
    "indexOf": _Method(str.find, (raw,)),
    "isEmpty": _Method(lambda text: not text),
    "lastIndexOf": _Method(str.rfind, (raw,)),
    "length": _Method(len),
    "replace": _Method(_replace, (raw, _replacement), pieces=True),
    "replaceAll": _Method(_replace_all, (raw, _replacement), pieces=True),
    "split": _Method(_split, (raw,)),
    "startsWith": _Method(str.startswith, (raw,)),
    "substring": _Method(_substring, (whole, whole), needs=1),
    "toLowerCase": _Method(str.lower),
    "toString": _Method(str),
    "toUpperCase": _Method(str.upper),
    "trim": _Method(lambda text: text.strip(_BLANKS)),
}
_OF_LISTS = {
    "contains": _Method(lambda values, wanted: _index(values, wanted) >= 0, (_any,)),
    "get": _Method(_get, (whole,)),
    "indexOf": _Method(_index, (_any,)),
    "isEmpty": _Method(lambda values: not values),
    "size": _Method(len),
}
METHODS = frozenset(_OF_TEXTS) | frozenset(_OF_LISTS)
