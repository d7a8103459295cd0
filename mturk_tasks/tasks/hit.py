"""The tasks of a survey folder."""

from __future__ import annotations

from invoke import Context

from mturk_tasks import commands
from mturk_tasks.tasks import options
from mturk_tasks.tasks.declare import task
from mturk_tasks.tasks.wiring import desk, finish


@task(
    where=True,
    label=True,
    force=True,
    resume="Create every row that has no HIT yet, after whatever stopped the last load.",
    append="Create the rows that were added to the input since the last load.",
    maxhits="Create at most so many HITs.",
    workers="How many HITs to create at once.",
    uncertain="What to do with rows whose HIT may have been made over a day ago: create or skip.",
)
def load(
    c: Context,
    label: str = "",
    maxhits: str = "",
    resume: bool = False,
    append: bool = False,
    workers: str = "",
    uncertain: str = "",
    force: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Create a HIT for each row of the input file."""
    at = desk(c, sandbox=sandbox, production=production, force=force, workers=workers)
    request = commands.load.Request(
        label=label,
        resume=resume,
        append=append,
        maxhits=options.whole("--maxhits", maxhits, lowest=1),
        uncertain=options.one_of("--uncertain", uncertain, commands.uncertain.ANSWERS),
    )
    finish(at, commands.load.run(at, request))


@task(where=True, label=True)
def status(c: Context, label: str = "", sandbox: bool = False, production: bool = False) -> None:
    """Show how the survey stands: HITs, assignments, money."""
    at = desk(c, sandbox=sandbox, production=production)
    finish(at, commands.status.run(at, label))


@task(
    where=True,
    label=True,
    workers="How many simulated workers take part.",
    seed="Which workers and answers: the same number gives the same ones.",
    skip="How many assignments of each HIT to leave open.",
)
def rehearse(
    c: Context,
    label: str = "",
    workers: str = "5",
    seed: str = "1",
    skip: str = "0",
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Let simulated workers do the HITs, in the embedded sandbox only."""
    at = desk(c, sandbox=sandbox, production=production)
    request = commands.rehearse.Request(
        workers=options.required_whole("--workers", workers, lowest=1, default=5),
        seed=options.required_whole("--seed", seed, lowest=0, default=1),
        skip=options.required_whole("--skip", skip, lowest=0, default=0),
    )
    finish(at, commands.rehearse.run(at, request, label))


@task(where=True, label=True, namevaluepairs="Put all answers of an assignment into one column.")
def results(
    c: Context,
    label: str = "",
    namevaluepairs: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Fetch the submitted work into the results file."""
    at = desk(c, sandbox=sandbox, production=production)
    finish(at, commands.results.run(at, label, pairs=namevaluepairs))


@task(
    where=True, label=True, force=True, comment="Reason for rejections that have none in the feedback column."
)
def review(
    c: Context,
    label: str = "",
    comment: str = "",
    force: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Reject what is marked in the results file's reject column and approve the rest of it."""
    at = desk(c, sandbox=sandbox, production=production, force=force)
    finish(at, commands.review.run(at, label, comment=comment))


@task(
    where=True,
    label=True,
    force=True,
    assignment="Only these assignments, comma-separated.",
    comment="Feedback that the workers will read.",
)
def approve(
    c: Context,
    label: str = "",
    assignment: str = "",
    comment: str = "",
    force: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Approve submitted work, but for what is marked for rejection."""
    at = desk(c, sandbox=sandbox, production=production, force=force)
    finish(at, commands.decide.approve(at, label, only=options.names(assignment), comment=comment))


@task(
    where=True,
    label=True,
    force=True,
    assignment="Only these assignments, comma-separated.",
    comment="Reason for those that have none in the feedback column.",
)
def reject(
    c: Context,
    label: str = "",
    assignment: str = "",
    comment: str = "",
    force: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Reject the submitted work that is marked in the results file."""
    at = desk(c, sandbox=sandbox, production=production, force=force)
    finish(at, commands.decide.reject(at, label, only=options.names(assignment), comment=comment))


@task(
    where=True,
    label=True,
    force=True,
    approve="Approve submitted work first.",
    expire="Take HITs that are still open off the market first.",
)
def cleanup(
    c: Context,
    label: str = "",
    approve: bool = False,
    expire: bool = False,
    force: bool = False,
    sandbox: bool = False,
    production: bool = False,
) -> None:
    """Delete the HITs that are done and decided; list the others."""
    at = desk(c, sandbox=sandbox, production=production, force=force)
    finish(at, commands.cleanup.run(at, label, approve=approve, expire=expire))
