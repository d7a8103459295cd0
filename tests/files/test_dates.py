from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mturk_tasks.lib.time import format_date, parse_date

EST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 23, 9, 5, tzinfo=timezone.utc), "Mon Nov 23 09:05:00 UTC 2026"),
        (datetime(2026, 3, 1, 0, 0, 7, tzinfo=timezone.utc), "Sun Mar 01 00:00:07 UTC 2026"),
        (datetime(2026, 12, 31, 22, 30, tzinfo=EST), "Fri Jan 01 03:30:00 UTC 2027"),
        (datetime(2026, 6, 4, 1, 2, 3, 999_999, tzinfo=timezone.utc), "Thu Jun 04 01:02:03 UTC 2026"),
    ],
    ids=["two digits", "one-digit day", "another time zone", "parts of a second"],
)
def test_a_moment_is_written_in_english_and_utc(moment, text):
    assert format_date(moment) == text


def test_every_day_and_month_has_its_english_name():
    first = datetime(2026, 1, 1, tzinfo=timezone.utc)
    written = [format_date(first + timedelta(days=number)).split() for number in range(365)]

    assert {words[0] for words in written} == {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
    assert list(dict.fromkeys(words[1] for words in written)) == (
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    )


def test_a_date_that_was_written_is_read_again():
    moment = datetime(2026, 12, 31, 22, 30, 5, tzinfo=EST)
    assert parse_date(format_date(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "Mon Nov 23 09:05:00 PST 2026",
        "Mon Nov 31 09:05:00 UTC 2026",
        "Mon Nop 23 09:05:00 UTC 2026",
    ],
)
def test_what_is_no_date_in_utc_is_no_moment(text):
    assert parse_date(text) is None
