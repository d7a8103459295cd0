"""What is known of a worker besides their work here: where they live, what they did elsewhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.context import Context, read_transaction, write_transaction
from mturk_tasks.marketplace.storage.collisions import retried
from mturk_tasks.marketplace.storage.schema import worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.locales import is_locale


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
    with write_transaction(store, now) as context:
        write(context, worker_id, profile)


def write(context: Context, worker_id: str, profile: Profile) -> None:
    """Replace the profile of a registered worker; it has been checked, or cannot be wrong."""
    same = update(worker).where(worker.c.worker_id == worker_id)
    if context.db.execute(same.values(**asdict(profile))).rowcount == 0:
        raise MTurkTasksError(f"there is no worker {worker_id}")


def read(store: Store, worker_id: str, now: datetime) -> Profile | None:
    """Return the profile of a worker, None for one nobody knows."""
    with read_transaction(store, now) as context:
        mine = select(*_COLUMNS).where(worker.c.worker_id == worker_id)
        row = context.db.execute(mine).one_or_none()
    return None if row is None else Profile(*row)


def _check(profile: Profile) -> None:
    if profile.country is None and profile.subdivision is not None:
        raise UsageError("a state needs its country")
    if profile.country is not None and not is_locale(profile.country, profile.subdivision):
        raise UsageError(f"there is no locale {profile.country} {profile.subdivision or ''}".rstrip())
    if not 0 <= profile.approved_before <= profile.submitted_before:
        raise UsageError("a worker's approved assignments are from 0 to the submitted ones")
