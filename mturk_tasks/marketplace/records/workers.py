"""Workers: who takes part, and whom the requester keeps out.

A worker ID is good when it is well formed, also before anybody holds it: a block then waits for the
person who signs up with that ID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.storage.schema import block, worker
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import (
    Transaction,
    lock_requester,
    write_transaction,
)
from mturk_tasks.vocabulary.requirements import is_locale
from mturk_tasks.vocabulary.statuses import is_worker_id


def enrol(transaction: Transaction, worker_id: str, *, simulated: bool) -> bool:
    """Make the worker known, and say whether that is new.

    A person never turns into a simulation, nor the reverse: that raises MTurkTasksError.
    """
    if not is_worker_id(worker_id):
        raise MTurkTasksError(f"{worker_id!r} is no worker ID: A, then capital letters and digits")
    known = transaction.db.execute(
        select(worker.c.simulated).where(worker.c.worker_id == worker_id)
    ).one_or_none()
    if known is None:
        values = {"worker_id": worker_id, "simulated": simulated, "registered": transaction.now}
        transaction.db.execute(insert(worker).values(values))
    elif known.simulated != simulated:
        kind = "a simulated worker" if known.simulated else "a person"
        raise MTurkTasksError(f"worker {worker_id} is {kind} already")
    return known is None


_IS_KNOWN: Final = select(exists().where(worker.c.worker_id == bindparam("worker")))
_BLOCKING: Final = select(block.c.requester).where(block.c.worker_id == bindparam("worker"))


def ensure_worker(transaction: Transaction, worker_id: str) -> None:
    """Enter a worker as a person unless the worker is known already."""
    if not transaction.db.execute(_IS_KNOWN, {"worker": worker_id}).scalar_one():
        enrol(transaction, worker_id, simulated=False)


def is_blocked(transaction: Transaction, worker_id: str, requester: int | None) -> bool:
    """Say whether a requester, known by the key, keeps this worker out."""
    same = exists().where(block.c.worker_id == worker_id, block.c.requester == requester)
    return bool(transaction.db.execute(select(same)).scalar_one())


def blocking_requesters(transaction: Transaction, worker_id: str) -> list[int]:
    """Return the keys of the requesters who keep this worker out."""
    return list(transaction.db.execute(_BLOCKING, {"worker": worker_id}).scalars())


def check_grant(transaction: Transaction, worker_id: str) -> None:
    """Raise RequestError for a worker whom the requester keeps out: that is no one to qualify."""
    if is_blocked(transaction, worker_id, transaction.requester):
        raise faults.RequestError(f"Worker {worker_id} is blocked.", faults.NOT_PERMITTED)


def create_worker_block(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateWorkerBlock; a second block of the same worker replaces the reason."""
    worker_id, reason = parameters["WorkerId"], parameters["Reason"]
    lock_requester(transaction)
    own = block.c.requester == transaction.requester
    if is_blocked(transaction, worker_id, transaction.requester):
        same = block.c.worker_id == worker_id
        transaction.db.execute(update(block).where(own, same).values(reason=reason))
        return {}
    counted = select(func.count()).select_from(block).where(own)
    if transaction.db.execute(counted).scalar_one() >= limits.MOST_BLOCKS:
        raise faults.RequestError(f"No more than {limits.MOST_BLOCKS} workers can be blocked.")
    transaction.db.execute(
        insert(block).values(requester=transaction.requester, worker_id=worker_id, reason=reason)
    )
    return {}


def delete_worker_block(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer DeleteWorkerBlock; a worker who is not blocked is fine."""
    own = block.c.requester == transaction.requester
    transaction.db.execute(delete(block).where(own, block.c.worker_id == parameters["WorkerId"]))
    return {}


def list_worker_blocks(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListWorkerBlocks, the first blocked first."""
    query = select(block.c.worker_id, block.c.reason).where(block.c.requester == transaction.requester)
    items, answer = page(
        transaction, "ListWorkerBlocks", query, (block.c.id,), parameters, BlockRow, _describe
    )
    return {**answer, "WorkerBlocks": items}


class BlockRow(NamedTuple):
    """A worker whom a requester has blocked, and why."""

    worker_id: str
    reason: str


def _describe(row: BlockRow) -> dict[str, Any]:
    return {"WorkerId": row.worker_id, "Reason": row.reason}


# What is known of a worker besides their work here: where they live, what they did elsewhere.


@dataclass(frozen=True)
class Profile:
    """What the system qualification types say of a worker, beyond what the records show.

    `submitted_before` and `approved_before` count assignments done elsewhere. Who has no country has
    no locale: of the requirements on a locale only DoesNotExist is then met.
    """

    country: str | None = None
    subdivision: str | None = None
    adult: bool = False
    master: bool = False
    submitted_before: int = 0
    approved_before: int = 0


_COLUMNS = [worker.c[name] for name in asdict(Profile())]


@retried
def describe(store: Store, worker_id: str, profile: Profile, now: datetime) -> None:
    """Replace the profile of a registered worker.

    Raise UsageError for a locale that does not exist or counts that cannot be, MTurkTasksError for a
    worker nobody knows.
    """
    _check(profile)
    with write_transaction(store, now) as transaction:
        write(transaction, worker_id, profile)


def write(transaction: Transaction, worker_id: str, profile: Profile) -> None:
    """Replace the profile of a registered worker; it has been checked, or cannot be wrong."""
    same = update(worker).where(worker.c.worker_id == worker_id)
    if transaction.db.execute(same.values(**asdict(profile))).rowcount == 0:
        raise MTurkTasksError(f"there is no worker {worker_id}")


def read(transaction: Transaction, worker_id: str) -> Profile | None:
    """Return the profile of a worker, None for one nobody knows."""
    mine = select(*_COLUMNS).where(worker.c.worker_id == worker_id)
    row = transaction.db.execute(mine).one_or_none()
    return None if row is None else Profile(*row)


def _check(profile: Profile) -> None:
    if profile.country is None and profile.subdivision is not None:
        raise UsageError("a state needs its country")
    if profile.country is not None and not is_locale(profile.country, profile.subdivision):
        raise UsageError(f"there is no locale {profile.country} {profile.subdivision or ''}".rstrip())
    if not 0 <= profile.approved_before <= profile.submitted_before:
        raise UsageError("a worker's approved assignments are from 0 to the submitted ones")
