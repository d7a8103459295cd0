"""Show the answers that came after their deadlines, and accept those that are named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import LateAnswer
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import Batch, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys.result_rows import answers_in
from mturk_tasks.console.summary import Summary, clock_time, count, shorten, table
from mturk_tasks.errors import InsufficientFunds, MTurkTasksError, UsageError
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date

_WIDTH = 60
_HEADER = ("assignment", "worker", "sent", "late by", "answers")


def show(context: CommandContext, label: str = "") -> Summary:
    """List the late answers on the HITs of a set that are not accepted."""
    waiting = of_set(context, batches.find(context, label))
    lines = ["No late answers."]
    if waiting:
        lines = [
            table([_cells(one) for one in waiting], _HEADER),
            "",
            "inv late --accept ID,ID accepts them.",
        ]
    items = [
        {
            "id": one.assignment_id,
            "hit": one.hit_id,
            "worker": one.worker_id,
            "sent": format_date(one.received),
            "answers": _answers(one),
        }
        for one in waiting
    ]
    return Summary(tuple(lines), {"late": len(waiting)}, tuple(items))


def of_set(context: CommandContext, found: Batch) -> list[LateAnswer]:
    """Return the late answers on the HITs of a set."""
    own = set(found.hit_ids)
    return [one for one in assignments.late_answers(context.client) if one.hit_id in own]


def mention(context: CommandContext, found: Batch) -> tuple[str, ...]:
    """Return a line that says how many late answers wait; none where the marketplace cannot tell."""
    try:
        waiting = len(of_set(context, found))
    except MTurkTasksError:
        return ()
    return (f"{count(waiting, 'answer')} came late; inv late shows what to do.",) if waiting else ()


def accept(context: CommandContext, assignment_ids: Sequence[str], label: str = "") -> Summary:
    """Have late answers count as submitted work.

    Each takes a place of its HIT that is free, else one is added and paid for. Raise UsageError for a name
    that is no late answer of this survey.
    """
    found = batches.find(context, label)
    wanted = _chosen(context, found, assignment_ids)
    plan = _plan(context, wanted)
    if context.dry:
        return Summary((f"Dry run: {plan}",), {"planned": len(wanted)})
    if not wanted:
        return Summary(("Nothing is left to accept.",), {"accepted": 0, "failed": 0})
    context.announce(plan)
    errors: dict[str, MTurkTasksError] = {}
    with batches.open_journal(context, found, batches.LATE) as book:

        def act(one: LateAnswer) -> None:
            key = one.assignment_id
            book.perform(
                batches.LATE, key, lambda: assignments.accept_late(context.client, key), hit_id=one.hit_id
            )

        for outcome in context.each(wanted, act, InsufficientFunds):
            if outcome.error is not None:
                errors[outcome.item.assignment_id] = outcome.error
                context.console.note(f"[{outcome.item.assignment_id}] not accepted: {outcome.error}")
    return _summary(wanted, errors)


def _chosen(context: CommandContext, found: Batch, names: Sequence[str]) -> list[LateAnswer]:
    """Return the late answers that are named; those accepted before are only noted."""
    waiting = {one.assignment_id: one for one in of_set(context, found)}
    unknown = [name for name in names if name not in waiting]
    if unknown:
        work, _ = fetch_work(context, found.hit_ids)
        done = {one.assignment_id for item in work for one in item.assignments}
        strangers = [name for name in unknown if name not in done]
        if strangers:
            raise UsageError(f"no late answers of this survey: {', '.join(sorted(strangers))}")
        for name in unknown:
            context.console.note(f"[{name}] was submitted before")
    return [waiting[name] for name in dict.fromkeys(names) if name in waiting]


def _plan(context: CommandContext, wanted: Sequence[LateAnswer]) -> str:
    cost = Decimal(0)
    for hit_id in [one.hit_id for one in wanted]:
        hit = hits.find(context.client, hit_id)
        if hit and not hit.deleted:
            cost += hit.price(context.fee)
    return (
        f"You are about to accept {count(len(wanted), 'late answer')} (at most {format_usd(cost)} with fees)."
    )


def _summary(wanted: Sequence[LateAnswer], errors: dict[str, MTurkTasksError]) -> Summary:
    done = len(wanted) - len(errors)
    items = [
        {"id": one.assignment_id, "status": "failed", "error": str(errors[one.assignment_id])}
        if one.assignment_id in errors
        else {"id": one.assignment_id, "status": "accepted"}
        for one in wanted
    ]
    lines = (f"{count(done, 'late answer')} accepted; inv results fetches what was sent.",)
    return Summary(
        lines, {"accepted": done, "failed": len(errors)}, tuple(items), exit_code=int(bool(errors))
    )


def _cells(one: LateAnswer) -> tuple[str, ...]:
    late_by = clock_time((one.received - one.deadline).total_seconds())
    shown = "".join(letter if letter.isprintable() else " " for letter in _answers(one))
    return one.assignment_id, one.worker_id, format_date(one.received), late_by, shorten(shown, _WIDTH)


def _answers(one: LateAnswer) -> str:
    answers = answers_in(one.answer, f"the late answer of assignment {one.assignment_id}")
    return ", ".join(f"{answer.question}={answer.flat}" for answer in answers)
