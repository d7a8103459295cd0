"""Decisions about work by name: of workers, by lists, and taken back."""

from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import decide, load, results
from mturk_tasks.commands.surveys.decide import Choice
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import decisions
from tests.tasks.shell import mark_first

pytestmark = pytest.mark.walk


@pytest.fixture
def work(bench):
    """Two workers' work on two HITs, by assignment ID: AONE, ATWO, AONE."""
    load.run(bench.context(), LoadRequest())
    first, second, _ = [hit["HITId"] for hit in bench.hits()]
    return [bench.submit("AONE", first), bench.submit("ATWO", first), bench.submit("AONE", second)]


def said_of(bench, assignment_id):
    return bench.client.get_assignment(AssignmentId=assignment_id)["Assignment"]


def feedback(bench, assignment_id):
    return said_of(bench, assignment_id).get("RequesterFeedback", "")


@pytest.mark.parametrize("act", [decide.approve, decide.reject])
def test_the_work_of_a_worker_is_decided(bench, work, act):
    act(bench.context(), choice=Choice(workers=["AONE"]), comment="So be it.")

    assert said_of(bench, work[1])["AssignmentStatus"] == "Submitted"
    assert len(set(bench.statuses())) == 2


def test_an_unknown_worker_stops_before_any_decision(bench, work):
    with pytest.raises(UsageError, match="no submitted work of this survey: ANOBODY"):
        decide.approve(bench.context(), choice=Choice(workers=["AONE", "ANOBODY"]))
    assert bench.statuses() == ["Submitted"] * 3


def test_a_rejection_is_taken_back(bench, work):
    decide.reject(bench.context(), choice=Choice(assignments=[work[0]]), comment="Too quick.")
    decide.approve(bench.context(), choice=Choice(assignments=[work[0]]), comment="Sorry.", override=True)

    assert said_of(bench, work[0])["AssignmentStatus"] == "Approved"
    assert feedback(bench, work[0]) == "Sorry."
    assert bench.statuses() == ["Approved", "Submitted", "Submitted"]


def test_without_override_a_rejection_stands(bench, work):
    decide.reject(bench.context(), choice=Choice(assignments=[work[0]]), comment="Too quick.")
    decide.approve(bench.context(), choice=Choice(assignments=[work[0]]))
    assert said_of(bench, work[0])["AssignmentStatus"] == "Rejected"


def test_an_override_of_everything_is_refused(bench, work):
    with pytest.raises(UsageError, match="--assignment or --workerid"):
        decide.approve(bench.context(), override=True)


def test_the_place_of_rejected_work_is_offered_again_once(bench, work):
    for _ in range(2):
        decide.reject(bench.context(), choice=Choice(workers=["AONE"]), comment="Too quick.", again=True)

    assert sorted(hit["MaxAssignments"] for hit in bench.hits()) == [2, 3, 3]
    assert bench.statuses() == ["Rejected", "Rejected", "Submitted"]


def test_rejecting_alone_offers_nothing_again(bench, work):
    decide.reject(bench.context(), choice=Choice(workers=["AONE"]), comment="Too quick.")
    assert [hit["MaxAssignments"] for hit in bench.hits()] == [2, 2, 2]


@pytest.mark.parametrize("column", ["assignmentIDToApprove", "assignmentIdToApprove"])
def test_a_list_approves_with_its_comments_in_either_spelling(bench, work, column):
    text = f'{column}\tassignmentIdToApproveComment\n{work[0]}\t"Well done."\n{work[2]}\t\n'
    path = bench.write("approve.txt", text)
    decide.approve_listed(bench.context(), decisions.read_approvals(path))

    assert bench.statuses() == ["Approved", "Approved", "Submitted"]
    assert (feedback(bench, work[0]), feedback(bench, work[2])) == ("Well done.", "")


@pytest.mark.parametrize("column", ["assignmentIdToReject", "assignmentIDToReject"])
def test_a_list_rejects_with_its_comments_or_the_one_given(bench, work, column):
    text = f"{column}\tassignmentIdToRejectComment\n{work[0]}\tNo bird.\n{work[2]}\t\n"
    path = bench.write("reject.txt", text)
    decide.reject_listed(bench.context(), decisions.read_rejections(path), comment="Too quick.")

    assert bench.statuses() == ["Rejected", "Rejected", "Submitted"]
    assert (feedback(bench, work[0]), feedback(bench, work[2])) == ("No bird.", "Too quick.")


def test_a_list_without_comments_will_do(bench, work):
    path = bench.write("approve.txt", "\n".join(["assignmentIdToApprove", *work, "", work[0]]) + "\n")
    summary = decide.approve_listed(bench.context(), decisions.read_approvals(path))

    assert summary.counts == {"approved": 3, "failed": 0}


@pytest.fixture
def marked(bench, work):
    """A results file whose first row is marked for rejection."""
    results.run(bench.context())
    mark_first(bench.folder / "birds.results", "No bird.")
    return bench.folder / "birds.results"


def test_of_a_results_file_what_is_not_marked_is_approved(bench, work, marked, capsys):
    decide.approve_listed(bench.context(), decisions.read_approvals(marked))

    assert bench.statuses() == ["Approved", "Approved", "Submitted"]
    assert "1 row of the file left out because of the marks there" in capsys.readouterr().err


def test_of_a_results_file_what_is_marked_is_rejected_with_its_feedback(bench, work, marked, capsys):
    decide.reject_listed(bench.context(), decisions.read_rejections(marked))

    assert bench.statuses() == ["Rejected", "Submitted", "Submitted"]
    assert {feedback(bench, one) for one in work} == {"No bird.", ""}
    assert "2 rows of the file left out because of the marks there" in capsys.readouterr().err


def test_a_file_that_lists_no_assignments_is_refused(bench, work):
    path = bench.write("approve.txt", "assignmentIdToReject\nx\n")
    with pytest.raises(FileError, match="has neither a column assignmentIdToApprove nor"):
        decisions.read_approvals(path)


def test_work_that_is_decided_otherwise_is_named_as_failed(bench, work):
    decide.reject(bench.context(), choice=Choice(assignments=[work[0]]), comment="Too quick.")
    listing = decisions.listing_of(work)
    summary = decide.approve_listed(bench.context(), listing)

    assert (summary.counts, summary.exit_code) == ({"approved": 2, "failed": 1}, 1)
    (failed,) = (one for one in summary.items if one["status"] == "failed")
    assert (failed["id"], "it is rejected" in failed["error"]) == (work[0], True)


def test_work_that_was_approved_before_is_no_failure(bench, work):
    decide.approve(bench.context(), choice=Choice(assignments=[work[0]]))
    summary = decide.approve_listed(bench.context(), decisions.listing_of(work))

    assert (summary.counts, summary.exit_code) == ({"approved": 2, "failed": 0}, 0)


def test_a_list_takes_rejections_back_with_override(bench, work):
    decide.reject(bench.context(), choice=Choice(workers=["AONE"]), comment="Too quick.")
    decide.approve_listed(bench.context(), decisions.listing_of(work), override=True)
    assert bench.statuses() == ["Approved"] * 3
