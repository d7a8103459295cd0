"""Pay bonuses (grantBonus): one, or all that a file lists.

One bonus is paid each time it is asked for. Of a file every row is paid once, however often the file is
given: a row is known by its content and by which one of several equal rows it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from mturk_tasks.client import assignments
from mturk_tasks.client import assignments as payments
from mturk_tasks.client.assignments import Bonus
from mturk_tasks.commands import batches, origins
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.batches import ActionJournal, Batch
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import (
    FileError,
    InsufficientFunds,
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
_TOKEN_LIVES = timedelta(hours=23)  # the service says 24; clocks differ


@dataclass(frozen=True)
class Payment:
    """A bonus to be paid now: its key in the journal, and the token that keeps it from being paid twice.

    `begun` is when a call whose fate is not known was made for it.
    """

    key: str
    bonus: Bonus
    token: str
    begun: datetime | None = None


def one(context: CommandContext, bonus: Bonus, *, uncertain: str = "") -> Summary:
    """Pay one bonus; a call whose fate is not known is gone on with rather than made anew."""
    found = batches.NO_BATCH
    content = _key(context, _content(bonus))
    waiting = [key for key in _open(_entries(context, found)) if key.startswith(content)]
    key = waiting[0] if waiting else f"{content}/{secrets.token_hex(8)}"
    summary = _pay(context, found, {key: bonus}, uncertain, alone=True)
    if context.dry:
        return summary
    said = (f"Granted bonus to {bonus.worker_id}",) if summary.counts["paid"] else summary.lines[1:]
    return replace(summary, lines=said)


def of_file(
    context: CommandContext, path: Path, label: str = "", *, uncertain: str = "", repeated: bool = False
) -> Summary:
    """Pay every bonus of a file that is not paid yet.

    All rows are checked and the sum is shown first. Rows that fail go to `<file>.failure`. Raise
    FileError with every mistake at once, and for rows equal to others unless `repeated` says that they
    are meant; InsufficientFunds where the money does not cover it.
    """
    listing = decisions.read(path)
    found = _set_of_folder(context, label)
    rows = {_key(context, row.key): row for row in listing.rows}
    wanted = {key: row.bonus(Bonus) for key, row in rows.items()}
    if not repeated:
        _refuse_repeated(path, [rows[payment.key] for payment in _due(context, found, wanted)])
    summary = _pay(context, found, wanted, uncertain)
    failed = {item["id"] for item in summary.items if item["status"] == "failed"}
    if not context.dry:
        _write_failures(path, listing.header, [row for key, row in rows.items() if key in failed])
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


def _entries(context: CommandContext, found: Batch) -> list[Entry]:
    """Return what every journal of this marketplace says, that of a set that was set aside too."""
    own, home = batches.journal_of(context, found), batches.journal_of(context, batches.NO_BATCH)
    others = [records.read(path) for path in sorted(context.folder.glob("*.journal")) if path != own]
    before = [entry for journal in others if origins.is_here(context, journal) for entry in journal]
    return [*before, *(records.read(home) if home != own else ()), *records.read(own)]


def _open(entries: Sequence[Entry]) -> dict[str, Entry]:
    return records.open_intents(entries, BONUS)


def _due(context: CommandContext, found: Batch, wanted: Mapping[str, Bonus]) -> list[Payment]:
    """Return what of the wanted bonuses is not paid by now, by their keys."""
    entries = _entries(context, found)
    paid, waiting = records.done(entries, BONUS), _open(entries)
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
    context: CommandContext, found: Batch, wanted: Mapping[str, Bonus], uncertain: str, *, alone: bool = False
) -> Summary:
    todo = _due(context, found, wanted)
    if len(todo) < len(wanted):
        context.console.note(f"{count(len(wanted) - len(todo), 'row')} paid before and left out")
    if not todo:
        return Summary(("No bonus is left to pay.",), {"paid": 0, "failed": 0})
    plan = _afford(context, todo)
    if context.dry:
        return _foreseen(context, todo, plan)
    context.announce(plan)
    with batches.open_journal(context, found, BONUS) as book:
        todo = _due(context, found, wanted)  # another process may have paid while this one was asking
        outcomes = _send_all(book, _certain(book, todo, uncertain), alone=alone)
    return _summary(outcomes)


def _afford(context: CommandContext, todo: Sequence[Payment]) -> str:
    cost = sum((one.bonus.amount + context.fee.on_bonus(one.bonus.amount) for one in todo), Decimal(0))
    there = context.account.balance
    plan = f"You are about to pay {count(len(todo), 'bonus', 'bonuses')} ({format_usd(cost)} with fees)."
    if cost > there:
        raise InsufficientFunds(
            BONUS, "InsufficientFunds", f"{plan} There is {format_usd(there)}; none was paid."
        )
    return plan


def _foreseen(context: CommandContext, todo: Sequence[Payment], plan: str) -> Summary:
    """Return the plan, and which bonuses would be refused."""
    refused = []
    for outcome in context.each(
        todo, lambda one: assignments.get_assignment(context.client, one.bonus.assignment_id)
    ):
        bonus = outcome.item.bonus
        if outcome.error:
            refused.append(_not_paid(bonus, outcome.error))
        elif outcome.value()[0].worker_id != bonus.worker_id:
            refused.append(f"Error granting bonus for {bonus.assignment_id}: {_another(bonus)}")
    counts = {"planned": len(todo) - len(refused), "failed": len(refused)}
    return Summary((f"Dry run: {plan}", *refused), counts, exit_code=int(bool(refused)))


def _not_paid(bonus: Bonus, error: MTurkTasksError) -> str:
    """Say why a bonus was not paid; of a worker who did not do the work the service names the parameter."""
    told = error.message if isinstance(error, ServiceError) else str(error)
    what = _another(bonus) if "is not valid for the parameter WorkerId." in told else told
    return f"Error granting bonus for {bonus.assignment_id}: {what}"


def _another(bonus: Bonus) -> str:
    return f"{bonus.worker_id} did not submit it, another worker did"


def _certain(book: ActionJournal, todo: Sequence[Payment], answer: str) -> list[Payment]:
    """Return what may be paid: not what a call of more than a day ago may have paid already.

    Raise RecordsError where that cannot be found out and there is no answer.
    """
    now = book.context.clock()
    old = [one for one in todo if one.begun and now - one.begun > _TOKEN_LIVES]
    lost = [one for one in old if not _found(book, one)]
    if lost and not answer:
        names = ", ".join(one.bonus.assignment_id for one in lost)
        raise RecordsError(
            f"whether the bonus for {names} was paid more than a day ago is not known, and none was found; "
            "--uncertain pay pays it, --uncertain skip leaves it"
        )
    again = lost if answer == PAY else []
    return [one for one in todo if one not in old or one in again]


def _found(book: ActionJournal, one: Payment) -> bool:
    """Say whether the bonus is among those the service has paid, and note it if so."""
    if one.bonus not in payments.of_assignment(book.context.client, one.bonus.assignment_id):
        return False
    book.context.console.note(f"the bonus for {one.bonus.assignment_id} was paid before")
    book.journal.conclude(BONUS, one.key, records.DONE, found=True, time=batches.stamp(book.context.clock()))
    return True


def _send_all(book: ActionJournal, todo: Sequence[Payment], *, alone: bool) -> list[Outcome[Payment, None]]:
    context = book.context
    outcomes = []
    with context.console.progress(len(todo), "Paying bonuses") as step:
        for outcome in context.each(todo, lambda one: _send(book, one)):
            outcomes.append(outcome)
            bonus = outcome.item.bonus
            if outcome.ok and not alone:
                step(f"Granted {format_usd(bonus.amount)} to {bonus.worker_id} for {bonus.assignment_id}")
            if outcome.error:
                context.console.note(_not_paid(bonus, outcome.error))
    return outcomes


def _send(book: ActionJournal, one: Payment) -> None:
    bonus = one.bonus
    book.perform(
        BONUS,
        one.key,
        lambda: payments.send(book.context.client, bonus, one.token),
        token=one.token,
        assignment=bonus.assignment_id,
        worker=book.worker(bonus.worker_id),
        amount=str(bonus.amount),
    )


def _write_failures(path: Path, header: str, rows: Sequence[BonusRow]) -> None:
    failure = path.with_name(f"{path.name}.failure")
    if rows:
        disk.write(failure, "".join(f"{line}\n" for line in (header, *(row.raw for row in rows))))
    else:
        disk.remove(failure)


def _summary(outcomes: Sequence[Outcome[Payment, None]]) -> Summary:
    done = [outcome.item.bonus for outcome in outcomes if outcome.ok]
    failed = len(outcomes) - len(done)
    total = format_usd(sum((bonus.amount for bonus in done), Decimal(0)))
    items = [
        {**outcome.told(outcome.item.key, "paid"), "assignment_id": outcome.item.bonus.assignment_id}
        for outcome in outcomes
    ]
    lines = [
        f"  {count(len(done), 'bonus', 'bonuses')} paid, {total} in all.",
        *([f"  {count(failed, 'bonus', 'bonuses')} could not be paid."] if failed else []),
    ]
    counts = {"paid": len(done), "failed": failed}
    return Summary(tuple(lines), counts, tuple(items), exit_code=int(failed > 0))
