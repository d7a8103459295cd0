"""Bounds that the description does not carry: from the service's reference, old and new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from mturk_tasks.marketplace.protocol import faults

YEAR: Final = 365 * 24 * 3600
MONTH: Final = 30 * 24 * 3600
MOST_ASSIGNMENTS: Final = 10**9
MOST_BLOCKS: Final = 100_000
MOST_MONEY: Final = Decimal(1_000_000)  # ours: the reference has no bound, a column of cents has
MOST_HELD: Final = Decimal(1_000_000_000)  # ours: what one HIT's assignments may cost, fees included
MOST_DEPOSITED: Final = Decimal(1_000_000_000_000)  # ours: of one requester; more than can be held and spent
MOST_SECONDS: Final = 2**31 - 1  # ours: the reference has no bound
MOST_NOTIFIED: Final = 100
EXTENSION: Final = (60, YEAR)

_RANGES: Final = {
    "LifetimeInSeconds": (30, YEAR),
    "AssignmentDurationInSeconds": (30, YEAR),
    "AutoApprovalDelayInSeconds": (0, MONTH),
    "MaxAssignments": (1, MOST_ASSIGNMENTS),
    "NumberOfAdditionalAssignments": (1, MOST_ASSIGNMENTS),
    "Reward": (Decimal("0.00"), MOST_MONEY),
    "BonusAmount": (Decimal("0.01"), MOST_MONEY),
    "RetryDelayInSeconds": (0, MOST_SECONDS),
    "TestDurationInSeconds": (1, MOST_SECONDS),
}
_LONGEST: Final = {"Title": 128, "Description": 2000, "Keywords": 1000, "RequesterAnnotation": 255}
_LONGEST_OF_ALL: Final = 65_535  # ours: characters of any text for which the reference has no bound
_LONGEST_QUERY: Final = 2000  # ours: as long as the longest text that is searched
_DOCUMENTS: Final = ("Question", "Test", "AnswerKey")  # have bounds of their own, in bytes
_NEEDED: Final = ("Title", "Description", "Name")
_MESSAGE: Final = {"Subject": 200, "MessageText": 4096}
_FEEDBACK: Final = 1024
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def check(parameters: Mapping[str, Any]) -> None:
    """Raise ParameterValidationError for the first number out of range or text of a wrong length."""
    for name, value in parameters.items():
        if name in _RANGES:
            within(name, value, *_RANGES[name])
        if name in _NEEDED and not value:
            raise faults.too_short(name)
        if name in _LONGEST and len(value) > _LONGEST[name]:
            raise faults.too_long(name, value, _LONGEST[name])


def check_texts(parameters: Mapping[str, Any]) -> None:
    """Raise ParameterValidationError for the first text, at any depth, that is longer than any may be."""
    for name, value in parameters.items():
        longest = _LONGEST_QUERY if name == "Query" else _LONGEST_OF_ALL
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                check_texts(one)
            elif isinstance(one, str) and len(one) > longest and name not in _DOCUMENTS:
                raise faults.too_long(name, one, longest)


def within(name: str, value: Any, lowest: Any, highest: Any) -> None:
    """Raise ParameterValidationError where the value is not from lowest to highest."""
    if not lowest <= value <= highest:
        raise faults.out_of_range(name, value, lowest, highest)


def check_cost(name: str, each: Decimal, assignments: int, had: int = 0) -> None:
    """Raise ParameterValidationError where so many assignments cost more than a HIT may; `had` it has."""
    if each:
        within(name, assignments, 1, min(MOST_ASSIGNMENTS, max(int(MOST_HELD / each) - had, 0)))


def check_feedback(text: str | None, name: str = "RequesterFeedback") -> None:
    """Raise ParameterValidationError for feedback that is too long or holds control characters."""
    if text and len(text) > _FEEDBACK:
        raise faults.too_long(name, text, _FEEDBACK)
    if text and _CONTROL.search(text):
        raise faults.invalid_value(name, text, "It holds control characters.")


def check_message(parameters: Mapping[str, Any]) -> None:
    """Raise ParameterValidationError for a message that is empty or too long, or too many workers."""
    for name, longest in _MESSAGE.items():
        if not parameters[name]:
            raise faults.too_short(name)
        if len(parameters[name]) > longest:
            raise faults.too_long(name, parameters[name], longest)
    within("WorkerIds", len(parameters["WorkerIds"]), 1, MOST_NOTIFIED)
