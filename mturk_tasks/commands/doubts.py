"""What is doubtful about a survey that can be loaded, and what keeps its HITs from ever being submitted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from mturk_tasks.commands.plan import Plan, by_row
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import properties, text
from mturk_tasks.files.inputs import first_of_its_kind
from mturk_tasks.files.velocity.reader import scripts
from mturk_tasks.vocabulary.hit_properties import TO_DO, TO_SAY

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
        for line, key, value in properties.parse(text.read(path)).entries
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
    from mturk_tasks.markup.hindrances import hindrances
    from mturk_tasks.markup.pitfalls import pitfalls

    for question in islice(_questions(plan), _PAGES):
        certain = hindrances(question)
        for fault in pitfalls(question):
            if fault not in certain:
                yield Problem(plan.survey.question, fault.line, fault.text)


def _hindrances(plan: Plan) -> tuple[Problem, ...]:
    from mturk_tasks.markup.hindrances import hindrances

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
