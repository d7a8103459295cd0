"""Dates as the old tools wrote them: English, whatever the machine's language, and always UTC."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Final

_WRITTEN = re.compile(r"\w{3} (\w{3}) (\d\d) (\d\d):(\d\d):(\d\d) UTC (\d{4})")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(moment: datetime) -> str:
    """Write a moment as `Mon Nov 23 09:05:00 UTC 2026`."""
    moment = moment.astimezone(timezone.utc)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day:02} {moment:%H:%M:%S} UTC {moment.year}"


def parse_date(text: str) -> datetime | None:
    """Return the moment that `format_date` wrote; None for anything else, as a date in another zone."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = map(int, found.group(2, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
