"""The submitted work of a results file as records with types, each answer as its values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files.results import Results
from mturk_tasks.lib.money import parse_usd
from mturk_tasks.lib.time import parse_date
from mturk_tasks.vocabulary import columns
from mturk_tasks.vocabulary.columns import name_of

Values = tuple[str, ...]

_CROWD_FORM: Final = "taskAnswers"  # the one answer of a crowd-form, which holds all of them


@dataclass(frozen=True)
class Response:
    """One submitted assignment: who did it, when and for how much, and what was answered.

    A question that was left empty has no answer. Several selections that no form names as such are
    one value, as they stand in the file.
    """

    hit_id: str
    assignment_id: str
    worker_id: str
    status: str
    accepted: datetime | None
    submitted: datetime | None
    reward: Decimal
    answers: Mapping[str, Values]
    reject: str = ""
    feedback: str = ""

    @property
    def seconds(self) -> float | None:
        """Return how long the work took; None where the file does not tell."""
        if self.accepted is None or self.submitted is None:
            return None
        return (self.submitted - self.accepted).total_seconds()


@dataclass(frozen=True)
class Item:
    """The input behind a HIT: the number of its row, None where it is not known, and its cells."""

    row: int | None
    cells: Mapping[str, str] = field(default_factory=dict)


def read_responses(file: Results) -> list[Response]:
    """Return the submitted work of a results file in its order.

    Raise FileError where the answers stand as pairs in one column, or work has no HIT or worker.
    """
    if columns.ANSWER_PAIRS in file.columns:
        what = "has its answers as pairs in one column; fetch it without --namevaluepairs"
        raise FileError(Problem(file.path, 1, what))
    names = {
        heading: name_of(heading.removeprefix(columns.ANSWER_PREFIX))
        for heading in file.columns
        if heading.startswith(columns.ANSWER_PREFIX)
    }
    return [_response(row, names) for row in file.rows if row[columns.ASSIGNMENT_ID].strip()]


def _response(row: Mapping[str, str], names: Mapping[str, str]) -> Response:
    answers: dict[str, Values] = {}
    for heading, name in names.items():
        cell = row[heading]
        if not cell:
            continue
        if name == _CROWD_FORM:
            answers.update(crowd_answers(cell))
        else:
            answers[name] = (cell,)
    return Response(
        hit_id=row[columns.HIT_ID],
        assignment_id=row[columns.ASSIGNMENT_ID],
        worker_id=row.get(columns.WORKER_ID, ""),
        status=row.get(columns.ASSIGNMENT_STATUS, ""),
        accepted=parse_date(row.get(columns.ACCEPT_TIME, "")),
        submitted=parse_date(row.get(columns.SUBMIT_TIME, "")),
        reward=_reward(row.get("reward", "")),
        answers=answers,
        reject=row.get(columns.REJECT, ""),
        feedback=row.get(columns.FEEDBACK, ""),
    )


def _reward(cell: str) -> Decimal:
    try:
        return parse_usd(cell)
    except ValueError:
        return Decimal("0.00")


def crowd_answers(cell: str) -> dict[str, Values]:
    """Return the answers that the JSON of a crowd-form holds, by the names of its fields.

    What is no such JSON is one answer as it stands.
    """
    try:
        read = json.loads(cell)
    except ValueError:
        return {_CROWD_FORM: (cell,)}
    members = read if isinstance(read, list) else [read]
    if not all(isinstance(member, dict) for member in members):
        return {_CROWD_FORM: (cell,)}
    answers = {str(name): _values(value) for member in members for name, value in member.items()}
    return {name: values for name, values in answers.items() if values}


def _values(value: Any) -> Values:
    """Return the values of one field: what was chosen, typed or switched on."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(chosen := value.get("label"), str):
            return (chosen,) if chosen else ()
        if len(value) == 1 and isinstance(labels := value.get("labels"), list):
            return tuple(str(label) for label in labels)
        if value and all(isinstance(on, bool) for on in value.values()):
            return tuple(str(name) for name, on in value.items() if on)
    return () if value is None else (json.dumps(value, ensure_ascii=False, sort_keys=True),)


def by_hit(responses: Iterable[Response]) -> dict[str, list[Response]]:
    """Return the responses of each HIT, in the order in which HITs first appear."""
    grouped: dict[str, list[Response]] = {}
    for response in responses:
        grouped.setdefault(response.hit_id, []).append(response)
    return grouped


def by_worker(responses: Iterable[Response]) -> dict[str, list[Response]]:
    """Return the responses of each worker, in the order in which workers first appear."""
    grouped: dict[str, list[Response]] = {}
    for response in responses:
        grouped.setdefault(response.worker_id, []).append(response)
    return grouped


def pseudonyms(responses: Sequence[Response]) -> dict[str, str]:
    """Return W1, W2 … for the workers, in the order of the file."""
    return {worker: f"W{number}" for number, worker in enumerate(by_worker(responses), 1)}
