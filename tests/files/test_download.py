from __future__ import annotations

import csv
import json

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.files import exports
from mturk_tasks.vocabulary import columns

RESULT = {
    "hitid": "3H",
    "assignmentid": "3A",
    "workerid": "AONE",
    "assignmentstatus": "Submitted",
    "assignments": "2",
    "reward": "$0.10",
    "assignmentaccepttime": "Mon Nov 23 23:59:30 UTC 2026",
    "assignmentsubmittime": "Tue Nov 24 00:01:00 UTC 2026",
    "reject": None,
    "Answer.bird": "owl|jay",
}
NAMES = exports.header(("picture",), ("Answer.bird",))


def made(**marks: str) -> dict[str, str]:
    return exports.row(RESULT, {"picture": "owl.jpg"}, marks)


def test_the_columns_are_those_of_the_web_site_in_their_order():
    names = exports.header(("picture",), ("Answer.bird",))

    assert names == (*columns.BATCH, "Input.picture", "Answer.bird", "Approve", "Reject")
    assert len(columns.BATCH) == 27
    assert names[:2] == ("HITId", "HITTypeId")
    assert names[26] == "Last7DaysApprovalRate"


def test_a_row_says_what_the_results_file_says_with_its_input():
    row = made()

    assert (row["HITId"], row["AssignmentId"], row["WorkerId"]) == ("3H", "3A", "AONE")
    assert (row["MaxAssignments"], row["Reward"], row["Input.picture"]) == ("2", "$0.10", "owl.jpg")
    assert (row["Answer.bird"], row["Title"], row["Approve"], row["Reject"]) == ("owl|jay", "", "", "")
    assert row["WorkTimeInSeconds"] == "90"


@pytest.mark.parametrize("when", [None, "", "Mon Nov 23 23:59:30 PST 2026", "Mon Foo 99 23:59:30 UTC 2026"])
def test_a_span_that_is_not_known_stays_blank(when):
    assert exports.row({**RESULT, "assignmentaccepttime": when}, {}, {})["WorkTimeInSeconds"] == ""


def test_every_value_of_the_csv_stands_in_quotes(tmp_path):
    path = tmp_path / "birds.results.csv"
    exports.write_export(path, NAMES, [made()])

    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith('"HITId","HITTypeId",')
    assert second.startswith('"3H","","","",')
    assert second.endswith('"owl.jpg","owl|jay","",""')


def test_the_csv_reads_as_csv(tmp_path):
    path = tmp_path / "birds.results.csv"
    row = {**made(), "Answer.bird": 'one, "two"\nthree'}
    exports.write_export(path, NAMES, [row])

    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [{name: row.get(name, "") for name in NAMES}]


def test_each_line_of_the_jsonl_is_an_object_with_the_same_keys(tmp_path):
    path = tmp_path / "birds.results.jsonl"
    exports.write_export(path, NAMES, [made(), {**made(), "Answer.bird": "käuz\u2028"}])

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [tuple(row) for row in rows] == [NAMES, NAMES]
    assert rows[1]["Answer.bird"] == "käuz\u2028"


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_was_written_under_approve_and_reject_is_found_again(tmp_path, kind):
    path = tmp_path / f"birds.results.{kind}"
    exports.write_export(path, NAMES, [made(Reject="No bird."), {**made(Approve="x"), "AssignmentId": "3B"}])

    marks = exports.marks(path)
    assert (marks["3A"]["Approve"], marks["3A"]["Reject"]) == ("", "No bird.")
    assert exports.row({**RESULT, "assignmentid": "3B"}, {}, marks["3B"])["Approve"] == "x"


def test_without_an_earlier_download_there_are_no_marks(tmp_path):
    assert exports.marks(tmp_path / "birds.results.csv") == {}


@pytest.mark.parametrize(
    ("kind", "content", "line"),
    [
        ("csv", 'AssignmentId,Reject\n3A,"no\n', 2),
        ("csv", "AssignmentId;Reject\n3A;no;\n3B;no;x\n", 3),
        ("jsonl", '{"AssignmentId": "3A"}\n{"Assign\n', 2),
        ("jsonl", "[1]\n", 1),
    ],
)
def test_an_earlier_download_that_cannot_be_read_is_refused(tmp_path, kind, content, line):
    path = tmp_path / f"birds.results.{kind}"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(FileError, match=f"results\\.{kind}:{line}: "):
        exports.marks(path)
