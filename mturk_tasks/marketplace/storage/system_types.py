"""The qualification types that every worker has by what they did and who they are.

Their IDs are the service's: requests that name them go on working. A worker is a master here under
both of the IDs that Masters had, so that requirements written for either place mean the same.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, insert

from mturk_tasks.marketplace.storage.schema import qualification_type
from mturk_tasks.vocabulary.requirements import MASTERS
from mturk_tasks.vocabulary.statuses import ACTIVE

NUMBER_APPROVED: Final = "00000000000000000040"
LOCALE: Final = "00000000000000000071"
ADULT: Final = "00000000000000000060"
PERCENT_APPROVED: Final = "000000000000000000L0"

_TYPES: Final = (
    (NUMBER_APPROVED, "Worker_NumberHITsApproved", "How many assignments of the worker were approved"),
    (LOCALE, "Worker_Locale", "The country, and within the US the state, that the worker lives in"),
    (ADULT, "Worker_Adult", "1 for a worker who may see what is for adults only, else 0"),
    (
        PERCENT_APPROVED,
        "Worker_PercentAssignmentsApproved",
        "How many of 100 submitted assignments were approved; 100 until the worker submitted 100",
    ),
    *((masters, "Masters", "Workers who have done good work for long") for masters in MASTERS),
)
IDS: Final = tuple(qualification_type_id for qualification_type_id, _, _ in _TYPES)


def install(db: Connection) -> None:
    """Enter the types; once, when their table is made."""
    same = {"system": True, "status": ACTIVE, "auto_granted": False}
    names = ("qualification_type_id", "name", "description")
    db.execute(insert(qualification_type), [{**dict(zip(names, one, strict=True)), **same} for one in _TYPES])
