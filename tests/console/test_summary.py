from __future__ import annotations

import pytest

from mturk_tasks.console.summary import Summary, clock_time, count, share, shares, shorten, table


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 3, "0%"), (2, 5, "40%"), (2, 3, "67%"), (3, 3, "100%"), (999, 1000, "99%")],
)
def test_a_share_is_never_rounded_up_to_everything(part, whole, text):
    assert share(part, whole) == f"{part}/{whole} ({text})"


def test_of_nothing_there_is_no_share():
    assert (share(0, 0), share(1, 6)) == ("0/0", "1/6 (17%)")


@pytest.mark.parametrize(
    ("parts", "percents"),
    [
        ((178, 2, 0), (99, 1, 0)),
        ((2, 1, 0), (67, 33, 0)),
        ((1, 1, 1), (34, 33, 33)),
        ((999, 1, 0), (99, 1, 0)),
        ((5, 0, 0), (100, 0, 0)),
    ],
)
def test_the_shares_of_a_whole_make_a_hundred_and_only_everything_is_a_hundred(parts, percents):
    whole = sum(parts)
    assert shares(parts) == [
        f"{part}/{whole} ({percent}%)" for part, percent in zip(parts, percents, strict=True)
    ]


def test_shares_of_nothing_are_none():
    assert shares([0, 0]) == ["0/0", "0/0"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00:00"), (316, "0:05:16"), (59.9, "0:00:59"), (3600, "1:00:00"), (90_061, "25:01:01")],
)
def test_a_span_of_time_is_hours_minutes_and_seconds(seconds, text):
    assert clock_time(seconds) == text


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (1, ("row",), "1 row"),
        (0, ("row",), "0 rows"),
        (2, ("HIT",), "2 HITs"),
        (1, ("entry", "entries"), "1 entry"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_a_number_of_things_agrees_with_their_name(number, words, text):
    assert count(number, *words) == text


def test_a_command_that_says_nothing_ended_well():
    assert Summary().exit_code == 0
    assert [*Summary().lines, *Summary().items, *Summary().files] == []
    assert Summary().counts == {}


def test_rows_stand_in_columns_below_their_header():
    header, rule, *rows = table([["robin", "garden"], ["wren", "hedge"]], ["bird", "place"]).splitlines()

    assert header.split() == ["bird", "place"]
    assert set(rule) == {"-", " "}
    assert [row.split() for row in rows] == [["robin", "garden"], ["wren", "hedge"]]
    assert header.index("place") == rows[0].index("garden") == rows[1].index("hedge")


def test_without_a_header_there_are_rows_alone():
    assert table([["bird", "robin"], ["place", "garden"]]).splitlines() == ["bird   robin", "place  garden"]


@pytest.mark.parametrize("cell", ["0.10", "$0.10", "1e5", "007", "1_000", "-0"])
def test_a_number_stays_as_it_is_written(cell):
    assert table([[cell, "x"]], ["amount", "y"]).splitlines()[-1].split() == [cell, "x"]


def test_of_no_rows_the_header_is_shown():
    assert table([], ["bird", "place"]).split()[:2] == ["bird", "place"]


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("robin", 5, "robin"),
        ("robins", 5, "robi…"),
        ("a\n b\t c", 10, "a b c"),
        ("  robin  ", 5, "robin"),
        ("", 5, ""),
        ("漢字漢字", 3, "漢字…"),
    ],
)
def test_a_text_is_shortened_to_one_line(text, width, short):
    assert shorten(text, width) == short
    assert len(shorten(text, width)) <= width
