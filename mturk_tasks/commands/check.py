"""Look a survey over before it is loaded; nothing is created, only the balance is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from mturk_tasks.commands import taken
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.plan import LAYOUTS, Plan, PlannedHit, assignments, places, prepare
from mturk_tasks.errors import MTurkTasksError, Problem
from mturk_tasks.files import text
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.vocabulary.money import FeeTable, fee_name, format_usd

_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_REFERENCE = re.compile(r"\$!?\{?([A-Za-z_][\w-]*)\}?")
_ESCAPED = re.compile(r"""[&<>"]""")
_PAGES: Final = 20  # as many different pages are looked at; what is wrong with one is wrong with most


def run(desk: Desk) -> Summary:
    """Say what is doubtful about a survey and what it would cost at most.

    Raise FileError with everything that would keep it from being loaded.
    """
    plan = prepare(desk.survey)
    told = _told(desk, plan)
    depending = taken.check(desk, plan) if "balance" in told else taken.unasked(plan)
    doubts = (*plan.notes, *findings(plan), *depending, *_too_dear(plan, told))
    desk.warn(doubts)
    lines = (
        f"{plan.survey.name}: {count(len(doubts), 'warning') if doubts else 'nothing to warn of'}.",
        f"{count(len(plan.hits), 'HIT')} with {places(plan.hits)} at {format_usd(plan.properties.reward)} "
        f"would cost at most {format_usd(Decimal(told['cost']))} with fees.",
    )
    items = tuple({"id": _place(doubt), "status": "warning", "error": doubt.text} for doubt in doubts)
    counts = {"hits": len(plan.hits), "assignments": assignments(plan.hits), "warnings": len(doubts)}
    return Summary(lines, counts, items, facts=told)


def money(desk: Desk, plan: Plan, hits: Sequence[PlannedHit]) -> dict[str, str]:
    """Return what HITs would cost at most, fees and all, and what there is."""
    return {**_cost(plan, hits, desk.fee), "balance": str(desk.account.balance)}


def _told(desk: Desk, plan: Plan) -> dict[str, str]:
    """Return the same where the marketplace can be asked; a survey can be looked over without."""
    try:
        return money(desk, plan, plan.hits)
    except MTurkTasksError as error:
        desk.console.note(f"note: the marketplace was not asked for its fee and the balance: {error}")
        return _cost(plan, plan.hits, desk.settings.fee or FeeTable())


def _cost(plan: Plan, hits: Sequence[PlannedHit], fee: FeeTable) -> dict[str, str]:
    return {
        "reward": str(plan.properties.reward),
        "fee": fee_name(fee),
        "cost": str(plan.cost(hits, fee)),
    }


def _too_dear(plan: Plan, told: Mapping[str, str]) -> Iterator[Problem]:
    balance = told.get("balance")
    if balance and Decimal(told["cost"]) > Decimal(balance):
        costs, there = (format_usd(Decimal(told[name])) for name in ("cost", "balance"))
        yield Problem(plan.survey.properties, None, f"costs at most {costs}; there is {there}")


def findings(plan: Plan) -> tuple[Problem, ...]:
    """Return what can be loaded and is probably not meant, each once."""
    source = text.read(plan.survey.question).text
    written = (*_remarks(plan, source), *_in_scripts(plan, source))
    return tuple(dict.fromkeys((*_unused(plan), *written, *_pages(plan), *_images(plan))))


def _place(doubt: Problem) -> str:
    return f"{doubt.path}:{doubt.line}" if doubt.line else str(doubt.path)


def _unused(plan: Plan) -> Iterator[Problem]:
    for name in plan.input.columns:
        if name not in plan.used:
            what = f"column {name!r} is used neither in the question nor in the properties"
            yield Problem(plan.input.path, None, what)


def _remarks(plan: Plan, source: str) -> Iterator[Problem]:
    """Yield the lines of a layout in which the merge leaves something out that the web site did not."""
    path = plan.survey.question
    if path.suffix.lower() in LAYOUTS:
        for number, line in enumerate(source.split("\n"), 1):
            if "##" in line:
                yield Problem(
                    path, number, "what follows ## is a remark and left out; write # # if it is to stay"
                )


def _in_scripts(plan: Plan, source: str) -> Iterator[Problem]:
    """Yield the references in scripts whose cells come out altered: no browser unescapes them there."""
    altered = {name for hit in plan.hits for name, cell in hit.row.cells.items() if _ESCAPED.search(cell)}
    for script in _SCRIPT.finditer(source):
        for reference in _REFERENCE.finditer(script[0]):
            if reference[1] in altered:
                line = source.count("\n", 0, script.start() + reference.start()) + 1
                what = f"{reference[0]} is escaped inside <script> too; write ${{{reference[1]}_raw}}"
                yield Problem(plan.survey.question, line, what)


def _pages(plan: Plan) -> Iterator[Problem]:
    from mturk_tasks.markup.pitfalls import pitfalls

    for question in islice(_questions(plan), _PAGES):
        for fault in pitfalls(question):
            yield Problem(plan.survey.question, fault.line, fault.text)


def _images(plan: Plan) -> Iterator[Problem]:
    from mturk_tasks.markup.images import CORS_RULE, buckets

    for name in dict.fromkeys(name for question in _questions(plan) for name in buckets(question)):
        what = (
            f"images in the S3 bucket {name!r} are shown only where the bucket allows it; "
            f"its CORS rule (Permissions, CORS) must be {CORS_RULE}"
        )
        yield Problem(plan.survey.question, None, what)


def _questions(plan: Plan) -> Iterable[str]:
    """Return the different questions that the rows make."""
    return dict.fromkeys(hit.question for hit in plan.hits)
