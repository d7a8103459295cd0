"""Choose as a crowd does: most workers alike, some their own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

_HABIT: Final = 0.7  # how often a worker chooses what most others choose


@dataclass(frozen=True)
class Mood:
    """What decides a worker's answers to one HIT: chance of their own, and a leaning all share.

    Every worker draws the same numbers from `shared`, in the same order.
    """

    own: Random
    shared: Random

    @classmethod
    def of(cls, seed: int, worker: str, hit: int) -> Mood:
        """Return the mood of a worker at the n-th HIT; the same arguments give the same answers."""
        return cls(Random(f"{seed} {worker} {hit}"), Random(f"{seed} {hit}"))  # noqa: S311  # not for secrets

    def one(self, options: Sequence[str]) -> str:
        """Return one of the options."""
        favourite = self.shared.choice(options)
        return favourite if self.own.random() < _HABIT else self.own.choice(options)

    def some(self, options: Sequence[str], least: int, most: int) -> tuple[str, ...]:
        """Return `least` to `most` of the options, in their order; rarely many more than needed."""
        favourites = self.shared.sample(options, len(options))
        least, most = min(least, len(options)), min(most, len(options), least + 2)
        count = self.own.randint(least, max(least, most))
        order = favourites if self.own.random() < _HABIT else self.own.sample(options, len(options))
        chosen = set(order[:count])
        return tuple(option for option in options if option in chosen)
