from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.vocabulary import properties
from mturk_tasks.vocabulary.properties import HIT_REQUIRED, HitProperties, read_hit

PATH = Path("survey.properties")
GOOD = {
    "title": "Name the bird",
    "description": "One picture, one name",
    "keywords": "birds, pictures",
    "reward": "0.05",
    "assignmentduration": "3600",
    "autoapprovaldelay": "604800",
    "assignments": "3",
    "hitlifetime": "259200",
    "annotation": "${bird}",
}


def entries(**changed: str | None):
    values = {**GOOD, **changed}
    return [(line, key, value) for line, (key, value) in enumerate(values.items(), 1) if value is not None]


def value_of(values: HitProperties, key: str):
    """Return a value wherever it stands: with the type, or among those that rows are merged into."""
    return getattr(values if hasattr(values, key) else properties.read_row(values.merged, PATH), key)


def refusal(said) -> FileError:
    with pytest.raises(FileError) as refused:
        read_hit(said, PATH)
    return refused.value


def test_a_complete_file_is_read_as_values():
    values, warnings = read_hit(entries(), PATH)

    assert warnings == []
    assert values.title == "Name the bird"
    assert values.keywords == "birds, pictures"
    assert values.reward == Decimal("0.05")
    assert (values.assignmentduration, values.autoapprovaldelay) == (3600, 604_800)
    assert [value_of(values, key) for key in ("assignments", "hitlifetime")] == [3, 259_200]
    assert (values.annotation, values.annotation_line) == ("${bird}", 9)


def test_seven_keys_are_required():
    assert set(HIT_REQUIRED) == set(GOOD) - {"keywords", "annotation"}


@pytest.mark.parametrize("key", sorted(set(GOOD) - {"keywords", "annotation"}))
def test_a_required_key_that_is_missing_is_named_with_an_example(key):
    (problem,) = refusal(entries(**{key: None})).problems

    assert problem.line is None
    assert problem.text.startswith(f"{key} is missing; add a line such as {key}: ")


@pytest.mark.parametrize("key", sorted(set(GOOD) - {"keywords", "annotation"}))
def test_a_required_key_without_a_value_is_missing_in_its_line(key):
    (problem,) = refusal(entries(**{key: "  "})).problems

    assert problem.line == list(GOOD).index(key) + 1
    assert f"{key} is missing" in problem.text


@pytest.mark.parametrize("key", ["keywords", "annotation"])
def test_an_optional_key_may_be_left_out(key):
    values, warnings = read_hit(entries(**{key: None}), PATH)

    assert getattr(values, key) == ""
    assert warnings == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("assignmentduration", "30"),
        ("assignmentduration", "31536000"),
        ("autoapprovaldelay", "0"),
        ("autoapprovaldelay", "2592000"),
        ("hitlifetime", "30"),
        ("hitlifetime", "31536000"),
        ("assignments", "1"),
        ("assignments", "1000000000"),
    ],
)
def test_the_ends_of_a_range_belong_to_it(key, value):
    assert value_of(read_hit(entries(**{key: value}), PATH)[0], key) == int(value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("assignmentduration", "29"),
        ("assignmentduration", "31536001"),
        ("autoapprovaldelay", "-1"),
        ("autoapprovaldelay", "2592001"),
        ("hitlifetime", "29"),
        ("hitlifetime", "31536001"),
        ("assignments", "0"),
        ("assignments", "-1"),
        ("assignments", "1000000001"),
    ],
)
def test_a_number_out_of_range_is_refused_with_the_range(key, value):
    (problem,) = refusal(entries(**{key: value})).problems

    assert problem.line == list(GOOD).index(key) + 1
    assert problem.text.startswith(f"{key}: {value} is out of range; write ")


@pytest.mark.parametrize("key", ["assignmentduration", "autoapprovaldelay", "hitlifetime", "assignments"])
@pytest.mark.parametrize("value", ["abc", "1.5", "1 h", "3,600"])
def test_what_is_no_whole_number_is_refused(key, value):
    (problem,) = refusal(entries(**{key: value})).problems

    assert problem.text.startswith(f"{key}: {value!r} is no whole number of ")


@pytest.mark.parametrize(("text", "amount"), [("$0.06", "0.06"), (" 0.06 ", "0.06"), (".1", "0.10")])
def test_a_reward_is_read_with_or_without_the_dollar_sign(text, amount):
    assert read_hit(entries(reward=text), PATH)[0].reward == Decimal(amount)


@pytest.mark.parametrize("text", ["0,06", "-1", "abc", "0.065"])
def test_a_reward_that_is_no_amount_is_refused(text):
    (problem,) = refusal(entries(reward=text)).problems

    assert problem.line == list(GOOD).index("reward") + 1
    assert problem.text == f"reward: {text!r} is no amount of dollars; write it as 0.06 or $0.06"


@pytest.mark.parametrize(("key", "limit"), [("title", 128), ("description", 2000), ("keywords", 1000)])
def test_a_text_may_be_as_long_as_the_service_takes_and_no_longer(key, limit):
    assert getattr(read_hit(entries(**{key: "x" * limit}), PATH)[0], key) == "x" * limit

    (problem,) = refusal(entries(**{key: "x" * (limit + 1)})).problems
    assert str(limit) in problem.text


@pytest.mark.parametrize("key", sorted(GOOD))
def test_trailing_spaces_do_not_count(key):
    padded, plain = (read_hit(entries(**{key: GOOD[key] + end}), PATH)[0] for end in ("  ", ""))

    assert value_of(padded, key) == value_of(plain, key)


def test_an_unknown_key_is_ignored_with_a_warning():
    _, warnings = read_hit([*entries(), (10, "Title", "x"), (11, "colour", "red")], PATH)

    assert [(warning.line, warning.text) for warning in warnings] == [
        (10, "'Title' is no property of a HIT and is ignored"),
        (11, "'colour' is no property of a HIT and is ignored"),
    ]


def test_a_repeated_key_counts_as_it_last_stands():
    values, (warning,) = read_hit([*entries(), (10, "reward", "0.50")], PATH)

    assert values.reward == Decimal("0.50")
    assert warning.line == 10
    assert warning.text == "reward stood in line 4 already; this one counts"


def test_the_mistake_in_a_repeated_key_is_that_of_its_last_line():
    wrong, twice = refusal([*entries(reward="abc"), (10, "reward", "xyz")]).problems

    assert (wrong.line, "'xyz'" in wrong.text) == (10, True)
    assert (twice.line, "already" in twice.text) == (10, True)


def test_a_misspelt_key_is_told_with_the_one_that_is_missing():
    problems = refusal([*entries(assignments=None), (10, "asignments", "2")]).problems

    assert [problem.line for problem in problems] == [None, 10]


@pytest.mark.parametrize("key", ["assignments", "hitlifetime", "annotation", "qualification.value.1"])
def test_what_a_row_is_merged_into_is_checked_when_that_is_done(key):
    rule = [(10, "qualification.1", "3Q"), (11, "qualification.comparator.1", "EqualTo")]
    rule = rule if key.startswith("qualification") else []
    said = [*entries(**{key: "${column}"}), *rule]

    _, warnings = read_hit(said, PATH)
    assert warnings == []


@pytest.mark.parametrize("key", ["title", "description", "keywords"])
def test_a_text_that_is_not_merged_may_hold_an_amount(key):
    assert (
        value_of(read_hit(entries(**{key: "Earn $3.50 for ${bird}"}), PATH)[0], key)
        == "Earn $3.50 for ${bird}"
    )


@pytest.mark.parametrize("key", ["reward", "assignmentduration", "autoapprovaldelay"])
def test_a_number_that_is_not_merged_takes_no_column(key):
    (problem,) = refusal(entries(**{key: "${column}"})).problems

    assert problem.line == list(GOOD).index(key) + 1


def test_requirements_are_read_with_the_rest():
    said = [(10, "qualification.1", "3Q"), (11, "qualification.comparator.1", "exists")]
    values, warnings = read_hit([*entries(), *said], PATH)

    (requirement,) = properties.read_row(values.merged, PATH).requirements
    assert (requirement.type_id, requirement.comparator, warnings) == ("3Q", "Exists", [])


def test_a_doubtful_requirement_is_warned_of():
    _, (warning,) = read_hit([*entries(), (10, "qualification.comparator.2", "Exists")], PATH)

    assert (warning.line, "counts for nothing" in warning.text) == (10, True)


def test_every_mistake_is_said_at_once():
    said = [*entries(title=None, reward="abc", assignments="0"), (10, "qualification.1", "3Q")]

    texts = [problem.text for problem in refusal(said).problems]

    assert len(texts) == 4
    for part in ("qualification.1", "title is missing", "reward: ", "assignments: "):
        assert any(text.startswith(part) for text in texts)


def test_a_file_of_nothing_misses_every_required_key():
    assert len(refusal([]).problems) == 7
