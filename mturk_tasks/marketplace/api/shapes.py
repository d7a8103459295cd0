"""Hold requests and answers against the API's description: the shapes botocore reads too.

Requests come out with timestamps as aware datetimes and amounts as Decimal; answers are given that
way. The wording of what is wrong is AWS's common one.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from mturk_tasks.lib.money import CENT
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage.column_types import from_milliseconds, to_milliseconds
from mturk_tasks.vocabulary.api import DESCRIPTION, EXTRAS

_AMOUNT: Final = "CurrencyAmount"
_WHOLE: Final = {"integer": 2**31, "long": 2**63}
_MOST_TOLD: Final = 20  # broken constraints: who breaks more can find out about the rest later
_MOST_ITEMS: Final = 10_000  # of a list for which the description has no bound
_LONGEST_PATTERN: Final = 255  # characters of a text with a pattern, where the description has no bound

_BOUNDS: Final = (("min", "greater", operator.lt), ("max", "less", operator.gt))

Shape = Mapping[str, Any]
BODY_LIMIT: Final = 2**20  # bytes of a call
QUESTION_LIMIT: Final = 8 * BODY_LIMIT  # of one with a question or a test, which JSON escapes
_LONG: Final = {"Question", "Test"}


class Misfit(Exception):
    """Say that an answer does not fit the description: a mistake of this program."""


@cache
def description() -> Mapping[str, Any]:
    """Return the API's description, with the operations and members of our own."""
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    _merge(loaded, extras())
    # Questions are named by the requester, in small letters too; as an ID of the service they would not fit.
    loaded["shapes"]["ReviewResultDetail"]["members"]["QuestionId"] = {"shape": "String"}
    return loaded


@cache
def extras() -> Mapping[str, Any]:
    """Return what is described beyond the API: operations and members that Amazon's service did not have."""
    merged: dict[str, Any] = json.loads(EXTRAS.read_text(encoding="utf-8"))["merge"]
    return merged


def _merge(into: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Add what is described beyond the API, as botocore does: structures gain members."""
    for name, value in added.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def read_request(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request's known members; unknown ones are ignored, as the service does.

    Raise ValidationException with the constraints broken, the first twenty of them, or
    SerializationException where a value is not of its type at all.
    """
    check = _Check()
    read: dict[str, Any] = check.value(description()["operations"][operation]["input"]["shape"], body, "")
    if check.violations:
        raise faults.violations(check.violations[:_MOST_TOLD])
    return read


def write_answer(operation: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer in JSON's types; raise Misfit where it does not fit the description."""
    plain: dict[str, Any] = _plain(answer)
    check = _Check(strict=True)
    try:
        check.value(description()["operations"][operation]["output"]["shape"], plain, "")
    except faults.SerializationException as fault:
        raise Misfit(f"{operation}: {fault}") from fault
    if check.violations:
        raise Misfit(f"{operation}: {'; '.join(check.violations)}")
    return plain


@dataclass
class _Check:
    """Walk a value along its shape and gather what is wrong; `strict` refuses unknown members."""

    strict: bool = False
    violations: list[str] = field(default_factory=list)

    def value(self, name: str, value: Any, path: str) -> Any:
        shape: Shape = description()["shapes"][name]
        read = _READERS[shape["type"]](self, shape, value, path)
        self.violations.extend(_broken(shape, read, path))
        if len(self.violations) >= _MOST_TOLD and not self.strict:
            raise faults.violations(self.violations[:_MOST_TOLD])
        return _amount(read) if name == _AMOUNT and not self.violations else read

    def structure(self, shape: Shape, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _unreadable(path, "an object")
        members = shape["members"]
        given = {name: content for name, content in value.items() if content is not None}
        self._report_names(shape, given, path)
        return {
            name: self.value(members[name]["shape"], content, _join(path, name))
            for name, content in given.items()
            if name in members
        }

    def _report_names(self, shape: Shape, given: Mapping[str, Any], path: str) -> None:
        for name in shape.get("required", ()):
            if name not in given:
                self.violations.append(_broken_text(None, _join(path, name), "Member must not be null"))
        if self.strict:
            unknown = [name for name in given if name not in shape["members"]]
            self.violations.extend(f"{_join(path, name)!r} is not described" for name in unknown)

    def items(self, shape: Shape, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise _unreadable(path, "a list")
        longest = shape.get("max", _MOST_ITEMS)
        if len(value) > longest and not self.strict:  # before each of them is looked at
            self.violations.append(_too_many(value, path, longest))
            return []
        member = shape["member"]["shape"]
        return [self.value(member, item, f"{path}.{n}.member") for n, item in enumerate(value, 1)]

    def text(self, shape: Shape, value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise _unreadable(path, "a string")
        if "\0" in value or not _encodable(value):
            raise _unreadable(path, "text that can be stored")
        return value

    def whole(self, shape: Shape, value: Any, path: str) -> int:
        bound = _WHOLE[shape["type"]]
        if isinstance(value, float) and value.is_integer():  # 90.0, as programs that divide write it
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not -bound <= value < bound:
            raise _unreadable(path, f"a number of type {shape['type']}")
        return value

    def truth(self, shape: Shape, value: Any, path: str) -> bool:
        if not isinstance(value, bool):
            raise _unreadable(path, "true or false")
        return value

    def moment(self, shape: Shape, value: Any, path: str) -> datetime:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _unreadable(path, "a time in seconds since 1970")
        try:
            return from_milliseconds(round(value * 1000))
        except (OverflowError, ValueError):
            raise _unreadable(path, "a time that exists") from None


_READERS: Final[Mapping[str, Callable[[_Check, Shape, Any, str], Any]]] = {
    "structure": _Check.structure,
    "list": _Check.items,
    "string": _Check.text,
    "integer": _Check.whole,
    "long": _Check.whole,
    "boolean": _Check.truth,
    "timestamp": _Check.moment,
}


def _amount(text: str) -> Decimal:
    """Return an amount with two decimals, whatever its size; a range is the operation's to refuse."""
    return Decimal(text) + Decimal("0.00")


def _broken(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Yield each constraint of the shape that the value breaks."""
    noun = "value" if shape["type"] in _WHOLE else "length"
    for bound, word, breaks in _BOUNDS:
        if bound in shape and breaks(value if noun == "value" else len(value), shape[bound]):
            yield _broken_text(value, path, f"Member must have {noun} {word} than or equal to {shape[bound]}")
    if "pattern" in shape and len(value) > shape.get("max", _LONGEST_PATTERN):
        if "max" not in shape:
            yield _too_many(value, path, _LONGEST_PATTERN)
    elif "pattern" in shape and not re.fullmatch(shape["pattern"], value):
        pattern = f"Member must satisfy regular expression pattern: {shape['pattern']}"
        yield _broken_text(value, path, pattern)
    if "enum" in shape and value not in shape["enum"]:
        yield _broken_text(value, path, f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]")


def _broken_text(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{faults.cut(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _too_many(value: Any, path: str, longest: int) -> str:
    return _broken_text(value, path, f"Member must have length less than or equal to {longest}")


def _join(path: str, name: str) -> str:
    """Return the member's place as AWS writes it, each name beginning in lower case."""
    lowered = name[0].lower() + name[1:]
    return f"{path}.{lowered}" if path else lowered


def _unreadable(path: str, wanted: str) -> faults.SerializationException:
    return faults.SerializationException(f"'{path or 'the body'}' is not {wanted}")


def _encodable(text: str) -> bool:
    """Say whether text can be written as UTF-8; JSON can spell half a character, a disk cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(content) for name, content in value.items() if content is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return to_milliseconds(value) / 1000
    if isinstance(value, Decimal):
        return str(value.quantize(CENT))
    return value


def body_limit(target: str) -> int:
    """Return how many bytes a call has at most whose X-Amz-Target is given."""
    return QUESTION_LIMIT if target.rpartition(".")[2] in _with_questions() else BODY_LIMIT


@cache
def _with_questions() -> frozenset[str]:
    shapes = description()["shapes"]
    inputs = {name: one["input"]["shape"] for name, one in description()["operations"].items()}
    return frozenset(name for name, shape in inputs.items() if _LONG & set(shapes[shape]["members"]))
