"""Dates as the old tools wrote them: English, whatever the machine's language, and always UTC."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Final

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(moment: datetime) -> str:
    """Write a moment as `Mon Nov 23 09:05:00 UTC 2026`."""
    moment = moment.astimezone(timezone.utc)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day:02} {moment:%H:%M:%S} UTC {moment.year}"
