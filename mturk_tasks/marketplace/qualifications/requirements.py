"""The qualification requirements of a HIT type: what is sent, what is kept, what is answered."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITTypeRow, QualificationTypeRow
from mturk_tasks.marketplace.storage.schema import DISPOSING, qualification_type, requirement
from mturk_tasks.marketplace.storage.system_types import LOCALE
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.requirements import (
    DOES_NOT_EXIST,
    EQUAL_TO,
    EXISTS,
    IN,
    MASTERS,
    NOT_IN,
    is_locale,
)
from mturk_tasks.vocabulary.statuses import ACTIVE

# The ten comparators of a qualification requirement: which values each takes, and when it holds.
#
# Pure rules, after the API reference's article on qualification requirements.


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
class Place:
    """A country, or one state of it."""

    country: str
    subdivision: str | None = None

    @classmethod
    def of(cls, member: Mapping[str, str]) -> Place:
        """Return the locale that the API writes as an object."""
        return cls(member["Country"], member.get("Subdivision"))

    def covers(self, other: Place) -> bool:
        """Say whether the other place lies in this one: a country covers its states."""
        return self.country == other.country and self.subdivision in (None, other.subdivision)

    def __str__(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


Value = int | Place


def wanted(requirement: Mapping[str, Any]) -> list[Value]:
    """Return the values that a requirement compares with."""
    locales = (Place.of(member) for member in requirement.get("LocaleValues", ()))
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
            return f"there is no locale {Place.of(member)}"
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
    if isinstance(held, Place) and isinstance(value, Place):
        return value.covers(held)
    return held == value


ACCEPT: Final = "Accept"
PREVIEW: Final = "PreviewAndAccept"
DISCOVER: Final = "DiscoverPreviewAndAccept"

_MOST: Final = 10
_NAME: Final = "QualificationRequirements"

Requirement = Mapping[str, Any]


def read(transaction: Transaction, given: Sequence[Requirement]) -> list[Requirement]:
    """Return the requirements of a request as they are kept, each with both words for what it guards.

    Raise ParameterValidationError for values that do not fit, RequestError for a type that is
    unknown or cannot be used.
    """
    if len(given) > _MOST:
        raise _refused(f"there are {len(given)} requirements, at most {_MOST} are allowed")
    return [_read(transaction, one) for one in given]


def fetch_qualification_type(transaction: Transaction, qualification_type_id: str) -> QualificationTypeRow:
    """Return the type of that ID, one that is disposing too, or raise RequestError.

    A requester sees the system's types and those of the same requester, a worker sees all.
    """
    same = qualification_type.c.qualification_type_id == qualification_type_id
    found = transaction.fetch_one(QualificationTypeRow, rows.QUALIFICATION_TYPES.where(same))
    if found and transaction.requester is not None and found.requester not in (None, transaction.requester):
        found = None
    if found is None:
        raise faults.missing("QualificationType", qualification_type_id)
    return found


def _read(transaction: Transaction, given: Requirement) -> Requirement:
    kind = fetch_qualification_type(transaction, given["QualificationTypeId"])
    if kind.status != ACTIVE:
        raise faults.wrong_type_state(ACTIVE)
    wrong = misfit(given, of_locales=kind.qualification_type_id == LOCALE)
    if wrong:
        raise _refused(f"{kind.name} ({kind.qualification_type_id}): {wrong}")
    values = {name: given[name] for name in ("IntegerValues", "LocaleValues") if given.get(name)}
    guarded = _guarded(given)
    return {
        "QualificationTypeId": given["QualificationTypeId"],
        "Comparator": given["Comparator"],
        **values,
        "RequiredToPreview": guarded != ACCEPT,
        "ActionsGuarded": guarded,
    }


def _guarded(given: Requirement) -> str:
    """Return which actions are guarded; `RequiredToPreview` is the older word for two of them."""
    required = given.get("RequiredToPreview", False)
    guarded: str = given.get("ActionsGuarded", PREVIEW if required else ACCEPT)
    if required and guarded == ACCEPT:
        raise _refused("RequiredToPreview and ActionsGuarded contradict each other")
    return guarded


def write(requirements: Sequence[Requirement]) -> str | None:
    """Return the requirements as text, None for none."""
    return json.dumps(requirements) if requirements else None


def parse(text: str | None) -> list[dict[str, Any]]:
    """Return the requirements that `write` made a text of, as the API writes them."""
    loaded: list[dict[str, Any]] = json.loads(text) if text else []
    return loaded


def are_for_masters(text: str | None) -> bool:
    """Say whether a HIT type asks for Masters, which costs more."""
    asked = {one["QualificationTypeId"] for one in parse(text) if one["Comparator"] != DOES_NOT_EXIST}
    return not asked.isdisjoint(MASTERS)


def link(transaction: Transaction, hit_type_key: int, requirements: Sequence[Requirement]) -> None:
    """Note which qualification types a new HIT type names."""
    wanted = {one["QualificationTypeId"] for one in requirements}
    for type_id in sorted(wanted):
        key = fetch_qualification_type(transaction, type_id).id
        transaction.db.execute(insert(requirement), {"hit_type": hit_type_key, "qualification_type": key})


def check_use(transaction: Transaction, kind: HITTypeRow) -> None:
    """Raise a fault unless new HITs may be of this HIT type.

    A HIT type whose qualification type was deleted is gone with it; one whose type is inactive waits.
    """
    if kind.requirements is None:
        return
    statuses = select(qualification_type.c.status).join(requirement)
    found = set(transaction.db.execute(statuses.where(requirement.c.hit_type == kind.id)).scalars())
    if DISPOSING in found:
        gone = "It asks for a qualification type that was deleted."
        raise faults.invalid_value("HITTypeId", kind.hit_type_id, gone)
    if found != {ACTIVE}:
        raise faults.wrong_type_state(ACTIVE)


def _refused(text: str) -> faults.ParameterValidationError:
    return faults.ParameterValidationError(f"{_NAME}: {text}.", faults.INVALID_VALUE, Parameter=_NAME)
