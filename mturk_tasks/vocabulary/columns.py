"""Every column name of every tabular file, once.

The 29 fixed columns of a results file and their order are the old program's: scripts in use read
them by position.
"""

from __future__ import annotations

import re
from typing import Final

HIT_ID: Final = "hitid"
HIT_TYPE_ID: Final = "hittypeid"
SUCCESS: Final = (HIT_ID, HIT_TYPE_ID)

ASSIGNMENT_ID: Final = "assignmentid"
WORKER_ID: Final = "workerid"
ASSIGNMENT_STATUS: Final = "assignmentstatus"
ACCEPT_TIME: Final = "assignmentaccepttime"
SUBMIT_TIME: Final = "assignmentsubmittime"
FEEDBACK: Final = "feedback"
REJECT: Final = "reject"

RESULT_HIT: Final = (
    HIT_ID,
    HIT_TYPE_ID,
    "title",
    "description",
    "keywords",
    "reward",
    "creationtime",
    "assignments",
    "numavailable",
    "numpending",
    "numcomplete",
    "hitstatus",
    "reviewstatus",
    "annotation",
    "assignmentduration",
    "autoapprovaldelay",
    "hitlifetime",
    "viewhit",
)
RESULT_ASSIGNMENT: Final = (
    ASSIGNMENT_ID,
    WORKER_ID,
    ASSIGNMENT_STATUS,
    "autoapprovaltime",
    ACCEPT_TIME,
    SUBMIT_TIME,
    "assignmentapprovaltime",
    "assignmentrejecttime",
    "deadline",
    FEEDBACK,
)
RESULT: Final = (*RESULT_HIT, *RESULT_ASSIGNMENT, REJECT)

DRAFT: Final = (HIT_ID, ASSIGNMENT_ID, WORKER_ID, "draftstatus", "savetime")

ANSWER_PREFIX: Final = "Answer."
ANSWER_PAIRS: Final = "answers[question_id answer_value]"

# What the web site's batch download had, in its order; its last two columns come after the answers.
BATCH_HIT_ID: Final = "HITId"
BATCH_ASSIGNMENT_ID: Final = "AssignmentId"
BATCH_STATUS: Final = "AssignmentStatus"
BATCH_WORK_TIME: Final = "WorkTimeInSeconds"
BATCH_APPROVE: Final = "Approve"
BATCH_REJECT: Final = "Reject"
BATCH: Final = (
    BATCH_HIT_ID,
    "HITTypeId",
    "Title",
    "Description",
    "Keywords",
    "Reward",
    "CreationTime",
    "MaxAssignments",
    "RequesterAnnotation",
    "AssignmentDurationInSeconds",
    "AutoApprovalDelayInSeconds",
    "Expiration",
    "NumberOfSimilarHITs",
    "LifetimeInSeconds",
    BATCH_ASSIGNMENT_ID,
    "WorkerId",
    BATCH_STATUS,
    "AcceptTime",
    "SubmitTime",
    "AutoApprovalTime",
    "ApprovalTime",
    "RejectionTime",
    "RequesterFeedback",
    BATCH_WORK_TIME,
    "LifetimeApprovalRate",
    "Last30DaysApprovalRate",
    "Last7DaysApprovalRate",
)
BATCH_DATES: Final = (
    *("CreationTime", "Expiration", "AcceptTime", "SubmitTime"),
    *("AutoApprovalTime", "ApprovalTime", "RejectionTime"),
)
BATCH_REWARD: Final = "Reward"
BATCH_NUMBERS: Final = (
    *("MaxAssignments", "AssignmentDurationInSeconds", "AutoApprovalDelayInSeconds"),
    BATCH_WORK_TIME,
)
INPUT_PREFIX: Final = "Input."

RECRUITED: Final = ("Recruit.source", "Recruit.id", "Recruit.study", "Recruit.session")  # of a study's people
BATCH_WORKER: Final = "WorkerId"
BATCH_OF_RESULT: Final = {  # which column of a results file says the same
    BATCH_HIT_ID: HIT_ID,
    "HITTypeId": HIT_TYPE_ID,
    "Title": "title",
    "Description": "description",
    "Keywords": "keywords",
    "Reward": "reward",
    "CreationTime": "creationtime",
    "MaxAssignments": "assignments",
    "RequesterAnnotation": "annotation",
    "AssignmentDurationInSeconds": "assignmentduration",
    "AutoApprovalDelayInSeconds": "autoapprovaldelay",
    "Expiration": "hitlifetime",
    BATCH_ASSIGNMENT_ID: ASSIGNMENT_ID,
    "WorkerId": WORKER_ID,
    BATCH_STATUS: ASSIGNMENT_STATUS,
    "AcceptTime": ACCEPT_TIME,
    "SubmitTime": SUBMIT_TIME,
    "AutoApprovalTime": "autoapprovaltime",
    "ApprovalTime": "assignmentapprovaltime",
    "RejectionTime": "assignmentrejecttime",
    "RequesterFeedback": FEEDBACK,
}

TO_APPROVE: Final = ("assignmentIdToApprove", "assignmentIdToApproveComment")
TO_REJECT: Final = ("assignmentIdToReject", "assignmentIdToRejectComment")
BONUS: Final = (WORKER_ID, ASSIGNMENT_ID, "amount", "reason")

QUALIFICATION_TYPE_ID: Final = "qualtypeid"
SCORE: Final = "score"
REQUEST_TO_APPROVE: Final = ("qualificationRequestToApprove", "qualificationRequestToApproveValue")
REQUEST_TO_REJECT: Final = ("qualificationRequestToReject", "qualificationRequestToRejectComment")

REQUEST_ID: Final = "QualificationRequestId"
SUBJECT: Final = ("QualificationTypeId", REQUEST_ID, "SubjectId")
REQUEST: Final = (*SUBJECT, "SubmitTime")  # then a column for each question, as in a results file
REQUEST_PAIRS: Final = (*SUBJECT, "Answer")  # then question and answer by turns, a cell each

# How names that strangers chose stand in the first row of a table: on one line, and no two
# alike.
#
# Whoever answers an HTMLQuestion chooses the names of its fields. A tab, a line end or another
# control character in one is written as `%09`, as in addresses; a `%09` that was there before
# becomes `%2509`.


_TOKEN: Final = r"%(?:[01][0-9A-F]|7F|25|u00[89][0-9A-F]|u202[89])"  # noqa: S105  # no secret
_WRITTEN: Final = re.compile(_TOKEN)
_TO_WRITE: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029]|{_TOKEN}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def heading(name: str) -> str:
    """Return a name as it stands above a column."""
    return _TO_WRITE.sub(
        lambda found: _written(found[0]) if len(found[0]) == 1 else "%25" + found[0][1:], name
    )


def name_of(heading: str) -> str:
    """Return the name that stands above a column as this heading."""
    return _WRITTEN.sub(lambda found: chr(int(found[0].lstrip("%u"), 16)), heading)


def tidied(heading: str) -> str:
    """Return a heading of a file that was written before control characters were; others stay as they are."""
    return _CONTROL.sub(lambda found: _written(found[0]), heading)


def shown(name: str) -> str:
    """Return a name for a message: one with blanks in quotes, and those around it are pointed out."""
    if " " not in name and "\t" not in name:
        return name
    outer = [where for where, cut in (("beginning", name.lstrip()), ("end", name.rstrip())) if cut != name]
    return f"{name!r}" + (f" with a blank at its {' and '.join(outer)}" if outer else "")


def _written(control: str) -> str:
    return f"%{ord(control):02X}" if control < "\x80" else f"%u{ord(control):04X}"
