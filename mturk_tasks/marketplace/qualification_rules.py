"""Which settings of a qualification type go together: pure rules of the API reference.

A test excludes granting by itself, an answer key needs its test, and a test or a retry delay that
was set once can be replaced but not taken away. A duration of no test, or a value of no automatic grant,
means nothing and is ignored: programs of the service's day sent both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Row

from mturk_tasks.marketplace import faults
from mturk_tasks.markup.documents import key_faults, qualification_test_faults

DEFAULT_SCORE: Final = 1


@dataclass(frozen=True)
class Settings:
    """How workers come to have a qualification; times in seconds."""

    retry_delay: int | None = None
    test: str | None = None
    test_duration: int | None = None
    answer_key: str | None = None
    auto_granted: bool = False
    auto_granted_value: int | None = None


def settings_of(row: Row[Any]) -> Settings:
    """Return the settings of a stored type."""
    return Settings(
        row.retry_delay,
        row.test_text,
        row.test_duration,
        row.answer_key,
        row.auto_granted,
        row.auto_granted_value,
    )


def first_settings(parameters: Mapping[str, Any]) -> Settings:
    """Return the settings that a request to create a type asks for.

    Raise ParameterValidationError where they do not go together or a document is not valid.
    """
    return next_settings(parameters, Settings())


def next_settings(parameters: Mapping[str, Any], before: Settings) -> Settings:
    """Return the settings after a request that changes those before.

    Raise ParameterValidationError where they do not go together or a document is not valid.
    """
    after = _with_test(parameters, before)
    after = replace(
        after,
        retry_delay=parameters.get("RetryDelayInSeconds", before.retry_delay),
        auto_granted=parameters.get("AutoGranted", before.auto_granted),
    )
    if after.test is not None and after.auto_granted:
        raise _refused("AutoGranted", "A qualification type with a Test cannot be AutoGranted.")
    return replace(after, auto_granted_value=_granted_value(parameters, after))


def _with_test(parameters: Mapping[str, Any], before: Settings) -> Settings:
    """Return the settings with the test of a request: it brings its duration and perhaps a key."""
    if "Test" not in parameters:
        _must_mean_nothing(parameters, before)
        return before
    if "TestDurationInSeconds" not in parameters:
        raise _refused("TestDurationInSeconds", "A Test needs TestDurationInSeconds.")
    test, key = parameters["Test"], parameters.get("AnswerKey")
    wrong = qualification_test_faults(test)
    if wrong:
        raise faults.invalid_document("Test", test, wrong)
    wrong = [] if key is None else key_faults(key, test)
    if wrong:
        raise faults.invalid_document("AnswerKey", key or "", wrong)
    duration = parameters["TestDurationInSeconds"]
    return replace(before, test=test, test_duration=duration, answer_key=key)


def _must_mean_nothing(parameters: Mapping[str, Any], before: Settings) -> None:
    """Refuse a key without its test, and a new duration of a test that is not sent again."""
    for name, means in (("AnswerKey", True), ("TestDurationInSeconds", before.test is not None)):
        if name in parameters and means:
            raise _refused(name, f"{name} can only be given together with Test.")


def _granted_value(parameters: Mapping[str, Any], after: Settings) -> int | None:
    if not after.auto_granted:
        return None
    value: int | None = parameters.get("AutoGrantedValue")
    return value if value is not None else after.auto_granted_value or DEFAULT_SCORE


def _refused(name: str, text: str) -> faults.ParameterValidationError:
    return faults.ParameterValidationError(text, faults.INVALID_VALUE, Parameter=name)
