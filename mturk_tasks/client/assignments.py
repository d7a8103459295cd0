"""What a requester does with submitted work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.client.records import (
    Assignment,
    DraftRecord,
    Hit,
    LateAnswer,
    assignment,
    draft,
    hit,
    late_answer,
)
from mturk_tasks.client.session import Client, call, every, fetch
from mturk_tasks.errors import AlreadyExists, InvalidState, ServiceError, Unavailable
from mturk_tasks.lib.money import FeeTable, fee_named
from mturk_tasks.vocabulary import statuses

_DECIDED = "can be called with a status of"
_WANTED = {"approve_assignment": statuses.APPROVED, "reject_assignment": statuses.REJECTED}


def of_hit(client: Client, hit_id: str) -> list[Assignment]:
    """Return the submitted, approved and rejected work on a HIT, by time of submission."""
    return [
        assignment(answer)
        for answer in every(
            client,
            "list_assignments_for_hit",
            "Assignments",
            HITId=hit_id,
            AssignmentStatuses=list(statuses.ASSIGNMENT_STATUSES),
        )
    ]


def get_assignment(client: Client, assignment_id: str) -> tuple[Assignment, Hit]:
    """Return one assignment and its HIT; raise DoesNotExist or InvalidState where nothing was submitted."""
    answer = call(client, "get_assignment", AssignmentId=assignment_id)
    return assignment(answer["Assignment"]), hit(answer["HIT"])


def approve(client: Client, assignment_id: str, feedback: str = "", *, override: bool = False) -> None:
    """Approve and so pay submitted work; an approval that stands already is fine.

    With `override` rejected work is approved as well, within 30 days of its submission.
    """
    _decide(client, "approve_assignment", assignment_id, feedback, override=override)


def reject(client: Client, assignment_id: str, feedback: str) -> None:
    """Reject submitted work, for the reason that the worker will read."""
    _decide(client, "reject_assignment", assignment_id, feedback)


def _decide(
    client: Client, operation: str, assignment_id: str, feedback: str, *, override: bool = False
) -> None:
    """Send a decision; when the service says that there is one, see whether it is this one."""
    given = {"RequesterFeedback": feedback or None, "OverrideRejection": override or None}
    try:
        call(client, operation, AssignmentId=assignment_id, **given)
    except ServiceError as error:
        already = isinstance(error, InvalidState) or _DECIDED in error.message
        if not already or get_assignment(client, assignment_id)[0].status != _WANTED[operation]:
            raise


# Money beside the reward.


@dataclass(frozen=True)
class Bonus:
    """A bonus for one assignment's worker, in dollars, with the reason the worker reads."""

    worker_id: str
    assignment_id: str
    amount: Decimal
    reason: str


def send(client: Client, bonus: Bonus, token: str) -> None:
    """Pay a bonus; the same token within a day pays once, however often it is sent."""
    try:
        call(
            client,
            "send_bonus",
            WorkerId=bonus.worker_id,
            BonusAmount=str(bonus.amount),
            AssignmentId=bonus.assignment_id,
            Reason=bonus.reason,
            UniqueRequestToken=token,
        )
    except AlreadyExists:
        return


def of_assignment(client: Client, assignment_id: str) -> list[Bonus]:
    """Return the bonuses that were paid for an assignment."""
    return [
        Bonus(one["WorkerId"], one["AssignmentId"], Decimal(one["BonusAmount"]), one["Reason"])
        for one in every(client, "list_bonus_payments", "BonusPayments", AssignmentId=assignment_id)
    ]


# Files that workers sent with their answers.


def content(client: Client, assignment_id: str, question: str, size: int) -> bytes:
    """Return a file of that many bytes; raise ServiceError where there is none, or it cannot be fetched.

    The address that the service gives is good for a minute (API, GetFileUploadURL).
    """
    operation = "get_file_upload_url"
    answer = call(client, operation, AssignmentId=assignment_id, QuestionIdentifier=question)
    try:
        return fetch(str(answer["FileUploadURL"]), size)
    except Unavailable as error:  # of this one file: others may be there
        raise ServiceError(operation, "FileNotFetched", str(error)) from error


# Workers that a requester wants no more work from.


def block(client: Client, worker_id: str, reason: str) -> None:
    """Keep a worker from accepting this requester's HITs; the worker does not see the reason."""
    call(client, "create_worker_block", WorkerId=worker_id, Reason=reason)


def unblock(client: Client, worker_id: str, reason: str = "") -> None:
    """Let a worker accept this requester's HITs again."""
    call(client, "delete_worker_block", WorkerId=worker_id, Reason=reason or None)


def blocked(client: Client) -> set[str]:
    """Return the workers that are blocked."""
    return {one["WorkerId"] for one in every(client, "list_worker_blocks", "WorkerBlocks")}


# The requester's money, and the marketplace that it is in.


@dataclass(frozen=True)
class Marketplace:
    """What a marketplace tells of itself: its IDs, its own first, its fee, and its address.

    The further IDs are those of marketplaces whose requesters were imported. `address` is where it is
    served now or was served last, empty where it never was. `counts_participation` says whether any type
    of the requester's counts HITs. A service that is not of this project tells nothing.
    """

    ids: tuple[str, ...] = ()
    fee: FeeTable | None = None
    address: str = ""
    counts_participation: bool = False

    @property
    def id(self) -> str:
        """Return the marketplace's own ID, empty where it tells none."""
        return self.ids[0] if self.ids else ""


@dataclass(frozen=True)
class AccountBalance:
    """The dollars that are there to spend, and where."""

    balance: Decimal
    marketplace: Marketplace


def get_account(client: Client) -> AccountBalance:
    """Return the requester's account."""
    answer = call(client, "get_account_balance")
    own = answer.get("MarketplaceId")
    ids = (own, *answer.get("FormerMarketplaceIds", ())) if own else ()
    told = Marketplace(
        ids,
        fee_named(answer.get("Fee", "")),
        answer.get("Address", "").rstrip("/"),
        answer.get("CountsParticipation", False),
    )
    return AccountBalance(Decimal(answer["AvailableBalance"]), told)


# What our marketplace keeps beside submitted work: drafts and late answers.
#
# Amazon's API has no such operations; where a service does not know them, that is said.


_UNKNOWN = "UnknownOperation"


def drafts(client: Client) -> list[DraftRecord]:
    """Return what workers have typed for the requester's HITs and not submitted.

    Raise ServiceError where the marketplace keeps no drafts.
    """
    with _known("half-done answers"):
        return [draft(one) for one in every(client, "list_drafts", "Drafts")]


def late_answers(client: Client) -> list[LateAnswer]:
    """Return what was sent after its deadline and is not accepted, the first sent first.

    Raise ServiceError where the marketplace keeps no late answers.
    """
    with _known("late answers"):
        return [late_answer(one) for one in every(client, "list_late_answers", "LateAnswers")]


def accept_late(client: Client, assignment_id: str) -> None:
    """Have a late answer count as submitted; one that does so already is fine."""
    try:
        call(client, "accept_late_answer", AssignmentId=assignment_id)
    except InvalidState:
        if not _is_submitted(client, assignment_id):
            raise


def _is_submitted(client: Client, assignment_id: str) -> bool:
    try:
        get_assignment(client, assignment_id)
    except ServiceError:
        return False
    return True


@contextmanager
def _known(what: str) -> Iterator[None]:
    try:
        yield
    except ServiceError as error:
        if not error.code.startswith(_UNKNOWN):
            raise
        text = f"this marketplace tells requesters of no {what}; only one made by mturk-tasks does"
        raise ServiceError(error.operation, error.code, text) from error
