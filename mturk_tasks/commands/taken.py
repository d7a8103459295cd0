"""Look at the questions of a survey for what only some marketplaces take.

One of this project takes an HTMLQuestion of up to 1 MB, and pages over http where it is no https itself. Of a
service that does not tell what it is, Amazon's rules are expected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.plan import Plan, by_row
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary.environments import shows_http

if TYPE_CHECKING:
    from mturk_tasks.markup.fault import Fault


def check(desk: Desk, plan: Plan) -> tuple[Problem, ...]:
    """Return what the marketplace of this command takes and others would not.

    It is asked only where something depends on it. Raise FileError for what it does not take.
    """
    return (*_limited(desk, plan), *_cramped(desk, plan))


def _limited(desk: Desk, plan: Plan) -> tuple[Problem, ...]:
    large, insecure = _found(plan, _too_large), _found(plan, _over_http)
    if not (large or insecure):
        return ()
    known = bool(desk.marketplace.id)
    if known and shows_http(desk.marketplace.address):
        return tuple(_shown_here(problem) for problem in insecure)
    refused = (*insecure, *(() if known else large))
    if refused:
        raise FileError(*refused)
    return ()


def _cramped(desk: Desk, plan: Plan) -> tuple[Problem, ...]:
    """Return the pages of others that have no origin in a frame, as the marketplace is at their host."""
    from mturk_tasks.markup.frames import own_host_fault

    if not any("ExternalQuestion" in hit.question for hit in plan.hits) or not desk.marketplace.id:
        return ()
    sites = [address for address in (desk.site.address, desk.marketplace.address) if address]
    return tuple(_found(plan, lambda question: own_host_fault(question, *sites)))


def unasked(plan: Plan) -> tuple[Problem, ...]:
    """Return what depends on the marketplace, where none can be asked."""
    return (*_found(plan, _too_large), *_found(plan, _over_http))


def _found(plan: Plan, look: Callable[[str], Fault | None]) -> list[Problem]:
    """Return what is found in the questions, each kind once with the rows that it comes up with."""
    problems: dict[Problem, list[int]] = {}
    seen: dict[str, Fault | None] = {}
    for hit in plan.hits:
        if hit.question not in seen:
            seen[hit.question] = look(hit.question)
        if fault := seen[hit.question]:
            problem = Problem(plan.survey.question, fault.line, fault.text)
            problems.setdefault(problem, []).append(hit.row.line)
    return by_row(problems, plan.input)


def _too_large(question: str) -> Fault | None:
    from mturk_tasks.markup.documents import LIMIT, size_of
    from mturk_tasks.markup.fault import Fault

    size = size_of(question)
    if size <= LIMIT:
        return None
    what = f"takes {size} bytes as UTF-8; a service that is not of this project takes at most {LIMIT}"
    return Fault(None, f"the question {what}")


def _over_http(question: str) -> Fault | None:
    from mturk_tasks.markup.documents import insecure_address

    found = insecure_address(question)
    return found.fault if found else None


def _shown_here(problem: Problem) -> Problem:
    return Problem(
        problem.path, problem.line, f"{problem.text}; here it is shown, as this marketplace is not https"
    )
