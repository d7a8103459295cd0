from __future__ import annotations

import re
from random import Random

import pytest

from mturk_tasks.marketplace.simulation.matching import compiled, find_text, satisfies
from mturk_tasks.markup.question_form import Format, FreeText

SEEDS = range(5)


def chance(seed):
    return Random(seed)  # noqa: S311  # the same for each run of the tests, on purpose


@pytest.mark.parametrize(
    "regex",
    [
        r"\S",
        r"^\d{5}$",
        r"^\d{5}(-\d{4})?$",
        r"^[A-Z]{2}\d{2,4}$",
        r"^\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}$",
        r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$",
        r"^https?:\/\/[^\s/$.?#].[^\s]*$",
        r"^(yes|no|maybe)$",
        r"^(?:red|green)(?:, (?:red|green))*$",
        r"^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        r"^[^aeiou\s]+$",
        r"^(?<first>\w)x\k<first>$",
        r"^(a)?b(?!c)$",
        r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{8,}$",
        r"^\$[1-9]\d{0,2}(,\d{3})*(\.\d\d)?$",
        r"^(\w+\s){3}\w+$",
        r"^[\u4e00-\u9fff]{2}$",
        r"^[^\w]{3}$",
        r"^\W\D\S\s$",
        r"^.$",
        r"^x*?y+?$",
        r"^#?([a-f0-9]{6}|[a-f0-9]{3})$",
        r"\bcat\b",
    ],
)
def test_a_text_is_found_for_a_usual_format(regex):
    wanted = FreeText(formats=(Format(regex),))
    for seed in SEEDS:
        text = find_text("code", wanted, chance(seed))
        assert text
        assert compiled(regex).search(text)


@pytest.mark.parametrize("regex", ["^[[a]{3}$", "^[!--]$", "^(?:a{9}){2}$", "^[+--]{2}$"])
def test_what_python_warns_of_is_no_matter(regex):
    assert find_text("code", FreeText(formats=(Format(regex),)), chance(1))


@pytest.mark.parametrize("shortest", [0, 30], ids=["any-length", "long"])
def test_a_pattern_that_runs_away_is_answered_in_time(shortest):
    wanted = FreeText(shortest=shortest, formats=(Format(r"^(\w+\s?)*$"),))
    for seed in SEEDS:
        assert satisfies(find_text("remarks", wanted, chance(seed)), wanted)


def test_a_pattern_of_endless_repetition_ends():
    wanted = FreeText(longest=50, formats=(Format("((a{1000}){1000}){1000}"),))
    assert find_text("code", wanted, chance(1)) is None


def test_case_is_ignored_where_the_format_says_so():
    wanted = FreeText(formats=(Format("^YES$", ignore_case=True),))
    assert satisfies("yes", wanted)
    assert not satisfies("yes", FreeText(formats=(Format("^YES$"),)))
    assert find_text("a", wanted, chance(1)).upper() == "YES"


def test_a_format_may_be_found_anywhere_in_the_text():
    assert satisfies("about 7 of them", FreeText(formats=(Format(r"\d"),)))


def test_all_formats_must_match():
    wanted = FreeText(formats=(Format(r"\d"), Format(r"[A-Z]{2}"), Format("!")))
    for seed in SEEDS:
        text = find_text("code", wanted, chance(seed))
        assert re.search(r"\d", text)
        assert re.search(r"[A-Z]{2}", text)
        assert "!" in text


def test_a_format_and_a_length_hold_together():
    wanted = FreeText(shortest=12, longest=15, formats=(Format(r"^\w+$"),))
    for seed in SEEDS:
        assert re.fullmatch(r"\w{12,15}", find_text("code", wanted, chance(seed)))


def test_a_format_that_may_stand_anywhere_is_lengthened_by_words():
    wanted = FreeText(shortest=60, formats=(Format(r"^\d"),))
    text = find_text("code", wanted, chance(1))
    assert text[0].isdigit()
    assert len(text) >= 60


@pytest.mark.parametrize(
    "formats",
    [("^a$", "^b$"), (r"^\p{",), ("(",), ("^$",)],
    ids=["contradiction", "unknown-escape", "broken", "nothing"],
)
def test_nothing_is_found_where_nothing_fits(formats):
    wanted = FreeText(formats=tuple(map(Format, formats)))
    assert find_text("code", wanted, chance(1)) is None


@pytest.mark.parametrize(
    "wanted",
    [
        FreeText(numeric=True),
        FreeText(numeric=True, lowest=18, highest=99),
        FreeText(numeric=True, lowest=5, highest=5),
        FreeText(numeric=True, highest=-3),
        FreeText(numeric=True, lowest=1000),
        FreeText(numeric=True, shortest=6),
        FreeText(numeric=True, lowest=1, highest=9, shortest=4),
        FreeText(numeric=True, lowest=0, highest=500, formats=(Format(r"0$"),)),
        FreeText(shortest=1),
        FreeText(shortest=300),
        FreeText(longest=3),
        FreeText(shortest=10, longest=10),
        FreeText(shortest=40, longest=45),
    ],
    ids=repr,
)
def test_ranges_and_lengths_are_kept(wanted):
    for seed in range(30):
        text = find_text("remarks", wanted, chance(seed))
        assert text
        assert satisfies(text, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        FreeText(shortest=10, longest=5),
        FreeText(shortest=10**12),
        FreeText(shortest=10**12, numeric=True),
        FreeText(shortest=10**12, formats=(Format("a"),)),
    ],
    ids=repr,
)
def test_a_length_nobody_can_reach_is_given_up(wanted):
    assert find_text("remarks", wanted, chance(1)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", FreeText(shortest=1)),
        ("abcd", FreeText(longest=3)),
        ("seven", FreeText(numeric=True)),
        ("4", FreeText(numeric=True, lowest=5)),
        ("6.5", FreeText(numeric=True, highest=6)),
        ("abc", FreeText(formats=(Format(r"^\d"),))),
    ],
)
def test_text_outside_its_limits_is_told(text, wanted):
    assert not satisfies(text, wanted)


def test_words_fit_the_name_of_the_field():
    assert "@" in find_text("Contact e-mail", FreeText(), chance(1))
