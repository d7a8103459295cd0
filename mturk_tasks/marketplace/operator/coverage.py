"""Which of the API's operations answer here as Amazon's service did, which do not, and which are ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mturk_tasks.marketplace.api.shapes import description, extras

SAME: Final = "same"  # as what is on record of Amazon's answers
DOCUMENTED: Final = "as documented"  # no answer is on record
DIFFERENT: Final = "different"
OURS: Final = "ours"

_OURS: Final = {
    "AddStudyHITs": "adds HITs to a study, as `inv link` does after more were loaded",
    "CreateStudy": "opens a study that participants come to by a link, as `inv link` does",
    "GetParticipationType": "tells how many workers have done HITs of some",
    "PutParticipationType": "makes a qualification of having done HITs of some, as `exclude:` does",
    "GetStudy": "tells how a study stands",
    "ListStudyParticipants": "tells who came to a study, as `inv participants` does",
    "PutStudyLinks": "makes a link for each person of a list, as `inv link --list` does",
    "RevokeStudyLink": "takes one person's link back, as `inv link --revoke` does",
    "UpdateStudy": "opens a study or closes it, as `inv study` does",
    "AcceptLateAnswer": "submits what was sent after the deadline, as `inv late --accept` does",
    "GetHITStates": "tells how up to 100 HITs stand, and what changed since, as `inv status` does",
    "ListDrafts": "tells what workers typed and have not submitted, as `inv results --drafts` does",
    "ListLateAnswers": "tells what was sent after the deadline, as `inv late` does",
}
_SAME: Final = frozenset(
    (
        *("ApproveAssignment", "CreateAdditionalAssignmentsForHIT", "CreateQualificationType", "DeleteHIT"),
        *("DisassociateQualificationFromWorker", "GetAssignment", "GetQualificationScore"),
        *("GetQualificationType", "ListAssignmentsForHIT", "ListBonusPayments", "ListHITs"),
        *("RejectAssignment", "SendBonus", "UpdateExpirationForHIT", "UpdateQualificationType"),
    )
)
_LAYOUTS: Final = (
    "HIT layouts, made on Amazon's site, are refused; HTMLQuestions of 1 MB; pages over http; fees"
)
_FORM: Final = "a worker ID that nobody holds yet is accepted and waits for its worker"
_KEPT: Final = "the message is kept to be read, also for who was invited, granted a qualification or blocked"
_DIFFERENT: Final = {
    "AcceptQualificationRequest": "a blocked worker is refused",
    "AssociateQualificationWithWorker": f"{_FORM}; a grant that changes nothing sends no message",
    "CreateHIT": _LAYOUTS,
    "CreateHITWithHITType": _LAYOUTS,
    "CreateWorkerBlock": _FORM,
    "DeleteQualificationType": "the name is free as soon as no HIT asks for the type, not within two days",
    "GetAccountBalance": "of play money always 10000.00; of real money what the operator deposited",
    "GetFileUploadURL": "in the sandbox the address is a data: URL, which holds the file itself",
    "GetHIT": "a deleted HIT is shown as Disposed for good",
    "ListQualificationTypes": "shows the system's types and one's own, never another requester's",
    "NotifyWorkers": f"no e-mail is sent: {_KEPT}",
    "SendTestEventNotification": "the event is kept to be read; nothing is delivered to a queue or topic",
    "UpdateHITTypeOfHIT": "all but the reward may change at any time; Amazon's last pages said otherwise",
    "UpdateNotificationSettings": "events are kept to be read; nothing is delivered to a queue or topic",
}


@dataclass(frozen=True)
class Covered:
    """One operation: whether it answers as Amazon's did, and what differs where it does not."""

    operation: str
    state: str
    remark: str = ""


def coverage() -> list[Covered]:
    """Return every operation of the API and of our own, in the order of the alphabet."""
    return [_covered(name) for name in sorted(description()["operations"])]


def _covered(name: str) -> Covered:
    if name in extras()["operations"]:
        return Covered(name, OURS, _OURS[name])
    if name in _DIFFERENT:
        return Covered(name, DIFFERENT, _DIFFERENT[name])
    return Covered(name, SAME if name in _SAME else DOCUMENTED)
