"""Read a survey whole and check it whole, before anything is asked of a service or spent."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from mturk_tasks.commands.context import ProblemCollector
from mturk_tasks.commands.surveys import evaluating, merging
from mturk_tasks.commands.surveys.merging import Filling, Merging
from mturk_tasks.console.summary import count
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import inputs
from mturk_tasks.files import properties as property_files
from mturk_tasks.files.inputs import Input, InputRow
from mturk_tasks.files.survey import Survey
from mturk_tasks.lib import text
from mturk_tasks.lib.money import FeeTable
from mturk_tasks.velocity import merge
from mturk_tasks.velocity.merge import Template
from mturk_tasks.velocity.values import TooMuch
from mturk_tasks.vocabulary import properties, requirements
from mturk_tasks.vocabulary.evaluation import Plurality
from mturk_tasks.vocabulary.properties import ANNOTATION_LIMIT, HitProperties, RowProperties
from mturk_tasks.vocabulary.requirements import MASTERS, QualificationRequirement

_DIFFERS = re.compile(r"https?://\S+|\d+")


@dataclass(frozen=True)
class PlannedHit:
    """A HIT as it will be created: its input row, and what the row made of the other two files."""

    row: InputRow
    question: str
    annotation: str
    values: RowProperties


@dataclass(frozen=True)
class Plan:
    """A survey that can be loaded; `digests` tells later whether its files are still the same.

    `requirements` are what is asked of the workers, the same for every HIT; `used` are the columns that
    question and properties speak of, `question` is what the first of these was made by. With a `plurality`
    the marketplace may ask for more answers than the properties say, which the cost counts.
    """

    survey: Survey
    properties: HitProperties
    input: Input
    hits: tuple[PlannedHit, ...]
    requirements: tuple[QualificationRequirement, ...]
    digests: dict[str, str]
    notes: tuple[Problem, ...]
    used: frozenset[str]
    question: Filling
    plurality: Plurality | None = None

    def cost(self, hits: Iterable[PlannedHit], fee: FeeTable) -> Decimal:
        """Return what these HITs cost at most, fees and all."""
        reward = self.properties.reward
        masters = any(requirement.type_id in MASTERS for requirement in self.requirements)
        most = self.plurality.most if self.plurality else 0
        places = Counter(max(hit.values.assignments, most) for hit in hits)
        costs = (
            number * each * (reward + fee.on_reward(reward, each, masters=masters))
            for each, number in places.items()
        )
        return sum(costs, Decimal(0))


def assignments(hits: Iterable[PlannedHit]) -> int:
    """Return how many assignments the HITs offer together."""
    return sum(hit.values.assignments for hit in hits)


def places(hits: Sequence[PlannedHit]) -> str:
    """Say how many assignments there are: of each HIT, or of all where rows say it differently."""
    numbers = [hit.values.assignments for hit in hits]
    if len(set(numbers)) == 1:
        return f"{count(numbers[0], 'assignment')} each"
    return f"{count(assignments(hits), 'assignment')} in all"


def prepare(survey: Survey) -> Plan:
    """Return the plan of a survey; raise FileError with every problem of its three files at once.

    What only some marketplaces take passes here; `taken` asks the one of the command.
    """
    each = ProblemCollector()
    each(lambda: _refuse_doubles(survey))
    values, notes = each(lambda: read_properties(survey.properties)) or (None, ())
    rows = each(lambda: inputs.read(survey.input))
    document = each(lambda: merging.read(survey.question))
    if each.problems or not (values and rows and document):
        raise each.error()
    question = each(lambda: document.compiled(rows.columns))
    annotation = each(lambda: _annotation(values, rows, survey.properties))
    row_merging = each(lambda: Merging(values, rows.columns, survey.properties))
    if not (question and annotation and row_merging):
        raise each.error()
    evaluating.refuse_shown_gold(values.evaluation, rows, question.template.names, survey.properties)
    hits = _merge(rows, question, annotation, row_merging)
    row_merging.check_agreement(((hit.row.line, hit.values) for hit in hits), rows.path)
    _check(survey, rows, hits)
    evaluating.check_names(values.evaluation, hits[0].question, survey.properties)
    fewest = min(hit.values.assignments for hit in hits)
    plurality = evaluating.plurality(values.evaluation, hits[0].question, fewest, survey.properties)
    notes = (*notes, *rows.notes, *question.notes, *annotation.notes, *row_merging.notes)
    gold = {column for _, column in values.evaluation.gold}
    used = question.template.names | annotation.names | row_merging.names | gold
    asked = hits[0].values.requirements
    digests = _digests(survey, question.template.files)
    return Plan(survey, values, rows, hits, asked, digests, notes, used, question, plurality)


def _digests(survey: Survey, brought_in: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of each of the three files, that of the question with what it brings in."""
    return {
        "input": _digest(survey.input),
        "properties": _digest(survey.properties),
        "question": _digest(survey.question, *brought_in),
    }


def _digest(*paths: Path) -> str:
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes())
    return content.hexdigest()


def _refuse_doubles(survey: Survey) -> None:
    meant = {".csv": survey.input, ".html": survey.question}
    problems = [
        Problem(
            path,
            None,
            f"stands beside {meant[path.suffix].name}, and one HIT cannot be made of both; move one",
        )
        for path in survey.doubles
    ]
    if problems:
        raise FileError(*problems)


def read_properties(path: Path) -> tuple[HitProperties, tuple[Problem, ...]]:
    """Return what a properties file says, and what is odd about it; raise FileError if it is unusable."""
    parsed = property_files.parse(text.read(path))
    values, warnings = properties.read_hit(parsed.entries, path)
    return values, (*parsed.notes, *warnings)


def requirements_of(values: HitProperties, path: Path) -> tuple[QualificationRequirement, ...]:
    """Return what is asked of workers where no row is merged; raise FileError where one would be needed."""
    return requirements.read([entry for entry in values.merged if requirements.concerns(entry.key)], path)


def _annotation(values: HitProperties, rows: Input, path: Path) -> Template:
    """Compile the annotation, which no worker sees: what names no column stays in it."""
    return merge.compile_template(
        values.annotation,
        rows.columns,
        path,
        first_line=values.annotation_line,
        write=merge.plain,
        keeps_unknown=True,
    )


def _merge(
    rows: Input, question: Filling, annotation: Template, row_merging: Merging
) -> tuple[PlannedHit, ...]:
    hits = []
    problems: dict[Problem, list[int]] = {}
    for row in rows.rows:
        try:
            texts = question.fill(row.cells), annotation.fill(row.cells).strip()
            hits.append(PlannedHit(row, *texts, row_merging.fill(row.cells)))
        except FileError as error:
            for problem in error.problems:
                problems.setdefault(problem, []).append(row.line)
            if isinstance(error, TooMuch):
                break
    if problems:
        raise FileError(*by_row(problems, rows))
    return tuple(hits)


def _check(survey: Survey, rows: Input, hits: Iterable[PlannedHit]) -> None:
    from mturk_tasks.markup.documents import question_faults

    seen: dict[str, list[Problem]] = {}
    problems: dict[Problem, list[int]] = {}
    for hit in hits:
        if hit.question not in seen:
            faults = question_faults(hit.question, over_http=True)
            seen[hit.question] = [Problem(survey.question, fault.line, fault.text) for fault in faults]
        for problem in [*seen[hit.question], *_annotation_problems(rows, hit)]:
            problems.setdefault(problem, []).append(hit.row.line)
    if problems:
        raise FileError(*by_row(problems, rows))


def _annotation_problems(rows: Input, hit: PlannedHit) -> list[Problem]:
    if len(hit.annotation) <= ANNOTATION_LIMIT:
        return []
    what = f"makes an annotation of {len(hit.annotation)} characters; at most {ANNOTATION_LIMIT} are taken"
    return [Problem(rows.path, hit.row.line, what)]


def by_row(problems: Mapping[Problem, list[int]], rows: Input) -> list[Problem]:
    """Say each kind of problem once, and with which rows it comes up unless all have the very same."""
    kinds: dict[Problem, list[Problem]] = {}
    for problem in problems:
        kinds.setdefault(_kind(problem, rows), []).append(problem)
    told = []
    for first, *others in kinds.values():
        lines = sorted({line for problem in (first, *others) for line in problems[problem]})
        everywhere = not others and len(lines) == len(rows.rows)
        told.append(first if everywhere else replace(first, text=first.text + _where(first, lines, rows)))
    return told


def _kind(problem: Problem, rows: Input) -> Problem:
    """Return what is the same of problems that differ in numbers and addresses alone, or in the row."""
    line = None if problem.path == rows.path else problem.line
    return Problem(problem.path, line, _DIFFERS.sub("0", problem.text))


def _where(problem: Problem, lines: Sequence[int], rows: Input) -> str:
    """Return the first line with a problem, where it is not said yet, and how many more there are."""
    more = f"{len(lines) - 1} more" if len(lines) > 1 else ""
    if problem.path == rows.path:
        return f" (and {more})" if more else ""
    return f" (with line {lines[0]} of {rows.path.name}{' and ' if more else ''}{more})"
