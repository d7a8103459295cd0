"""Qualification types: the requester's own, and the system's to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, exists, insert, or_, select, update

from mturk_tasks.lib.ids import new_id
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.protocol.paging import page
from mturk_tasks.marketplace.qualifications.requirements import fetch_qualification_type
from mturk_tasks.marketplace.records import documents
from mturk_tasks.marketplace.storage import rows
from mturk_tasks.marketplace.storage.rows import QualificationTypeRow
from mturk_tasks.marketplace.storage.schema import (
    ANSWERED,
    DISPOSING,
    LISTED,
    NAMED,
    PENDING,
    TESTING,
    TYPE_NAME,
    hit,
    qualification_request,
    qualification_type,
    requirement,
)
from mturk_tasks.marketplace.storage.transactions import Transaction, lock_requester, lock_type
from mturk_tasks.markup.documents import key_faults, qualification_test_faults
from mturk_tasks.vocabulary.statuses import ACTIVE, INACTIVE

# Which settings of a qualification type go together: pure rules of the API reference.
#
# A test excludes granting by itself, an answer key needs its test, and a test or a retry delay
# that was set once can be replaced but not taken away. A duration of no test, or a value of no
# automatic grant, means nothing and is ignored: programs of the service's day sent both.


DEFAULT_SCORE: Final = 1


@dataclass(frozen=True)
class TypeSettings:
    """How workers come to have a qualification; times in seconds."""

    retry_delay: int | None = None
    test: str | None = None
    test_duration: int | None = None
    answer_key: str | None = None
    auto_granted: bool = False
    auto_granted_value: int | None = None


def settings_of(row: QualificationTypeRow) -> TypeSettings:
    """Return the settings of a stored type."""
    return TypeSettings(
        row.retry_delay,
        row.test_text,
        row.test_duration,
        row.answer_key,
        row.auto_granted,
        row.auto_granted_value,
    )


def first_settings(parameters: Mapping[str, Any]) -> TypeSettings:
    """Return the settings that a request to create a type asks for.

    Raise ParameterValidationError where they do not go together or a document is not valid.
    """
    return next_settings(parameters, TypeSettings())


def next_settings(parameters: Mapping[str, Any], before: TypeSettings) -> TypeSettings:
    """Return the settings after a request that changes those before.

    Raise ParameterValidationError where they do not go together or a document is not valid.
    """
    after = _with_test(parameters, before)
    after = replace(
        after,
        retry_delay=parameters.get("RetryDelayInSeconds", before.retry_delay),
        auto_granted=parameters.get("AutoGranted", before.auto_granted),
    )
    if after.test is not None and after.auto_granted:
        raise _refused("AutoGranted", "A qualification type with a Test cannot be AutoGranted.")
    return replace(after, auto_granted_value=_granted_value(parameters, after))


def _with_test(parameters: Mapping[str, Any], before: TypeSettings) -> TypeSettings:
    """Return the settings with the test of a request: it brings its duration and perhaps a key."""
    if "Test" not in parameters:
        _must_mean_nothing(parameters, before)
        return before
    if "TestDurationInSeconds" not in parameters:
        raise _refused("TestDurationInSeconds", "A Test needs TestDurationInSeconds.")
    test, key = parameters["Test"], parameters.get("AnswerKey")
    wrong = qualification_test_faults(test)
    if wrong:
        raise faults.invalid_document("Test", test, wrong)
    wrong = [] if key is None else key_faults(key, test)
    if wrong:
        raise faults.invalid_document("AnswerKey", key or "", wrong)
    duration = parameters["TestDurationInSeconds"]
    return replace(before, test=test, test_duration=duration, answer_key=key)


def _must_mean_nothing(parameters: Mapping[str, Any], before: TypeSettings) -> None:
    """Refuse a key without its test, and a new duration of a test that is not sent again."""
    for name, means in (("AnswerKey", True), ("TestDurationInSeconds", before.test is not None)):
        if name in parameters and means:
            raise _refused(name, f"{name} can only be given together with Test.")


def _granted_value(parameters: Mapping[str, Any], after: TypeSettings) -> int | None:
    if not after.auto_granted:
        return None
    value: int | None = parameters.get("AutoGrantedValue")
    return value if value is not None else after.auto_granted_value or DEFAULT_SCORE


def _refused(name: str, text: str) -> faults.ParameterValidationError:
    return faults.ParameterValidationError(text, faults.INVALID_VALUE, Parameter=name)


def fetch_own(transaction: Transaction, qualification_type_id: str) -> QualificationTypeRow:
    """Return a type the requester made; one of the system's raises RequestError."""
    found = fetch_qualification_type(transaction, qualification_type_id)
    if found.system:
        raise faults.not_yours(qualification_type_id)
    return found


def fetch_live(transaction: Transaction, qualification_type_id: str) -> QualificationTypeRow:
    """Return a type the requester made and has not deleted, or raise RequestError."""
    found = fetch_own(transaction, qualification_type_id)
    if found.status == DISPOSING:
        raise faults.wrong_type_state(ACTIVE, INACTIVE)
    return found


def describe(row: QualificationTypeRow) -> dict[str, Any]:
    """Return a type as the API writes it; members without a value are left out later."""
    return {
        "QualificationTypeId": row.qualification_type_id,
        "CreationTime": row.created,
        "Name": row.name,
        "Description": row.description,
        "Keywords": row.keywords,
        "QualificationTypeStatus": row.status,
        "Test": row.test_text,
        "TestDurationInSeconds": row.test_duration,
        "AnswerKey": row.answer_key,
        "RetryDelayInSeconds": row.retry_delay,
        "IsRequestable": not row.system,
        "AutoGranted": row.auto_granted,
        "AutoGrantedValue": row.auto_granted_value,
    }


def create_qualification_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateQualificationType; the name is free unless another type of the requester has it."""
    limits.check(parameters)
    settings = first_settings(parameters)
    lock_requester(transaction)
    if _is_taken(transaction, parameters["Name"]):
        raise faults.name_taken()
    values = {
        "qualification_type_id": new_id(),
        "requester": transaction.requester,
        "system": False,
        "name": parameters["Name"],
        "description": parameters["Description"],
        "keywords": parameters.get("Keywords"),
        "status": parameters["QualificationTypeStatus"],
        "created": transaction.now,
        **_stored(transaction, settings),
    }
    transaction.db.execute(insert(qualification_type), values)
    return {
        "QualificationType": describe(fetch_qualification_type(transaction, values["qualification_type_id"]))
    }


def update_qualification_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateQualificationType; requests that are open keep the test they were made with."""
    limits.check(parameters)
    lock_type(transaction, parameters["QualificationTypeId"])
    row = fetch_live(transaction, parameters["QualificationTypeId"])
    settings = next_settings(parameters, settings_of(row))
    values = {
        "description": parameters.get("Description", row.description),
        "status": parameters.get("QualificationTypeStatus", row.status),
        **_stored(transaction, settings),
    }
    changed = update(qualification_type).where(qualification_type.c.id == row.id)
    transaction.db.execute(changed.values(**values))
    return {"QualificationType": describe(fetch_qualification_type(transaction, row.qualification_type_id))}


def get_qualification_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer GetQualificationType; a deleted one has no state the API could write."""
    row = fetch_qualification_type(transaction, parameters["QualificationTypeId"])
    if row.status == DISPOSING:
        raise faults.wrong_type_state(ACTIVE, INACTIVE)
    return {"QualificationType": describe(row)}


def delete_qualification_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer DeleteQualificationType: open requests are rejected, what workers hold stays.

    HITs that ask for the type go on asking for it. The name is free when none of them is left.
    """
    lock_type(transaction, parameters["QualificationTypeId"])
    row = fetch_live(transaction, parameters["QualificationTypeId"])
    same = qualification_type.c.id == row.id
    transaction.db.execute(update(qualification_type).where(same).values(status=DISPOSING))
    of_type = qualification_request.c.qualification_type == row.id
    undecided = qualification_request.c.status.in_((TESTING, PENDING))
    transaction.db.execute(update(qualification_request).where(of_type, undecided).values(status=ANSWERED))
    return {}


def list_qualification_types(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer ListQualificationTypes, by name; a query is part of a name, a keyword or a description."""
    own = qualification_type.c.requester == transaction.requester
    query = rows.QUALIFICATION_TYPES.where(NAMED, or_(own, qualification_type.c.system.is_(True)))
    if parameters["MustBeRequestable"] or parameters.get("MustBeOwnedByCaller"):
        query = query.where(qualification_type.c.system.is_(False))
    items, answer = page(
        transaction,
        "ListQualificationTypes by name",  # tokens from when it was by age are refused
        _matching(query, parameters.get("Query", "")),
        (qualification_type.c.id,),
        parameters,
        QualificationTypeRow,
        describe,
        named=TYPE_NAME,
    )
    return {**answer, "QualificationTypes": items}


def _matching(query: Select[Any], words: str) -> Select[Any]:
    searched = (
        qualification_type.c.name,
        qualification_type.c.keywords,
        qualification_type.c.description,
    )
    found = (column.icontains(words, autoescape=True) for column in searched)
    return query.where(or_(*found)) if words else query


def _is_taken(transaction: Transaction, name: str) -> bool:
    """Say whether a type has this name, or one that was deleted while HITs still ask for it."""
    asked = exists().where(
        requirement.c.qualification_type == qualification_type.c.id,
        hit.c.hit_type == requirement.c.hit_type,
        LISTED,
    )
    own = qualification_type.c.requester == transaction.requester
    same = exists().where(qualification_type.c.name == name, own, or_(NAMED, asked))
    return bool(transaction.db.execute(select(same)).scalar_one())


def _stored(transaction: Transaction, settings: TypeSettings) -> dict[str, Any]:
    return {
        "retry_delay": settings.retry_delay,
        "test": None if settings.test is None else documents.keep(transaction, settings.test),
        "test_duration": settings.test_duration,
        "answer_key": settings.answer_key,
        "auto_granted": settings.auto_granted,
        "auto_granted_value": settings.auto_granted_value,
    }
