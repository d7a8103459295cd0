"""Pay bonuses (grantBonus): one, or all that a file lists.

One bonus is paid each time it is asked for. Of a file every row is paid once, however often the file is
given: a row is known by its content and by which one of several equal rows it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from mturk_tasks.client import assignments
from mturk_tasks.client import assignments as payments
from mturk_tasks.client.assignments import Bonus
from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.batches import ActionJournal, Batch
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.runner import Outcome, Outcomes
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import (
    FileError,
    MTurkTasksError,
    Problem,
    RecordsError,
    ServiceError,
)
from mturk_tasks.files import decisions
from mturk_tasks.files.decisions import BonusRow
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import format_usd

BONUS = "bonus"
PAY = "pay"
SKIP = "skip"
ANSWERS = ("", PAY, SKIP)


@dataclass(frozen=True)
class Payment:
    """A bonus to be paid now: its key in the journal, and the token that keeps it from being paid twice.

    `begun` is when a call whose outcome is not known was made for it.
    """

    key: str
    bonus: Bonus
    token: str
    begun: datetime | None = None


def pay(context: CommandContext, bonus: Bonus, *, uncertain: str = "") -> Summary:
    """Pay one bonus; a call whose outcome is not known is gone on with rather than made anew."""
    batch = batches.NO_BATCH
    content = _key(context, _content(bonus))
    waiting = [key for key in _open(_entries(context, batch)) if key.startswith(content)]
    key = waiting[0] if waiting else f"{content}/{secrets.token_hex(8)}"
    summary = _pay(context, batch, {key: bonus}, uncertain, alone=True)
    if context.dry:
        return summary
    said = (f"Granted bonus to {bonus.worker_id}",) if summary.counts["paid"] else summary.lines[1:]
    return replace(summary, lines=said)


def pay_file(
    context: CommandContext, path: Path, label: str = "", *, uncertain: str = "", repeated: bool = False
) -> Summary:
    """Pay every bonus of a file that is not paid yet.

    All rows are checked and the sum is shown first. Rows that fail go to `<file>.failure`. Raise
    FileError with every mistake at once, and for rows equal to others unless `repeated` says that they
    are meant; InsufficientFunds where the money does not cover it.
    """
    listing = decisions.read(path)
    batch = _set_of_folder(context, label)
    rows = {_key(context, row.key): row for row in listing.rows}
    wanted = {key: row.bonus(Bonus) for key, row in rows.items()}
    if not repeated:
        _refuse_repeated(path, [rows[payment.key] for payment in _due(context, batch, wanted)])
    summary = _pay(context, batch, wanted, uncertain)
    failed = {item["id"] for item in summary.items if item["status"] == "failed"}
    if not context.dry:
        lines = [row.raw for key, row in rows.items() if key in failed]
        disk.write_failures(path, listing.header, lines)
    return summary


def _refuse_repeated(path: Path, due: Sequence[BonusRow]) -> None:
    """Raise FileError for rows that would pay the same once more: the usual slip in a spreadsheet."""
    again = [row for row in due if row.line != row.first]
    if again:
        what = "is the same bonus as line {}; take it out, or say --repeated if it shall be paid as well"
        raise FileError(*(Problem(path, row.line, what.format(row.first)) for row in again))


def _set_of_folder(context: CommandContext, label: str) -> Batch:
    """Return the set of the survey folder that the command stands in, if there is one."""
    own = batches.belonging(context, label or context.survey.name)
    return own or batches.NO_BATCH


def _entries(context: CommandContext, batch: Batch) -> list[Entry]:
    """Return what every journal of this marketplace says, that of a set that was set aside too."""
    own, home = batches.journal_of(context, batch), batches.journal_of(context, batches.NO_BATCH)
    others = [journal.read(path) for path in sorted(context.folder.glob("*.journal")) if path != own]
    before = [entry for journal in others if origins.is_here(context, journal) for entry in journal]
    return [*before, *(journal.read(home) if home != own else ()), *journal.read(own)]


def _open(entries: Sequence[Entry]) -> dict[str, Entry]:
    return journal.open_intents(entries, BONUS)


def _due(context: CommandContext, batch: Batch, wanted: Mapping[str, Bonus]) -> list[Payment]:
    """Return what of the wanted bonuses is not paid by now, by their keys."""
    entries = _entries(context, batch)
    paid, waiting = journal.done(entries, BONUS), _open(entries)
    return [_payment(key, bonus, waiting.get(key)) for key, bonus in wanted.items() if key not in paid]


def _payment(key: str, bonus: Bonus, intent: Entry | None) -> Payment:
    if intent is None:
        return Payment(key, bonus, secrets.token_hex(32))
    return Payment(key, bonus, intent["token"], datetime.fromisoformat(intent["time"]))


def _content(bonus: Bonus) -> str:
    return "\x1f".join((bonus.worker_id, bonus.assignment_id, str(bonus.amount), bonus.reason))


def _key(context: CommandContext, content: str) -> str:
    """Return what a bonus is known by in journals, where nobody can tell the worker from it."""
    return batches.disguised(context, content)[:32]


def _pay(
    context: CommandContext, batch: Batch, wanted: Mapping[str, Bonus], uncertain: str, *, alone: bool = False
) -> Summary:
    todo = _due(context, batch, wanted)
    if len(todo) < len(wanted):
        context.console.note(f"{count(len(wanted) - len(todo), 'row')} paid before and left out")
    if not todo:
        return Summary(("No bonus is left to pay.",), {"paid": 0, "failed": 0})
    plan = _plan(context, todo)
    if context.dry:
        return _foreseen(context, todo, plan)
    context.announce(plan)
    with batches.open_journal(context, batch, BONUS) as actions:
        todo = _due(context, batch, wanted)  # another process may have paid while this one was asking
        outcomes = _send_all(actions, _certain(actions, todo, uncertain), alone=alone)
    return _summary(outcomes)


def _plan(context: CommandContext, todo: Sequence[Payment]) -> str:
    """Return what is to be paid in a sentence; raise InsufficientFunds where the money does not cover it."""
    amounts = [payment.bonus.amount for payment in todo]
    cost = sum((amount + context.fee.on_bonus(amount) for amount in amounts), Decimal(0))
    plan = f"You are about to pay {count(len(todo), 'bonus', 'bonuses')} ({format_usd(cost)} with fees)."
    balance = format_usd(context.account.balance)
    context.require_funds(BONUS, cost, f"{plan} There is {balance}; none was paid.")
    return plan


def _foreseen(context: CommandContext, todo: Sequence[Payment], plan: str) -> Summary:
    """Return the plan, and which bonuses would be refused."""
    refused = []
    for outcome in context.each(
        todo, lambda payment: assignments.get_assignment(context.client, payment.bonus.assignment_id)
    ):
        bonus = outcome.item.bonus
        if outcome.error:
            refused.append(_not_paid(bonus, outcome.error))
        elif outcome.value()[0].worker_id != bonus.worker_id:
            refused.append(f"Error granting bonus for {bonus.assignment_id}: {_another(bonus)}")
    counts = {"planned": len(todo) - len(refused), "failed": len(refused)}
    return replace(Summary.of_dry_run(plan, *refused, **counts), exit_code=int(bool(refused)))


def _not_paid(bonus: Bonus, error: MTurkTasksError) -> str:
    """Say why a bonus was not paid; of a worker who did not do the work the service names the parameter."""
    told = error.message if isinstance(error, ServiceError) else str(error)
    what = _another(bonus) if "is not valid for the parameter WorkerId." in told else told
    return f"Error granting bonus for {bonus.assignment_id}: {what}"


def _another(bonus: Bonus) -> str:
    return f"{bonus.worker_id} did not submit it, another worker did"


def _certain(actions: ActionJournal, todo: Sequence[Payment], answer: str) -> list[Payment]:
    """Return what may be paid: not what a call of more than a day ago may have paid already.

    Raise RecordsError where that cannot be found out and there is no answer.
    """
    now = actions.context.clock()
    old = [payment for payment in todo if payment.begun and now - payment.begun > batches.TOKEN_LIVES]
    lost = [payment for payment in old if not _was_paid(actions, payment)]
    if lost and not answer:
        names = ", ".join(payment.bonus.assignment_id for payment in lost)
        raise RecordsError(
            f"whether the bonus for {names} was paid more than a day ago is not known, and none was found; "
            "--uncertain pay pays it, --uncertain skip leaves it"
        )
    again = lost if answer == PAY else []
    return [payment for payment in todo if payment not in old or payment in again]


def _was_paid(actions: ActionJournal, payment: Payment) -> bool:
    """Say whether the bonus is among those the service has paid, and note it if so."""
    if payment.bonus not in payments.of_assignment(actions.context.client, payment.bonus.assignment_id):
        return False
    actions.context.console.note(f"the bonus for {payment.bonus.assignment_id} was paid before")
    actions.conclude_interrupted(BONUS, payment.key)
    return True


def _send_all(actions: ActionJournal, todo: Sequence[Payment], *, alone: bool) -> Outcomes[Payment, None]:

    def line(outcome: Outcome[Payment, None], _number: int) -> str:
        bonus = outcome.item.bonus
        if outcome.error:
            return _not_paid(bonus, outcome.error)
        paid = f"Granted {format_usd(bonus.amount)} to {bonus.worker_id} for {bonus.assignment_id}"
        return "" if alone else paid

    return actions.context.perform(todo, partial(_send, actions), line, progress="Paying bonuses")


def _send(actions: ActionJournal, payment: Payment) -> None:
    bonus = payment.bonus
    actions.perform(
        BONUS,
        payment.key,
        lambda: payments.send(actions.context.client, bonus, payment.token),
        token=payment.token,
        assignment=bonus.assignment_id,
        worker=actions.worker(bonus.worker_id),
        amount=str(bonus.amount),
    )


def _summary(outcomes: Outcomes[Payment, None]) -> Summary:
    done = [payment.bonus for payment in outcomes.done]
    failed = len(outcomes.failed)
    total = format_usd(sum((bonus.amount for bonus in done), Decimal(0)))
    items = [
        {**outcome.as_item(outcome.item.key, "paid"), "assignment_id": outcome.item.bonus.assignment_id}
        for outcome in outcomes
    ]
    lines = [
        f"  {count(len(done), 'bonus', 'bonuses')} paid, {total} in all.",
        *([f"  {count(failed, 'bonus', 'bonuses')} could not be paid."] if failed else []),
    ]
    counts = {"paid": len(done), "failed": failed}
    return Summary(tuple(lines), counts, tuple(items), exit_code=int(failed > 0))
