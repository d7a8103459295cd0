"""Look a survey over before it is loaded; nothing is created, only the balance is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from mturk_tasks.commands import taken
from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.doubts import look_over
from mturk_tasks.commands.plan import Plan, PlannedHit, assignments, places, prepare
from mturk_tasks.errors import MTurkTasksError, Problem
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.vocabulary.money import FeeTable, fee_name, format_usd


def run(desk: Desk) -> Summary:
    """Say what is doubtful about a survey and what it would cost at most.

    Raise FileError with everything that would keep it from being loaded, or its HITs from being submitted.
    """
    plan = prepare(desk.survey)
    found = look_over(plan)
    doubts: tuple[Problem, ...] = (*plan.notes, *found.warnings)
    if found.hindrances:
        desk.warn(doubts)
    found.refuse()
    told = _told(desk, plan)
    depending = taken.check(desk, plan) if "balance" in told else taken.unasked(plan)
    doubts = (*doubts, *depending, *_too_dear(plan, told))
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


def _place(doubt: Problem) -> str:
    return f"{doubt.path}:{doubt.line}" if doubt.line else str(doubt.path)
