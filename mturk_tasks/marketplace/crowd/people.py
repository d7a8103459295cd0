"""Who the simulated workers are: where they live and what they have done before, by seed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Final

from mturk_tasks.marketplace import profiles, workers
from mturk_tasks.marketplace.context import write_transaction
from mturk_tasks.marketplace.profiles import Profile
from mturk_tasks.marketplace.storage.collisions import retried
from mturk_tasks.marketplace.storage.store import Store

_HOMES: Final = (
    ("US", "CA"),
    ("US", "TX"),
    ("US", "NY"),
    ("US", "FL"),
    ("IN", None),
    ("GB", None),
    ("BR", None),
)
_OFTEN: Final = (5, 4, 4, 3, 5, 2, 1)  # as many of each
_MOST: Final = 5000  # assignments done before
_WORST: Final = 0.88  # share of them that was approved
_NEW: Final = 0.2  # share of workers who have done nothing yet
_MASTERS: Final = 0.1
_ADULTS: Final = 0.5


def profile_of(seed: int, worker_id: str) -> Profile:
    """Return a simulated worker's profile, the same for the same seed."""
    chance = Random(f"{seed} {worker_id} profile")  # noqa: S311  # a person made up, not a secret
    (home,) = chance.choices(_HOMES, _OFTEN)
    submitted = 0 if chance.random() < _NEW else chance.randint(1, _MOST)
    return Profile(
        country=home[0],
        subdivision=home[1],
        adult=chance.random() < _ADULTS,
        master=chance.random() < _MASTERS,
        submitted_before=submitted,
        approved_before=round(submitted * chance.uniform(_WORST, 1)),
    )


@retried
def enrol(store: Store, names: Iterable[str], seed: int, now: datetime) -> None:
    """Make simulated workers known, new ones with a profile; what was said of others stays."""
    with write_transaction(store, now) as context:
        for name in names:
            if workers.enrol(context, name, simulated=True):
                profiles.write(context, name, profile_of(seed, name))
