from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import table as tables
from mturk_tasks.files.table import format_plain, format_quoted, parse
from mturk_tasks.lib import disk, text

PATH = Path("survey.input")
QUICK = settings(deadline=None, max_examples=150, database=None)
AWKWARD = st.text(st.sampled_from(list('\t\n\r"a,\\ é漢🐦\u2028\u0085')) | st.characters(codec="utf-8"))


def problems(source: str) -> list[tuple[int | None, str]]:
    with pytest.raises(FileError) as refused:
        parse(source, PATH)
    return [(problem.line, problem.text) for problem in refused.value.problems]


def cells(source: str) -> list[tuple[str, ...]]:
    return [row.cells for row in parse(source, PATH).rows]


def test_a_table_is_a_header_and_rows():
    table = parse("bird\tplace\nrobin\tgarden\nwren\thedge\n", PATH)

    assert table.columns == ("bird", "place")
    assert table.records() == [{"bird": "robin", "place": "garden"}, {"bird": "wren", "place": "hedge"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_line_end_ends_a_row(end):
    assert cells(end.join(["bird\tplace", "robin\tgarden", "wren\thedge", ""])) == [
        ("robin", "garden"),
        ("wren", "hedge"),
    ]


def test_the_last_row_needs_no_line_end():
    assert cells("bird\nrobin") == [("robin",)]


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ('"robin"', "robin"),
        ('""', ""),
        ('"""robin"" is its name"', '"robin" is its name'),
        ('"a\tb"', "a\tb"),
        ('"a\nb"', "a\nb"),
        ('"a\r\nb"', "a\r\nb"),
        ('say "hi" now', 'say "hi" now'),
        ('6"', '6"'),
        ('""""', '"'),
        (" robin ", " robin "),
        ("a\\tb", "a\\tb"),
        ("a\u2028b\u0085c\x0bd", "a\u2028b\u0085c\x0bd"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(written, cell):
    assert cells(f"bird\tplace\n{written}\there\n") == [(cell, "here")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_rows_know_their_line_and_their_text_as_it_stands(end):
    table = parse(end.join(["", "bird", '"two', 'lines"', "", "wren", ""]), PATH)

    assert table.header.line == 2
    assert [(row.line, row.raw) for row in table.rows] == [(3, f'"two{end}lines"'), (6, "wren")]


def test_blank_lines_are_no_rows():
    assert cells("\n \nbird\tplace\n\nrobin\tgarden\n\t\n  \t \n\n") == [("robin", "garden")]


def test_a_row_of_which_one_cell_holds_something_is_a_row():
    assert cells("bird\tplace\n\tgarden\nrobin\t\n") == [("", "garden"), ("robin", "")]


def test_a_short_row_is_refused_in_its_line():
    ((line, said),) = problems("bird\tplace\trange\nrobin\tgarden\n")

    assert line == 2
    assert said.startswith("has 2 of 3 cells; ")


def test_a_filled_cell_beyond_the_header_is_refused_in_its_line():
    assert problems("bird\nrobin\twren\n") == [(2, "has 2 cells where the header names 1 columns")]


def test_empty_cells_beyond_the_header_are_ignored():
    assert cells("bird\tplace\t\t\nrobin\tgarden\t\t \t\n") == [("robin", "garden")]


def test_every_bad_row_is_named_at_once():
    assert [line for line, _ in problems("bird\tplace\nrobin\nwren\thedge\tx\n\ngull\n")] == [2, 3, 5]


def test_a_quote_that_never_closes_is_refused_where_its_row_begins():
    ((line, said),) = problems('bird\tplace\nrobin\tgarden\nwren\t"hedge\ngull\tsea\n')

    assert line == 3
    assert "never closes" in said


def test_a_cell_that_goes_on_after_its_closing_quote_is_refused():
    ((line, said),) = problems('bird\n"robin" and wren\n')

    assert line == 2
    assert "goes on after its closing quote" in said


@pytest.mark.parametrize("source", ["", "\n\n", "\t\t\n", " \n"])
def test_a_table_needs_column_names(source):
    assert problems(source) == [(None, "has no row of column names")]


def test_a_comma_file_is_recognised():
    assert problems("bird,place\nrobin,garden\n") == [
        (1, "looks comma-separated; save it as tab-delimited text, or call it .csv")
    ]


def test_two_columns_of_one_name_are_refused():
    assert problems("a\tb\tb\ta\tc\n1\t2\t3\t4\t5\n") == [
        (1, "two columns are named 'a'"),
        (1, "two columns are named 'b'"),
    ]


def test_column_names_tell_capitals_apart():
    assert parse("Bird\tbird\n1\t2\n", PATH).columns == ("Bird", "bird")


def test_a_column_without_a_name_is_refused():
    assert problems("bird\t \tplace\n1\t2\t3\n") == [(1, "column 2 has no name")]


def test_a_written_table_has_every_value_in_quotes_and_absent_ones_empty():
    assert format_quoted(["a", "b"], [["1", None], ["", 'say "hi"']]) == '"a"\t"b"\n"1"\t\n""\t"say ""hi"""\n'


def test_identifiers_are_written_without_quotes():
    assert format_plain(["hitid", "hittypeid"], [["3H", "3T"]]) == "hitid\thittypeid\n3H\t3T\n"


def filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


@pytest.mark.long
@QUICK
@given(st.data())
def test_a_written_table_reads_back(data):
    names = data.draw(
        st.lists(AWKWARD.filter(str.strip), min_size=2, max_size=4, unique=True), label="column names"
    )
    row = st.lists(AWKWARD, min_size=len(names), max_size=len(names)).filter(filled)
    rows = data.draw(st.lists(row, max_size=5), label="rows")

    table = parse(format_quoted(names, rows), PATH)

    assert list(table.columns) == names
    assert [list(row.cells) for row in table.rows] == rows


@settings(QUICK, max_examples=40)
@given(row=st.lists(AWKWARD.map(lambda cell: cell.replace("\0", "")), min_size=2, max_size=2).filter(filled))
def test_a_table_reads_back_from_a_file(tmp_path_factory, row):
    path = tmp_path_factory.mktemp("table") / "a.results"

    disk.write(path, format_quoted(["one", "two"], [row]))

    assert [list(found.cells) for found in parse(text.read(path).text, path).rows] == [row]


@QUICK
@given(st.lists(st.lists(AWKWARD, min_size=2, max_size=2).filter(filled), min_size=1, max_size=4))
def test_the_text_of_a_row_as_it_stands_reads_as_that_row(rows):
    table = parse(format_quoted(["one", "two"], rows), PATH)

    again = "one\ttwo\n" + "\n".join(row.raw for row in table.rows)

    assert cells(again) == [row.cells for row in table.rows]


@QUICK
@given(st.text('a"\t\n\r', max_size=12))
def test_a_line_of_whole_cells_reads_as_it_does_cell_by_cell(text):
    def rows(reader):
        try:
            return reader(text, Path("x.input"), tables.TAB).rows()
        except FileError as error:
            return str(error)

    assert rows(tables._Reader) == rows(_CellByCell)


class _CellByCell(tables._Reader):
    def _line(self, position):
        return None
