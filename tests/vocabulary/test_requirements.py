from __future__ import annotations

from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.vocabulary import requirements
from mturk_tasks.vocabulary.entries import Entry
from mturk_tasks.vocabulary.requirements import COMPARATORS, Locale, QualificationRequirement

PATH = Path("survey.properties")
CUSTOM, LOCALE = "3QUALIFICATION0000000000000000", "00000000000000000071"


def entries(**said: str) -> list[Entry]:
    """Return entries of which the keys are written without their first word, and _ stands for a dot."""
    keys = (f"qualification.{key.strip('_').replace('_', '.')}" for key in said)
    return [
        Entry(line, key, text) for line, (key, text) in enumerate(zip(keys, said.values(), strict=True), 1)
    ]


def read(**said: str) -> tuple[QualificationRequirement, ...]:
    return requirements.read(entries(**said), PATH)


def problems(**said: str) -> list[tuple[int | None, str]]:
    with pytest.raises(FileError) as refused:
        read(**said)
    return [(problem.line, problem.text.removeprefix("qualification.")) for problem in refused.value.problems]


def test_a_group_of_keys_is_one_requirement() -> None:
    assert read(_1=CUSTOM, comparator_1="GreaterThan", value_1="90", private_1="true") == (
        QualificationRequirement(CUSTOM, "GreaterThan", (90,), private=True),
    )


@pytest.mark.parametrize("comparator", COMPARATORS)
@pytest.mark.parametrize(
    "spelling", [str, str.lower, str.upper, " {} ".format], ids=["as is", "a", "A", "blanks"]
)
def test_a_comparator_is_read_in_any_case(comparator, spelling) -> None:
    value = {} if comparator.endswith(("Exists", "Exist")) else {"value_1": "5"}

    (requirement,) = read(_1=CUSTOM, comparator_1=spelling(comparator), **value)
    assert requirement.comparator == comparator


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), (" 25 ", 25), ("-3", -3), ("+7", 7), ("2147483647", 2**31 - 1)]
)
def test_a_value_is_a_whole_number(text, number) -> None:
    assert read(_1=CUSTOM, comparator_1="EqualTo", value_1=text)[0].integers == (number,)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("US", Locale("US")),
        (" de ", Locale("DE")),
        ("US-CA", Locale("US", "CA")),
        ("us-ny", Locale("US", "NY")),
    ],
)
def test_a_locale_is_a_country_or_a_part_of_it(text, locale) -> None:
    assert read(_1=LOCALE, comparator_1="EqualTo", locale_1=text)[0].locales == (locale,)


@pytest.mark.parametrize("comparator", ["In", "NotIn"])
def test_several_values_are_numbered(comparator) -> None:
    (integers,) = read(_1=CUSTOM, comparator_1=comparator, value_1_1="5", value_1_3="7", value_1_2="6")
    (locales,) = read(_1=LOCALE, comparator_1=comparator, locale_1_1="US", locale_1_2="CA")

    assert integers.integers == (5, 6, 7)
    assert locales.locales == (Locale("US"), Locale("CA"))


@pytest.mark.parametrize(
    ("part", "type_id", "text", "most"), [("value", CUSTOM, "5", 15), ("locale", LOCALE, "US", 30)]
)
def test_as_many_values_as_the_service_takes_and_no_more(part, type_id, text, most) -> None:
    said = {"_1": type_id, "comparator_1": "In", **{f"{part}_1_{n}": text for n in range(1, most + 1)}}
    (requirement,) = read(**said)
    assert len(requirement.integers or requirement.locales) == most

    assert problems(**said, **{f"{part}_1_{most + 1}": text}) == [
        (most + 3, f"{part}.1.{most + 1}: at most {most} can be listed")
    ]


@pytest.mark.parametrize(
    ("text", "private"), [("true", True), ("TRUE ", True), ("false", False), ("", False), ("yes", False)]
)
def test_private_is_true_or_it_is_not(text, private) -> None:
    assert read(_1=CUSTOM, comparator_1="Exists", private_1=text)[0].private is private


def test_what_is_neither_true_nor_false_is_warned_of() -> None:
    said = entries(_1=CUSTOM, comparator_1="Exists", private_1="yes")

    (warning,) = requirements.doubts(said, PATH)
    assert (warning.line, warning.text) == (
        3,
        "qualification.private.1: 'yes' counts as false; write true or false",
    )


def test_numbers_may_be_left_out_and_stand_in_any_order() -> None:
    found = read(_10="3TEN", comparator_10="Exists", _2="3TWO", comparator_2="Exists")

    assert [requirement.type_id for requirement in found] == ["3TWO", "3TEN"]


@pytest.mark.parametrize("said", [{"_1": ""}, {"_1": "  "}], ids=["nothing", "blanks"])
def test_a_group_whose_type_is_empty_asks_for_nothing(said) -> None:
    assert read(**said, comparator_1="odd", value_1="x", _2=CUSTOM, comparator_2="Exists") == (
        QualificationRequirement(CUSTOM, "Exists"),
    )


def test_a_group_without_a_type_asks_for_nothing_and_is_warned_of() -> None:
    said = entries(comparator_1="EqualTo", value_1="5")

    assert requirements.read(said, PATH) == ()
    (warning,) = requirements.doubts(said, PATH)
    assert warning.text == "qualification.comparator.1 counts for nothing without qualification.1"


def test_an_empty_value_is_none() -> None:
    assert read(_1=CUSTOM, comparator_1="Exists", value_1="", locale_1=" ") == (
        QualificationRequirement(CUSTOM, "Exists"),
    )


MISTAKES = {
    "unknown comparator": (
        {"_1": CUSTOM, "comparator_1": "GreatThan", "value_1": "5"},
        (2, "comparator.1: 'GreatThan' is no comparator; write GreaterThan"),
    ),
    "no comparator at all": (
        {"_1": CUSTOM, "value_1": "5"},
        (1, "1: the comparator is missing; add a line such as qualification.comparator.1: EqualTo"),
    ),
    "empty comparator": (
        {"_1": CUSTOM, "comparator_1": " ", "value_1": "5"},
        (
            2,
            "comparator.1: the comparator is missing; add a line such as qualification.comparator.1: EqualTo",
        ),
    ),
    "no value": (
        {"_2": CUSTOM, "comparator_2": "lessthan"},
        (2, "comparator.2: LessThan needs a value; add a line such as qualification.value.2: 90"),
    ),
    "no locale": (
        {"_1": LOCALE, "comparator_1": "EqualTo"},
        (2, "comparator.1: EqualTo needs a value; add a line such as qualification.locale.1: US"),
    ),
    "a value with Exists": (
        {"_1": CUSTOM, "comparator_1": "Exists", "value_1": "1"},
        (3, "value.1: Exists takes no value; leave this line out"),
    ),
    "a locale with DoesNotExist": (
        {"_1": LOCALE, "comparator_1": "DoesNotExist", "locale_1": "US"},
        (3, "locale.1: DoesNotExist takes no value; leave this line out"),
    ),
    "an integer with the locale": (
        {"_1": LOCALE, "comparator_1": "EqualTo", "value_1": "5"},
        (3, f"value.1: {LOCALE} (Worker_Locale) takes locales only; write qualification.locale.1: US"),
    ),
    "a locale with another type": (
        {"_1": CUSTOM, "comparator_1": "EqualTo", "locale_1": "US"},
        (3, f"locale.1: {LOCALE} (Worker_Locale) alone takes locales; write qualification.value.1: 90"),
    ),
    "a locale that is compared by size": (
        {"_1": LOCALE, "comparator_1": "LessThan", "locale_1": "US"},
        (
            2,
            "comparator.1: LessThan does not fit a locale; "
            "write EqualTo, NotEqualTo, In, NotIn, Exists, DoesNotExist",
        ),
    ),
    "several values without In": (
        {"_1": CUSTOM, "comparator_1": "EqualTo", "value_1_1": "5", "value_1_2": "6"},
        (4, "value.1.2: EqualTo takes one value; In and NotIn take several"),
    ),
    "a gap": (
        {"_1": CUSTOM, "comparator_1": "In", "value_1_1": "5", "value_1_3": "6"},
        (4, "value.1.3: qualification.value.1.2 is missing; number them from 1 without a gap"),
    ),
    "both ways at once": (
        {"_1": CUSTOM, "comparator_1": "In", "value_1": "5", "value_1_1": "6"},
        (
            4,
            "value.1.1: stands beside qualification.value.1; "
            "write several as qualification.value.1.1, qualification.value.1.2, …",
        ),
    ),
    "a word": (
        {"_1": CUSTOM, "comparator_1": "EqualTo", "value_1": "high"},
        (3, "value.1: 'high' is no whole number"),
    ),
    "commas": (
        {"_1": CUSTOM, "comparator_1": "In", "value_1": "5,6"},
        (
            3,
            "value.1: '5,6' is no whole number; several are numbered, "
            "qualification.value.1.1: 5, qualification.value.1.2: 6",
        ),
    ),
    "a number beyond the API's": (
        {"_1": CUSTOM, "comparator_1": "EqualTo", "value_1": "2147483648"},
        (3, "value.1: 2147483648 is out of range; write -2147483648 to 2147483647"),
    ),
    "a country in words": (
        {"_1": LOCALE, "comparator_1": "EqualTo", "locale_1": "USA"},
        (3, "locale.1: 'USA' is no locale; write a country as US, or a state as US-CA"),
    ),
    "countries with commas": (
        {"_1": LOCALE, "comparator_1": "In", "locale_1": "US, CA"},
        (
            3,
            "locale.1: 'US, CA' is no locale; write a country as US, or a state as US-CA; several are "
            "numbered, qualification.locale.1.1: US, qualification.locale.1.2: CA",
        ),
    ),
    "no type ID": (
        {"_1": "[put your id here]", "comparator_1": "Exists"},
        (
            1,
            "1: '[put your id here]' is no ID of a qualification type, which has capitals and digits only; "
            "write one, or the folder that made it as @../NAME",
        ),
    ),
    "a country that is not there": (
        {"_1": LOCALE, "comparator_1": "EqualTo", "locale_1": "XX"},
        (3, "locale.1: 'XX' names no place there is; write a country as US, or a state as US-CA"),
    ),
    "a state of another country": (
        {"_1": LOCALE, "comparator_1": "EqualTo", "locale_1": "DE-BY"},
        (3, "locale.1: 'DE-BY' names no place there is; write a country as US, or a state as US-CA"),
    ),
    "an eleventh": (
        {"_11": CUSTOM},
        (1, "11: a HIT has at most 10 requirements; number them from 1 to 10"),
    ),
    "a misspelt key": (
        {"comparater_3": "Exists"},
        (1, "comparater.3: is no key of a requirement; write qualification.comparator.3"),
    ),
    "a numbered private": (
        {"private_1_2": "true"},
        (1, "private.1.2: is no key of a requirement; write qualification.private.1"),
    ),
}


@pytest.mark.parametrize(("said", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_its_line_with_what_to_write(said, told) -> None:
    assert problems(**said) == [told]


def test_every_mistake_is_told_at_once_in_the_order_of_lines() -> None:
    told = problems(_1=CUSTOM, comparator_1="odd", _2="x y", comparator_2="Exists", value_2="1")

    assert [line for line, _ in told] == [2, 3, 5]
