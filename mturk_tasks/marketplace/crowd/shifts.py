"""Plan who works on which HIT when, for a rehearsal: pure, the same for the same seed.

Times are seconds from the beginning of the rehearsal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

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
