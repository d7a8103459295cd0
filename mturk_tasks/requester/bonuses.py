"""Money beside the reward."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mturk_tasks.errors import AlreadyExists
from mturk_tasks.service.calls import call, every
from mturk_tasks.service.session import Client


@dataclass(frozen=True)
class Bonus:
    """A bonus for one assignment's worker, in dollars, with the reason the worker reads."""

    worker_id: str
    assignment_id: str
    amount: Decimal
    reason: str


def send(client: Client, bonus: Bonus, token: str) -> None:
    """Pay a bonus; the same token within a day pays once, however often it is sent."""
    try:
        call(
            client,
            "send_bonus",
            WorkerId=bonus.worker_id,
            BonusAmount=str(bonus.amount),
            AssignmentId=bonus.assignment_id,
            Reason=bonus.reason,
            UniqueRequestToken=token,
        )
    except AlreadyExists:
        return


def of_assignment(client: Client, assignment_id: str) -> list[Bonus]:
    """Return the bonuses that were paid for an assignment."""
    return [
        Bonus(one["WorkerId"], one["AssignmentId"], Decimal(one["BonusAmount"]), one["Reason"])
        for one in every(client, "list_bonus_payments", "BonusPayments", AssignmentId=assignment_id)
    ]
