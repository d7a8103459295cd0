"""Half-done answers, kept while a worker types: found again after a reload, a return, the deadline.

They are what the form's fields hold, by name: texts, or lists of texts. A worker has one draft for a
HIT, or for a qualification's test, and handing the answer in takes it away. Of each field what was saved
last counts: a page that knows less of the draft than another one takes nothing of it away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, Table, and_, bindparam, func, select

from mturk_tasks.marketplace.due import write_current
from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.column_types import upsert
from mturk_tasks.marketplace.storage.schema import (
    ABANDONED,
    ACCEPTED,
    RETURNED,
    assignment,
    draft,
    hit,
    qualification_request,
    question,
    test_draft,
)
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.worker import answering
from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.markup.answer_rules import drafted_answers
from mturk_tasks.markup.answers import build

LONGEST: Final = 1024 * 1024  # characters of a draft in JSON
MOST: Final = 20 * LONGEST  # of all drafts of a worker together
_ALWAYS: Final = 4096  # a draft that is no longer is kept, however many there are
_STATUSES: Final = {ACCEPTED: "Working", RETURNED: "Returned", ABANDONED: "Abandoned"}

Fields = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class WorkDraft:
    """What was typed, by field, and when it was saved last."""

    answers: dict[str, str | list[str]]
    saved: datetime


@retried
def save(store: Store, assignment_id: str, worker_id: str, answers: Fields, now: datetime) -> datetime:
    """Keep what fields hold by now; the others stay as they were saved. Return the moment of it.

    Raise Refused unless the worker holds the assignment, or the deadline took it and nothing came late yet;
    and for a draft that becomes too long.
    """
    _must_hold_texts(answers)
    with write_current(store, now) as transaction:
        held = answering.unanswered(transaction, assignment_id, worker_id)
        key = {"hit": held.hit, "worker": worker_id}
        written = _merged(transaction, draft, key, worker_id, answers)
        upsert(
            transaction.db, draft, key, {"assignment": held.id, "answers": written, "saved": transaction.now}
        )
        return transaction.now


_SAVED: Final = (
    select(draft.c.answers, draft.c.saved)
    .join_from(assignment, draft, (draft.c.hit == assignment.c.hit) & (draft.c.worker == assignment.c.worker))
    .where(assignment.c.assignment_id == bindparam("assignment"), assignment.c.worker == bindparam("worker"))
)


def read(transaction: Transaction, assignment_id: str, worker_id: str) -> WorkDraft | None:
    """Return what the worker saved last for the HIT of an assignment, under this or an earlier one."""
    row = transaction.db.execute(_SAVED, {"assignment": assignment_id, "worker": worker_id}).one_or_none()
    return None if row is None else WorkDraft(json.loads(row.answers), row.saved)


@retried
def save_test(store: Store, request_id: str, worker_id: str, answers: Fields, now: datetime) -> datetime:
    """Keep what fields of a qualification's test hold by now, likewise.

    Raise Refused unless the worker is taking the test, and for a draft that becomes too long.
    """
    _must_hold_texts(answers)
    with write_current(store, now) as transaction:
        taken = answering.taken(transaction, request_id, worker_id)
        key = {"qualification_type": taken.qualification_type, "worker_id": worker_id}
        written = _merged(transaction, test_draft, key, worker_id, answers)
        upsert(transaction.db, test_draft, key, {"answers": written, "saved": transaction.now})
        return transaction.now


def read_test(transaction: Transaction, request_id: str, worker_id: str) -> WorkDraft | None:
    """Return what the worker saved last for the test of a request's type, under this or an earlier one."""
    asked, kept = qualification_request.c, test_draft.c
    same = (kept.qualification_type == asked.qualification_type) & (kept.worker_id == asked.worker_id)
    saved = select(kept.answers, kept.saved).join_from(qualification_request, test_draft, same)
    return _read(transaction, saved.where(asked.request_id == request_id, asked.worker_id == worker_id))


def list_drafts(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListDrafts: what was typed and not handed in, of one HIT or of all the requester's."""
    query = select(*rows.columns(DraftRow, assignment, hit, draft, question_text=question.c.text))
    query = query.join_from(draft, assignment, draft.c.assignment == assignment.c.id)
    query = query.join(hit, draft.c.hit == hit.c.id).join(question)
    query = query.where(hit.c.requester == transaction.requester, assignment.c.status.in_(_STATUSES))
    if "HITId" in parameters:
        query = query.where(hit.c.id == hits.fetch(transaction, parameters["HITId"]).id)
    items, answer = page(
        transaction, "ListDrafts", query, (assignment.c.id,), parameters, DraftRow, _describe
    )
    return {**answer, "Drafts": items}


class DraftRow(NamedTuple):
    """What a worker typed and has not handed in, and the question that it answers."""

    assignment_id: str
    status: str
    worker: str
    hit_id: str
    saved: datetime
    answers: str
    question_text: str


def _describe(row: DraftRow) -> dict[str, Any]:
    return {
        "AssignmentId": row.assignment_id,
        "HITId": row.hit_id,
        "WorkerId": row.worker,
        "DraftStatus": _STATUSES[row.status],
        "SaveTime": row.saved,
        "Answer": build(drafted_answers(row.question_text, json.loads(row.answers))),
    }


def _read(transaction: Transaction, saved: Select[Any]) -> WorkDraft | None:
    row = transaction.db.execute(saved).one_or_none()
    return None if row is None else WorkDraft(json.loads(row.answers), row.saved)


def _merged(
    transaction: Transaction, table: Table, key: Mapping[str, Any], worker_id: str, answers: Fields
) -> str:
    """Return the draft of that key with those fields in it.

    Raise Refused where it is too long, or all of the worker's are: none is dropped for it. Who asks has
    locked what the draft belongs to, so nobody else writes in between.
    """
    same = (table.c[name] == value for name, value in key.items())
    before = transaction.db.execute(select(table.c.answers).where(*same)).scalar_one_or_none() or "{}"
    written = json.dumps({**json.loads(before), **answers})
    if len(written) > LONGEST:
        raise Refused("too large", f"the draft is longer than {LONGEST} characters and was not saved")
    if len(written) > _ALWAYS and _length(transaction, worker_id) - len(before) + len(written) > MOST:
        raise Refused("too many", f"the drafts of worker {worker_id} are longer than {MOST} characters")
    return written


def _length(transaction: Transaction, worker_id: str) -> int:
    """Return the characters of all drafts of a worker; assignments, which have an index, lead to them."""
    kept, tests = draft.c, test_draft.c
    own = and_(kept.hit == assignment.c.hit, kept.worker == worker_id, kept.assignment == assignment.c.id)
    of_hits = select(func.sum(func.length(kept.answers))).select_from(assignment.join(draft, own))
    of_tests = select(func.sum(func.length(tests.answers))).where(tests.worker_id == worker_id)
    sums = (of_hits.where(assignment.c.worker == worker_id), of_tests)
    return sum(transaction.db.execute(query).scalar_one() or 0 for query in sums)


def _must_hold_texts(answers: Fields) -> None:
    if not all(_is_text(name) and _holds_text(value) for name, value in answers.items()):
        raise Refused("invalid", "a draft holds texts, or lists of texts, by the names of fields")


def _holds_text(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list | tuple) and all(map(_is_text, value)))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
