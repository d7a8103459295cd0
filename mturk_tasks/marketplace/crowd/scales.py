"""Values on a scale, as inputs of HTML write them: numbers, dates, times, weeks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from random import Random
from typing import Final

from mturk_tasks.markup.html_form import Field

_FORMATS: Final = {
    "date": "%Y-%m-%d",
    "month": "%Y-%m",
    "time": "%H:%M",
    "datetime-local": "%Y-%m-%dT%H:%M",
    "week": "%G-W%V",
}
MOMENTS: Final = tuple(_FORMATS)
_LATEST: Final = datetime(2025, 12, 31, tzinfo=timezone.utc)
_YEAR: Final = timedelta(days=365)
_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = 100  # how far a number goes that has no limit


def number(field: Field, random: Random) -> str:
    """Return a number from the least to the greatest, a whole count of steps from the base.

    The base is the least number, else the one set at first, else 0, as the HTML standard has it.
    """
    step = _step(field)
    low, high = _decimal(field.low), _decimal(field.high)
    set_first = _decimal(field.defaults[0]) if field.defaults else None
    base = next((one for one in (low, set_first) if one is not None), Decimal(0))
    if low is None:
        low = base if high is None or base <= high else high - _STEPS * step
    if high is None:
        high = low + _STEPS * step
    first, last = ceil((low - base) / step), floor((high - base) / step)
    return f"{base + step * random.randint(first, max(first, last)):f}"


def slider(field: Field, random: Random) -> str:
    """Return a slider's place; without limits it runs from 0 to 100."""
    bounded = Field(field.name, field.kind, low=field.low or "0", high=field.high or "100", step=field.step)
    return number(bounded, random)


def moment(field: Field, random: Random) -> str:
    """Return a moment from the earliest to the latest, in the form of the field's kind."""
    low, high = _bounds(field)
    minutes = max(0, (high - low) // _MINUTE)
    return (low + random.randint(0, minutes) * _MINUTE).strftime(_FORMATS[field.kind])


def color(_: Field, random: Random) -> str:
    """Return a colour as a colour picker writes it."""
    return f"#{random.randrange(0x1000000):06x}"


def _step(field: Field) -> Decimal:
    if field.step == "any":
        return Decimal("0.1")
    step = _decimal(field.step)
    return step if step and step > 0 else Decimal(1)


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _bounds(field: Field) -> tuple[datetime, datetime]:
    low, high = _parsed(field.low, field.kind), _parsed(field.high, field.kind)
    if field.kind == "time":
        day = datetime(1900, 1, 1, tzinfo=timezone.utc)  # the one that strptime puts a time on
        return low or day, high or day + timedelta(hours=23, minutes=59)
    high = high or (low + _YEAR if low else _LATEST)
    return low or high - 10 * _YEAR, high


def _parsed(text: str | None, kind: str) -> datetime | None:
    form, text = _FORMATS[kind], text or ""
    if kind == "week":  # a week begins on its first day
        form, text = f"{form}-%u", f"{text}-1"
    try:
        return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
