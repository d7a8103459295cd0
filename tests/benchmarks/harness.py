"""Measure two sides in turn in one run, and hold their ratio against a goal.

Ratios of what was measured side by side hold on any machine; the figures do not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Side = Callable[[], object]  # returns seconds as a float; of anything else the time it took counts


@dataclass(frozen=True)
class Goal:
    """What a figure should be at most or at least."""

    kind: Literal["≤", "≥"]
    bound: float

    def met(self, figure: float) -> bool:
        return figure <= self.bound if self.kind == "≤" else figure >= self.bound

    def __str__(self) -> str:
        return f"{self.kind} {self.bound:g}"


def at_most(bound: float) -> Goal:
    return Goal("≤", bound)


def at_least(bound: float) -> Goal:
    return Goal("≥", bound)


@dataclass(frozen=True)
class Samples:
    """Measurements of one side."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        return f"{self.median:.4g} ({min(self.values):.4g} to {max(self.values):.4g})"


@dataclass(frozen=True)
class Row:
    """One figure with its goal; `sides` are what it was made of, by name, with units."""

    what: str
    figure: float
    goal: Goal
    sides: dict[str, str] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.goal.met(self.figure)


@dataclass(frozen=True)
class Benchmark:
    """A named measurement that yields rows."""

    name: str
    about: str
    measure: Callable[[], Iterator[Row]]


BENCHMARKS: dict[str, Benchmark] = {}


def benchmark(name: str) -> Callable[[Callable[[], Iterator[Row]]], Callable[[], Iterator[Row]]]:
    """Register what measures under a name; its docstring says what."""

    def register(measure: Callable[[], Iterator[Row]]) -> Callable[[], Iterator[Row]]:
        BENCHMARKS[name] = Benchmark(name, (measure.__doc__ or "").strip().splitlines()[0], measure)
        return measure

    return register


def interleaved(*sides: Side, rounds: int, warm_up: int = 1) -> list[Samples]:
    """Return the seconds that each side took, all sides in turn in every round."""
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(warm_up + rounds):
        for side, mine in zip(sides, taken, strict=True):
            began = time.perf_counter()
            own = side()
            seconds = own if isinstance(own, float) else time.perf_counter() - began
            if number >= warm_up:
                mine.append(seconds)
    return [Samples(tuple(mine)) for mine in taken]


def ratio(what: str, goal: Goal, ours: tuple[str, Samples], other: tuple[str, Samples]) -> Row:
    """Return how many times as long as the other side ours takes."""
    return Row(
        what,
        ours[1].median / other[1].median,
        goal,
        {name: f"{samples} s" for name, samples in (ours, other)},
    )


def share(what: str, goal: Goal, ideal: float, samples: Samples) -> Row:
    """Return which share of the speed that a limit allows is reached; `ideal` in seconds."""
    return Row(what, ideal / samples.median, goal, {"taken": f"{samples} s", "limit": f"{ideal:.4g} s"})


def table(rows: Sequence[Row]) -> list[tuple[str, str, str, str, str]]:
    """Return rows as cells: what, figure, goal, whether it is met, what it was made of."""
    return [
        (
            row.what,
            f"{row.figure:.3g}",
            str(row.goal),
            "met" if row.met else "missed",
            "; ".join(f"{name} {value}" for name, value in row.sides.items()),
        )
        for row in rows
    ]
