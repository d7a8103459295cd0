"""What can be wrong with one row and what belongs to it: pure comparisons, each fault a sentence.

The rows come with what is counted and added up beside them, see `check_queries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from mturk_tasks.marketplace.hits import counters
from mturk_tasks.marketplace.storage.schema import (
    ABANDONED,
    ACCEPTED,
    ANSWERED,
    PENDING,
    RETURNED,
    TESTING,
    WITHDRAWN,
)
from mturk_tasks.vocabulary.statuses import (
    APPROVED,
    DISPOSED,
    HIT_STATUSES,
    REJECTED,
    REVIEWING,
    SUBMITTED,
)

_NOTHING: Final = Decimal(0)
_SKEW: Final = timedelta(seconds=5)  # the clocks of two serving machines never agree wholly
_ALL_MOMENTS: Final = ("ended", "submitted", "auto_approval", "approved", "rejected")
_MOMENTS: Final = {  # which moments an assignment has in each state; an approved one may have been rejected
    ACCEPTED: set(),
    RETURNED: {"ended"},
    ABANDONED: {"ended"},
    SUBMITTED: {"submitted", "auto_approval"},
    APPROVED: {"submitted", "auto_approval", "approved"},
    REJECTED: {"submitted", "auto_approval", "rejected"},
}


class CheckedHIT(NamedTuple):
    """A HIT, its assignments counted by state, and the ledger's amounts for it added up by kind."""

    hit_id: str
    status: str
    created: datetime
    changed: datetime
    expired: bool
    created_with: int
    max_assignments: int
    available: int
    pending: int
    completed: int
    fee: Decimal
    review_policies: str | None
    review_due: datetime | None
    reward: Decimal | None  # none without a type
    held: int
    submitted: int
    approved: int
    rejected: int
    hold: Decimal
    release: Decimal
    payment: Decimal
    paid_fee: Decimal
    bonus: Decimal
    bonuses: Decimal
    given_back: int  # how often money was released that no assignment had


class CheckedAssignment(NamedTuple):
    """An assignment, what its HIT pays for it, and how often and how much the ledger says was paid."""

    assignment_id: str
    status: str
    accepted: datetime
    deadline: datetime
    ended: datetime | None
    submitted: datetime | None
    auto_approval: datetime | None
    approved: datetime | None
    rejected: datetime | None
    fee: Decimal
    reward: Decimal
    hit_status: str
    given_back: int
    payments: int
    fees: int
    paid: Decimal
    paid_fee: Decimal


class CheckedAccount(NamedTuple):
    """A requester's balance, deposits, and the ledger's amounts added up by kind."""

    requester_id: str
    name: str
    balance: Decimal
    deposits: Decimal
    hold: Decimal
    release: Decimal
    bonus: Decimal
    bonus_fee: Decimal


class CheckedRequest(NamedTuple):
    """A qualification request, and whether its type is deleted."""

    request_id: str
    status: str
    requested: datetime
    deadline: datetime | None
    submitted: datetime | None
    test: str | None
    type_is_gone: bool


def of_counters(row: CheckedHIT) -> Iterator[str]:
    """Yield where a HIT's counters and its assignments disagree."""
    decided = row.approved + row.rejected
    taken = row.max_assignments - row.available - row.pending
    if min(row.available, row.pending, row.completed) < 0:
        yield f"HIT {row.hit_id}: a counter is below zero"
    if row.pending != row.held:
        yield f"HIT {row.hit_id}: counts {row.pending} assignments as pending, {row.held} are"
    if taken != row.submitted + decided:
        yield f"HIT {row.hit_id}: counts {taken} assignments as handed in, {row.submitted + decided} are"
    if row.completed != decided:
        yield f"HIT {row.hit_id}: counts {row.completed} assignments as decided, {decided} are"
    if row.held + row.submitted + decided > row.max_assignments:
        standing = row.held + row.submitted + decided
        yield f"HIT {row.hit_id}: has {standing} assignments of at most {row.max_assignments}"
    if row.max_assignments < row.created_with:
        yield f"HIT {row.hit_id}: has fewer assignments than it was created with"


def of_state(row: CheckedHIT) -> Iterator[str]:
    """Yield where a HIT's state does not follow from its counters and its expiration."""
    if row.status not in HIT_STATUSES:
        yield f"HIT {row.hit_id}: there is no state {row.status}"
    elif row.status != DISPOSED:
        reviewing = row.status == REVIEWING
        due = counters.hit_status(row.available, row.pending, expired=row.expired, reviewing=reviewing)
        if row.status != due:
            yield f"HIT {row.hit_id}: is {row.status}, should be {due}"
    elif row.pending or row.submitted or not row.expired:
        yield f"HIT {row.hit_id}: is {DISPOSED}, and there is work or time left"
    if row.changed < row.created - _SKEW:
        yield f"HIT {row.hit_id}: changed before it was created"
    if row.review_due is not None and row.review_policies is None:
        yield f"HIT {row.hit_id}: waits for review policies it does not have"


def of_money(row: CheckedHIT) -> Iterator[str]:
    """Yield where the ledger of a HIT is not what its assignments and bonuses make of it.

    Held is what its places still need: those nobody took, those under way, those not decided.
    """
    if row.reward is None:
        return  # without its type, which is a finding of its own
    places = row.pending + row.submitted + (0 if row.status == DISPOSED else row.available)
    needed = places * (row.reward + row.fee)
    held = row.hold - row.release - row.payment - row.paid_fee
    if held != needed:
        yield f"HIT {row.hit_id}: ${held:.2f} is held, its assignments need ${needed:.2f}"
    for name, paid, each in (("payments", row.payment, row.reward), ("fees", row.paid_fee, row.fee)):
        if paid != row.approved * each and not (name == "fees" and _was_repriced(row, row.status)):
            yield f"HIT {row.hit_id}: {name} are ${paid:.2f}, approved work makes ${row.approved * each:.2f}"
    if row.bonus != row.bonuses:
        yield f"HIT {row.hit_id}: bonuses of ${row.bonuses:.2f} are granted, ${row.bonus:.2f} is paid"


def _was_repriced(row: CheckedHIT | CheckedAssignment, status: str) -> bool:
    """Say whether a HIT was given a type with another fee: work paid before had the one of its time.

    The money of places is given back as a whole then, and when a HIT is disposed of.
    """
    return bool(row.given_back > (status == DISPOSED))


def of_assignment(row: CheckedAssignment) -> Iterator[str]:
    """Yield where an assignment's moments contradict its state or each other, or its payment both."""
    name = f"assignment {row.assignment_id}"
    if row.status not in _MOMENTS:
        yield f"{name}: there is no state {row.status}"
        return
    moments = {moment for moment in _ALL_MOMENTS if getattr(row, moment)}
    lacks_rejection = row.status == REJECTED and row.rejected is None
    if moments - {"rejected"} != _MOMENTS[row.status] - {"rejected"} or lacks_rejection:
        yield f"{name}: is {row.status} and has the moments of another state"
    elif not _in_order(row):
        yield f"{name}: its moments are not in order"
    paid = 1 if row.status == APPROVED else 0
    fee = row.paid_fee if _was_repriced(row, row.hit_status) else paid * row.fee
    if (row.payments, row.fees, row.paid, row.paid_fee) != (paid, paid, paid * row.reward, fee):
        yield f"{name}: is {row.status} and was paid {row.payments} times, ${row.paid + row.paid_fee:.2f}"


def _in_order(row: CheckedAssignment) -> bool:
    over = row.submitted or row.ended
    steps = ((row.accepted, row.deadline), (row.accepted, over), (over, row.deadline))
    after = ((row.submitted, moment) for moment in (row.auto_approval, row.rejected, row.approved))
    reversal = (row.rejected, row.approved)
    return all(_not_later(*pair) for pair in (*steps, *after, reversal))


def _not_later(first: datetime | None, second: datetime | None) -> bool:
    return first is None or second is None or first <= second + _SKEW


def of_account(row: CheckedAccount, *, play: bool) -> Iterator[str]:
    """Yield where a balance is not what deposits and ledger leave; of play money there is none."""
    name = f"requester {row.requester_id} ({row.name})"
    left = row.deposits - row.hold + row.release - row.bonus - row.bonus_fee
    expected = _NOTHING if play else left
    if row.balance != expected:
        yield f"{name}: has ${row.balance:.2f} to spend, deposits and ledger leave ${expected:.2f}"
    if row.balance < 0:
        yield f"{name}: has less than nothing to spend"


def of_request(row: CheckedRequest) -> Iterator[str]:
    """Yield where a qualification request's moments contradict its state."""
    name = f"qualification request {row.request_id}"
    if row.status not in (TESTING, PENDING, ANSWERED, WITHDRAWN):
        yield f"{name}: there is no state {row.status}"
    elif row.status == TESTING and (row.submitted or row.deadline is None or row.test is None):
        yield f"{name}: is {TESTING} without a test that is under way"
    elif row.status == PENDING and row.submitted is None:
        yield f"{name}: is {PENDING} and was never submitted"
    elif row.type_is_gone and row.status in (TESTING, PENDING):
        yield f"{name}: is {row.status}, and its qualification type is deleted"
    if not (_not_later(row.requested, row.submitted) and _not_later(row.submitted, row.deadline)):
        yield f"{name}: its moments are not in order"
