"""Look a survey over before it is loaded; nothing is created, only the balance is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Final

from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import participation
from mturk_tasks.commands.surveys.plan import Plan, PlannedHit, assignments, by_row, places, prepare
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, MTurkTasksError, Problem
from mturk_tasks.files import properties as property_files
from mturk_tasks.files.inputs import first_of_its_kind
from mturk_tasks.lib import text
from mturk_tasks.lib.money import FeeTable, fee_name, format_usd
from mturk_tasks.velocity.tree import scripts
from mturk_tasks.vocabulary.environments import shows_http
from mturk_tasks.vocabulary.properties import TO_DO, TO_SAY, HitProperties

if TYPE_CHECKING:
    from mturk_tasks.markup.xml import DocumentFault

# What is doubtful about a survey that can be loaded, and what keeps its HITs from ever being
# submitted.


_REFERENCE = re.compile(r"\$!?\{?([A-Za-z_][\w-]*)\}?")
_ESCAPED = re.compile(r"""[&<>"]""")
_MARKUP = re.compile(r"<[A-Za-z/!][^<>]*>|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_PAGES: Final = 20  # so many different pages are looked at: what is wrong with one is with most
_CROWD: Final = "crowd-"  # in a page whose lists may come out of its row: all such pages are looked at
_NOBODY: Final = "; nobody could submit the HIT, so it is not loaded without --anyway"
_SHOWN: Final = 5


@dataclass(frozen=True)
class Doubts:
    """What can be loaded and is probably not meant; `hindrances` keep everybody from submitting."""

    warnings: tuple[Problem, ...]
    hindrances: tuple[Problem, ...]

    def refuse(self) -> None:
        """Raise FileError where nobody could submit."""
        if self.hindrances:
            raise FileError(*self.hindrances)


def look_over(plan: Plan) -> Doubts:
    """Return what is doubtful about a survey; raise FileError for what its author meant to write still."""
    _refuse_unfinished(plan)
    source = text.read(plan.survey.question).text
    rows = (*_unused(plan), *_twice(plan), *_markup(plan))
    written = (*_remarks(plan, source), *_in_scripts(plan, source))
    warnings = dict.fromkeys((*rows, *written, *_pages(plan), *_images(plan)))
    return Doubts(tuple(warnings), _hindrances(plan))


def _refuse_unfinished(plan: Plan) -> None:
    path = plan.survey.properties
    problems = [
        Problem(path, line, f"{key} is still {TO_DO}; write what workers shall read")
        for line, key, value in property_files.parse(text.read(path)).entries
        if key.strip().lower() in TO_SAY and value.strip() == TO_DO
    ]
    if problems:
        raise FileError(*problems)


def _unused(plan: Plan) -> Iterator[Problem]:
    for name in plan.input.columns:
        if name not in plan.used:
            what = f"column {name!r} is used neither in the question nor in the properties"
            yield Problem(plan.input.path, None, what)


def _twice(plan: Plan) -> Iterator[Problem]:
    """Yield that rows are equal to earlier ones, which often is a slip."""
    lines = [row.line for row in plan.input.rows if not first_of_its_kind(row)]
    if not lines:
        return
    what = "each row is a HIT of its own and paid for, and one worker may do them all"
    if len(lines) == 1:
        yield Problem(plan.input.path, lines[0], f"says the same as a row above it; {what}")
        return
    shown = ", ".join(map(str, lines[:_SHOWN])) + (" …" if len(lines) > _SHOWN else "")
    yield Problem(
        plan.input.path,
        lines[0],
        f"{len(lines)} rows say the same as rows above them (lines {shown}); {what}",
    )


def _markup(plan: Plan) -> Iterator[Problem]:
    """Yield the columns whose cells hold markup, and what is made of it."""
    question = plan.question
    for name in plan.input.columns:
        holds = (row.line for row in plan.input.rows if _MARKUP.search(row.cells[name]))
        line = next(holds, None) if name in question.template.names else None
        if line is None:
            continue
        if question.is_layout:
            what = f"column {name!r} holds markup, which is taken as it is; a < to be read is written &lt;"
            yield Problem(plan.input.path, line, what)
        elif name in question.template.not_raw:
            what = f"column {name!r} holds markup, which workers read as text; write ${{{name}_raw}} if not"
            yield Problem(plan.input.path, line, what)


def _remarks(plan: Plan, source: str) -> Iterator[Problem]:
    """Yield the lines of a layout in which the merge leaves something out that the web site did not."""
    if plan.question.is_layout:
        for number, line in enumerate(source.split("\n"), 1):
            if "##" in line:
                what = "what follows ## is a remark and left out; write # # if it is to stay"
                yield Problem(plan.survey.question, number, what)


def _in_scripts(plan: Plan, source: str) -> Iterator[Problem]:
    """Yield the references in scripts whose cells come out altered: no browser unescapes them there."""
    if plan.question.is_layout:
        return
    altered = {name for hit in plan.hits for name, cell in hit.row.cells.items() if _ESCAPED.search(cell)}
    for start, end in scripts(source):
        for reference in _REFERENCE.finditer(source, start, end):
            if reference[1] in altered:
                line = source.count("\n", 0, reference.start()) + 1
                what = f"{reference[0]} is escaped inside <script> too; write ${{{reference[1]}_raw}}"
                yield Problem(plan.survey.question, line, what)


def _pages(plan: Plan) -> Iterator[Problem]:
    from mturk_tasks.markup.lint import hindrances, pitfalls

    for question in islice(_questions(plan), _PAGES):
        certain = hindrances(question)
        for fault in pitfalls(question):
            if fault not in certain:
                yield Problem(plan.survey.question, fault.line, fault.text)


def _hindrances(plan: Plan) -> tuple[Problem, ...]:
    from mturk_tasks.markup.lint import hindrances

    seen: dict[str, list[Problem]] = {}
    problems: dict[Problem, list[int]] = {}
    for hit in plan.hits:
        if hit.question not in seen:
            faults = hindrances(hit.question) if len(seen) < _PAGES or _CROWD in hit.question else []
            path = plan.survey.question
            seen[hit.question] = [Problem(path, fault.line, fault.text + _NOBODY) for fault in faults]
        for problem in seen[hit.question]:
            problems.setdefault(problem, []).append(hit.row.line)
    return tuple(by_row(problems, plan.input))


def _images(plan: Plan) -> Iterator[Problem]:
    from mturk_tasks.markup.lint import CORS_RULE, buckets

    for name in dict.fromkeys(name for question in _questions(plan) for name in buckets(question)):
        what = (
            f"images in the S3 bucket {name!r} are shown only where the bucket allows it; "
            f"its CORS rule (Permissions, CORS) must be {CORS_RULE}"
        )
        yield Problem(plan.survey.question, None, what)


def _questions(plan: Plan) -> Iterable[str]:
    """Return the different questions that the rows make."""
    return dict.fromkeys(hit.question for hit in plan.hits)


# Look at the questions of a survey for what only some marketplaces take.
#
# One of this project takes an HTMLQuestion of up to 1 MB, and pages over http where it is no
# https itself. Of a service that does not tell what it is, Amazon's rules are expected.


def check(context: CommandContext, plan: Plan) -> tuple[Problem, ...]:
    """Return what the marketplace of this command takes and others would not.

    It is asked only where something depends on it. Raise FileError for what it does not take.
    """
    return (*_limited(context, plan), *_cramped(context, plan))


def _limited(context: CommandContext, plan: Plan) -> tuple[Problem, ...]:
    large, insecure = _found(plan, _too_large), _found(plan, _over_http)
    if not (large or insecure):
        return ()
    known = bool(context.marketplace.id)
    if known and shows_http(context.marketplace.address):
        return tuple(_shown_here(problem) for problem in insecure)
    refused = (*insecure, *(() if known else large))
    if refused:
        raise FileError(*refused)
    return ()


def _cramped(context: CommandContext, plan: Plan) -> tuple[Problem, ...]:
    """Return the pages of others that have no origin in a frame, as the marketplace is at their host."""
    from mturk_tasks.markup.frames import own_host_fault

    if not any("ExternalQuestion" in hit.question for hit in plan.hits) or not context.marketplace.id:
        return ()
    sites = [address for address in (context.site.address, context.marketplace.address) if address]
    return tuple(_found(plan, lambda question: own_host_fault(question, *sites)))


def unasked(plan: Plan) -> tuple[Problem, ...]:
    """Return what depends on the marketplace, where none can be asked."""
    return (*_found(plan, _too_large), *_found(plan, _over_http))


def _found(plan: Plan, look: Callable[[str], DocumentFault | None]) -> list[Problem]:
    """Return what is found in the questions, each kind once with the rows that it comes up with."""
    problems: dict[Problem, list[int]] = {}
    seen: dict[str, DocumentFault | None] = {}
    for hit in plan.hits:
        if hit.question not in seen:
            seen[hit.question] = look(hit.question)
        if fault := seen[hit.question]:
            problem = Problem(plan.survey.question, fault.line, fault.text)
            problems.setdefault(problem, []).append(hit.row.line)
    return by_row(problems, plan.input)


def _too_large(question: str) -> DocumentFault | None:
    from mturk_tasks.markup.documents import LIMIT, size_of
    from mturk_tasks.markup.xml import DocumentFault

    size = size_of(question)
    if size <= LIMIT:
        return None
    what = f"takes {size} bytes as UTF-8; a service that is not of this project takes at most {LIMIT}"
    return DocumentFault(None, f"the question {what}")


def _over_http(question: str) -> DocumentFault | None:
    from mturk_tasks.markup.documents import insecure_address

    found = insecure_address(question)
    return found.fault if found else None


def _shown_here(problem: Problem) -> Problem:
    return Problem(
        problem.path, problem.line, f"{problem.text}; here it is shown, as this marketplace is not https"
    )


def run(context: CommandContext) -> Summary:
    """Say what is doubtful about a survey and what it would cost at most.

    Raise FileError with everything that would keep it from being loaded, or its HITs from being submitted.
    """
    plan = prepare(context.survey)
    found = look_over(plan)
    doubts: tuple[Problem, ...] = (*plan.notes, *found.warnings)
    if found.hindrances:
        context.warn(doubts)
    found.refuse()
    told = _told(context, plan)
    depending = check(context, plan) if "balance" in told else unasked(plan)
    doubts = (*doubts, *depending, *_too_dear(plan, told))
    context.warn(doubts)
    lines = (
        f"{plan.survey.name}: {count(len(doubts), 'warning') if doubts else 'nothing to warn of'}.",
        f"{count(len(plan.hits), 'HIT')} with {places(plan.hits)} at {format_usd(plan.properties.reward)} "
        f"would cost at most {format_usd(Decimal(told['cost']))} with fees.",
        *_hourly(plan.properties),
        *(_shut_out(context, plan) if "balance" in told else ()),
    )
    items = tuple({"id": _place(doubt), "status": "warning", "error": doubt.text} for doubt in doubts)
    counts = {"hits": len(plan.hits), "assignments": assignments(plan.hits), "warnings": len(doubts)}
    return Summary(lines, counts, items, facts=told)


def _hourly(properties: HitProperties) -> Iterator[str]:
    """Yield how long the work may take where the properties say what an hour should pay."""
    goal = properties.evaluation.hourly
    if goal:
        seconds = properties.reward * 3600 / goal
        yield f"It pays {format_usd(goal)} an hour where an assignment takes {seconds:.0f} seconds or less."


def _shut_out(context: CommandContext, plan: Plan) -> Iterator[str]:
    """Yield whom the properties keep out; raise FileError for what they name and is not there."""
    asked = plan.properties.participation
    if asked:
        rules = participation.read(replace(context, dry=True), asked, plan.survey.properties)
        yield from participation.shut_out(context, rules)


def money(context: CommandContext, plan: Plan, hits: Sequence[PlannedHit]) -> dict[str, str]:
    """Return what HITs would cost at most, fees and all, and what there is."""
    return {**_cost(plan, hits, context.fee), "balance": str(context.account.balance)}


def _told(context: CommandContext, plan: Plan) -> dict[str, str]:
    """Return the same where the marketplace can be asked; a survey can be looked over without."""
    try:
        return money(context, plan, plan.hits)
    except MTurkTasksError as error:
        context.console.note(f"note: the marketplace was not asked for its fee and the balance: {error}")
        return _cost(plan, plan.hits, context.settings.fee or FeeTable())


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
