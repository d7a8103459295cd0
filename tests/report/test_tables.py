from __future__ import annotations

import pytest

from mturk_tasks.console.summary import shorten, table


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
