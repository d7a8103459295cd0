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
from typing import Any, Final

from sqlalchemy import Row, Select, Table, select

from mturk_tasks.marketplace import hits, qualifying, work
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.settle import acting, looking
from mturk_tasks.marketplace.storage.collisions import retried
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
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.upsert import upsert
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.markup.answers import build
from mturk_tasks.markup.drafted import drafted_answers

LONGEST: Final = 1024 * 1024  # characters of a draft in JSON
_STATUSES: Final = {ACCEPTED: "Working", RETURNED: "Returned", ABANDONED: "Abandoned"}

Fields = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Draft:
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
    with acting(store, now) as context:
        held = work.unanswered(context, assignment_id, worker_id)
        key = {"hit": held.hit, "worker": worker_id}
        _merge(context, draft, key, answers, assignment=held.id)
        return context.now


def read(store: Store, assignment_id: str, worker_id: str, now: datetime) -> Draft | None:
    """Return what the worker saved last for the HIT of an assignment, under this or an earlier one."""
    same = (draft.c.hit == assignment.c.hit) & (draft.c.worker == assignment.c.worker)
    saved = select(draft.c.answers, draft.c.saved).join_from(assignment, draft, same)
    mine = (assignment.c.assignment_id == assignment_id, assignment.c.worker == worker_id)
    with looking(store, now) as context:
        return _read(context, saved.where(*mine))


@retried
def save_test(store: Store, request_id: str, worker_id: str, answers: Fields, now: datetime) -> datetime:
    """Keep what fields of a qualification's test hold by now, likewise.

    Raise Refused unless the worker is taking the test, and for a draft that becomes too long.
    """
    _must_hold_texts(answers)
    with acting(store, now) as context:
        taken = qualifying.taken(context, request_id, worker_id)
        key = {"qualification_type": taken.qualification_type, "worker_id": worker_id}
        _merge(context, test_draft, key, answers)
        return context.now


def read_test(store: Store, request_id: str, worker_id: str, now: datetime) -> Draft | None:
    """Return what the worker saved last for the test of a request's type, under this or an earlier one."""
    asked, kept = qualification_request.c, test_draft.c
    same = (kept.qualification_type == asked.qualification_type) & (kept.worker_id == asked.worker_id)
    saved = select(kept.answers, kept.saved).join_from(qualification_request, test_draft, same)
    with looking(store, now) as context:
        return _read(context, saved.where(asked.request_id == request_id, asked.worker_id == worker_id))


def list_drafts(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListDrafts: what was typed and not handed in, of one HIT or of all the requester's."""
    columns = (assignment.c.assignment_id, assignment.c.status, hit.c.hit_id)
    query = select(draft, *columns, question.c.text.label("question_text")).join_from(draft, assignment)
    query = query.join(hit, draft.c.hit == hit.c.id).join(question)
    query = query.where(hit.c.requester == context.requester, assignment.c.status.in_(_STATUSES))
    if "HITId" in parameters:
        query = query.where(hit.c.id == hits.fetch(context, parameters["HITId"]).id)
    rows, answer = page(context, "ListDrafts", query, (assignment.c.id,), parameters)
    return {**answer, "Drafts": [_describe(row) for row in rows]}


def _describe(row: Row[Any]) -> dict[str, Any]:
    return {
        "AssignmentId": row.assignment_id,
        "HITId": row.hit_id,
        "WorkerId": row.worker,
        "DraftStatus": _STATUSES[row.status],
        "SaveTime": row.saved,
        "Answer": build(drafted_answers(row.question_text, json.loads(row.answers))),
    }


def _read(context: Context, saved: Select[Any]) -> Draft | None:
    row = context.db.execute(saved).one_or_none()
    return None if row is None else Draft(json.loads(row.answers), row.saved)


def _merge(context: Context, table: Table, key: Mapping[str, Any], answers: Fields, **more: Any) -> None:
    """Write fields into the draft of that key; raise Refused where the whole is too long.

    Who asks has locked what the draft belongs to, so nobody else writes in between.
    """
    same = (table.c[name] == value for name, value in key.items())
    before = context.db.execute(select(table.c.answers).where(*same)).scalar_one_or_none()
    written = json.dumps({**json.loads(before or "{}"), **answers})
    if len(written) > LONGEST:
        raise Refused("invalid", f"the draft is longer than {LONGEST} characters and was not saved")
    upsert(context.db, table, key, {**more, "answers": written, "saved": context.now})


def _must_hold_texts(answers: Fields) -> None:
    if not all(_is_text(name) and _holds_text(value) for name, value in answers.items()):
        raise Refused("invalid", "a draft holds texts, or lists of texts, by the names of fields")


def _holds_text(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list | tuple) and all(map(_is_text, value)))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
