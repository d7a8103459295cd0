from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import inputs

GOOD = "bird\tplace\nrobin\tgarden\nwren\thedge\n"


@pytest.fixture
def read(tmp_path):
    """Write an input file and read it."""

    def write_and_read(content: str | bytes) -> inputs.Input:
        path = tmp_path / "survey.input"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return inputs.read(path)

    return write_and_read


@pytest.fixture
def problems(read):
    """Return what is wrong with an input file."""

    def refuse(content: str | bytes) -> list[tuple[int | None, str]]:
        with pytest.raises(FileError) as refused:
            read(content)
        return [(problem.line, problem.text) for problem in refused.value.problems]

    return refuse


def cells(found: inputs.Input) -> list[dict[str, str]]:
    return [dict(row.cells) for row in found.rows]


BIRDS = [{"bird": "robin", "place": "garden"}, {"bird": "wren", "place": "hedge"}]


def test_one_row_is_one_hit(read):
    found = read(GOOD)

    assert (found.header, found.columns) == ("bird\tplace", ("bird", "place"))
    assert cells(found) == BIRDS
    assert [(row.number, row.line, row.raw) for row in found.rows] == [
        (1, 2, "robin\tgarden"),
        (2, 3, "wren\thedge"),
    ]
    assert found.notes == ()


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + GOOD.encode(),
        codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("\n", "\t\t\n").encode(),
        GOOD.replace("\n", "\n\n \n\t\n").encode(),
        b"\n\n" + GOOD.encode(),
        b'"bird"\t"place"\n"robin"\t"garden"\n"wren"\t"hedge"\n',
    ],
    ids=[
        "UTF-8 with its mark",
        "UTF-16 LE",
        "UTF-16 BE",
        "CRLF",
        "CR",
        "no last line end",
        "empty extra cells",
        "blank lines between",
        "blank lines above",
        "everything in quotes",
    ],
)
def test_whatever_saved_the_file_its_rows_are_the_same(read, content):
    found = read(content)

    assert cells(found) == BIRDS
    assert [row.key for row in found.rows] == [row.key for row in read(GOOD).rows]
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_an_old_code_page_is_read_and_noted(read, encoding):
    found = read("bird\nrobin\nréisling\n".encode(encoding))

    assert cells(found)[1] == {"bird": "réisling"}
    assert [note.line for note in found.notes] == [3]


def test_lines_are_those_an_editor_shows(read):
    found = read('\nbird\tplace\n\nrobin\t"a\nb"\n\nwren\thedge\n')

    assert [(row.number, row.line) for row in found.rows] == [(1, 4), (2, 7)]


@pytest.mark.parametrize("content", ["bird\tplace\n", "bird\tplace", "bird\tplace\n\n \t\n", "bird\nbird\n"])
def test_a_header_alone_makes_no_hits(problems, content):
    assert problems(content) == [(None, "has a header but no rows; each row below it makes one HIT")]


def test_a_file_without_text_is_refused(problems):
    assert problems("") == [(None, "is empty")]
    assert problems(codecs.BOM_UTF8) == [(None, "has no row of column names")]


@pytest.mark.parametrize(
    ("content", "line", "part"),
    [
        ("bird\tplace\nrobin\tgarden\nwren\n", 3, "has 1 of 2 cells"),
        ("bird\tplace\nrobin\tgarden\tx\n", 2, "has 3 cells where the header names 2 columns"),
        ('bird\tplace\nrobin\t"garden\n', 2, "never closes"),
        ('bird\tplace\n"robin" x\tgarden\n', 2, "goes on after its closing quote"),
        ("bird,place\nrobin,garden\n", 1, "looks comma-separated"),
        ("bird\tbird\nrobin\tgarden\n", 1, "two columns are named 'bird'"),
        ("bird\t\tplace\n1\t2\t3\n", 1, "column 2 has no name"),
        ("bird\nro\0bin\n", 2, "holds a NUL character"),
    ],
    ids=["short", "long", "odd quote", "half a quote", "comma", "duplicate", "nameless", "NUL"],
)
def test_a_bad_file_is_refused_in_the_line(problems, content, line, part):
    ((where, said),) = problems(content)

    assert where == line
    assert part in said


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x0c", "\x1b", "\x1f", "\ufffe", "\uffff"])
def test_what_no_xml_document_can_hold_is_refused(problems, character):
    ((line, said),) = problems(f"bird\tplace\nrobin\tgarden\nwren\the{character}dge\n")

    assert line == 3
    assert said == f"column 'place' holds the control character {character!r}"


def test_every_control_character_is_named_at_once(problems):
    assert [line for line, _ in problems("bird\nro\x01bin\nwren\ngu\x02ll\n")] == [2, 4]


@pytest.mark.parametrize("cell", ['"two\nlines"', '"a\tb"', '"a\n\nb"', "é漢🐦", '"a\nb\tc"'])
def test_tabs_and_line_ends_belong_to_a_cell_in_quotes(read, cell):
    assert len(read(f"bird\tplace\nrobin\t{cell}\n").rows) == 1


def test_a_quote_that_swallows_rows_is_refused_where_it_opens(problems):
    swallowed = 'bird\tplace\nrobin\tgarden\nwren\t"hedge\ngull\tsea\nduck\tpond"\n'

    ((line, said),) = problems(swallowed)

    assert line == 3
    assert "swallows whole rows" in said


def test_in_a_single_column_a_cell_may_have_many_lines(read):
    assert cells(read('bird\n"one\ntwo\nthree"\n')) == [{"bird": "one\ntwo\nthree"}]


def test_a_row_equal_to_the_header_is_left_out_and_noted(read):
    found = read("bird\tplace\nrobin\tgarden\nbird\tplace\t\nwren\thedge\n")

    assert cells(found) == BIRDS
    assert [row.number for row in found.rows] == [1, 2]
    assert [(note.line, note.text) for note in found.notes] == [(3, "repeats the header and is left out")]


def test_equal_rows_are_told_apart(read):
    keys = [row.key for row in read("bird\nrobin\nwren\nrobin\nrobin\n").rows]

    assert len(set(keys)) == 4
    assert [key.split("/")[1] for key in keys] == ["1", "1", "2", "3"]
    assert len({key.split("/")[0] for key in keys}) == 2


def keys(found: inputs.Input) -> dict[str, str]:
    return {row.cells["bird"]: row.key for row in found.rows}


def test_a_row_keeps_its_key_when_rows_are_added_around_it(read):
    before = keys(read(GOOD))

    after = keys(read("bird\tplace\ngull\tsea\nrobin\tgarden\nduck\tpond\nwren\thedge\nswan\tlake\n"))

    assert {bird: after[bird] for bird in before} == before
    assert len(set(after.values())) == 5


def test_a_row_keeps_its_key_when_columns_are_moved(read):
    assert keys(read("place\tbird\ngarden\trobin\nhedge\twren\n")) == keys(read(GOOD))


def test_a_changed_cell_makes_another_row(read):
    changed = keys(read(GOOD.replace("garden", "Garden")))

    assert changed["robin"] != keys(read(GOOD))["robin"]
    assert changed["wren"] == keys(read(GOOD))["wren"]


def test_cells_that_change_places_make_another_row():
    assert inputs.digest({"a": "1", "b": "2"}) != inputs.digest({"a": "2", "b": "1"})
    assert inputs.digest({"a": "12", "b": ""}) != inputs.digest({"a": "1", "b": "2"})


ROWS = st.lists(st.sampled_from(["robin", "wren", "gull", "a b", "é漢🐦", '"""x"""']), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60, database=None)
@given(ROWS, ROWS)
def test_keys_stay_when_an_input_grows(tmp_path_factory, birds, more):
    path = tmp_path_factory.mktemp("input") / "survey.input"

    path.write_text("\n".join(["name", *birds]), encoding="utf-8")
    before = [row.key for row in inputs.read(path).rows]
    path.write_text("\n".join(["name", *birds, *more]), encoding="utf-8")
    after = [row.key for row in inputs.read(path).rows]

    assert after[: len(birds)] == before
    assert len(set(after)) == len(birds) + len(more)
