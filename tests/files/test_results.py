from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import heading

WORK = {"hitid": "3H", "assignmentid": "3A", "feedback": None, "reject": None, "Answer.bird": "robin"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "survey.results"


def test_the_fixed_columns_come_first_then_one_for_each_answer(path):
    results.write(path, ["Answer.bird", "Answer.place"], [WORK])

    header = path.read_text().splitlines()[0].replace('"', "").split("\t")
    assert header == [*columns.RESULT, "Answer.bird", "Answer.place"]


def test_with_pairs_all_answers_stand_in_the_last_column(path):
    results.write(path, ["Answer.bird"], [WORK], own=["notes"], pairs=True)

    header = results.read(path).columns
    assert header == (*columns.RESULT, "notes", "answers[question_id answer_value]")


def test_pairs_are_written_in_their_column(path):
    results.write(path, ["Answer.bird"], [{**WORK, columns.ANSWER_PAIRS: "bird\trobin"}], pairs=True)

    (row,) = results.read(path).rows
    assert row[columns.ANSWER_PAIRS] == "bird\trobin"
    assert "Answer.bird" not in row


def test_what_a_row_does_not_have_is_an_empty_cell_without_quotes(path):
    results.write(path, ["Answer.bird"], [{"hitid": "3H", "Answer.bird": ""}])

    row = path.read_text().splitlines()[1].split("\t")
    assert (row[0], row[1], row[-1]) == ('"3H"', "", '""')


def test_a_written_file_reads_back(path):
    results.write(path, ["Answer.bird"], [WORK, {"hitid": "3I"}])

    found = results.read(path)

    assert found.path == path
    assert [(row["hitid"], row["assignmentid"], row["Answer.bird"]) for row in found.rows] == [
        ("3H", "3A", "robin"),
        ("3I", "", ""),
    ]


def test_marks_are_what_the_requester_wrote_beside_the_work(path):
    rows = [
        {**WORK, "assignmentid": "3A", "reject": "x", "feedback": "Not a bird.\nSorry!"},
        {**WORK, "assignmentid": "3B", "feedback": "Well done"},
        {"hitid": "3I"},
    ]
    results.write(path, [], rows)

    assert results.read(path).marks() == {
        "3A": Mark("x", "Not a bird.\nSorry!", "3H"),
        "3B": Mark("", "Well done", "3H"),
    }


def test_a_file_of_some_columns_alone_has_marks_too(path):
    path.write_text("assignmentid\thitid\n3A\t3H\n")

    found = results.read(path)

    assert found.marks() == {"3A": Mark("", "", "3H")}
    assert not found.can_reject


def test_a_file_with_the_column_can_reject(path):
    results.write(path, [], [WORK])

    assert results.read(path).can_reject


@pytest.mark.parametrize("missing", ["hitid", "assignmentid"])
def test_a_file_without_its_ids_cannot_be_trusted(path, missing):
    kept = ({"hitid", "assignmentid"} - {missing}).pop()
    path.write_text(f"{kept}\treject\n3H\tx\n")

    with pytest.raises(FileError, match=f":1: has no column {missing}; fetch it with inv results"):
        results.read(path)


def test_a_file_that_is_not_there_yet_is_none(path):
    assert results.read_if_there(path) is None


def test_a_file_that_is_there_is_read(path):
    results.write(path, [], [WORK])

    assert results.read_if_there(path) == results.read(path)


def test_a_folder_in_its_place_is_refused(path):
    path.mkdir()

    with pytest.raises(FileError, match="is a directory"):
        results.read_if_there(path)


ANSWERS = st.text(
    st.sampled_from(list('\t\n\r"|é漢🐦 ')) | st.characters(codec="utf-8", exclude_characters="\0")
)


@settings(deadline=None, max_examples=60, database=None)
@given(answer=ANSWERS, feedback=ANSWERS, reject=ANSWERS)
def test_answers_and_marks_survive_a_round_trip(tmp_path_factory, answer, feedback, reject):
    path = tmp_path_factory.mktemp("results") / "survey.results"

    results.write(
        path, ["Answer.bird"], [{**WORK, "Answer.bird": answer, "feedback": feedback, "reject": reject}]
    )
    found = results.read(path)

    assert found.rows[0]["Answer.bird"] == answer
    assert found.marks() == {"3A": Mark(reject, feedback, "3H")}


RESAVED = [
    ("hitid", "assignmentid", "workerid", "feedback", "reject", "Answer.bird"),
    ("3H", "3A", "A1", "Très bien, \u201cbravo\u201d", "", "a robin, I think"),
    ("3H", "3B", "A2", "Not a bird", "x", 'tail\t"wing"'),
    ("3I", "", "", "", "", ""),
]


def saved_by_a_spreadsheet(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    """Return rows as a spreadsheet saves them: CRLF, and quotes only where they cannot be left out."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter="\t").writerows(rows)
    return file.getvalue().encode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0)], ids=["same order", "other order"])
def test_a_file_that_a_spreadsheet_saved_says_the_same(path, encoding, order):
    path.write_bytes(saved_by_a_spreadsheet([[row[at] for at in order] for row in RESAVED], encoding))

    found = results.read(path)
    assert [dict(row) for row in found.rows] == [
        dict(zip(RESAVED[0], row, strict=True)) for row in RESAVED[1:]
    ]
    assert found.marks() == {
        "3A": Mark("", "Très bien, \u201cbravo\u201d", "3H"),
        "3B": Mark("x", "Not a bird", "3H"),
    }


@pytest.mark.parametrize("name", ["Reject", "REJECT", " reject "])
def test_marks_are_seen_however_their_column_is_written(path, name):
    path.write_text(f"HITId\tassignmentid \t{name}\n3H\t3A \tx\n")

    found = results.read(path)
    assert found.can_reject
    assert found.marks() == {"3A": Mark("x", "", "3H")}


def test_two_columns_for_marks_are_refused(path):
    path.write_text("hitid\tassignmentid\treject\tReject\n3H\t3A\t\tx\n")

    with pytest.raises(FileError, match=":1: two columns are named 'reject'"):
        results.read(path)


def test_rows_of_the_old_program_may_end_before_the_answers_that_came_later(path):
    header = "\t".join(f'"{name}"' for name in (*columns.RESULT, "Answer.bird", "Answer.place"))
    row = "\t".join('"3"' for _ in columns.RESULT)
    path.write_text(f'{header}\n{row}\t"robin"\n')

    (found,) = results.read(path).rows
    assert (found["Answer.bird"], found["Answer.place"]) == ("robin", "")


def test_a_row_that_ends_before_its_mark_is_refused(path):
    header = "\t".join((*columns.RESULT, "Answer.bird"))
    path.write_text(f"{header}\n" + "\t".join("3" for _ in columns.RESULT[:-1]) + "\n")

    with pytest.raises(FileError, match=":2: has 28 of 30 cells"):
        results.read(path)


def test_files_put_behind_one_another_are_one(path):
    path.write_text("hitid\tassignmentid\treject\n3H\t3A\tx\nhitid\tassignmentid\treject\n3H\t3B\t\n")

    assert list(results.read(path).marks()) == ["3A", "3B"]


def test_an_assignment_with_two_marks_is_refused_in_its_line(path):
    path.write_text("hitid\tassignmentid\treject\n3H\t3A\tx\n3H\t3B\t\n3H\t3A\t\n")

    with pytest.raises(FileError, match=":4: marks assignment 3A otherwise than line 2"):
        results.read(path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('hitid\tassignmentid\tfeedback\n3H\t3A\t"great\n3H\t3B\t\n3H\t3C\tfine"\n', 2),
        ('hitid\tassignmentid\tfeedback\n3H\t3A\t\n3H\t3B\t"great\n', 3),
    ],
    ids=["rows in a cell", "odd quote"],
)
def test_a_quote_that_would_lose_rows_is_refused_in_its_line(path, content, line):
    path.write_text(content)

    with pytest.raises(FileError, match=f":{line}: a quote open"):
        results.read(path)


LINE = st.sampled_from(["\t" * 9, "3H\t3A\t" * 5, '"', '\t"', "x", "", "\x85", "\u2028"])
WANTED = ("hitid", "assignmentid", "feedback", "Answer. a", heading("Answer.\tb\n"))
CELLS = st.none() | st.lists(LINE, max_size=9).map("\n".join) | ANSWERS
TYPED = st.fixed_dictionaries(dict.fromkeys(WANTED[2:], CELLS))


@settings(deadline=None, max_examples=100, database=None)
@given(st.lists(TYPED, max_size=4))
def test_whatever_was_written_is_read_as_it_was_written(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("results") / "survey.results"
    names = WANTED[3:]
    rows = [{"hitid": "3H", "assignmentid": f"3A{at}", **row} for at, row in enumerate(cells)]
    results.write(path, names, rows)

    found = results.read(path)
    assert found.as_written
    assert [{name: row[name] for name in WANTED} for row in found.standing()] == rows
    before = path.read_bytes()
    results.write(path, names, found.standing())
    assert path.read_bytes() == before


@pytest.mark.parametrize("end", [" ", "\r\n"], ids=["a blank", "a line end"])
def test_a_cell_without_its_quotes_is_no_file_as_it_was_written(path, end):
    results.write(path, ["Answer.bird"], [WORK])
    path.write_bytes(path.read_bytes().replace(b'"robin"\n', f"robin{end}".encode()))

    assert not results.read(path).as_written


def test_very_many_columns_are_read_and_written(path):
    """200,000 columns: anything that looks at each pair of them would not end."""
    names = [f"Answer.{number}" for number in range(200_000)]
    results.write(path, names, [{**WORK, "Answer.199999": "robin"}])

    found = results.read(path)
    assert (len(found.columns), found.rows[0]["Answer.199999"]) == (200_029, "robin")
