"""What a marketplace holds, in numbers, and what time will do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, func, select

from mturk_tasks.marketplace.api.shapes import description, extras
from mturk_tasks.marketplace.due import process_due
from mturk_tasks.marketplace.hits.counters import DISPOSED_AFTER
from mturk_tasks.marketplace.storage import about, ledger
from mturk_tasks.marketplace.storage.schema import (
    FINISHED,
    HELD,
    UNDECIDED,
    UNEXPIRED,
    UNREVIEWED,
    assignment,
    hit,
    meta,
    requester,
    worker,
)
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction

_COMING: Final = (
    ("an assignment is abandoned", assignment.c.deadline, HELD),
    ("a HIT expires", hit.c.expiration, UNEXPIRED),
    ("work is approved by itself", assignment.c.auto_approval, UNDECIDED),
    ("a HIT is reviewed", hit.c.review_due, UNREVIEWED),
)


@dataclass(frozen=True)
class Overview:
    """A marketplace at one moment; amounts are of all requesters together.

    `held` is set aside for open places, `paid` went to workers, bonuses included, `earned` are fees.
    `oldest` is when the work was submitted that has waited longest for a decision. `next_event` and
    `next_time` say what happens by itself, and when.
    """

    version: int
    marketplace_id: str
    fee: str  # `amazon`, or a share
    database: str
    size: int  # bytes
    play: bool
    time: datetime
    requesters: int
    workers: int
    hits: dict[str, int]
    assignments: dict[str, int]
    balance: Decimal
    held: Decimal
    paid: Decimal
    earned: Decimal
    oldest: datetime | None
    next_event: str | None
    next_time: datetime | None


def status(store: Store, now: datetime) -> Overview:
    """Return what a marketplace holds, once what is due by now has happened."""
    process_due(store, now)
    with read_transaction(store, now) as transaction:
        db = transaction.db
        money, itself = ledger.totals(db), about.read(db)
        coming = _next(db)
        return Overview(
            version=db.execute(select(meta.c.version)).scalar_one(),
            marketplace_id=itself.marketplace_id,
            fee=itself.fee,
            database=db.dialect.name,
            size=_size(db),
            play=store.play,
            time=transaction.now,
            requesters=_count(db, requester),
            workers=_count(db, worker),
            hits=_by_state(db, hit.c.status),
            assignments=_by_state(db, assignment.c.status),
            balance=sum(db.execute(select(requester.c.balance)).scalars(), Decimal("0.00")),
            held=ledger.held(db),
            paid=money[ledger.PAYMENT] + money[ledger.BONUS],
            earned=money[ledger.FEE] + money[ledger.BONUS_FEE],
            oldest=db.execute(select(func.min(assignment.c.submitted)).where(UNDECIDED)).scalar_one(),
            next_event=coming and coming[1],
            next_time=coming and coming[0],
        )


def _next(db: Connection) -> tuple[datetime, str] | None:
    """Return the nearest moment at which anything happens by itself, and what."""
    found = [
        (db.execute(select(func.min(when)).where(among)).scalar_one(), what) for what, when, among in _COMING
    ]
    finished = db.execute(select(func.min(hit.c.changed)).where(FINISHED)).scalar_one()
    disposal = finished and finished + DISPOSED_AFTER
    return min(
        ((when, what) for when, what in (*found, (disposal, "a HIT is disposed")) if when), default=None
    )


def _by_state(db: Connection, column: Column[Any]) -> dict[str, int]:
    query = select(column, func.count()).group_by(column).order_by(column)
    return {row[0]: row[1] for row in db.execute(query)}


def _count(db: Connection, table: Table) -> int:
    return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def _size(db: Connection) -> int:
    """Return the bytes of the database on its disk."""
    if db.dialect.name == "postgresql":
        return int(db.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    pages, size = (db.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
    return int(pages * size)


# Which of the API's operations answer here as Amazon's service did, which do not, and which are
# ours.


SAME: Final = "same"  # as what is on record of Amazon's answers
DOCUMENTED: Final = "as documented"  # no answer is on record
DIFFERENT: Final = "different"
OURS: Final = "ours"

_OURS: Final = {
    "AcceptLateAnswer": "submits what was sent after the deadline, as `inv late --accept` does",
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
