"""What the nine old commands about qualifications refuse, with which sentence; nothing is changed then."""

from __future__ import annotations

import pytest

from tests.legacy.exam import LINES, PROPERTIES, RIGHT, WRONG, key
from tests.tasks.shell import snapshot

pytestmark = pytest.mark.walk

DRAFT = "-properties qualification.properties -question qualification.question"
GRADED = "-properties qualification.properties -question survey.question -answer key.xml"
GRANT = "assignQualification -qualtypeid {type} -scorefile scores.txt"
EVALUATE = "evaluateQualificationRequests -answers qualification.answerkey -qualtypeid {type}"
BAD_FILES = {
    "key-of-no-question": (
        f"createQualificationType {GRADED}",
        ("key.xml", key("question9")),
        "key.xml:2: ",
        "the test has no question 'question9'",
    ),
    "key-of-no-option": (
        f"createQualificationType {GRADED}",
        ("key.xml", key(selection="perhaps")),
        "key.xml:5: ",
        "question 'question1' has no selection 'perhaps'",
    ),
    "key-of-a-test-with-a-text": (
        f"createQualificationType {DRAFT} -answer key.xml",
        ("key.xml", key()),
        "key.xml: ",
        "question 'question3' of the test takes text",
    ),
    "key-that-is-not-well-formed": (
        f"createQualificationType {GRADED}",
        ("key.xml", key().replace("</AnswerOption>", "")),
        "key.xml:8: ",
        "</Question> ends <AnswerOption> of line 4",
    ),
    "key-without-a-test": (
        "createQualificationType -properties qualification.properties -answer key.xml",
        ("key.xml", key()),
        "key.xml: ",
        "grades a test, and there is none",
    ),
    "test-that-is-none": (
        f"createQualificationType {DRAFT}",
        ("qualification.question", "<QuestionForm>"),
        "qualification.question:1: ",
        "",
    ),
    "negative-delay": (
        f"createQualificationType {DRAFT}",
        ("qualification.properties", PROPERTIES.replace("86400", "-1")),
        "qualification.properties:5: ",
        "retrydelayinseconds: -1 is out of range",
    ),
    "no-name": (
        f"createQualificationType {DRAFT}",
        ("qualification.properties", PROPERTIES.replace("name:", "nmae:")),
        "qualification.properties: ",
        "name is missing",
    ),
    "granted-and-tested": (
        f"createQualificationType {DRAFT}",
        ("qualification.properties", f"{PROPERTIES}autogranted: true\n"),
        "qualification.properties",
        "autogranted",
    ),
    "changed-name": (
        "updateQualificationType -qualtypeid {type} -properties qualification.properties",
        ("qualification.properties", PROPERTIES.replace("garden ", "")),
        "qualification.properties",
        "cannot be changed",
    ),
    "new-key-of-no-question": (
        "updateQualificationType -qualtypeid {type} -question survey.question -answer key.xml",
        ("key.xml", key("question2")),
        "key.xml:2: ",
        "the test has no question 'question2'",
    ),
    "score-in-words": (GRANT, ("scores.txt", "workerid\tscore\nAONE\tten\n"), "scores.txt:2: ", "'ten'"),
    "score-in-parts": (
        GRANT,
        ("scores.txt", "workerid\tscore\nAONE\t1\nATWO\t7.5\n"),
        "scores.txt:3: ",
        "7.5",
    ),
    "worker-that-is-none": (
        GRANT,
        ("scores.txt", "workerid\nATWO\naone\n"),
        "scores.txt:3: ",
        "no worker ID",
    ),
    "worker-with-two-scores": (
        GRANT,
        ("scores.txt", "workerid\tscore\nAONE\t1\nAONE\t2\n"),
        "scores.txt:3: ",
        "keep one",
    ),
    "blocked-worker": (GRANT, ("scores.txt", "workerid\nATWO\nABLOCKED\n"), "scores.txt:3: ", "is blocked"),
    "no-column-of-workers": (
        GRANT,
        ("scores.txt", "worker\nAONE\n"),
        "scores.txt:1: ",
        "has no column workerid",
    ),
    "no-workers": (GRANT, ("scores.txt", "workerid\n"), "scores.txt: ", "no rows"),
    "nobody-holds-it": (
        "updateQualificationScore -qualtypeid {type} -input scores.txt",
        ("scores.txt", "workerid\tscore\nAFOUR\t1\n"),
        "scores.txt:2: ",
        "AFOUR does not hold the qualification",
    ),
    "no-score-at-all": (
        "updateQualificationScore -qualtypeid {type} -input scores.txt",
        ("scores.txt", "workerid\tscore\nAONE\t\n"),
        "scores.txt:2: ",
        "has no score",
    ),
    "answers-without-a-line": (
        EVALUATE,
        ("qualification.answerkey", LINES.replace("question3=two\n", "")),
        "qualification.answerkey: ",
        "Missing answer for question: question3 in answer key",
    ),
    "answers-to-no-question": (
        EVALUATE,
        ("qualification.answerkey", f"{LINES}question4=x\n"),
        "qualification.answerkey:4: ",
        "the test has no question 'question4'",
    ),
    "answers-of-no-option": (
        EVALUATE,
        ("qualification.answerkey", LINES.replace("=true", "=maybe")),
        "qualification.answerkey:2: ",
        "'maybe'",
    ),
    "answers-in-xml": (
        EVALUATE,
        ("qualification.answerkey", key()),
        "qualification.answerkey:1: ",
        "question1=a",
    ),
    "request-with-two-values": (
        "approveQualificationRequests -approvefile approve.txt -force",
        (
            "approve.txt",
            "qualificationRequestToApprove\tqualificationRequestToApproveValue\n3A\t1\n3A\t2\n",
        ),
        "approve.txt:3: ",
        "keep one",
    ),
    "value-in-words": (
        "approveQualificationRequests -approvefile approve.txt -force",
        (
            "approve.txt",
            "qualificationRequestToApprove\tqualificationRequestToApproveValue\n3A\tfull\n",
        ),
        "approve.txt:2: ",
        "'full'",
    ),
    "no-column-of-requests": (
        "rejectQualificationRequests -rejectfile reject.txt -force",
        ("reject.txt", "request\n3A\n"),
        "reject.txt:1: ",
        "has no column qualificationRequestToReject",
    ),
    "two-types-in-an-id-file": (
        "assignQualification -input id.txt -workerid AONE",
        ("id.txt", "qualtypeid\n3AAA\n3BBB\n"),
        "id.txt:3: ",
        "second qualification type",
    ),
    "no-id-file": (
        "assignQualification -input none.success -workerid AONE",
        ("other.txt", ""),
        "none.success",
        "is not there",
    ),
}


@pytest.fixture
def sitting(held):
    """Two workers who hold it, two who have taken its test, and one who is blocked."""
    held.take("ATHREE", *RIGHT)
    held.take("AFOUR", *WRONG)
    held.client.create_worker_block(WorkerId="ABLOCKED", Reason="spam")
    return held


def standing(exam):
    """Return all that a refusal must leave as it is."""
    kinds = exam.client.list_qualification_types(MustBeRequestable=False, MustBeOwnedByCaller=True)
    return kinds["QualificationTypes"], exam.scores(), exam.requests(), snapshot(exam.here)


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_wrong_is_2_with_its_line_and_changes_nothing(run, sitting, case):
    line, (name, text), place, sentence = BAD_FILES[case]
    sitting.write(name, text)
    before = standing(sitting)
    ended = run(sitting, line)

    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.removeprefix("error: ").startswith(place), ended.err
    assert sentence in ended.err
    assert standing(sitting) == before


BAD_LINES = {
    "getQualificationRequests -outputfile qualification.properties.success": (
        "qualification.properties.success: is there and holds no requests; name another file"
    ),
    "getQualificationRequests -outputfile nowhere/requests.txt": "nowhere/requests.txt: cannot be written",
    "createQualificationType": "Missing: --properties",
    f"createQualificationType {DRAFT} -answers key.xml": "createQualificationType has no option -answers",
    "updateQualificationType -status Inactive": "Either -qualtypeid or -input must be passed",
    "updateQualificationType -qualtypeid {type} -input q.success -status Active": "must be passed, not both",
    "updateQualificationType -qualtypeid {type}": "nothing is to be changed",
    "updateQualificationType -qualtypeid {type} -status Foo": "-status takes one of Active, Inactive",
    "getQualificationRequests": "Missing: --outputfile",
    "approveQualificationRequests -score 5 -force": "you must supply one of -qualRequest or -approvefile",
    'approveQualificationRequests -qualRequest "," -force': "you must supply one of -qualRequest or",
    "approveQualificationRequests -qualRequest 3A -score ten": "-score takes a whole number, not 'ten'",
    "rejectQualificationRequests -force": "you must supply one of -qualRequest or -rejectfile",
    "evaluateQualificationRequests -qualtypeid {type}": "Missing: --answers",
    "evaluateQualificationRequests -answers qualification.answerkey": "Either -qualtypeid or -input",
    "assignQualification -workerid AONE": "Either -qualtypeid or -input must be passed",
    "assignQualification -qualtypeid {type}": "Either -workerid or -scorefile must be passed",
    "assignQualification -qualtypeid {type} -workerid AONE -scorefile s.txt": "must be passed, not both",
    "assignQualification -qualtypeid {type} -workerid AONE -score 7.5": "-score takes a whole number",
    "assignQualification -qualtypeid {type} -workerid AONE -score 2147483648": "-score takes a number up to",
    "assignQualification -qualtypeid {type} -workerid bob": "'bob' is no worker ID; it begins with A",
    "assignQualification -qualtypeid {type} -workerid ABLOCKED": "worker ABLOCKED is blocked",
    "updateQualificationScore -workerid AONE -score 5": "Missing: --qualtypeid",
    "updateQualificationScore -qualtypeid {type} -score 5": "Either -workerid or -input must be passed",
    "updateQualificationScore -qualtypeid {type} -workerid AONE": "worker AONE has no score",
    "updateQualificationScore -qualtypeid {type} -workerid AFOUR -score 5": "AFOUR does not hold",
    "revokeQualification -qualtypeid {type}": "Missing: --workerid",
    'revokeQualification -qualtypeid {type} -workerid ", "': "Missing: --workerid",
    "revokeQualification -qualtypeid {type} -workerid AFOUR": "AFOUR does not hold the qualification",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_line_that_cannot_be_meant_is_2_with_a_sentence_and_changes_nothing(run, sitting, line):
    before = standing(sitting)
    ended = run(sitting, line)

    assert (ended.code, ended.out) == (2, ""), ended
    assert BAD_LINES[line] in ended.err
    assert standing(sitting) == before


DRY = {
    "createQualificationType -properties other.properties": "Has time would be created.",
    "updateQualificationType -qualtypeid {type} -status Inactive": "QualificationTypeStatus of Knows",
    "getQualificationRequests -outputfile requests.txt": "Retrieved 2 Qualification Requests",
    "approveQualificationRequests -qualRequest {asked}": "You are about to grant 1 qual request(s).",
    "rejectQualificationRequests -qualRequest {asked}": "You are about to reject 1 qualification request(s).",
    "evaluateQualificationRequests -qualtypeid {type} -answers qualification.answerkey": "has FAILED",
    "assignQualification -qualtypeid {type} -workerid AFIVE": "1 worker would be given it.",
    "updateQualificationScore -qualtypeid {type} -workerid AONE -score 9": "would be given another score.",
    "revokeQualification -qualtypeid {type} -workerid AONE": "would be revoked from AONE.",
}


@pytest.mark.parametrize("line", DRY)
def test_a_dry_run_of_each_shows_its_plan_and_changes_nothing(do, sitting, line):
    sitting.write("other.properties", "name: Has time\ndescription: For a long survey\n")
    before = standing(sitting)

    assert DRY[line] in do(sitting, f"--dry {line.replace('{asked}', sitting.requests()['ATHREE'])}")
    assert standing(sitting) == before


OF_A_TYPE = {
    "updateQualificationType": "-status Inactive",
    "evaluateQualificationRequests": "-answers qualification.answerkey",
    "assignQualification": "-workerid AONE",
    "updateQualificationScore": "-workerid AONE -score 5",
    "revokeQualification": "-workerid AONE",
    "getQualificationRequests": "-outputfile out.txt",
}


@pytest.mark.parametrize("command", OF_A_TYPE)
def test_a_type_that_is_not_there_is_3_with_its_id(run, sitting, command):
    before = standing(sitting)
    ended = run(sitting, f"{command} -qualtypeid 3NOSUCHTYPE {OF_A_TYPE[command]}")

    assert (ended.code, ended.out) == (3, ""), ended
    assert "3NOSUCHTYPE" in ended.err
    assert standing(sitting) == before
