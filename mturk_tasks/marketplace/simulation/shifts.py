"""What a rehearsal finds: the HITs with places to fill, and how much time may pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import func, select

from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.qualifications.requirements import ACCEPT
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import HITRow
from mturk_tasks.marketplace.storage.schema import STANDING, UNDECIDED, assignment, block, hit
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import ASSIGNABLE

# Plan who works on which HIT when, for a rehearsal: pure, the same for the same seed.
#
# Times are seconds from the beginning of the rehearsal.


_RETURNED: Final = 0.04  # share of places that somebody takes and gives back first
_LONGEST: Final = 0.8  # of an assignment's duration
_ARRIVAL: Final = 20.0  # seconds within which the workers sit down
_PAUSE: Final = (1.0, 6.0)  # seconds between two HITs of a worker
_WORK: Final = (12.0, 150.0, 40.0)  # seconds on a HIT: shortest, longest, usual
_LOOK: Final = (4.0, 20.0)  # seconds until a HIT is given back


@dataclass(frozen=True)
class Offer:
    """A HIT as a rehearsal finds it: its place in the list, what it offers, who may not take it."""

    order: int
    places: int
    duration: float
    closed_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Visit:
    """One worker at one HIT, from accepting it until submitting it or giving it back."""

    order: int
    worker: str
    begin: float
    end: float
    returned: bool


def plan(offers: Sequence[Offer], workers: Sequence[str], seed: int) -> list[Visit]:
    """Return the visits that fill every offered place, as far as there are workers for it.

    Each worker does one thing at a time and each HIT at most once. A place that was given back is
    taken again by another worker, or by the same one.
    """
    chance = Random(f"{seed} shifts")  # noqa: S311  # a plan, not a secret
    free = {worker: chance.uniform(0, _ARRIVAL) for worker in workers}
    visits: list[Visit] = []
    for offer in offers:
        for chain in _chains(offer, workers, chance):
            visits.extend(_timed(offer, chain, free, chance))
    return visits


def _chains(offer: Offer, workers: Sequence[str], chance: Random) -> Iterator[list[tuple[str, bool]]]:
    """Yield for each place who comes there in turn, and whether they return the HIT."""
    able = [worker for worker in workers if worker not in offer.closed_to]
    for worker in chance.sample(able, min(offer.places, len(able))):
        chain = [(worker, False)]
        if chance.random() < _RETURNED:
            chain.insert(0, (chance.choice(able), True))
        yield chain
        able.remove(worker)  # who has done a HIT cannot take it again, not even to return it


def _timed(
    offer: Offer, chain: Collection[tuple[str, bool]], free: dict[str, float], chance: Random
) -> Iterator[Visit]:
    """Yield the visits to one place, each after the one before and after the worker's own last one."""
    place_free = 0.0
    for worker, returned in chain:
        wanted = chance.uniform(*_LOOK) if returned else chance.triangular(*_WORK)
        begin = max(free[worker], place_free) + chance.uniform(*_PAUSE)
        end = begin + min(wanted, offer.duration * _LONGEST)
        free[worker] = place_free = end
        yield Visit(offer.order, worker, begin, end, returned)


_CHUNK: Final = 500  # identifiers in one query
_LIFE: Final = 0.5  # of the shortest remaining lifetime may pass
_BEFORE_APPROVAL: Final = 0.9  # of the time until the first automatic approval
_TIGHTEST: Final = 0.1  # to be done before that, work may go ten times as fast, not faster


@dataclass(frozen=True)
class Scene:
    """Hold the offers in the order of the HITs, and the two things that time must not reach.

    `approval` is None where nothing approves itself, or does so at once.
    """

    offers: tuple[Offer, ...]
    lifetime: timedelta
    approval: timedelta | None

    def pace(self, natural: float) -> float:
        """Return the factor, at most 1, for work that by itself would take `natural` seconds."""
        if not natural:
            return 1.0
        pace = min(1.0, _LIFE * self.lifetime.total_seconds() / natural)
        if self.approval is None:
            return pace
        early = _BEFORE_APPROVAL * self.approval.total_seconds() / natural
        return min(pace, early) if early >= _TIGHTEST else pace


def look_at(transaction: Transaction, hit_ids: Sequence[str], workers: Collection[str], skip: int) -> Scene:
    """Return the scene for these HITs and workers, with `skip` places of each HIT left alone.

    HITs that are unknown, full or over offer nothing.
    """
    rows = {row.hit_id: row for row in _offered(transaction, hit_ids) if row.available > skip}
    busy = _busy(transaction, [row.id for row in rows.values()], workers)
    blocked = frozenset(_blocked(transaction, workers))  # by any requester: rehearsals have one
    kept_out = _unqualified(transaction, rows.values(), workers)
    offers = tuple(
        Offer(
            order,
            row.available - skip,
            row.assignment_duration,
            blocked | busy[row.id] | kept_out[row.requirements],
        )
        for order, row in ((order, rows.get(hit_id)) for order, hit_id in enumerate(hit_ids))
        if row is not None
    )
    lifetime = min((row.expiration - transaction.now for row in rows.values()), default=timedelta(0))
    return Scene(offers, lifetime, _approval(transaction, rows.values()))


def asks_for_qualifications(transaction: Transaction, hit_ids: Sequence[str]) -> bool:
    """Say whether any of these HITs keeps somebody out by its requirements."""
    return any(row.requirements for row in _offered(transaction, hit_ids))


def _offered(transaction: Transaction, hit_ids: Sequence[str]) -> Iterator[HITRow]:
    for some in _chunks(hit_ids):
        offered = rows.HITS.where(hit.c.hit_id.in_(some), hit.c.status == ASSIGNABLE)
        yield from transaction.fetch_all(HITRow, offered)


def _busy(
    transaction: Transaction, hits: Sequence[int], workers: Collection[str]
) -> dict[int, frozenset[str]]:
    """Return who holds or has done each HIT."""
    found: dict[int, frozenset[str]] = dict.fromkeys(hits, frozenset())
    query = select(assignment.c.hit, assignment.c.worker).where(STANDING)
    for some in _chunks(hits):
        for row in transaction.db.execute(query.where(assignment.c.hit.in_(some))):
            if row.worker in workers:
                found[row.hit] |= {row.worker}
    return found


def _blocked(transaction: Transaction, workers: Collection[str]) -> Iterator[str]:
    for some in _chunks(list(workers)):
        query = select(block.c.worker_id).where(block.c.worker_id.in_(some))
        yield from transaction.db.execute(query).scalars()


def _unqualified(
    transaction: Transaction, offered: Collection[HITRow], workers: Collection[str]
) -> dict[str | None, frozenset[str]]:
    """Return for each set of requirements who does not meet it."""
    owners = {row.requirements: row.requester for row in offered}
    return {
        asked: frozenset(
            name for name in workers if eligibility.unmet(transaction, name, owner, asked, ACCEPT)
        )
        for asked, owner in owners.items()
    }


def _approval(transaction: Transaction, offered: Collection[HITRow]) -> timedelta | None:
    """Return how soon work approves itself: what lies there already, or the first to be submitted."""
    earliest = select(func.min(assignment.c.auto_approval)).where(UNDECIDED)
    waiting = transaction.db.execute(earliest).scalar_one()
    delays = [timedelta(seconds=row.auto_approval_delay) for row in offered if row.auto_approval_delay]
    if waiting is not None:
        delays.append(waiting - transaction.now)
    return min(delays, default=None)


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
