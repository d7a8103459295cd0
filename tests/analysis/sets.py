"""Results files and responses for tests of what is made of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import count

from mturk_tasks.analysis.responses import Response
from mturk_tasks.files import results
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns

BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.utc)
_numbers = count(1)


def response(
    hit="3HIT", worker="A1", seconds=60, status="Submitted", reward="0.05", answers=None, submitted=None
) -> Response:
    number = next(_numbers)
    ended = submitted or BEGAN + timedelta(minutes=number)
    accepted = None if seconds is None else ended - timedelta(seconds=seconds)
    return Response(
        hit, f"3ASSIGNMENT{number}", worker, status, accepted, ended, Decimal(reward), answers or {}
    )


def results_file(folder, rows, name="a.results"):
    """Write a results file; each row says what differs from one submitted assignment."""
    path = folder / name
    answers = list(dict.fromkeys(key for row in rows for key in row if key.startswith("Answer.")))
    whole = []
    for number, row in enumerate(rows, 1):
        standard = {
            **dict.fromkeys(columns.RESULT, ""),
            "hitid": f"3HIT{number}",
            "assignmentid": f"3ASSIGNMENT{number}",
            "workerid": f"A{number}",
            "assignmentstatus": "Submitted",
            "reward": "$0.05",
            "assignments": "1",
            "title": "A survey",
            "assignmentaccepttime": format_date(BEGAN),
            "assignmentsubmittime": format_date(BEGAN + timedelta(seconds=60)),
            "reject": "",
        }
        whole.append({**standard, **row})
    results.write(path, answers, whole)
    return path
