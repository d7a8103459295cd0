"""What a requester wants to be told about the HITs of a type: kept, and matched with what happens.

Nothing is sent to queues or topics; `events` says what would have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from mturk_tasks.marketplace.hits import hits
from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.records import events
from mturk_tasks.marketplace.records.events import Event
from mturk_tasks.marketplace.storage.schema import event, notification
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import Transaction, read_transaction

_BEGINNINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "SQS": ("https://", "http://"),
    "SNS": ("arn:",),
}
_VERSIONS: Final = ("2014-08-15", "2006-05-05")


def update_notification_settings(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer UpdateNotificationSettings: a notification replaces the one before and is active.

    `Active` alone switches the one there is on or off.
    """
    key = hits.fetch_type(transaction, parameters["HITTypeId"]).id
    wanted, active = parameters.get("Notification"), parameters.get("Active")
    if wanted is None and active is None:
        raise _refused("Notification", "Notification or Active must be given.")
    same = notification.c.hit_type == key
    exists = transaction.db.execute(select(notification.c.hit_type).where(same)).one_or_none() is not None
    if wanted is None and not exists:
        raise _refused("Active", "There is no notification of this HIT type that Active could be said of.")
    values = {**_stored(wanted), "active": True if active is None else active}
    if exists:
        transaction.db.execute(update(notification).where(same).values(**values))
    else:
        transaction.db.execute(insert(notification), {"hit_type": key, **values})
    return {}


def send_test_event_notification(transaction: Transaction, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer SendTestEventNotification: an event of that kind at once, of no HIT."""
    stored = _stored(parameters["Notification"])
    values = {"kind": parameters["TestEventType"], "time": transaction.now}
    place = {"destination": stored["destination"], "requester": transaction.requester}
    transaction.db.execute(insert(event), {**values, **place})
    return {}


def recorded(store: Store, now: datetime) -> list[Event]:
    """Return the events that were asked for, the first first."""
    with read_transaction(store, now) as transaction:
        return events.recorded_events(transaction)


def _stored(wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a notification as it is kept, or raise the fault that says what is wrong with it."""
    if wanted is None:
        return {}
    transport, version = wanted["Transport"], wanted["Version"]
    if transport not in _BEGINNINGS:
        raise faults.invalid_value("Transport", transport, f"It is one of {', '.join(_BEGINNINGS)}.")
    if version not in _VERSIONS:
        raise faults.invalid_value("Version", version, f"It is one of {', '.join(_VERSIONS)}.")
    if not wanted["EventTypes"]:
        raise _refused("EventTypes", "At least one of EventTypes must be given.")
    if not wanted["Destination"].startswith(_BEGINNINGS[transport]):
        text = f"{faults.cut(wanted['Destination'])} is no destination of the transport {transport}."
        raise faults.RequestError(text, faults.INVALID_ENDPOINT)
    return {
        "destination": wanted["Destination"],
        "transport": transport,
        "version": version,
        "event_types": events.write_kinds(wanted["EventTypes"]),
    }


def _refused(name: str, text: str) -> faults.ParameterValidationError:
    return faults.ParameterValidationError(text, faults.INVALID_VALUE, Parameter=name)
