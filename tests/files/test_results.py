from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.files import results
from mturk_tasks.files.results import Mark
from mturk_tasks.vocabulary import columns

WORK = {"hitid": "3H", "assignmentid": "3A", "feedback": None, "reject": None, "Answer.bird": "robin"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "survey.results"


def test_the_fixed_columns_come_first_then_one_for_each_answer(path):
    results.write(path, ["Answer.bird", "Answer.place"], [WORK])

    header = path.read_text().splitlines()[0].replace('"', "").split("\t")
    assert header == [*columns.RESULT, "Answer.bird", "Answer.place"]


def test_with_pairs_all_answers_stand_in_one_column_before_reject():
    header = results.header_of(["Answer.bird"], pairs=True)

    assert header[-3:] == ("feedback", "answers[question_id answer_value]", "reject")
    assert len(header) == 30


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
