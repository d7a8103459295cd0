"""The figures of a report as a program reads them, and as a few lines at a terminal."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from mturk_tasks.analysis.agreement import Agreement
from mturk_tasks.analysis.report import ItemReport, QuestionReport, Report, WorkerReport
from mturk_tasks.console.summary import count, share
from mturk_tasks.lib.money import format_usd

NONE: Final = "\u2013"  # a dash, where there is no figure


def dollars(value: float | None) -> str:
    """Write dollars an hour."""
    return "unknown" if value is None else f"${value:,.2f}"


def duration(seconds: float | None) -> str:
    """Write a time in the unit that suits it: `42 s`, `3.5 min`, `1.2 h`."""
    if seconds is None:
        return "unknown"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def percent(value: float | None) -> str:
    """Write a percentage; 100 only for everything."""
    if value is None:
        return NONE
    whole = round(value)
    return f"{min(whole, 99) if value < 100 else whole} %"


def alpha(measured: Agreement) -> str:
    """Write alpha, or why there is none."""
    return hundredths(measured.alpha) if measured.alpha is not None else f"none: {measured.reason}"


def hundredths(value: float) -> str:
    """Write a number with two decimals, and zero without a sign."""
    return f"{round(value, 2) + 0.0:.2f}"


def moment(value: datetime | None) -> str:
    """Write a moment to the minute, in UTC."""
    return "unknown" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def lines(report: Report) -> tuple[str, ...]:
    """Return the most important figures, a line each."""
    pay = report.pay
    told = [
        f"{share(report.answers, report.wanted)} answers by {count(report.workers, 'worker')} "
        f"to {count(report.hits, 'HIT')}; half took {duration(report.seconds)} or less.",
        f"Rewards: {format_usd(pay.paid)} paid, {format_usd(pay.to_pay)} to pay; "
        f"an hour came to {dollars(pay.hourly_median)} (median), {dollars(pay.hourly_low)} (lowest quarter).",
    ]
    for asked in report.questions:
        measured = asked.agreement
        if measured.pairs:
            told.append(
                f"{asked.question.name}: {percent(measured.percent)} of "
                f"{count(measured.pairs, 'pair')} agree, "
                f"alpha {alpha(measured)}."
            )
    if report.differing_items:
        told.append(f"Workers differ on {count(report.differing_items, 'HIT')}.")
    if report.doubts:
        looked = len({doubt.response.assignment_id for doubt in report.doubts})
        told.append(f"{count(looked, 'assignment is', 'assignments are')} worth a look: inv quality.")
    return tuple(told)


def document(report: Report, *, ids: bool = False) -> dict[str, Any]:
    """Return every figure of a report; dollars that are paid are text, figures of time are seconds."""
    pay, funnel, goal = report.pay, report.background.funnel, report.background.hourly_goal
    recruited = report.background.recruited
    return {
        "label": report.background.label,
        "title": report.background.title,
        "answers": report.answers,
        "wanted": report.wanted,
        "hits": report.hits,
        "workers": report.workers,
        "test_answers": report.tests,
        "statuses": dict(report.statuses),
        "funnel": None
        if funnel is None
        else {"returned": funnel.returned, "abandoned": funnel.abandoned, "late": funnel.late},
        "recruited": None if recruited is None else vars(recruited),
        "first_submitted": _iso(report.began),
        "last_submitted": _iso(report.ended),
        "seconds": {"median": report.seconds, "bins": _bins(report.times)},
        "pay": {
            "paid": str(pay.paid),
            "to_pay": str(pay.to_pay),
            "bonuses": str(pay.bonuses),
            "hourly_median": _rounded(pay.hourly_median),
            "hourly_lowest_quarter": _rounded(pay.hourly_low),
            "hourly_goal": None if goal is None else str(goal),
            "n": pay.hours,
        },
        "questions": [_question(asked) for asked in report.questions],
        "items": [_item(item) for item in report.items],
        "differing_items": report.differing_items,
        "people": [_person(person, ids=ids) for person in report.people],
        "worth_a_look": len({doubt.response.assignment_id for doubt in report.doubts}),
        "provenance": [list(row) for row in report.background.provenance],
        "notes": list(report.background.notes),
    }


def _question(asked: QuestionReport) -> dict[str, Any]:
    measured = asked.agreement
    return {
        "name": asked.question.name,
        "text": asked.question.text,
        "kind": asked.question.kind,
        "n": asked.n,
        "values": [{"label": bar.label, "n": bar.count} for bar in asked.bars],
        "other_values": asked.others,
        "bins": _bins(asked.bins),
        "mean": _rounded(asked.mean),
        "median": _rounded(asked.median),
        "agreement": {
            "level": asked.question.level,
            "hits": measured.units,
            "pairs": measured.pairs,
            "percent": _rounded(measured.percent),
            "alpha": _rounded(measured.alpha),
            "reason": measured.reason,
        },
    }


def _item(item: ItemReport) -> dict[str, Any]:
    return {
        "hit": item.hit_id,
        "row": item.item.row,
        "differing_percent": _rounded(item.differing),
        "answers": [{"worker": given.worker, "answers": dict(given.answers)} for given in item.given],
    }


def _person(person: WorkerReport, *, ids: bool) -> dict[str, Any]:
    return {
        "worker": person.worker_id if ids else person.name,
        "n": person.n,
        "median_seconds": person.seconds,
        "hourly": _rounded(person.hourly),
        "agreement_percent": _rounded(person.agreement),
        "gold": None if person.score is None else {"right": person.score.right, "of": person.score.of},
        "flags": list(person.flags),
    }


def _bins(bins: Any) -> list[dict[str, float]]:
    return [{"from": one.low, "to": one.high, "n": one.count} for one in bins]


def _rounded(value: float | Decimal | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 4)


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
