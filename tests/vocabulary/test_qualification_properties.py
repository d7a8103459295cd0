from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.vocabulary.properties import QUALIFICATION_REQUIRED, read_qualification_type

PATH = Path("qualification.properties")
NEEDED = {"name": "Knows birds", "description": "Ten pictures"}


def entries(**said: str) -> list[tuple[int, str, str]]:
    return [(line, key, text) for line, (key, text) in enumerate(said.items(), 1)]


def test_two_keys_are_required() -> None:
    assert set(QUALIFICATION_REQUIRED) == set(NEEDED)


@pytest.mark.parametrize("said", [{}, {"testdurationinseconds": " "}], ids=["absent", "empty"])
def test_what_is_not_given_has_its_default(said) -> None:
    values, warnings = read_qualification_type(entries(**NEEDED, **said), PATH)

    assert (values.retrydelayinseconds, values.testdurationinseconds) == (259_200, 10_800)
    assert (values.autogranted, values.autograntedvalue, values.status) == (False, 1, "Active")
    assert (values.keywords, values.given, warnings) == ("", frozenset({"name", "description"}), [])


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("keywords", "birds, test ", "birds, test"),
        ("retrydelayinseconds", "0", 0),
        ("testdurationinseconds", " 600 ", 600),
        ("autogranted", "TRUE", True),
        ("autogranted", "False", False),
        ("status", "inactive", "Inactive"),
    ],
)
def test_a_value_is_read_and_known_to_be_given(key, text, value) -> None:
    values, _ = read_qualification_type(entries(**NEEDED, **{key: text}), PATH)

    assert getattr(values, key) == value
    assert key in values.given


@pytest.mark.parametrize(
    ("key", "text", "part"),
    [
        ("retrydelayinseconds", "-1", "-1 is out of range; write 0 to"),
        ("testdurationinseconds", "0", "0 is out of range; write 1 to"),
        ("testdurationinseconds", "1 h", "'1 h' is no whole number of seconds"),
        ("autogranted", "yes", "'yes' is not known; write true or false"),
        ("autograntedvalue", "1.5", "'1.5' is no whole number"),
        ("status", "Foo", "'Foo' is not known; write Active or Inactive"),
        ("description", "x" * 2001, "at most 2000"),
        ("keywords", "x" * 1001, "at most 1000"),
    ],
)
def test_what_does_not_fit_is_told_in_its_line(key, text, part) -> None:
    with pytest.raises(FileError) as refused:
        read_qualification_type(entries(**{**NEEDED, key: text}), PATH)

    (problem,) = refused.value.problems
    assert problem.line == list({**NEEDED, key: text}).index(key) + 1
    assert problem.text.startswith(f"{key}: ")
    assert part in problem.text


def test_a_granted_value_that_is_never_granted_is_warned_of() -> None:
    _, (warning,) = read_qualification_type(entries(**NEEDED, autograntedvalue="5"), PATH)
    assert (warning.line, warning.text) == (
        3,
        "autograntedvalue counts for nothing without autogranted: true",
    )


def test_a_granted_value_counts_where_it_is_granted() -> None:
    values, warnings = read_qualification_type(
        entries(**NEEDED, autogranted="true", autograntedvalue="5"), PATH
    )
    assert (values.autogranted, values.autograntedvalue, warnings) == (True, 5, [])


def test_an_unknown_key_is_ignored_with_a_warning() -> None:
    _, (warning,) = read_qualification_type(entries(**NEEDED, titel="x"), PATH)
    assert warning.text == "'titel' is no property of a qualification and is ignored"
