"""Every column name of every tabular file, once.

The 29 fixed columns of a results file and their order are the old program's: scripts in use read
them by position.
"""

from __future__ import annotations

from typing import Final

HIT_ID: Final = "hitid"
HIT_TYPE_ID: Final = "hittypeid"
SUCCESS: Final = (HIT_ID, HIT_TYPE_ID)

ASSIGNMENT_ID: Final = "assignmentid"
WORKER_ID: Final = "workerid"
ASSIGNMENT_STATUS: Final = "assignmentstatus"
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
    "assignmentaccepttime",
    "assignmentsubmittime",
    "assignmentapprovaltime",
    "assignmentrejecttime",
    "deadline",
    FEEDBACK,
)
RESULT: Final = (*RESULT_HIT, *RESULT_ASSIGNMENT, REJECT)

ANSWER_PREFIX: Final = "Answer."
ANSWER_PAIRS: Final = "answers[question_id answer_value]"

TO_APPROVE: Final = ("assignmentIdToApprove", "assignmentIdToApproveComment")
TO_REJECT: Final = ("assignmentIdToReject", "assignmentIdToRejectComment")
BONUS: Final = (WORKER_ID, ASSIGNMENT_ID, "amount", "reason")
