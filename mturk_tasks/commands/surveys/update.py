"""Give HITs the properties of a changed file (updateHITs): a new HIT type, and each HIT moved to it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from mturk_tasks.client import assignments as kept_answers
from mturk_tasks.client import hits
from mturk_tasks.commands import batches
from mturk_tasks.commands.batches import ActionJournal, Batch
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications import folder
from mturk_tasks.commands.runner import Outcome, Outcomes
from mturk_tasks.commands.surveys import participation
from mturk_tasks.commands.surveys.plan import read_properties, requirements_of
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import MTurkTasksError, ServiceError
from mturk_tasks.files import table
from mturk_tasks.lib import disk
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns

UPDATE = "update"


def run(
    context: CommandContext, label: str = "", *, success: Path | None = None, properties: Path | None = None
) -> Summary:
    """Move the HITs of a set to the type that a properties file describes.

    A HIT keeps its reward once somebody has accepted it (updateHITs, "Important"): where the file has
    another one, such HITs stay as they are, all properties. `<success file>.success` and `.failure` say
    which; the success file itself stays.
    """
    path = properties or context.survey.properties
    values, notes = read_properties(path)
    asked = folder.resolve(context, requirements_of(values, path), path)
    context.warn(notes)
    batch = batches.find(context, label, success)
    rules = participation.read(context, values.participation, path, batch.files.label)
    kept = _kept_rewards(context, batch.hit_ids, values.reward)
    if context.dry:
        return _rehearsed(batch, path, kept)
    receipt = success or batch.files.success
    _announce(context, receipt, path, len(batch.hit_ids))
    watch = time.monotonic()
    more = participation.require(context, rules, values.participation)
    hit_type_id = hits.register_type(context.client, values, (*asked, *more))
    participation.count_type(context, rules, hit_type_id)
    context.console.say(f"  New HITTypeId: {hit_type_id}")
    with batches.open_journal(context, batch, UPDATE, hit_type_id=hit_type_id) as actions:
        outcomes = _carry_out(actions, batch, hit_type_id, kept)
    if kept:
        context.console.note(f"error: {_blocked(kept, path)}")
    written = _write(receipt, outcomes, hit_type_id)
    return _summary(context, outcomes, written, time.monotonic() - watch)


def _announce(context: CommandContext, receipt: Path, properties: Path, number: int) -> None:
    for line in (
        "--[Initializing]----------",
        f" Success File: {receipt}",
        f" Properties: {properties}",
        "--[Updating HITs]----------",
        f"  Start time: {format_date(context.clock())}",
        f"  Input: {number} hitids",
    ):
        context.console.say(line)


def _kept_rewards(context: CommandContext, hit_ids: Sequence[str], reward: Decimal) -> dict[str, Decimal]:
    """Return the rewards of the HITs that were accepted for another one than this."""
    kept: dict[str, Decimal] = {}
    late: set[str] | None = None
    for outcome in context.each(hit_ids, lambda hit_id: hits.find(context.client, hit_id)):
        hit = outcome.result  # what cannot be looked at is told when it is to be changed
        if hit is None or hit.deleted or hit.reward == reward:
            continue
        if late is None:
            late = _answered_late(context)
        if hit.available < hit.max_assignments or hit.hit_id in late:
            kept[hit.hit_id] = hit.reward
    return kept


def _answered_late(context: CommandContext) -> set[str]:
    """Return the HITs with answers that came late; none where the marketplace keeps no such answers."""
    try:
        return {answer.hit_id for answer in kept_answers.late_answers(context.client)}
    except ServiceError:
        return set()


def _rehearsed(batch: Batch, properties: Path, kept: Mapping[str, Decimal]) -> Summary:
    number = len(batch.hit_ids) - len(kept)
    plan = f"{count(number, 'HIT')} would get the properties in {properties}."
    blocked = [f"{_blocked(kept, properties)}."] if kept else []
    return Summary.of_dry_run(plan, *blocked, planned=number, failed=len(kept))


def _blocked(kept: Mapping[str, Decimal], properties: Path) -> str:
    """Say in one sentence which HITs cannot have a new reward, and what to do."""
    rewards = " and ".join(str(reward) for reward in sorted(set(kept.values())))
    return (
        f"{count(len(kept), 'HIT')} cannot be updated: the reward cannot change once a HIT was accepted, all "
        f"else can; put reward: {rewards} back in {properties}"
    )


def _carry_out(
    actions: ActionJournal, batch: Batch, hit_type_id: str, kept: Mapping[str, Decimal]
) -> Outcomes[str, None]:
    context = actions.context

    def act(hit_id: str) -> None:
        if hit_id in kept:
            raise MTurkTasksError(f"its reward stays {kept[hit_id]}: it was accepted")
        actions.perform(UPDATE, hit_id, lambda: hits.change_type(context.client, hit_id, hit_type_id))

    def line(outcome: Outcome[str, None], number: int) -> str:
        place = f"HIT #{number - 1}"  # counted from 0, as the old program did
        if outcome.ok:
            return f"Updated {place} ({outcome.item}) to new HITTypeId {hit_type_id}"
        what = f"Failed to update {place}({outcome.item}) to new HITTypeId {hit_type_id}"
        return "" if outcome.item in kept else f"{what} Error message:{outcome.error}"

    return context.perform(batch.hit_ids, act, line, progress="Updating HITs")


def _write(receipt: Path, outcomes: Sequence[Outcome[str, None]], hit_type_id: str) -> list[Path]:
    """Write which HITs were moved and which not, and return the files; those of an earlier run go."""
    written = []
    for ending, moved in (("success", True), ("failure", False)):
        path = receipt.with_name(f"{receipt.name}.{ending}")
        rows = [(outcome.item, hit_type_id) for outcome in outcomes if outcome.ok == moved]
        if rows:
            disk.write(path, table.format_plain(columns.SUCCESS, rows))
            written.append(path)
        else:
            disk.remove(path)
    return written


def _summary(
    context: CommandContext, outcomes: Outcomes[str, None], written: Sequence[Path], seconds: float
) -> Summary:
    done, failed = len(outcomes.done), len(outcomes.failed)
    lines = (
        f"  End time: {format_date(context.clock())}",
        "--[Done Updating HITs]----------",
        f"{len(outcomes)} HITS were processed",
        f"{done} HITS were updated",
        *([f"{failed} HITS could not be updated"] if failed else []),
        f"  Total load time: {seconds:.0f} seconds.",
    )
    items = outcomes.as_items(str, "updated")
    counts = {"updated": done, "failed": failed}
    return Summary(lines, counts, items, tuple(written), exit_code=int(failed > 0))
