"""What each old command that acts does to a marketplace and to files, and the lines that scripts look for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.legacy.exam import OTHER_TEST, TEST, Exam
from tests.legacy.world import WORKERS, World
from tests.tasks.shell import Ended

REASON = "Your answers are very accurate."
UNBLOCKED = "Made a mistake. Blocked the wrong Worker ID."
BLOCKED = (
    "After several warnings, the Worker continued to submit answers "
    "without reading the instructions carefully."
)
SORRY = "I'm sorry but your work quality is below acceptable standards."
_DATE = r"[A-Z]\w\w [A-Z]\w\w \d\d \d\d:\d\d:\d\d UTC \d{4}"
_ID = r"[A-Z0-9]{20,64}"
_UNSERVED = r" \(after mturk marketplace\.serve\)"

Prepare = Callable[..., None]  # of the world at its moment
Check = Callable[..., None]  # of that, and of how the command ended


@dataclass(frozen=True)
class Effect:
    """At which moment a command is run, what is made ready for it, and what is so afterwards."""

    moment: str
    check: Check
    prepare: Prepare = lambda world: None


def expect_output(run: Ended, *patterns: str) -> None:
    """Fail unless standard output has exactly these lines; blank ones and blanks at the end do not count."""
    lines = [line.rstrip() for line in run.out.splitlines() if line.strip()]
    assert len(lines) == len(patterns), run
    wrong = [line for line, pattern in zip(lines, patterns, strict=True) if not re.fullmatch(pattern, line)]
    assert wrong == [], run


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def _created(world: World, run: Ended) -> None:
    assert run.code == 0, run
    hits = {hit["HITId"]: hit for hit in world.hits()}
    receipt = records(world.read("survey.success"))
    assert [hits[row["hitid"]]["RequesterAnnotation"] for row in receipt] == [
        "owl.jpg",
        "jay.jpg",
        "wren.jpg",
    ]
    assert {row["hittypeid"] for row in receipt} == {hit["HITTypeId"] for hit in hits.values()}
    expect_output(
        run,
        r"--\[Initializing\]----------",
        r" Input: .*survey\.input",
        r" Properties: .*survey\.properties",
        r" Question File: .*survey\.question",
        r" Preview mode disabled",
        r"--\[Loading HITs\]----------",
        rf"  Start time: {_DATE}",
        *(rf"Created HIT {n}: HITId={row['hitid']}" for n, row in enumerate(receipt, 1)),
        rf"You may see your HIT\(s\) with HITTypeId '{receipt[0]['hittypeid']}' here:",
        rf"  http://\S+/mturk/preview\?groupId={receipt[0]['hittypeid']}{_UNSERVED}",
        rf"  End time: {_DATE}",
        r"--\[Done Loading HITs\]----------",
        r"  Total load time: \d+ seconds\.",
        r"  Successfully loaded 3 HITs\.",
    )


def _fetched(world: World, run: Ended) -> None:
    assert run.code == 0, run
    rows = records(world.read("survey.results"))
    assert [row["Answer.bird"] for row in rows] == ["owl"] * 6
    assert [row["assignmentid"] for row in rows] == [entry["AssignmentId"] for entry in world.work()]
    expect_output(
        run,
        r"--\[Retrieving Results\]----------",
        *(rf"Retrieved HIT {n}/3, {hit_id}" for n, hit_id in enumerate(world.hit_ids(), 1)),
        r"--\[Done Retrieving Results\]----------",
        r"Results have been written to file 'survey\.results'\.",
        r"Assignments completed: 6/6 \(100%\)",
        r"         Time elapsed: \d+:\d\d:\d\d \(h:mm:ss\)",
        r"  Average submit time: \d+\.\d seconds",
    )


def _reviewed(world: World, run: Ended) -> None:
    assert run.code == 0, run
    assert world.statuses() == ["Approved"] * 6
    expect_output(
        run,
        *(rf"\[{entry['AssignmentId']}\] Assignment successfully approved" for entry in world.work()),
        r"Assignments approved: 6/6 \(100%\)",
        r"Assignments rejected: 0/6 \(0%\)",
        r"Assignments failed: 0/6 \(0%\)",
    )


def _list_first(world: World) -> None:
    world.write("approval.txt", f"assignmentIDToApprove\n{world.work()[0]['AssignmentId']}\n")


def _approved(world: World, run: Ended) -> None:
    first = world.work()[0]
    assert (run.code, first["AssignmentStatus"]) == (0, "Approved"), run
    assert world.statuses() == ["Approved"] + ["Submitted"] * 5
    expect_output(
        run,
        r"--- Starting approval ---",
        rf"\[{first['AssignmentId']}\] Assignment successfully approved for HIT {first['HITId']}",
        r"--- Finished approval ---",
        r"  1 assignments approved\.",
        r"  0 assignments failed to be approved\.",
    )


def _rejected(world: World, run: Ended) -> None:
    first = world.work()[0]
    assert (run.code, first["AssignmentStatus"]) == (0, "Rejected"), run
    assert world.statuses() == ["Rejected"] + ["Submitted"] * 5
    expect_output(run, rf"\[{first['AssignmentId']}\] Assignment successfully rejected with comment \(\)")


def _deleted(world: World, run: Ended) -> None:
    assert (run.code, world.hits()) == (0, []), run
    expect_output(
        run,
        r"--- Starting to delete HITs ---",
        *(rf"\[{hit_id}\] Successfully deleted HIT \({n}/3\)" for n, hit_id in enumerate(world.hit_ids(), 1)),
        r"--- Finished to delete HITs ---",
        r"  3 HITs have been deleted or were deleted previously\.",
        r"  0 errors occurred\.",
    )


def _extended(world: World, run: Ended) -> None:
    assert run.code == 0, run
    hits = world.hits()
    assert [hit["MaxAssignments"] for hit in hits] == [6] * 3
    assert [(hit["Expiration"] - hit["CreationTime"]).total_seconds() for hit in hits] == [
        86400 + 3 * 3600
    ] * 3
    expect_output(
        run,
        r"--- Starting to extend HITs ---",
        *(
            rf"\[{hit_id}\] Successfully extended HIT \({n}/3\)"
            for n, hit_id in enumerate(world.hit_ids(), 1)
        ),
        r"--- Finished to extend HITs ---",
        r"  3 HITs have been extended \(added 4 assignment\(s\), 3 hour\(s\)\)",
        r"  0 HITs failed to be extended\.",
    )


def _retitle(world: World) -> None:
    world.write("survey.properties", world.read("survey.properties").replace("Name the bird", "Name it"))


def _updated(world: World, run: Ended) -> None:
    assert run.code == 0, run
    hits = world.hits()
    assert {hit["Title"] for hit in hits} == {"Name it"}
    (new_type,) = {hit["HITTypeId"] for hit in hits}
    moved = records(world.read("survey.success.success"))
    assert moved == [{"hitid": hit_id, "hittypeid": new_type} for hit_id in world.hit_ids()]
    expect_output(
        run,
        r"--\[Initializing\]----------",
        r" Success File: .*survey\.success",
        r" Properties: .*survey\.properties",
        r"--\[Updating HITs\]----------",
        rf"  Start time: {_DATE}",
        r"  Input: 3 hitids",
        rf"  New HITTypeId: {new_type}",
        *(
            rf"Updated HIT #{n} \({hit_id}\) to new HITTypeId {new_type}"
            for n, hit_id in enumerate(world.hit_ids())
        ),
        rf"  End time: {_DATE}",
        r"--\[Done Updating HITs\]----------",
        r"3 HITS were processed",
        r"3 HITS were updated",
        r"  Total load time: \d+ seconds\.",
    )


def _emptied(world: World, run: Ended) -> None:
    assert (run.code, world.hits()) == (0, []), run
    expect_output(
        run,
        r"--- Starting to reset account \(3 HITs\) ---",
        *(rf"\[{_ID}\] Successfully deleted HIT \({n}/3\)" for n in (1, 2, 3)),
        r"--- Finished to reset account ---",
        r"  3 HITs have been deleted or were deleted previously\.",
        r"  0 HITs failed to delete\.",
        r"  0 HITs could not be deleted because they are currently being worked on\.",
        r"  0 HITs are left in your account",
    )


def _paid(world: World, run: Ended) -> None:
    assert run.code == 0, run
    assignment_id = world.work()[0]["AssignmentId"]
    (bonus,) = world.client.list_bonus_payments(AssignmentId=assignment_id)["BonusPayments"]
    assert (bonus["WorkerId"], bonus["BonusAmount"], bonus["Reason"]) == (WORKERS[0], "5.00", REASON)
    expect_output(run, rf"Granted bonus to {WORKERS[0]}")


def blocks(world: World) -> dict[str, str]:
    """Return the blocked workers, each with the reason."""
    return {block["WorkerId"]: block["Reason"] for block in world.client.list_worker_blocks()["WorkerBlocks"]}


def _blocked(world: World, run: Ended) -> None:
    assert (run.code, blocks(world)) == (0, {WORKERS[0]: BLOCKED}), run
    expect_output(run, rf"Blocked {WORKERS[0]} with reason: {re.escape(BLOCKED)}")


def _block(world: World) -> None:
    world.client.create_worker_block(WorkerId=WORKERS[0], Reason=BLOCKED)


def _unblocked(world: World, run: Ended) -> None:
    assert (run.code, blocks(world)) == (0, {}), run
    expect_output(run, rf"Unblocked {WORKERS[0]} with reason:  {re.escape(UNBLOCKED)}")


def _counted(world: World, run: Ended) -> None:
    assert run.code == 0, run
    expect_output(run, r"Your account balance: \$10000\.00")


def _typed(exam: Exam, run: Ended) -> None:
    kind = exam.type()
    assert run.code == 0, run
    assert (kind["Name"], kind["Test"].strip()) == ("Knows garden birds", TEST.strip())
    assert {"AnswerKey", "RetryDelayInSeconds"} & set(kind) == set()
    assert exam.read("qualification.properties.success") == f"qualtypeid\n{kind['QualificationTypeId']}\n"
    expect_output(
        run,
        rf"Created qualification type: {kind['QualificationTypeId']}",
        r"You can take the test here:",
        rf"  http://\S+/mturk/requestqualification\?qualificationId={kind['QualificationTypeId']}{_UNSERVED}",
    )


def _retested(exam: Exam, run: Ended) -> None:
    assert (run.code, exam.type()["Test"].strip()) == (0, OTHER_TEST.strip()), run
    expect_output(run, rf"Updated qualification type {exam.type_id}")


def _requests_fetched(exam: Exam, run: Ended) -> None:
    assert run.code == 0, run
    rows = exam.rows("qualrequests.txt")
    assert {row["SubjectId"]: row["QualificationRequestId"] for row in rows} == exam.requests()
    assert [row["Answer.question3"] for row in rows] == ["Two", "four"]
    expect_output(
        run, r"Retrieved 2 Qualification Requests", r"Answers successfully saved to file: qualrequests\.txt"
    )


def _list_requests(exam: Exam) -> None:
    exam.write("qualifications.txt", "\n".join(["qualificationRequestToApprove", *exam.requests().values()]))
    exam.write("toreject.txt", f"qualificationRequestToReject\n{exam.requests()[WORKERS[1]]}\n")


def _requests_approved(exam: Exam, run: Ended) -> None:
    assert (run.code, exam.requests()) == (0, {}), run
    assert exam.scores() == dict.fromkeys(WORKERS, 100)
    assert "You are about to grant 2 qual request(s)." in run.err
    expect_output(run, *[rf"\[{_ID}\] QualRequest successfully approved with value \(100\)"] * 2)


def _request_rejected(exam: Exam, run: Ended) -> None:
    assert (run.code, [*exam.requests()], exam.scores()) == (0, [WORKERS[0]], {}), run
    assert "You are about to reject 1 qualification request(s). Are you sure?" in run.err
    assert "If you would like to supply a comment to the worker(s)" in run.err
    expect_output(run, rf"\[{_ID}\] Qualification request successfully rejected")


def _graded(exam: Exam, run: Ended) -> None:
    assert (run.code, [*exam.requests()], exam.scores()) == (0, list(WORKERS), {}), run
    right = [
        r"Question question1:CORRECT \[The answer key 'false' matches the given answer 'false'\]",
        r"Question question2:CORRECT \[The answer key 'true' matches the given answer 'true'\]",
    ]
    expect_output(
        run,
        r"Preview flag is set\. Qualification requests will not be approved or rejected\.",
        rf"---\[Worker {WORKERS[0]}\]-{{62}}",
        *right,
        r"Question question3:CORRECT \[The answer key 'two' matches the given answer 'Two'\]",
        rf"Worker {WORKERS[0]} has PASSED your test and scored 100",
        r"-{87}",
        rf"---\[Worker {WORKERS[1]}\]-{{62}}",
        *right,
        r"Question question3:WRONG \[The correct answer 'two' did not match the given answer 'four'\]",
        rf"Worker {WORKERS[1]} has FAILED your test\. They will not be granted the qualification\.",
        r"-{87}",
    )


def _assigned(exam: Exam, run: Ended) -> None:
    assert (run.code, exam.scores()) == (0, {WORKERS[0]: 100}), run
    assert exam.messages(WORKERS[0]) == ["You have the qualification Knows garden birds. Your score is 100."]
    expect_output(run, rf"Assigned qualification {exam.type_id} to {WORKERS[0]} with value 100")


def _rescored(exam: Exam, run: Ended) -> None:
    assert (run.code, exam.scores()) == (0, {WORKERS[0]: 50, WORKERS[1]: 60}), run
    assert exam.messages(WORKERS[0]) == []
    expect_output(run, rf"Successfully updated {WORKERS[0]} score to 50")


def _revoked(exam: Exam, run: Ended) -> None:
    assert (run.code, exam.scores()) == (0, {WORKERS[1]: 60}), run
    assert exam.messages(WORKERS[0]) == [f"You no longer have the qualification Knows garden birds. {SORRY}"]
    expect_output(run, rf"Revoked qual {exam.type_id} from {WORKERS[0]} with reason: {re.escape(SORRY)}")


EFFECTS = {
    "loadHITs": Effect("fresh", _created),
    "getResults": Effect("worked", _fetched, lambda world: (world.survey / "survey.results").unlink()),
    "reviewResults": Effect("worked", _reviewed),
    "approveWork": Effect("worked", _approved, _list_first),
    "rejectWork": Effect("worked", _rejected),
    "deleteHITs": Effect("worked", _deleted),
    "extendHITs": Effect("worked", _extended),
    "updateHITs": Effect("loaded", _updated, _retitle),
    "resetAccount": Effect("worked", _emptied),
    "grantBonus": Effect("worked", _paid),
    "blockWorker": Effect("fresh", _blocked),
    "unblockWorker": Effect("fresh", _unblocked, _block),
    "getBalance": Effect("fresh", _counted),
    "createQualificationType": Effect("drafted", _typed),
    "updateQualificationType": Effect("created", _retested),
    "getQualificationRequests": Effect("requested", _requests_fetched),
    "approveQualificationRequests": Effect("requested", _requests_approved, _list_requests),
    "rejectQualificationRequests": Effect("requested", _request_rejected, _list_requests),
    "evaluateQualificationRequests": Effect("requested", _graded),
    "assignQualification": Effect("created", _assigned),
    "updateQualificationScore": Effect("held", _rescored),
    "revokeQualification": Effect("held", _revoked),
}
