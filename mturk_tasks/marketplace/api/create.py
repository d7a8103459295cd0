"""Make HITs: the money held, the question kept, the token spent, all in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import insert

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.qualifications import requirements
from mturk_tasks.marketplace.records import documents, events, ledger
from mturk_tasks.marketplace.reviews import policies
from mturk_tasks.marketplace.storage import about
from mturk_tasks.marketplace.storage.rows import HITTypeRow
from mturk_tasks.marketplace.storage.schema import hit
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.markup.documents import insecure_address, question_faults
from mturk_tasks.markup.xml import DocumentFault
from mturk_tasks.vocabulary.environments import shows_http
from mturk_tasks.vocabulary.statuses import ASSIGNABLE

_SHUFFLE: Final = 2**31
_NEW_HIT: Final = insert(hit)


def create_hit(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateHIT: a HIT, and its type where there was none like it."""
    limits.check(parameters)
    hit_id = _new_id(transaction, "CreateHIT", parameters)
    return _post(transaction, hit_id, hits.registered(transaction, parameters), parameters)


def create_hit_with_hit_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateHITWithHITType."""
    limits.check(parameters)
    hit_id = _new_id(transaction, "CreateHITWithHITType", parameters)
    return _post(transaction, hit_id, hits.fetch_type(transaction, parameters["HITTypeId"]), parameters)


def _new_id(transaction: Transaction, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return the ID of a HIT to make, with the request's token spent on it.

    Before anything that may have changed since: who asks again learns that the HIT is there.
    """
    hit_id = new_id()
    documents.spend(transaction, operation, parameters.get("UniqueRequestToken"), hit_id=hit_id)
    return hit_id


def _post(
    transaction: Transaction, hit_id: str, kind: HITTypeRow, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    requirements.check_use(transaction, kind)
    text = _question(transaction, parameters)
    maximum = parameters.get("MaxAssignments", 1)
    fee = hits.fee(transaction, kind, maximum)
    limits.check_cost("MaxAssignments", kind.reward + fee, maximum)
    values = {
        "hit_id": hit_id,
        "requester": transaction.requester,
        "hit_type": kind.id,
        "question": documents.keep(transaction, text),
        "annotation": parameters.get("RequesterAnnotation"),
        "created": transaction.now,
        "expiration": transaction.now + timedelta(seconds=parameters["LifetimeInSeconds"]),
        "expired": False,
        "status": ASSIGNABLE,
        "changed": transaction.now,
        "created_with": maximum,
        "max_assignments": maximum,
        "available": maximum,
        "pending": 0,
        "completed": 0,
        "fee": fee,
        "shuffle": secrets.randbelow(_SHUFFLE),
        "review_policies": policies.write(parameters),
    }
    (key,) = transaction.db.execute(_NEW_HIT, values).inserted_primary_key or (0,)
    hits.note_newest(transaction, kind)
    row = hits.made(key, kind, text, values)
    events.note(transaction, events.HIT_CREATED, row.id)
    ledger.hold(transaction, row.requester, row.id, maximum * (row.reward + row.fee))
    return {"HIT": hits.describe(row)}


def _question(transaction: Transaction, parameters: Mapping[str, Any]) -> str:
    """Return the question document, or raise the fault that tells why there is none to use."""
    if ("Question" in parameters) == ("HITLayoutId" in parameters):
        raise faults.one_of("Question", "HITLayoutId")
    if "HITLayoutId" in parameters:
        raise faults.missing("HITLayout", parameters["HITLayoutId"])
    text: str = parameters["Question"]
    if not text:
        raise faults.too_short("Question")
    wrong = question_faults(text, over_http=True) or _insecure(transaction, text)
    if wrong:
        raise faults.invalid_document("Question", text, wrong)
    return text


def _insecure(transaction: Transaction, text: str) -> list[DocumentFault]:
    """Return what keeps a page over http from being shown where this marketplace is served."""
    found = insecure_address(text)
    if found is None or shows_http(transaction.address or about.read(transaction.db).address):
        return []
    return [found.fault]
