"""Show the answers that came after their deadlines, and accept those that are named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from mturk_tasks.client import assignments, hits
from mturk_tasks.client.records import LateAnswer
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import ActionJournal, Batch, fetch_work
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.runner import Outcome
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
            table([_cells(answer) for answer in waiting], _HEADER),
            "",
            "inv late --accept ID,ID accepts them.",
        ]
    items = [
        {
            "id": answer.assignment_id,
            "hit": answer.hit_id,
            "worker": answer.worker_id,
            "sent": format_date(answer.received),
            "answers": _answers(answer),
        }
        for answer in waiting
    ]
    return Summary(tuple(lines), {"late": len(waiting)}, tuple(items))


def of_set(context: CommandContext, batch: Batch) -> list[LateAnswer]:
    """Return the late answers on the HITs of a set."""
    own = set(batch.hit_ids)
    return [answer for answer in assignments.late_answers(context.client) if answer.hit_id in own]


def mention(context: CommandContext, batch: Batch) -> tuple[str, ...]:
    """Return a line that says how many late answers wait; none where the marketplace cannot tell."""
    try:
        waiting = len(of_set(context, batch))
    except MTurkTasksError:
        return ()
    return (f"{count(waiting, 'answer')} came late; inv late shows what to do.",) if waiting else ()


def accept(context: CommandContext, assignment_ids: Sequence[str], label: str = "") -> Summary:
    """Have late answers count as submitted work.

    Each takes a place of its HIT that is free, else one is added and paid for. Raise UsageError for a name
    that is no late answer of this survey.
    """
    batch = batches.find(context, label)
    wanted = _chosen(context, batch, assignment_ids)
    plan = _plan(context, wanted)
    if context.dry:
        return Summary.of_dry_run(plan, planned=len(wanted))
    if not wanted:
        return Summary(("Nothing is left to accept.",), {"accepted": 0, "failed": 0})
    context.announce(plan)
    with batches.open_journal(context, batch, batches.LATE) as actions:
        outcomes = context.perform(wanted, partial(_accept, actions), _line, InsufficientFunds)
    done, failed = len(outcomes.done), len(outcomes.failed)
    lines = (f"{count(done, 'late answer')} accepted; inv results fetches what was sent.",)
    items = outcomes.as_items(lambda answer: answer.assignment_id, "accepted")
    return Summary(lines, {"accepted": done, "failed": failed}, items, exit_code=int(failed > 0))


def _accept(actions: ActionJournal, answer: LateAnswer) -> None:
    key = answer.assignment_id
    accept = partial(assignments.accept_late, actions.context.client, key)
    actions.perform(batches.LATE, key, accept, hit_id=answer.hit_id)


def _line(outcome: Outcome[LateAnswer, None], _number: int) -> str:
    return "" if outcome.ok else f"[{outcome.item.assignment_id}] not accepted: {outcome.error}"


def _chosen(context: CommandContext, batch: Batch, names: Sequence[str]) -> list[LateAnswer]:
    """Return the late answers that are named; those accepted before are only noted."""
    waiting = {answer.assignment_id: answer for answer in of_set(context, batch)}
    unknown = [name for name in names if name not in waiting]
    if unknown:
        work, _ = fetch_work(context, batch.hit_ids)
        done = {assignment.assignment_id for item in work for assignment in item.assignments}
        strangers = [name for name in unknown if name not in done]
        if strangers:
            raise UsageError(f"no late answers of this survey: {', '.join(sorted(strangers))}")
        for name in unknown:
            context.console.note(f"[{name}] was submitted before")
    return [waiting[name] for name in dict.fromkeys(names) if name in waiting]


def _plan(context: CommandContext, wanted: Sequence[LateAnswer]) -> str:
    cost = Decimal(0)
    for hit_id in [answer.hit_id for answer in wanted]:
        hit = hits.find(context.client, hit_id)
        if hit and not hit.deleted:
            cost += hit.price(context.fee)
    return (
        f"You are about to accept {count(len(wanted), 'late answer')} (at most {format_usd(cost)} with fees)."
    )


def _cells(late: LateAnswer) -> tuple[str, ...]:
    late_by = clock_time((late.received - late.deadline).total_seconds())
    shown = "".join(letter if letter.isprintable() else " " for letter in _answers(late))
    return late.assignment_id, late.worker_id, format_date(late.received), late_by, shorten(shown, _WIDTH)


def _answers(late: LateAnswer) -> str:
    answers = answers_in(late.answer, f"the late answer of assignment {late.assignment_id}")
    return ", ".join(f"{answer.question}={answer.flat}" for answer in answers)
