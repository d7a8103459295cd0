"""Figures about time, money and distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

_BINS = 20
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bin:
    """How many values lie from `low` up to `high`, which belongs to the next bin."""

    low: float
    high: float
    count: int


def middle(values: Sequence[float]) -> float | None:
    """Return the median; None of nothing."""
    return float(median(values)) if values else None


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the values lies, between two by their distance."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def histogram(values: Sequence[float], most: int = _BINS) -> list[Bin]:
    """Return at most `most` bins of a round width; the last one has all above the 98th percentile as well."""
    if not values:
        return []
    low, top = min(values), quantile(values, 0.98) or 0.0
    width = _round_width((top - low) / most)
    first = math.floor(low / width)
    bins = max(1, min(most, math.floor(top / width) - first + 1))
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, math.floor(value / width) - first)] += 1
    return [Bin((first + at) * width, (first + at + 1) * width, times) for at, times in enumerate(counts)]


def _round_width(width: float) -> float:
    """Return the next width of 1, 2 or 5 times a power of ten, at least 1 where all values are the same."""
    if width <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(width))
    return next((step * unit for step in _STEPS if step * unit >= width), 10 * unit)


def timeline(moments: Sequence[datetime], most: int = 40) -> list[tuple[datetime, int]]:
    """Return how many moments lie in each span of time: minutes, hours or days, at most so many spans."""
    if not moments:
        return []
    first, last = min(moments), max(moments)
    span = next(
        (span for span in _SPANS if (last - first) / span < most),
        (last - first) / most + timedelta(seconds=1),
    )
    counts = [0] * (int((last - first) / span) + 1)
    for moment in moments:
        counts[int((moment - first) / span)] += 1
    return [(first + at * span, times) for at, times in enumerate(counts)]


_SPANS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360)),
    *(timedelta(days=days) for days in (1, 7, 30)),
)


def hourly(pay: Decimal, seconds: float | None) -> float | None:
    """Return what pay for so much time comes to in an hour, in dollars; None where no time is known."""
    return float(pay) * 3600 / seconds if seconds else None
