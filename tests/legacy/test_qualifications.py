"""The nine old commands about qualifications as real scripts use them, and what they refuse."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.tasks.bootstrap import Embedded
from tests.bench import Strike
from tests.legacy.exam import RIGHT, TEST, WRONG, key
from tests.legacy.prompt import ENTER
from tests.legacy.world import WORKERS

pytestmark = pytest.mark.walk

ONE, TWO = WORKERS
ID_FILES = ("qualification.properties.success", "qualification.success")
DRAFT = "-properties qualification.properties -question qualification.question"
GRADED = "-properties qualification.properties -question survey.question -answer key.xml"
TOLD = "You have the qualification Knows garden birds. Your score is {}."


def name_id_file(exam, name):
    """Leave the ID file under this name alone, as a script of the old program's has it."""
    text = exam.read(ID_FILES[0])
    (exam.here / ID_FILES[0]).unlink()
    (exam.here / "qualification.journal").unlink()
    exam.write(name, text)


@pytest.mark.parametrize("name", ID_FILES)
@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("assignQualification -input {file} -workerid AONE", "to AONE with default value"),
        ("evaluateQualificationRequests -input {file} -answers qualification.answerkey", "PASSED"),
        ("updateQualificationType -input {file} -status inactive", "Updated qualification type"),
    ],
)
def test_an_id_file_of_either_name_stands_for_the_id(examiner, requested, name, line, output):
    name_id_file(requested, name)
    ended = examiner.mturk(*line.format(file=name).split(), keys=ENTER)

    assert (ended.code, output in ended.out) == (0, True), ended


@pytest.mark.parametrize(
    "text", ["{}", "{}\r\n", "qualtypeid\r\n{}\r\n", '"qualtypeid"\tname\n"{}"\tBirds\n']
)
def test_an_id_file_is_read_however_it_was_saved(do, created, text):
    created.write("id.txt", text.format(created.type_id))
    do(created, "assignQualification -input id.txt -workerid AONE -score 7")
    assert created.scores() == {ONE: 7}


def test_a_test_with_an_answer_key_is_graded_at_once(do, drafted):
    drafted.write("key.xml", key())
    do(drafted, f"createQualificationType {GRADED}")
    drafted.take(ONE, RIGHT[0])

    assert (drafted.requests(), drafted.scores()) == ({}, {ONE: 10})
    assert drafted.type()["RetryDelayInSeconds"] == 86400


def test_without_a_test_it_is_requested_and_not_taken(do, drafted):
    output = do(drafted, "createQualificationType -properties qualification.properties")

    assert "You can request it here:" in output
    assert "Test" not in drafted.type()


@pytest.mark.parametrize("asked", [1, 2])
def test_a_type_that_is_there_is_not_made_again(run, created, asked):
    if asked == 2:  # by another folder, whose journal knows nothing of the first
        (created.here / ID_FILES[0]).unlink()
        (created.here / "qualification.journal").unlink()
    ended = run(created, f"createQualificationType {DRAFT}")

    sentence = "is there already as", "The qualification type for name 'Knows garden birds' already exists."
    assert (ended.code, ended.out) == ({1: 5, 2: 3}[asked], "")
    assert sentence[asked - 1] in ended.err


def test_an_id_file_of_a_type_that_is_gone_is_set_aside(do, drafted):
    drafted.write("qualification.properties.success", "qualtypeid\n3GONESINCELONG\n")
    do(drafted, f"createQualificationType {DRAFT}")
    (aside,) = drafted.here.glob("qualification.amazon.properties.success")

    assert aside.read_text(encoding="utf-8") == "qualtypeid\n3GONESINCELONG\n"
    assert drafted.type()["Name"] == "Knows garden birds"


def test_with_noretry_a_worker_asks_only_once(do, drafted):
    do(drafted, f"createQualificationType {DRAFT} -noretry")
    drafted.take(ONE, *WRONG)
    do(drafted, "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type}")

    with pytest.raises(Refused, match="can be requested only once"):
        drafted.take(ONE, *RIGHT)


@pytest.mark.parametrize(("flag", "times"), [("", 1), ("-donotnotify", 0)])
@pytest.mark.parametrize(
    "listing", ["workerid\tscore\nAONE\t70\nATWO\t\n", "score\tworkerid\n70\tAONE\n\tATWO\n"]
)
def test_a_score_file_gives_each_worker_its_score_and_tells_them_or_not(do, created, listing, flag, times):
    created.write("scores.txt", listing)
    output = do(created, f"assignQualification -qualtypeid {{type}} -scorefile scores.txt -score 40 {flag}")

    assert created.scores() == {ONE: 70, TWO: 40}
    assert output.splitlines() == [
        f"Assigned qualification {created.type_id} to {ONE} with value 70",
        f"Assigned qualification {created.type_id} to {TWO} with value 40",
    ]
    assert created.messages(ONE) == [TOLD.format(70)] * times
    assert created.messages(TWO) == [TOLD.format(40)] * times


def test_a_file_without_scores_gives_the_one_of_the_line_or_1(do, created):
    created.write("workers.txt", "workerid\nAONE\n")
    assert "with default value" in do(
        created, "assignQualification -qualtypeid {type} -scorefile workers.txt"
    )
    assert created.scores() == {ONE: 1}

    created.write("workers.txt", "workerid\nATWO\n")
    do(created, "assignQualification -qualtypeid {type} -scorefile workers.txt -score 12")
    assert created.scores() == {ONE: 1, TWO: 12}


def test_a_single_worker_is_told_unless_it_is_asked_not_to(do, created):
    do(created, "assignQualification -qualtypeid {type} -workerid AONE -score -5")
    do(created, "assignQualification -qualtypeid {type} -workerid ATWO -score 5 -donotnotify")

    assert created.scores() == {ONE: -5, TWO: 5}
    assert (created.messages(ONE), created.messages(TWO)) == ([TOLD.format(-5)], [])


def test_the_same_score_file_grants_once(do, created):
    created.write("scores.txt", "workerid\tscore\nAONE\t70\nATWO\t60\n")
    line = "assignQualification -qualtypeid {type} -scorefile scores.txt"
    do(created, line)
    created.write("scores.txt", "workerid\tscore\nAONE\t70\nATWO\t60\nATHREE\t50\n")

    assert [row.split()[4] for row in do(created, line).splitlines()] == ["ATHREE"]
    assert do(created, line) == "Nothing is left to do.\n"
    assert [len(created.messages(one)) for one in (*WORKERS, "ATHREE")] == [1, 1, 1]


def test_scores_are_updated_from_a_file_and_nobody_is_told(do, held):
    held.write("scores.txt", "workerid\tscore\nAONE\t15\nATWO\t\n")
    do(held, "updateQualificationScore -qualtypeid {type} -input scores.txt -score 25")

    assert held.scores() == {ONE: 15, TWO: 25}
    assert held.messages(ONE) == held.messages(TWO) == []


def test_what_the_service_refuses_is_left_in_a_file_that_can_be_given_again(do, run, created, monkeypatch):
    refusal = ClientError({"Error": {"Code": "RequestError", "Message": "Not now."}}, "Associate")
    strike, connect = Strike(4, fault=lambda: refusal), Embedded.connect

    def struck(market):
        client = connect(market)
        strike.attach(client)
        return client

    created.write("scores.txt", "workerid\tscore\tnote\nAONE\t70\tgood\nATWO\t60\t\n")
    line = "assignQualification -qualtypeid {type} -scorefile scores.txt"
    with monkeypatch.context() as patch:
        patch.setattr(Embedded, "connect", struck)
        ended = run(created, line)

    assert (ended.code, created.scores()) == (1, {TWO: 60})
    assert f"Error assigning {ONE}: " in ended.err
    assert created.read("scores.txt.failure") == "workerid\tscore\tnote\nAONE\t70\tgood\n"
    do(created, f"{line}.failure")
    assert created.scores() == {TWO: 60, ONE: 70}


def test_a_request_file_approves_all_that_it_holds(do, requested):
    do(requested, "getQualificationRequests -qualtypeid {type} -outputfile qualrequests.txt")
    do(requested, "approveQualificationRequests -approvefile qualrequests.txt -score 9 -force")
    assert requested.scores() == dict.fromkeys(WORKERS, 9)


@pytest.mark.parametrize("named", ["", "-qualRequest {first}"])
def test_the_value_in_the_file_wins_over_the_score(run, requested, named):
    first, second = requested.requests().values()
    requested.write(
        "approve.txt",
        f"qualificationRequestToApprove\tqualificationRequestToApproveValue\n{first}\t77\n{second}\t\n",
    )
    line = (
        f"approveQualificationRequests -approvefile approve.txt -score 9 -force {named.format(first=first)}"
    )

    assert run(requested, line).code == 0
    assert requested.scores() == {ONE: 77, TWO: 9}


def test_requests_by_name_are_approved_with_1(do, requested):
    ids = ",".join(requested.requests().values())
    do(requested, f"approveQualificationRequests -qualRequest {ids} -force")
    assert requested.scores() == dict.fromkeys(WORKERS, 1)


def test_a_rejection_says_the_comment_of_the_file_else_the_one_typed(do, requested):
    first, second = requested.requests().values()
    requested.write(
        "reject.txt",
        "qualificationRequestToReject\tqualificationRequestToRejectComment\n"
        f'{first}\t"Too quick, ""sorry""."\n{second}\t\n',
    )
    output = do(
        requested, "rejectQualificationRequests -rejectfile reject.txt", f"{ENTER}Count again.{ENTER}"
    )

    assert output.splitlines() == [
        f'[{first}] Qualification request successfully rejected with comment (Too quick, "sorry".)',
        f"[{second}] Qualification request successfully rejected with comment (Count again.)",
    ]
    refused = "Your request for the qualification Knows garden birds was rejected."
    assert requested.messages(ONE) == [f'{refused} Too quick, "sorry".']
    assert requested.messages(TWO) == [f"{refused} Count again."]


@pytest.mark.parametrize("command", ["approve", "reject"])
def test_what_does_not_wait_is_left_in_a_file_and_the_rest_is_decided(run, requested, command):
    first = requested.requests()[ONE]
    requested.write("some.txt", f"qualificationRequestTo{command.title()}\n{first}\n3NOSUCH\n")
    line = f"{command}QualificationRequests -force -{command}file some.txt"
    ended = run(requested, line)

    assert (ended.code, [*requested.requests()]) == (1, [TWO])
    assert "request 3NOSUCH does not wait for a decision" in ended.err
    left = requested.read("some.txt.failure").splitlines()
    assert [row.split("\t")[0].strip('"') for row in left] == [
        f"qualificationRequestTo{command.title()}",
        "3NOSUCH",
    ]
    assert run(requested, f"{line}.failure").code == 1


def test_a_request_is_decided_once(run, requested):
    first = requested.requests()[ONE]
    line = f"QualificationRequests -qualRequest {first} -force"
    assert run(requested, f"approve{line}").code == 0

    again, other = run(requested, f"approve{line}"), run(requested, f"reject{line}")
    assert (again.code, other.code) == (0, 1)
    assert f"[{first}] was decided so before" in again.err
    assert "it was decided before" in other.err
    assert (requested.scores(), len(requested.messages(ONE))) == ({ONE: 1}, 1)


def test_the_requests_of_all_types_come_in_one_file(do, requested):
    second = requested.client.create_qualification_type(
        Name="Has time", Description="x", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    requested.take("ATHREE", type_id=second)
    do(requested, "getQualificationRequests -outputfile all.txt")
    do(requested, "getQualificationRequests -outputfile one.txt -qualtypeid {type}")

    assert [row["QualificationTypeId"] for row in requested.rows("all.txt")] == [
        *[requested.type_id] * 2,
        second,
    ]
    assert [row["SubjectId"] for row in requested.rows("one.txt")] == list(WORKERS)


def test_no_requests_are_no_error(do, created):
    output = do(created, "getQualificationRequests -outputfile none.txt")
    assert output == "No Qualification Requests found\n"


def test_name_value_pairs_are_written_as_ever_and_can_be_approved(do, requested):
    for _ in range(2):
        do(requested, "getQualificationRequests -outputfile pairs.txt --namevaluepairs")
    header, first, _ = requested.read("pairs.txt").splitlines()

    assert header.split("\t") == ["QualificationTypeId", "QualificationRequestId", "SubjectId", "Answer"]
    assert first.split("\t")[2:] == [ONE, "question1", "false", "question2", "true", "question3", "Two"]
    do(requested, "approveQualificationRequests -approvefile pairs.txt -force")
    assert requested.scores() == dict.fromkeys(WORKERS, 1)


@pytest.mark.parametrize("word", ["Inactive", "inactive", "INACTIVE"])
def test_a_status_is_read_in_any_case(do, created, word):
    do(created, f"updateQualificationType -qualtypeid {{type}} -status {word}")
    assert created.type()["QualificationTypeStatus"] == "Inactive"


def test_an_update_sends_what_the_files_say_and_leaves_the_rest(do, created):
    created.write("qualification.properties", "name: Knows garden birds\ndescription: Of all gardens\n")
    do(created, "updateQualificationType -qualtypeid {type} -properties qualification.properties")

    kind = created.type()
    assert (kind["Description"], kind["RetryDelayInSeconds"]) == ("Of all gardens", 86400)
    assert (kind["Test"].strip(), kind["TestDurationInSeconds"]) == (TEST.strip(), 600)


def test_a_key_that_is_added_grades_the_test_that_is_there(do, created):
    created.write("key.xml", key())
    do(created, "updateQualificationType -qualtypeid {type} -question survey.question")
    do(created, "updateQualificationType -qualtypeid {type} -answer key.xml")
    created.take(ONE, RIGHT[0])

    assert created.scores() == {ONE: 10}


def test_a_test_that_is_replaced_leaves_its_key_behind_and_that_is_said(do, run, drafted):
    drafted.write("key.xml", key())
    do(drafted, f"createQualificationType {GRADED}")
    ended = run(drafted, "updateQualificationType -qualtypeid {type} -question survey.question")

    assert (ended.code, "nobody is graded at once now" in ended.err) == (0, True)
    assert "AnswerKey" not in drafted.type()


def test_an_evaluation_grants_100_and_refuses_the_others(do, requested):
    output = do(
        requested, "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type}"
    )

    assert (requested.scores(), requested.requests()) == ({ONE: 100}, {})
    assert [row.split("] ")[1] for row in output.splitlines() if row.startswith("[")] == [
        "Qualification request granted.",
        "Qualification request rejected.",
    ]
    assert [len(requested.messages(one)) for one in WORKERS] == [1, 1]


def test_an_evaluation_takes_all_requests_there_are(do, created):
    crowd = [f"ACROWD{n}" for n in range(1, 26)]
    for worker in crowd:
        created.take(worker, *RIGHT)
    do(created, "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type}")
    assert created.scores() == dict.fromkeys(crowd, 100)


def test_an_evaluation_of_nothing_says_so(do, created):
    output = do(created, "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type}")
    assert output == f"No qualification requests found to review for {created.type_id}\n"


def test_a_revocation_without_a_reason_is_silent(do, held):
    output = do(held, "revokeQualification -qualtypeid {type} -workerid AONE")

    assert output == f"Revoked qual {held.type_id} from {ONE}\n"
    assert (held.scores(), held.messages(ONE)) == ({TWO: 60}, [])


@pytest.mark.parametrize("command", ["approve", "reject"])
def test_what_asks_is_2_where_nobody_answers_and_1_where_the_answer_is_no(run, requested, command):
    line = f"{command}QualificationRequests -qualRequest {requested.requests()[ONE]}"
    alone, no = run(requested, line), run(requested, line, "n\n")

    assert (alone.code, no.code, "add --force" in alone.err) == (2, 1, True)
    assert (len(requested.requests()), requested.scores()) == (2, {})


def test_decisions_about_many_are_summed_up_beside_the_lines(run, requested):
    ids = ",".join(requested.requests().values())
    approved = run(requested, f"approveQualificationRequests -qualRequest {ids} -force")
    requested.write("scores.txt", "workerid\tscore\nAONE\t1\nATWO\t2\n")
    updated = run(requested, "updateQualificationScore -qualtypeid {type} -input scores.txt")

    assert "2 requests approved." in approved.err.splitlines()
    assert updated.err == "Updated 2 workers.\n"
