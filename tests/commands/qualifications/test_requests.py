from __future__ import annotations

import pytest

from mturk_tasks.commands.qualifications import requests
from mturk_tasks.errors import Declined, UsageError
from mturk_tasks.files.grants import Approval, Rejection, read_approvals, read_rejections
from tests.bench import Crash, Strike
from tests.crashes import struck_at

CALLS = [
    "GetAccountBalance",
    "ListQualificationRequests",
    "GetAccountBalance",
    *["AcceptQualificationRequest"] * 3,
]


@pytest.fixture
def asked(school):
    """The IDs of three requests."""
    school.without_test()
    school.create()
    return [school.ask(name) for name in ("AONE", "ATWO", "ATHREE")]


def approve(school, *ids, score=None, **options):
    return requests.approve(
        school.context(), school.qualification(), [Approval(one) for one in ids], score=score, **options
    )


def test_listed_requests_are_granted_with_the_score_given(school, asked):
    summary = approve(school, *asked[:2], score=70)
    assert (school.scores(), school.waiting()) == ({"AONE": 70, "ATWO": 70}, ["ATHREE"])
    assert summary.counts == {"approved": 2, "failed": 0}


def test_without_a_score_it_is_1(school, asked, capsys):
    approve(school, asked[0])
    assert school.scores() == {"AONE": 1}
    assert f"[{asked[0]}] QualRequest successfully approved with value (1)" in capsys.readouterr().out


def test_a_rows_own_score_wins(school, asked):
    listed = [Approval(asked[0], 5), Approval(asked[1])]
    requests.approve(school.context(), school.qualification(), listed, score=70)
    assert school.scores() == {"AONE": 5, "ATWO": 70}


def test_refused_workers_read_the_comment(school, asked):
    listed = [Rejection(asked[0], "No trees"), Rejection(asked[1])]
    requests.reject(school.context(), school.qualification(), listed, comment="Not now")
    assert (school.scores(), school.waiting()) == ({}, ["ATHREE"])
    assert [school.messages(name)[0].text for name in ("AONE", "ATWO")] == ["No trees", "Not now"]


def test_a_request_that_was_decided_before_is_a_failure_and_the_others_are_done(school, asked):
    school.client.accept_qualification_request(QualificationRequestId=asked[0])
    summary = approve(school, *asked[:2], score=9)
    assert (summary.exit_code, summary.counts) == (1, {"approved": 1, "failed": 1})
    assert school.scores() == {"AONE": 1, "ATWO": 9}


def test_what_was_decided_so_before_by_the_same_folder_is_fine(school, asked, capsys):
    approve(school, asked[0])
    summary = approve(school, asked[0])
    assert (summary.exit_code, school.scores()) == (0, {"AONE": 1})
    assert "was decided so before" in capsys.readouterr().err


def test_what_fails_of_a_file_can_be_given_again(school, asked):
    file = school.write("listed.txt", "")
    requests.approve(
        school.context(), school.qualification(), [Approval(asked[0]), Approval("3NONE", 4)], file=file
    )
    assert read_approvals(school.folder / "listed.txt.failure") == (Approval("3NONE", 4),)

    requests.approve(school.context(), school.qualification(), [Approval(asked[1])], file=file)
    assert not (school.folder / "listed.txt.failure").exists()


def test_what_fails_to_be_refused_keeps_its_comment(school, asked):
    file = school.write("listed.txt", "")
    requests.reject(school.context(), school.qualification(), [Rejection("3NONE", "why")], file=file)
    assert read_rejections(school.folder / "listed.txt.failure") == (Rejection("3NONE", "why"),)


def test_the_requests_of_workers_are_found_by_their_names(school, asked):
    assert requests.every(school.context(), school.qualification(), ["ATWO"]) == [asked[1]]
    assert requests.every(school.context(), school.qualification()) == asked
    with pytest.raises(UsageError, match="no request of these workers waits for a decision: AFOUR"):
        requests.every(school.context(), school.qualification(), ["AFOUR", "AONE"])


def test_without_a_confirmation_nothing_is_decided(school, asked):
    with pytest.raises((UsageError, Declined)):
        requests.approve(school.context(force=False), school.qualification(), [Approval(asked[0])])
    assert len(school.waiting()) == 3


def test_a_journal_holds_no_worker(school, asked):
    approve(school, *asked)
    assert "AONE" not in school.read("trees.journal")


@pytest.mark.crash
@struck_at(CALLS)
def test_a_decision_that_dies_is_finished_with_everybody_granted_once(school, asked, call, after):
    school.strike = Strike(call, after)
    with pytest.raises(Crash):
        approve(school, *asked, score=8)
    school.strike = Strike()
    approve(school, *asked, score=8)

    assert school.scores() == {"AONE": 8, "ATWO": 8, "ATHREE": 8}
    assert [len(school.messages(name)) for name in ("AONE", "ATWO", "ATHREE")] == [1, 1, 1]


def test_a_decision_makes_the_calls_that_are_struck_here(school, asked):
    school.strike.calls.clear()
    approve(school, *asked, score=8)

    assert school.strike.calls == CALLS
