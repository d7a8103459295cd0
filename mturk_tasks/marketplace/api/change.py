"""Change HITs that exist: longer, larger, of another type, under review, gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from sqlalchemy import exists, or_, select, update

from mturk_tasks.marketplace.hits import counters, hits
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.qualifications import requirements
from mturk_tasks.marketplace.records import documents, ledger
from mturk_tasks.marketplace.storage.rows import HITRow, HITTypeRow
from mturk_tasks.marketplace.storage.schema import STANDING, assignment, hit, late_answer
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.vocabulary.statuses import REVIEWABLE, REVIEWING


def update_expiration(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateExpirationForHIT: a moment past ends the HIT at once, a later one only extends it.

    Workers who hold an assignment keep their own deadline.
    """
    row = hits.fetch_live(transaction, parameters["HITId"])
    asked: datetime = parameters["ExpireAt"]
    if asked <= transaction.now:
        counters.reschedule(transaction, row, expiration=min(row.expiration, transaction.now))
        return {}
    # The service refuses a date it was given before: it made a token of the HIT and the printed date.
    documents.spend(transaction, "UpdateExpirationForHIT", f"{row.hit_id}{_printed(asked)}")
    seconds = counters.extension(row.expiration, asked, transaction.now)
    limits.within("ExpirationIncrementInSeconds", seconds, *limits.EXTENSION)
    counters.reschedule(transaction, row, expiration=asked)
    return {}


def _printed(moment: datetime) -> str:
    """Write a moment as `Wed Jul 14 20:26:06 UTC 2021`, whatever the locale."""
    weekday, day, month, year, time, _ = format_datetime(moment).split()
    return f"{weekday.rstrip(',')} {month} {day} {time} UTC {year}"


def create_additional_assignments(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer CreateAdditionalAssignmentsForHIT; an expired HIT grows too, but stays closed."""
    limits.check(parameters)
    row = hits.fetch_live(transaction, parameters["HITId"])
    added = parameters["NumberOfAdditionalAssignments"]
    operation = "CreateAdditionalAssignmentsForHIT"
    documents.spend(transaction, operation, parameters.get("UniqueRequestToken"))
    limits.check_cost("NumberOfAdditionalAssignments", row.reward + row.fee, added, row.max_assignments)
    counters.grow(transaction, row, added)
    return {}


def update_hit_type(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateHITTypeOfHIT: everything may change at any time, the reward only before there is work.

    What is still held follows the new price; work that was paid stays paid as it was.
    """
    row = hits.fetch_live(transaction, parameters["HITId"])
    kind = hits.fetch_type(transaction, parameters["HITTypeId"])
    if kind.id == row.hit_type:
        return {}
    requirements.check_use(transaction, kind)
    if kind.reward != row.reward and _was_accepted(transaction, row):
        raise faults.RequestError(
            f"The reward of HIT {row.hit_id} cannot change from {row.reward} to {kind.reward}: an assignment "
            "of it was accepted. Everything else can.",
            faults.INVALID_HIT_STATE,
        )
    fee = _fee(transaction, row, kind)
    if (kind.reward, fee) != (row.reward, row.fee):
        limits.check_cost("MaxAssignments", kind.reward + fee, row.max_assignments)
        open_places = row.max_assignments - row.completed
        ledger.release(transaction, row.requester, row.id, open_places * (row.reward + row.fee))
        ledger.hold(transaction, row.requester, row.id, open_places * (kind.reward + fee))
    transaction.db.execute(update(hit).where(hit.c.id == row.id).values(hit_type=kind.id, fee=fee))
    hits.note_newest(transaction, kind)
    return {}


def _was_accepted(transaction: Transaction, row: HITRow) -> bool:
    """Say whether somebody holds or has done an assignment of a HIT; an answer sent late counts too."""
    late = exists().where(late_answer.c.assignment == assignment.c.id)
    mine = exists().where(assignment.c.hit == row.id, or_(STANDING, late))
    return bool(transaction.db.execute(select(mine)).scalar_one())


def _fee(transaction: Transaction, row: HITRow, kind: HITTypeRow) -> Decimal:
    """Return the fee for each assignment of a HIT under a type; a HIT keeps its own where it costs alike."""
    same = requirements.are_for_masters(row.requirements) == requirements.are_for_masters(kind.requirements)
    if same and kind.reward == row.reward:
        return row.fee
    return hits.fee(transaction, kind, row.created_with)


def update_review_status(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateHITReviewStatus: Reviewable becomes Reviewing, or back with `Revert`."""
    row = hits.fetch_live(transaction, parameters["HITId"])
    before, after = (REVIEWING, REVIEWABLE) if parameters.get("Revert") else (REVIEWABLE, REVIEWING)
    if row.status != before:
        raise faults.wrong_hit_state(row.status, before)
    transaction.db.execute(
        update(hit).where(hit.c.id == row.id).values(status=after, changed=transaction.now)
    )
    return {}


def delete_hit(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer DeleteHIT: nobody works on the HIT any more and all work is decided."""
    row = hits.fetch(transaction, parameters["HITId"])
    if not counters.may_be_deleted(row.status, counters.unreviewed(row)):
        raise faults.wrong_hit_state(row.status, *counters.DELETABLE)
    counters.dispose(transaction, row)
    return {}
