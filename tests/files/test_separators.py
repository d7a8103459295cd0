"""Files of a spreadsheet: what separates the cells of a `.csv` is told from its header, or asked for."""

from __future__ import annotations

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.files import decisions, exports, grants, inputs, qualification_requests, results
from mturk_tasks.files.decisions import Listed
from mturk_tasks.vocabulary import columns

BONUS = "workerid;assignmentid;amount;reason\nAONE;3ONE;0.50;thanks, really\n"
RESULTS = "hitid;assignmentid;feedback;reject;Answer.a,b\n3HIT;3ONE;;;1\n3HIT;3TWO;bad;x;2\n"
REQUESTS = "QualificationTypeId;QualificationRequestId;SubjectId;SubmitTime\n3T;3R;AONE;\n"
READERS = {
    "input": (inputs.read, "a;b\n1;2\n"),
    "results": (results.read, RESULTS),
    "bonus": (decisions.read, BONUS),
    "approve": (decisions.read_approvals, "assignmentIdToApprove;assignmentIdToApproveComment\n3A;good\n"),
    "reject": (decisions.read_rejections, "assignmentIdToReject;assignmentIdToRejectComment\n3A;bad\n"),
    "score": (grants.read_grants, "workerid;score\nAONE;7\n"),
    "approve requests": (
        grants.read_approvals,
        "qualificationRequestToApprove;qualificationRequestToApproveValue\n3R;7\n",
    ),
    "reject requests": (
        grants.read_rejections,
        "qualificationRequestToReject;qualificationRequestToRejectComment\n3R;no\n",
    ),
    "requests": (qualification_requests.read, REQUESTS),
    "download": (exports.marks, "AssignmentId;Approve;Reject\n3A;;x\n"),
}


@pytest.fixture
def write(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def without_places(found):
    """Return what was read, but for its text as it stands and the separator."""
    written = repr(found).replace("\\t", ";")
    return written.replace("file.csv", "file")


@pytest.mark.parametrize("kind", READERS)
def test_a_file_with_semicolons_says_what_the_same_with_tabs_does(write, kind):
    read, content = READERS[kind]
    with_tabs = read(write(content.replace(";", "\t"), "file.csv"))

    assert without_places(read(write(content))) == without_places(with_tabs)


def test_commas_are_read_as_well(write):
    listing = decisions.read_approvals(write("assignmentIdToApprove,comment\n3A,x\n"))
    assert listing.listed == (Listed("3A", ""),)


@pytest.mark.parametrize("read", [inputs.read, results.read, decisions.read, grants.read_grants])
@pytest.mark.parametrize(("separator", "what"), [(";", "separated by semicolons"), (",", "comma-separated")])
def test_under_another_name_the_file_says_what_to_do(write, read, separator, what):
    content = separator.join(("workerid", "score")) + "\n"
    with pytest.raises(FileError, match=f"file.txt:1: looks {what}; .* or call it .csv"):
        read(write(content, "file.txt"))


def test_known_columns_decide_where_names_of_others_hold_the_other_separator(write):
    assert results.read(write(RESULTS)).columns[:2] == (columns.HIT_ID, columns.ASSIGNMENT_ID)


def test_the_rows_decide_where_the_header_of_an_input_holds_both(write):
    found = inputs.read(write("a;b (x,y)\n1;2\n3;4,5\n"))
    assert [dict(row.cells) for row in found.rows] == [
        {"a": "1", "b (x,y)": "2"},
        {"a": "3", "b (x,y)": "4,5"},
    ]


def test_two_readings_that_are_as_good_are_refused(write):
    with pytest.raises(FileError, match="commas or semicolons may separate its cells"):
        inputs.read(write("a;b,c\n1;2,3\n"))


@pytest.mark.parametrize(
    ("content", "part"),
    [('a;b,c\n"1;2,3\n', "never closes"), (",\t\n", "csv:1: ")],
)
def test_what_cannot_be_read_at_all_is_refused_for_that(write, content, part):
    with pytest.raises(FileError, match=part):
        inputs.read(write(content))


def test_a_semicolon_in_cells_alone_separates_nothing(write):
    (row,) = inputs.read(write("a,b\n1;2,3;4\n")).rows
    assert dict(row.cells) == {"a": "1;2", "b": "3;4"}


def test_the_rows_that_failed_are_read_in_the_format_of_their_file(write):
    assert len(decisions.read(write(BONUS, "bonus.csv.failure")).rows) == 1


def test_an_amount_with_a_comma_is_no_amount(write):
    with pytest.raises(FileError, match=r"file\.csv:2: '0,50' is no amount"):
        decisions.read(write(BONUS.replace("0.50", "0,50")))


RAGGED = (
    "\t".join(f'"{name}"' for name in (*columns.RESULT, "Answer.a", "Answer.b", "Answer.c"))
    + "\n"
    + "".join(
        "\t".join(f'"{cell}"' for cell in cells) + "\n"
        for cells in (
            [*map(str, range(18)), "3ONE", *["x"] * 9, "", "1"],
            [*map(str, range(18)), "3TWO", *["x"] * 8, "late", "y"],
        )
    )
)


def test_ragged_results_are_read_as_reviews_read_them(write):
    path = write(RAGGED, "old.results")

    assert decisions.read_approvals(path).listed == (Listed("3ONE", "x"),)
    assert decisions.read_rejections(path).listed == (Listed("3TWO", "late"),)


def test_results_that_contradict_themselves_are_refused_here_too(write):
    path = write(RESULTS + "3HIT;3ONE;;x;1\n")
    with pytest.raises(FileError, match="marks assignment 3ONE otherwise than line 2"):
        decisions.read_approvals(path)
