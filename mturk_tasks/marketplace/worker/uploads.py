"""Files that workers send with their answers, kept in the database beside them.

What a browser says of a file is not believed: its name is cleaned, its type only noted, and it is
handed out as bytes to be saved. The answer names a file by its key, a number and the file's name.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from sqlalchemy import Select, bindparam, delete, insert, select, update

from mturk_tasks.lib.ids import new_id
from mturk_tasks.lib.text import clean
from mturk_tasks.marketplace.due import write_current
from mturk_tasks.marketplace.hits import assignments, hits
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.column_types import to_milliseconds
from mturk_tasks.marketplace.storage.rows import AssignmentRow
from mturk_tasks.marketplace.storage.schema import assignment, hit, late_answer, question, uploaded_file
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.worker import answering
from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.markup.answers import Answer, parse
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, read_question_form

PATH: Final = "/uploaded/"  # on the served marketplace, before the token
CONTENT_TYPE: Final = "application/octet-stream"
_VALID_FOR: Final = timedelta(seconds=60)
_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")
_TOKEN: Final = re.compile(r"([A-Z0-9]{1,64})\.(\d{1,15})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Uploaded:
    """One file as the answer names it."""

    question: str
    name: str
    key: str
    size: int

    @property
    def answer(self) -> Answer:
        """Return the answer that the file is."""
        return Answer(self.question, file_key=self.key, file_size=self.size)


@retried
def store_file(
    store: Store,
    assignment_id: str,
    worker_id: str,
    question_id: str,
    name: str,
    content_type: str,
    content: bytes,
    now: datetime,
) -> Uploaded:
    """Keep a file as the answer to a question, in place of those sent before that no answer names.

    A late answer has its files too. Raise Refused unless the worker holds the assignment, or held it
    until the deadline, its form asks there for a file, and the file is as large as it may be.
    """
    with write_current(store, now) as transaction:
        held = answering.unanswered(transaction, assignment_id, worker_id)
        _must_fit(_asked(transaction, held.hit, question_id), len(content))
        file = Uploaded(question_id, clean(name), f"{new_id()}/{clean(name)}", len(content))
        _make_room(transaction, held, worker_id, question_id)
        values = {
            "assignment": held.id,
            "question": question_id,
            "hit": held.hit,
            "worker": worker_id,
            "file_id": file.key.partition("/")[0],
            "name": file.name,
            "claimed_type": content_type if _TYPE.fullmatch(content_type) else CONTENT_TYPE,
            "size": file.size,
            "received": transaction.now,
            "secret": secrets.token_hex(32),
            "content": content,
        }
        transaction.db.execute(insert(uploaded_file), values)
        return file


def files_of(transaction: Transaction, assignment_id: str, worker_id: str) -> dict[str, Uploaded]:
    """Return by question what a worker has sent for the HIT of an assignment, or sent before a return."""
    sent = transaction.db.execute(_sent(), {"assignment": assignment_id, "worker": worker_id})
    return {file.question: _uploaded(file) for file in map(FileRow._make, sent)}


@cache
def _sent() -> Select[Any]:
    same = (uploaded_file.c.hit == assignment.c.hit) & (uploaded_file.c.worker == assignment.c.worker)
    mine = (
        assignment.c.assignment_id == bindparam("assignment"),
        assignment.c.worker == bindparam("worker"),
    )
    sent = _files().join(assignment, same).where(*mine)
    return sent.order_by(uploaded_file.c.received, uploaded_file.c.id)


def get_file_upload_url(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetFileUploadURL: where the file of an answer is fetched from, for 60 seconds."""
    done = assignments.fetch_submitted(transaction, parameters["AssignmentId"])
    hits.fetch_live(transaction, done.hit_id)
    name = parameters["QuestionIdentifier"]
    keys = [one.file_key for one in parse(done.answer) if one.question == name and one.file_key]
    row = _of_worker(transaction, keys[0], done) if keys else None
    if row is None:
        raise faults.no_file(done.assignment_id, name)
    return {"FileUploadURL": url_of(transaction, row.file_id)}


def url_of(transaction: Transaction, file_id: str) -> str:
    """Return an address to fetch a file from; where nobody serves, the file itself stands in it."""
    kept = uploaded_file
    row = transaction.db.execute(select(kept.c.secret, kept.c.name).where(kept.c.file_id == file_id)).one()
    if transaction.address:
        token = _token(file_id, to_milliseconds(transaction.now + _VALID_FOR), row.secret)
        return f"{transaction.address.rstrip('/')}{PATH}{token}"
    content: bytes = transaction.db.execute(
        select(kept.c.content).where(kept.c.file_id == file_id)
    ).scalar_one()
    written = base64.b64encode(content).decode()
    return f"data:{CONTENT_TYPE};name={quote(row.name, safe='')};base64,{written}"


def content_of(store: Store, token: str, now: datetime) -> tuple[str, bytes] | None:
    """Return the name and the bytes that an address's token is for; None for a wrong or an old one.

    They are to be sent as CONTENT_TYPE, as an attachment, never to be shown.
    """
    read = _TOKEN.fullmatch(token)
    if not read or int(read[2]) < to_milliseconds(now):
        return None
    kept = uploaded_file.c
    query = select(kept.name, kept.secret, kept.content).where(kept.file_id == read[1])
    with store.reading() as db:
        row = db.execute(query).one_or_none()
    if row is None or not hmac.compare_digest(token, _token(read[1], int(read[2]), row.secret)):
        return None
    return row.name, row.content


def _asked(transaction: Transaction, hit_key: int, name: str) -> FileUpload:
    """Return what a HIT's form says of the file it asks for under a name."""
    query = select(question.c.text).join_from(hit, question).where(hit.c.id == hit_key)
    text: str = transaction.db.execute(query).scalar_one()
    form = read_question_form(text).questions if kind_of(text) == "QuestionForm" else ()
    for one in form:
        if one.identifier == name and isinstance(one.answer, FileUpload):
            return one.answer
    raise Refused("invalid", f"no file is asked for under the name {name}")


def _must_fit(asked: FileUpload, size: int) -> None:
    largest = min(asked.largest, LARGEST_FILE)
    if not asked.smallest <= size <= largest:
        raise Refused("invalid", f"the file has {size} bytes; it must have {asked.smallest} to {largest}")


def _make_room(transaction: Transaction, held: answering.Holding, worker_id: str, question_id: str) -> None:
    """Take away what a worker sent before for a question of a HIT; what an answer names stays with it."""
    kept = uploaded_file.c
    mine = (kept.hit == held.hit, kept.worker == worker_id, kept.question == question_id)
    sent = transaction.db.execute(select(kept.id, kept.file_id, kept.assignment).where(*mine)).all()
    named = _named(transaction, held.hit, worker_id) if sent else {}
    for row in sent:
        same = kept.id == row.id
        if row.file_id not in named:
            transaction.db.execute(delete(uploaded_file).where(same))
        elif row.assignment == held.id:  # found again by the answer of a later one
            moved = update(uploaded_file).where(same).values(assignment=named[row.file_id])
            transaction.db.execute(moved)


def _named(transaction: Transaction, hit_key: int, worker_id: str) -> dict[str, int]:
    """Return the files that a worker's answers to a HIT name, late ones too, and which assignment does."""
    columns = (assignment.c.id, assignment.c.answer, late_answer.c.answer.label("late"))
    answered = select(*columns).select_from(assignment).outerjoin(late_answer)
    mine = (assignment.c.hit == hit_key, assignment.c.worker == worker_id)
    return {
        one.file_key.partition("/")[0]: row.id
        for row in transaction.db.execute(answered.where(*mine))
        for text in (row.answer, row.late)
        for one in (parse(text) if text else ())
        if one.file_key
    }


class FileRow(NamedTuple):
    """A file that a worker sent, without its content; `size` in bytes."""

    file_id: str
    question: str
    name: str
    size: int


def _files() -> Select[Any]:
    """Return the query for files without their content."""
    return select(*rows.columns(FileRow, uploaded_file)).select_from(uploaded_file)


def _uploaded(row: FileRow) -> Uploaded:
    return Uploaded(row.question, row.name, f"{row.file_id}/{row.name}", row.size)


def _of_worker(transaction: Transaction, key: str, done: AssignmentRow) -> FileRow | None:
    """Return the file of a key that its worker sent for this HIT: an answer could name anybody's."""
    own = (uploaded_file.c.worker == done.worker, uploaded_file.c.hit == done.hit)
    query = _files().where(uploaded_file.c.file_id == key.partition("/")[0], *own)
    return transaction.fetch_one(FileRow, query)


def _token(file_id: str, until: int, secret: str) -> str:
    signed = f"{file_id}.{until}"
    return f"{signed}.{hmac.digest(secret.encode(), signed.encode(), 'sha256').hex()}"
