"""The ten comparators of a qualification requirement: which values each takes, and when it holds.

Pure rules, after the API reference's article on qualification requirements.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mturk_tasks.vocabulary.locales import is_locale
from mturk_tasks.vocabulary.requirements import DOES_NOT_EXIST, EQUAL_TO, EXISTS, IN, NOT_IN

_PRESENCE: Final = (EXISTS, DOES_NOT_EXIST)
_SETS: Final = (IN, NOT_IN)
_MOST_INTEGERS: Final = 15
_MOST_LOCALES: Final = 30
_ORDERS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
}


@dataclass(frozen=True)
class Locale:
    """A country, or one state of it."""

    country: str
    subdivision: str | None = None

    @classmethod
    def of(cls, member: Mapping[str, str]) -> Locale:
        """Return the locale that the API writes as an object."""
        return cls(member["Country"], member.get("Subdivision"))

    def covers(self, other: Locale) -> bool:
        """Say whether the other place lies in this one: a country covers its states."""
        return self.country == other.country and self.subdivision in (None, other.subdivision)

    def __str__(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


Value = int | Locale


def wanted(requirement: Mapping[str, Any]) -> list[Value]:
    """Return the values that a requirement compares with."""
    locales = (Locale.of(member) for member in requirement.get("LocaleValues", ()))
    return [*requirement.get("IntegerValues", ()), *locales]


def misfit(requirement: Mapping[str, Any], *, of_locales: bool) -> str | None:
    """Return what is wrong with a requirement's values, None if nothing is.

    `of_locales` says that the type's values are locales: the comparators that order then make no sense.
    """
    comparator = requirement["Comparator"]
    integers, locales = requirement.get("IntegerValues", ()), requirement.get("LocaleValues", ())
    if comparator in _PRESENCE:
        return f"{comparator} takes no values" if integers or locales else None
    if of_locales:
        return _wrong_locales(comparator, integers, locales)
    if locales:
        return "LocaleValues are only for Worker_Locale"
    return _wrong_count(comparator, "IntegerValues", len(integers), _MOST_INTEGERS)


def _wrong_locales(comparator: str, integers: Sequence[int], locales: Sequence[Any]) -> str | None:
    if integers:
        return "Worker_Locale takes LocaleValues, not IntegerValues"
    if comparator in _ORDERS:
        return f"{comparator} cannot compare locales"
    for member in locales:
        if not is_locale(member["Country"], member.get("Subdivision")):
            return f"there is no locale {Locale.of(member)}"
    return _wrong_count(comparator, "LocaleValues", len(locales), _MOST_LOCALES)


def _wrong_count(comparator: str, name: str, count: int, most: int) -> str | None:
    if comparator not in _SETS:
        return None if count == 1 else f"{comparator} takes one of {name}, not {count}"
    return None if 1 <= count <= most else f"{comparator} takes 1 to {most} {name}, not {count}"


def holds(comparator: str, held: Value | None, values: Sequence[Value]) -> bool:
    """Say whether a worker meets a valid requirement; `held` is None for who has no such value.

    Except for DoesNotExist a worker must have a value, also for one that must differ.
    """
    if held is None:
        return comparator == DOES_NOT_EXIST
    if comparator in _PRESENCE:
        return comparator == EXISTS
    if comparator in _ORDERS:
        compare = _ORDERS[comparator]
        numbers = (value for value in values if isinstance(value, int))
        return isinstance(held, int) and any(compare(held, number) for number in numbers)
    found = any(_is_in(held, value) for value in values)
    return found if comparator in (EQUAL_TO, IN) else not found


def _is_in(held: Value, value: Value) -> bool:
    if isinstance(held, Locale) and isinstance(value, Locale):
        return value.covers(held)
    return held == value
