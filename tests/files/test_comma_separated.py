from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import inputs
from mturk_tasks.files.table import COMMA, format_quoted, parse
from mturk_tasks.lib import disk, text

PATH = Path("survey.csv")
BIRDS = [{"bird": "robin", "place": "the garden, mostly"}, {"bird": "wren", "place": "hedge"}]
GOOD = 'bird,place\nrobin,"the garden, mostly"\nwren,hedge\n'
AWKWARD = st.text(st.sampled_from(list(',\t\n\r"a;\\ é漢🐦\u2028\u0085')) | st.characters(codec="utf-8"))


@pytest.fixture
def read(tmp_path):
    """Write an input of the web site and read it."""

    def write_and_read(content: str | bytes, name: str = "survey.csv") -> inputs.Input:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return inputs.read(path)

    return write_and_read


def cells(found: inputs.Input) -> list[dict[str, str]]:
    return [dict(row.cells) for row in found.rows]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        '"bird","place"\n"robin","the garden, mostly"\n"wren","hedge"\n',
        "\n" + GOOD + ",\n\n ,\n",
        'bird,place,,\nrobin,"the garden, mostly",,\nwren,hedge,,\n',
        codecs.BOM_UTF8 + GOOD.encode(),
        GOOD.encode("utf-16"),
    ],
    ids=["LF", "CRLF", "all in quotes", "blank lines", "empty columns", "BOM", "UTF-16"],
)
def test_an_input_of_the_web_site_is_read(read, content):
    assert cells(read(content)) == BIRDS


def test_the_ending_may_be_in_capitals(read):
    assert cells(read(GOOD, "SURVEY.CSV")) == BIRDS


def test_a_code_page_of_windows_is_read_and_noted(read):
    found = read("bird,place\nkéa,mountains\n".encode("cp1252"))

    assert cells(found) == [{"bird": "kéa", "place": "mountains"}]
    assert "Windows-1252" in found.notes[0].text


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('""', ""),
        ('"""robin"" is its name"', '"robin" is its name'),
        ('"a,b"', "a,b"),
        ('"a\nb"', "a\nb"),
        ('6"', '6"'),
        (" robin ", " robin "),
        ("a\tb;c", "a\tb;c"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(written, cell):
    (row,) = parse(f"bird,place\n{written},here\n", PATH, COMMA).rows
    assert row.cells == (cell, "here")


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ("bird,place\nrobin,garden\nwren\n", 3, "has 1 of 2 cells; a cell may be empty, but its comma"),
        ("bird,place\nrobin,the garden, mostly\n", 2, "has 3 cells where the header names 2 columns"),
        ('bird,place\nrobin,"garden\n', 2, "never closes"),
        ('bird,place\n"robin" x,garden\n', 2, "goes on after its closing quote"),
        ("bird,bird\nrobin,garden\n", 1, "two columns are named 'bird'"),
        ("bird,,place\n1,2,3\n", 1, "column 2 has no name"),
        ("bird,place\nrobin,the\x01garden\n", 2, "control character"),
        ('bird,place\nrobin,"garden\ngull,sea\nduck,pond"\n', 2, "swallows whole rows"),
        ("bird,place\n", None, "has a header but no rows"),
    ],
)
def test_a_bad_file_is_refused_in_the_line(read, content, line, part):
    with pytest.raises(FileError) as refused:
        read(content)

    (problem,) = refused.value.problems
    assert problem.line == line
    assert part in problem.text


@pytest.mark.parametrize(
    "cell",
    [
        "It cost\n1,000 dollars,\nwell, perhaps\nless",
        '{\n ""lat"": [1,2],\n ""lon"": 3\n}',
        "a\nb c\nd, e\nf",
    ],
    ids=["prose", "JSON", "one comma a line"],
)
def test_commas_in_a_cell_of_many_lines_are_no_rows(read, cell):
    assert len(read(f'bird,place\nrobin,"{cell}"\n').rows) == 1


@pytest.mark.parametrize("content", ["bird\tplace\nrobin\ta, b\n", "bird\nrobin\nwren\n"])
def test_a_file_of_the_old_tools_is_read_whatever_it_is_called(read, content):
    assert cells(read(content, "survey.csv")) == cells(read(content, "survey.input"))


def test_rows_know_their_text_and_keep_their_keys_in_the_other_format(read):
    found = read(GOOD)
    tabs = read("place\tbird\nthe garden, mostly\trobin\nhedge\twren\n", "survey.input")

    assert [row.raw for row in found.rows] == ['robin,"the garden, mostly"', "wren,hedge"]
    assert [row.key for row in found.rows] == [row.key for row in tabs.rows]


@pytest.mark.long
@settings(deadline=None, max_examples=150, database=None)
@given(st.data())
def test_what_is_written_reads_back(tmp_path_factory, data):
    name = AWKWARD.map(lambda cell: cell.replace("\0", "")).filter(str.strip)
    names = data.draw(st.lists(name, min_size=2, max_size=4, unique=True), label="column names")
    row = st.lists(AWKWARD.map(lambda cell: cell.replace("\0", "")), min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(row.filter(lambda row: any(map(str.strip, row))), max_size=5), label="rows")
    path = tmp_path_factory.mktemp("csv") / "birds.results.csv"

    disk.write(path, format_quoted(names, rows, COMMA))
    table = parse(text.read(path).text, path, COMMA)

    assert list(table.columns) == names
    assert [list(row.cells) for row in table.rows] == rows
