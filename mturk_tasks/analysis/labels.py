"""One label for each HIT from what several workers answered: by vote, or weighed by Dawid and Skene."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Votes = Mapping[str, Sequence[tuple[str, str]]]  # of each item, who gave which value

_ROUNDS: Final = 100
_SETTLED: Final = 1e-6  # change of any probability at which rounds end
_SMALLEST: Final = 1e-10  # instead of a probability of 0, which no later round could raise


@dataclass(frozen=True)
class Label:
    """What an item is, by `n` answers, and how sure that is, from 0 to 1.

    Where values are as likely as each other, they are the `tied` ones, and the value is empty.
    """

    value: str
    certainty: float
    n: int
    tied: tuple[str, ...] = ()


def undecided(votes: Votes, bar: int) -> set[str]:
    """Return the items of which no value has more than so many percent of the answers."""
    return {
        item
        for item, given in votes.items()
        if given and max(Counter(value for _, value in given).values()) * 100 <= bar * len(given)
    }


def vote(votes: Votes) -> dict[str, Label]:
    """Return the value that most workers gave of each item; the certainty is their share."""
    labels = {}
    for item, given in votes.items():
        counts = Counter(value for _, value in given)
        if counts:
            shares = {value: times / counts.total() for value, times in counts.items()}
            labels[item] = _most_likely(shares, counts.total())
    return labels


def dawid_skene(votes: Votes, rounds: int = _ROUNDS) -> dict[str, Label]:
    """Return the most likely value of each item, with each worker's habits of confusing values learned.

    Expectation maximisation from the shares of the vote on (A. P. Dawid and A. M. Skene, Maximum
    Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, 1979), until nothing changes.
    """
    values = sorted({value for given in votes.values() for _, value in given})
    believed = {
        item: {value: sum(other == value for _, other in given) / len(given) for value in values}
        for item, given in votes.items()
        if given
    }
    for _ in range(rounds):
        priors, errors = _learned(votes, believed, values)
        updated = {item: _weighed(votes[item], priors, errors, values) for item in believed}
        change = max(
            (abs(updated[item][value] - believed[item][value]) for item in believed for value in values),
            default=0.0,
        )
        believed = updated
        if change < _SETTLED:
            break
    return {item: _most_likely(shares, len(votes[item])) for item, shares in believed.items()}


_Shares = dict[str, float]


def _learned(
    votes: Votes, believed: Mapping[str, _Shares], values: Sequence[str]
) -> tuple[_Shares, dict[str, dict[str, _Shares]]]:
    """Return how common each value is, and of each worker how often each value is given for a true one."""
    priors = {value: sum(shares[value] for shares in believed.values()) / len(believed) for value in values}
    counts: dict[str, dict[str, _Shares]] = {}
    for item, shares in believed.items():
        for worker, given in votes[item]:
            own = counts.setdefault(worker, {value: dict.fromkeys(values, 0.0) for value in values})
            for true in values:
                own[true][given] += shares[true]
    for own in counts.values():
        for row in own.values():
            total = sum(row.values())
            for given in row:
                row[given] = max(row[given] / total, _SMALLEST) if total else 1 / len(values)
    return priors, counts


def _weighed(
    given: Sequence[tuple[str, str]],
    priors: _Shares,
    errors: Mapping[str, Mapping[str, _Shares]],
    values: Sequence[str],
) -> _Shares:
    """Return how likely each value is, by what workers gave and how they err."""
    weights = {}
    for true in values:
        weight = max(priors[true], _SMALLEST)
        for worker, value in given:
            weight *= errors[worker][true][value]
        weights[true] = weight
    total = sum(weights.values())
    if not total:  # too small for a float: as good as undecided
        return dict.fromkeys(values, 1 / len(values))
    return {value: weight / total for value, weight in weights.items()}


def _most_likely(shares: Mapping[str, float], n: int) -> Label:
    best = max(shares.values())
    first = tuple(sorted(value for value, share in shares.items() if best - share < _SETTLED))
    return Label(first[0], best, n) if len(first) == 1 else Label("", best, n, first)
