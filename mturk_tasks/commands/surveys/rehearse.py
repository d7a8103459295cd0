"""Let simulated workers take part, so that a survey is tried before the first person sees it."""

from __future__ import annotations

from dataclasses import dataclass

from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import UsageError
from mturk_tasks.lib.time import format_date


@dataclass(frozen=True)
class RehearseRequest:
    """How many take part, which ones, and how many assignments of each HIT they leave open."""

    workers: int = 5
    seed: int = 1
    skip: int = 0


def run(context: CommandContext, request: RehearseRequest, label: str = "") -> Summary:
    """Have the HITs of a survey done; the sandbox's clock moves on as they work.

    Raise UsageError anywhere but in the embedded sandbox.
    """
    if context.market is None:
        raise UsageError("simulated workers take part in the embedded sandbox only")
    batch = batches.find(context, label)
    if context.dry:
        return Summary(
            (f"Dry run: {count(request.workers, 'worker')} would do {count(len(batch.hit_ids), 'HIT')}.",)
        )
    done = context.market().rehearse(
        batch.hit_ids, workers=request.workers, seed=request.seed, skip=request.skip
    )
    minutes = (done.ended - done.began).total_seconds() / 60
    lines = [
        f"{count(request.workers, 'simulated worker')} submitted {count(done.submitted, 'assignment')} "
        f"and returned {done.returned}.",
        f"That took {minutes:.0f} minutes of the sandbox's time; it is now {format_date(done.ended)} there.",
        *done.notes,
    ]
    return Summary(tuple(lines), {"submitted": done.submitted, "returned": done.returned})
