"""Half-done answers, kept while a worker types: found again after a reload, a return, the deadline.

They are what the form's fields hold, by name: texts, or lists of texts. Of one worker's drafts for one
HIT, or for one qualification's test, the last saved counts; handing the answer in takes them all away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, select

from mturk_tasks.marketplace import hits, qualifying, work
from mturk_tasks.marketplace.context import Context
from mturk_tasks.marketplace.pages import page
from mturk_tasks.marketplace.schema import (
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
from mturk_tasks.marketplace.settle import acting, looking
from mturk_tasks.marketplace.store import Store
from mturk_tasks.marketplace.upsert import upsert
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


def save(store: Store, assignment_id: str, worker_id: str, answers: Fields, now: datetime) -> datetime:
    """Keep what a worker has typed so far in place of what was kept before; return the moment of it.

    Raise Refused unless the worker holds the assignment, and for a draft that is too long.
    """
    written = _written(answers)
    with acting(store, now) as context:
        held = work.held(context, assignment_id, worker_id)
        values = {"answers": written, "saved": context.now}
        upsert(context.db, draft, {"assignment": held.id}, values)
        return context.now


def read(store: Store, assignment_id: str, worker_id: str, now: datetime) -> Draft | None:
    """Return what the worker saved last for the HIT of an assignment, under this or an earlier one."""
    mine = assignment.c.worker == worker_id
    same_hit = select(assignment.c.hit).where(assignment.c.assignment_id == assignment_id, mine)
    saved = select(draft).join(assignment).where(mine, assignment.c.hit == same_hit.scalar_subquery())
    with looking(store, now) as context:
        return _last(context, saved.order_by(draft.c.saved.desc(), draft.c.assignment.desc()))


def save_test(store: Store, request_id: str, worker_id: str, answers: Fields, now: datetime) -> datetime:
    """Keep what a worker has typed so far in a qualification's test.

    Raise Refused unless the worker is taking the test, and for a draft that is too long.
    """
    written = _written(answers)
    with acting(store, now) as context:
        taken = qualifying.taken(context, request_id, worker_id)
        values = {"answers": written, "saved": context.now}
        upsert(context.db, test_draft, {"request": taken.id}, values)
        return context.now


def read_test(store: Store, request_id: str, worker_id: str, now: datetime) -> Draft | None:
    """Return what the worker saved last for the test of a request's type, under this or an earlier one."""
    asked = qualification_request
    mine = asked.c.worker_id == worker_id
    same_type = select(asked.c.qualification_type).where(asked.c.request_id == request_id, mine)
    saved = select(test_draft).join(asked)
    of_type = saved.where(mine, asked.c.qualification_type == same_type.scalar_subquery())
    with looking(store, now) as context:
        return _last(context, of_type.order_by(test_draft.c.saved.desc(), test_draft.c.request.desc()))


def list_drafts(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListDrafts: what was typed and not handed in, of one HIT or of all the requester's."""
    columns = (assignment.c.assignment_id, assignment.c.worker, assignment.c.status, hit.c.hit_id)
    query = select(draft, *columns, question.c.text.label("question_text")).join_from(draft, assignment)
    query = query.join(hit, assignment.c.hit == hit.c.id).join(question)
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


def _last(context: Context, saved: Select[Any]) -> Draft | None:
    row = context.db.execute(saved.limit(1)).one_or_none()
    return None if row is None else Draft(json.loads(row.answers), row.saved)


def _written(answers: Fields) -> str:
    """Return the fields in JSON; raise Refused where they are too long, or no texts."""
    if not all(_is_text(name) and _holds_text(value) for name, value in answers.items()):
        raise Refused("invalid", "a draft holds texts, or lists of texts, by the names of fields")
    written = json.dumps({name: value if _is_text(value) else list(value) for name, value in answers.items()})
    if len(written) > LONGEST:
        raise Refused("invalid", f"the draft is longer than {LONGEST} characters and was not saved")
    return written


def _holds_text(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list | tuple) and all(map(_is_text, value)))


def _is_text(value: object) -> bool:
    return isinstance(value, str)
