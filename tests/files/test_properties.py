from __future__ import annotations

from pathlib import Path

import javaproperties
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files.properties import parse
from mturk_tasks.lib.text import Source

PATH = Path("survey.properties")
QUICK = settings(deadline=None, max_examples=150, database=None)
WORDS = st.text(st.sampled_from(list(" :=#!\\\t\n\r\fa1é漢🐦\u2028\u0085")) | st.characters(codec="utf-8"))


def entries(text: str) -> list[tuple[int, str, str]]:
    return list(parse(Source(PATH, text)).entries)


@pytest.mark.parametrize(
    "line",
    ["title: A bird", "title=A bird", "title = A bird", "title A bird", "  title\t:\tA bird", "title:A bird"],
)
def test_a_key_and_its_value_may_be_parted_in_many_ways(line):
    assert entries(line) == [(1, "title", "A bird")]


def test_comments_and_blank_lines_are_passed_over_but_counted():
    assert entries("# a comment\n! another\n\n  \ntitle: A\n#reward: 1\nreward: 2\n") == [
        (5, "title", "A"),
        (7, "reward", "2"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_are_counted_whatever_ends_them(end):
    source = end.join(["# a", "", "title: A \\", "   long \\", "   one", "reward: 1", ""])

    assert entries(source) == [(3, "title", "A long one"), (6, "reward", "1")]


def test_a_line_that_goes_on_belongs_to_the_value():
    assert entries("description: one\\\n two\n") == [(1, "description", "onetwo")]


def test_trailing_spaces_stay_in_the_value():
    assert entries("assignments: 3  \n") == [(1, "assignments", "3  ")]


def test_repeated_keys_stay_in_order():
    assert entries("reward: 1\nreward: 2\n") == [(1, "reward", "1"), (2, "reward", "2")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"caf\u00e9", "café"),
        ("café", "café"),
        (r"\ud83d\udc26", "🐦"),
        (r"a\:b\=c", "a:b=c"),
        ("a: b = c", "a: b = c"),
        (r"c:\\temp", r"c:\temp"),
        ("", ""),
        ("$3.50 ${bird}", "$3.50 ${bird}"),
    ],
)
def test_escapes_are_read_as_java_reads_them(written, value):
    assert entries(f"title: {written}\n") == [(1, "title", value)]


@pytest.mark.parametrize("path", [r"c:\temp", r"c:\new", r"c:\results"])
def test_a_backslash_that_made_a_control_character_is_noted(path):
    (note,) = parse(Source(PATH, f"# a\ntitle: {path}\n")).notes

    assert note.line == 2
    assert note.text.startswith("title: a backslash made a control character")


@pytest.mark.parametrize("value", ["a\tb", r"caf\u00e9", r"a\:b", "one\\\n  two"])
def test_nothing_is_noted_of_other_values(value):
    assert parse(Source(PATH, f"title: {value}\n")).notes == ()


def test_what_was_noted_of_the_file_is_kept():
    note = Problem(PATH, 1, "is not UTF-8")

    assert parse(Source(PATH, "a: b", (note,))).notes == (note,)


@pytest.mark.parametrize("escape", [r"\u12", r"\uxyz1", r"\u"])
def test_a_malformed_escape_is_refused_in_its_line(escape):
    with pytest.raises(FileError) as refused:
        parse(Source(PATH, f"# a\nreward: 1\n\ntitle: {escape}\nassignments: 1\n"))

    (problem,) = refused.value.problems
    assert problem.line == 4
    assert "four digits" in problem.text


def test_a_file_of_comments_has_no_entries():
    assert entries("# nothing\n") == []


@QUICK
@given(st.lists(st.tuples(WORDS, WORDS), max_size=5), st.booleans())
def test_written_properties_read_back(pairs, ensure_ascii):
    written = "".join(
        javaproperties.join_key_value(key, value, ensure_ascii=ensure_ascii) + "\n" for key, value in pairs
    )

    assert entries(written) == [(line, key, value) for line, (key, value) in enumerate(pairs, 1)]


@QUICK
@given(st.lists(st.sampled_from(["", "# note", "! note: x", "  "]) | st.tuples(WORDS, WORDS), max_size=8))
def test_every_entry_knows_its_line_among_comments(lines):
    written = [line if isinstance(line, str) else javaproperties.join_key_value(*line) for line in lines]
    expected = [(number, *line) for number, line in enumerate(lines, 1) if isinstance(line, tuple)]

    assert entries("\n".join([*written, ""])) == expected


@QUICK
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\\\r\n"), min_size=1), min_size=1))
def test_a_value_over_several_lines_is_put_together_by_hand_as_well(parts):
    parts = ["x" + part for part in parts]
    source = "title: " + "\\\n \t".join(parts) + "\nreward: 1\n"

    assert entries(source) == [(1, "title", "".join(parts)), (1 + len(parts), "reward", "1")]
