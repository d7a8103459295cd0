"""The answers to a set and what its folder knows of them; no marketplace is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mturk_tasks.analysis import questions as asked
from mturk_tasks.analysis.gold import RightAnswers
from mturk_tasks.analysis.quality import Material
from mturk_tasks.analysis.questions import Question
from mturk_tasks.analysis.responses import Item, Response, read_responses
from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.surveys import merging
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.errors import FileError, MTurkTasksError, Problem
from mturk_tasks.files import inputs, results, survey
from mturk_tasks.files.inputs import Input
from mturk_tasks.files.results import Results
from mturk_tasks.files.survey import BatchFiles
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.evaluation import EvaluationProperties, Thresholds


@dataclass(frozen=True)
class AnsweredSet:
    """The submitted work of one set, the questions, and the input row behind each HIT.

    `wanted` is how many assignments each HIT asked for. `notes` say what could not be read and what that
    means; without a journal `entries` are none.
    """

    files: BatchFiles
    file: Results
    responses: Sequence[Response]
    questions: Sequence[Question]
    wanted: Mapping[str, int]
    items: Mapping[str, Item]
    title: str
    evaluation: EvaluationProperties
    entries: Sequence[Entry]
    notes: tuple[str, ...] = ()
    right: RightAnswers = field(default_factory=dict)

    def material(self, thresholds: Thresholds) -> Material:
        """Return what the quality of its assignments is judged by."""
        cells = {hit_id: item.cells for hit_id, item in self.items.items()}
        limits = replace(thresholds, gold=self.evaluation.warn_below)
        return Material(self.responses, self.questions, limits, self.right, cells)

    @property
    def compared(self) -> list[Question]:
        """Return the questions of which workers' answers are compared: those named, else all choices."""
        chosen = self.evaluation.agreement
        return [
            question
            for question in self.questions
            if (question.name in chosen if chosen else question.is_choice)
        ]


def read(context: CommandContext, label: str = "", resultsfile: Path | None = None) -> AnsweredSet:
    """Return the answers in the results file of a label, or in the file named.

    Raise FileError where it cannot be read. A survey whose other files are gone is read all the same, and
    the notes say what is missing.
    """
    files = _files(context, label, resultsfile)
    if not files.results.exists():
        raise FileError(Problem(files.results, None, "is not there; fetch the work with inv results"))
    file = results.read(files.results)
    entries = journal.read(files.journal)
    notes: list[str] = []
    rows = _rows(context, notes)
    title, evaluation = _properties(context, file, notes)
    known = _questions(context, rows, notes)
    responses = asked.fitted(read_responses(file), known)
    questions = asked.complete(known, responses)
    items = _items(files, file, entries, rows)
    answered = AnsweredSet(
        files=files,
        file=file,
        responses=responses,
        questions=questions,
        wanted=_wanted(file),
        items=items,
        title=title,
        evaluation=evaluation,
        entries=entries,
    )
    right = _right_answers(context, answered, rows, notes)
    return replace(answered, right=right, notes=tuple(notes))


def _files(context: CommandContext, label: str, resultsfile: Path | None) -> BatchFiles:
    if resultsfile is None:
        return survey.set_files(context.folder, label or context.survey.name)
    name = resultsfile.name
    if not name.endswith(".results"):
        raise FileError(Problem(resultsfile, None, "is not called .results; name a results file"))
    return BatchFiles(resultsfile.parent, name.removesuffix(".results"))


def _rows(context: CommandContext, notes: list[str]) -> Input | None:
    try:
        return inputs.read(context.survey.input)
    except MTurkTasksError as error:
        notes.append(f"The input was not read, so rows are not shown: {error}")
        return None


def _properties(context: CommandContext, file: Results, notes: list[str]) -> tuple[str, EvaluationProperties]:
    """Return the title and what the properties say of answers; without them the title in the results."""
    try:
        values, _ = read_properties(context.survey.properties)
    except MTurkTasksError as error:
        notes.append(f"The properties were not read: {error}")
        return next((row.get("title", "") for row in file.rows), ""), EvaluationProperties()
    return values.title, values.evaluation


def _questions(context: CommandContext, rows: Input | None, notes: list[str]) -> list[Question]:
    """Return the questions of the first row's form, with no right answer in their words."""
    try:
        if rows is None:
            raise FileError(Problem(context.survey.input, None, "has no rows to fill it with"))
        filling = merging.read(context.survey.question).compiled(rows.columns)
        known = asked.of_document(filling.fill(rows.rows[0].cells))
    except (MTurkTasksError, ValueError) as error:
        notes.append(f"The form was not read, so the kinds of questions are guessed from answers: {error}")
        return []
    if not known:
        notes.append("The form is a page of its own, so the kinds of questions are guessed from answers.")
    return known


def documents(context: CommandContext, cells: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return by HIT the folder's question filled with its cells; none where it cannot be filled."""
    known = {hit_id: of_row for hit_id, of_row in cells.items() if of_row}
    if not known:
        return {}
    try:
        filling = merging.read(context.survey.question).compiled(next(iter(known.values())))
        return {hit_id: filling.fill(of_row) for hit_id, of_row in known.items()}
    except (MTurkTasksError, ValueError):  # the notes of the set say why
        return {}


def _wanted(file: Results) -> dict[str, int]:
    """Return how many assignments each HIT asked for, at least as many as there are."""
    wanted: dict[str, int] = {}
    done: dict[str, int] = {}
    for row in file.rows:
        hit_id, cell = row[columns.HIT_ID], row.get("assignments", "")
        done[hit_id] = done.get(hit_id, 0) + bool(row[columns.ASSIGNMENT_ID].strip())
        wanted[hit_id] = max(int(cell) if cell.isdecimal() else 0, done[hit_id])
    return wanted


def _items(files: BatchFiles, file: Results, entries: Sequence[Entry], rows: Input | None) -> dict[str, Item]:
    """Return the input row behind each HIT: by the journal, else by the order of the HITs."""
    if rows is None:
        return {}
    if origins.header(entries):
        by_key = {row.key: row for row in rows.rows}
        made = {entry["hit_id"]: entry["item"] for entry in batches.created(entries)}
        return {
            hit_id: Item(by_key[key].number, by_key[key].cells)
            for hit_id, key in made.items()
            if key in by_key
        }
    hit_ids = _old_hit_ids(files) or list(dict.fromkeys(row[columns.HIT_ID] for row in file.rows))
    if len(hit_ids) != len(rows.rows):
        return {}
    return {hit_id: Item(row.number, row.cells) for hit_id, row in zip(hit_ids, rows.rows, strict=True)}


def _old_hit_ids(files: BatchFiles) -> list[str]:
    """Return the HITs of a receipt of the old tools, which are in the order of the rows."""
    receipts = (files.success, files.under(f"{files.label}.input").success)
    return next((survey.read_success(path) for path in receipts if path.exists()), [])


def _right_answers(
    context: CommandContext, answered: AnsweredSet, rows: Input | None, notes: list[str]
) -> RightAnswers:
    """Return the right answers of the gold rows; rows whose cell is empty are no gold."""
    gold = answered.evaluation.gold
    if not gold or rows is None:
        return {}
    line, path = answered.evaluation.gold_line, context.survey.properties
    for question, column in gold:
        if column not in rows.columns:
            raise FileError(Problem(path, line, f"gold: the input has no column {column!r}"))
        if question not in {known.name for known in answered.questions}:
            raise FileError(Problem(path, line, f"gold: no question is called {question!r}"))
    if not answered.items:
        notes.append("Gold is left out: which HIT was made of which row is not known.")
    right = {
        hit_id: {
            question: item.cells[column].strip() for question, column in gold if item.cells[column].strip()
        }
        for hit_id, item in answered.items.items()
    }
    return {hit_id: answers for hit_id, answers in right.items() if answers}
