"""Plan who works on which HIT when, for a rehearsal: the same for the same marketplace and seed.

Times are seconds from the beginning of the rehearsal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.qualifications.requirements import ACCEPT
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.schema import STANDING, UNDECIDED, assignment, block, hit, hit_type
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import ASSIGNABLE

_RETURNED: Final = 0.04  # share of places that somebody takes and gives back first
_LONGEST: Final = 0.8  # of an assignment's duration
_ARRIVAL: Final = 20.0  # seconds within which the workers sit down
_PAUSE: Final = (1.0, 6.0)  # seconds between two HITs of a worker
_WORK: Final = (12.0, 150.0, 40.0)  # seconds on a HIT: shortest, longest, usual
_LOOK: Final = (4.0, 20.0)  # seconds until a HIT is given back
_LIFE: Final = 0.5  # of the shortest remaining lifetime may pass
_BEFORE_APPROVAL: Final = 0.9  # of the time until the first automatic approval
_TIGHTEST: Final = 0.1  # to be done before that, work may go ten times as fast, not faster
_IDS_AT_A_TIME: Final = 500  # in one query


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


@dataclass(frozen=True)
class Situation:
    """What a rehearsal starts from: offers in the order of the HITs, and the two moments not to be reached.

    `lifetime` is left to the HIT that expires first, `approval` until work approves itself: None where
    none does, or does so at once.
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


def situation_of(
    transaction: Transaction, hit_ids: Sequence[str], workers: Sequence[str], skip: int
) -> Situation:
    """Return the situation for these HITs and workers, with `skip` places of each HIT left alone.

    HITs that are unknown, full or over offer nothing.
    """
    open_hits = {row.hit_id: row for row in _open_hits(transaction, hit_ids) if row.available > skip}
    busy = _busy(transaction, [row.id for row in open_hits.values()], workers)
    blocked = _blocked(transaction, workers)
    unqualified = _unqualified(transaction, open_hits.values(), workers)
    offers = []
    for order, hit_id in enumerate(hit_ids):
        if hit_id in open_hits:
            row = open_hits[hit_id]
            closed_to = blocked | busy[row.id] | unqualified[row.requirements]
            offers.append(Offer(order, row.available - skip, row.assignment_duration, closed_to))
    lifetime = min((row.expiration - transaction.now for row in open_hits.values()), default=timedelta(0))
    return Situation(tuple(offers), lifetime, _approval(transaction, open_hits.values()))


def asks_for_qualifications(transaction: Transaction, hit_ids: Sequence[str]) -> bool:
    """Say whether any of these HITs keeps somebody out by its requirements."""
    return any(row.requirements for row in _open_hits(transaction, hit_ids))


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


class _OpenHIT(NamedTuple):
    id: int
    hit_id: str
    requester: int
    available: int
    expiration: datetime
    assignment_duration: int
    auto_approval_delay: int
    requirements: str | None


_HITS: Final = select(*rows.columns(_OpenHIT, hit, hit_type)).join(hit_type, hit.c.hit_type == hit_type.c.id)


def _open_hits(transaction: Transaction, hit_ids: Sequence[str]) -> Iterator[_OpenHIT]:
    for ids in _in_portions(hit_ids):
        query = _HITS.where(hit.c.hit_id.in_(ids), hit.c.status == ASSIGNABLE)
        yield from transaction.fetch_all(_OpenHIT, query)


def _busy(
    transaction: Transaction, hits: Sequence[int], workers: Collection[str]
) -> dict[int, frozenset[str]]:
    """Return who holds or has done each HIT."""
    busy: dict[int, frozenset[str]] = dict.fromkeys(hits, frozenset())
    query = select(assignment.c.hit, assignment.c.worker).where(STANDING)
    for keys in _in_portions(hits):
        for row in transaction.db.execute(query.where(assignment.c.hit.in_(keys))):
            if row.worker in workers:
                busy[row.hit] |= {row.worker}
    return busy


def _blocked(transaction: Transaction, workers: Sequence[str]) -> frozenset[str]:
    """Return whom any requester has blocked: in a rehearsal there is one."""
    blocked: set[str] = set()
    for ids in _in_portions(workers):
        query = select(block.c.worker_id).where(block.c.worker_id.in_(ids))
        blocked.update(transaction.db.execute(query).scalars())
    return frozenset(blocked)


def _unqualified(
    transaction: Transaction, open_hits: Iterable[_OpenHIT], workers: Collection[str]
) -> dict[str | None, frozenset[str]]:
    """Return for each set of requirements who does not meet it."""
    owners = {row.requirements: row.requester for row in open_hits}
    return {
        asked: frozenset(
            name for name in workers if eligibility.unmet(transaction, name, owner, asked, ACCEPT)
        )
        for asked, owner in owners.items()
    }


def _approval(transaction: Transaction, open_hits: Iterable[_OpenHIT]) -> timedelta | None:
    """Return how soon work approves itself: what lies there already, or the first to be submitted."""
    earliest = select(func.min(assignment.c.auto_approval)).where(UNDECIDED)
    waiting = transaction.db.execute(earliest).scalar_one()
    delays = [timedelta(seconds=row.auto_approval_delay) for row in open_hits if row.auto_approval_delay]
    if waiting is not None:
        delays.append(waiting - transaction.now)
    return min(delays, default=None)


def _in_portions(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _IDS_AT_A_TIME] for start in range(0, len(items), _IDS_AT_A_TIME))


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
