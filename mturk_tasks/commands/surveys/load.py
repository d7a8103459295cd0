"""Create a HIT for each row of the input (loadHITs), so that no row is ever paid for twice.

Everything is read and checked first. Then the journal holds each row's intent before its call and
the outcome after it: whatever interrupts a load, `--resume` goes on where it ended.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from mturk_tasks.client import hits
from mturk_tasks.client.hits import NewHit
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry, Journal
from mturk_tasks.commands.qualifications import folder
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.commands.surveys import check, interrupted, participation
from mturk_tasks.commands.surveys.destination import Destination, choose_batch
from mturk_tasks.commands.surveys.participation import Rule
from mturk_tasks.commands.surveys.plan import Plan, PlannedHit, assignments, places, prepare
from mturk_tasks.console.summary import Summary, clock_time, count
from mturk_tasks.errors import InsufficientFunds, MTurkTasksError, RecordsError, ServiceError
from mturk_tasks.files import identity, inputs, table
from mturk_tasks.files.survey import Survey
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns

ANSWERS = interrupted.ANSWERS


@dataclass(frozen=True)
class LoadRequest:
    """What a load is asked to do.

    `survey` names the files where they are not those of the folder, `uncertain` says what to do with
    rows that may or may not have a HIT. With `accepts_no_rows` an input without rows is no mistake, with
    `anyway` HITs that nobody can submit are created as well.
    """

    survey: Survey | None = None
    label: str = ""
    resume: bool = False
    append: bool = False
    maxhits: int | None = None
    uncertain: str = ""
    accepts_no_rows: bool = False
    anyway: bool = False


def run(context: CommandContext, request: LoadRequest) -> Summary:
    """Create the HITs that are wanted and do not exist yet.

    Raise FileError for anything wrong with the files, RecordsError where HITs are live already,
    InsufficientFunds where the money does not cover it: all before the first call that spends.
    """
    survey = request.survey or context.survey
    if request.accepts_no_rows and inputs.is_header_only(survey.input):
        return _no_rows(context, survey)
    plan = _checked_plan(context, survey, anyway=request.anyway)
    destination = choose_batch(
        context, plan, request.label or plan.survey.name, resume=request.resume, append=request.append
    )
    planned = _without_hit(plan, destination.entries)[: request.maxhits]
    asked = plan.properties.participation
    rules = participation.read(
        context, asked, plan.survey.properties, destination.files.label, besides=len(plan.requirements)
    )
    _agree(context, plan, destination, planned)
    if context.dry:
        return _dry_run(context, plan, destination, planned)
    return _Loading(context, plan, destination, planned, rules).run(request.uncertain)


def _no_rows(context: CommandContext, survey: Survey) -> Summary:
    """Say that there is nothing to load, as the old program did; nothing is made, not even a HIT type."""
    context.console.note(f"note: {survey.input} has a header but no rows; each row below it makes one HIT")
    return Summary(("  Successfully loaded 0 HITs.",), {"created": 0, "failed": 0, "left": 0})


def _checked_plan(context: CommandContext, survey: Survey, *, anyway: bool) -> Plan:
    """Return the plan of a survey, warn of what is doubtful, and refuse what nobody could submit."""
    plan = prepare(survey)
    doubts = check.look_over(plan)
    hindrances = doubts.hindrances if anyway else ()
    context.warn((*plan.notes, *doubts.warnings, *hindrances, *check.check(context, plan)))
    if not anyway:
        doubts.refuse()
    return replace(plan, requirements=folder.resolve(context, plan.requirements, plan.survey.properties))


def _without_hit(plan: Plan, entries: Sequence[Entry]) -> list[PlannedHit]:
    """Return the HITs that are planned and not created."""
    created = journal.done(entries, batches.CREATE)
    return [hit for hit in plan.hits if hit.row.key not in created]


def _agree(
    context: CommandContext, plan: Plan, destination: Destination, planned: Sequence[PlannedHit]
) -> None:
    """Show what it costs, compare it with the balance, and ask where the money is real.

    Of a row whose HIT may have been made by a call that was cut off, the money may be held already.
    """
    if not planned:
        return
    begun = journal.open_intents(destination.entries, batches.CREATE)
    certain = plan.cost([hit for hit in planned if hit.row.key not in begun], context.fee)
    text = (
        f"{count(len(planned), 'HIT')} with {places(planned)} at {format_usd(plan.properties.reward)} "
        f"cost at most {format_usd(plan.cost(planned, context.fee))} with fees; "
        f"there is {format_usd(context.account.balance)}."
    )
    context.require_funds("load", certain, f"{text} Nothing was created.")
    context.announce(text)


def _dry_run(
    context: CommandContext, plan: Plan, destination: Destination, planned: Sequence[PlannedHit]
) -> Summary:
    label, cost = destination.files.label, format_usd(plan.cost(planned, context.fee))
    text = f"{count(len(planned), 'HIT')} would be created as {label} for at most {cost}."
    summary = Summary.of_dry_run(text, planned=len(planned), assignments=assignments(planned))
    return replace(summary, facts={"label": label, **check.money(context, plan, planned)})


@dataclass
class _Loading:
    """One load under way; the ID of the HIT type is there once it is registered."""

    context: CommandContext
    plan: Plan
    destination: Destination
    planned: Sequence[PlannedHit]
    rules: Sequence[Rule]
    hit_type_id: str = ""
    batch_id: str = ""

    def run(self, uncertain: str) -> Summary:
        """Create the HITs, write the receipt whatever happens, and say what was done."""
        began, watch = self.context.clock(), time.monotonic()
        origin = batches.origin(self.context, self.plan.survey.files)  # before this load writes files
        self._announce(began)
        self.destination.clear()
        with Journal(self.destination.files.journal) as batch_journal:
            self._begin(batch_journal, origin)
            try:
                planned = interrupted.settle(self.context, self.plan, batch_journal, self.planned, uncertain)
                self.context.perform(
                    planned,
                    partial(self._create, batch_journal),
                    _line,
                    InsufficientFunds,
                    progress="Loading HITs",
                )
            except BaseException:
                self._break_off()
                raise
            entries = journal.read(batch_journal.path)
            self._write_receipts(entries)
        participation.keep_up(self.context, batches.of_journal(self.destination.files, entries))
        return self._summary(entries, planned, seconds=time.monotonic() - watch)

    def _announce(self, began: datetime) -> None:
        console = self.context.console
        self.context.introduce(self.plan.survey)
        console.say(" Preview mode disabled")
        console.say("--[Loading HITs]----------")
        console.say(f"  Start time: {format_date(began)}")
        ahead = self.context.market().ahead() if self.context.market else 0
        if ahead >= 1:
            console.note(f"note: the sandbox's clock is {clock_time(ahead)} ahead, moved by rehearsals")

    def _begin(self, batch_journal: Journal, origin: dict[str, Any]) -> None:
        """Note what is about to happen and register the HIT type."""
        files, clock = self.destination.files, self.context.clock
        entries = journal.read(batch_journal.path)
        if len(entries) != len(self.destination.entries):
            raise RecordsError(f"{files.label}: another load has just begun; see inv status")
        if not entries:
            batches.begin(self.context, batch_journal, files.label)
        survey_id = identity.ensure(self.context.folder)
        batch_journal.note(
            "load",
            **({"survey": survey_id} if survey_id else {}),
            time=batches.stamp(clock()),
            rows=len(self.planned),
            total=len(self.plan.hits),
            digests=self.plan.digests,
            **origin,
        )
        client, properties = self.context.client, self.plan.properties
        asked = participation.require(self.context, self.rules, properties.participation)
        self.hit_type_id = hits.register_type(client, properties, (*self.plan.requirements, *asked))
        participation.count_type(self.context, self.rules, self.hit_type_id)
        batch_journal.note("hit_type", time=batches.stamp(clock()), hit_type_id=self.hit_type_id)
        self.batch_id = journal.read(batch_journal.path)[0]["set"]

    def _create(self, batch_journal: Journal, hit: PlannedHit) -> str:
        """Create one HIT between its intent and its outcome; a token keeps it from being made twice."""
        key, clock = hit.row.key, self.context.clock
        place = {"row": hit.row.number, "line": hit.row.line}
        token = hashlib.sha256(f"{self.batch_id}:{key}".encode()).hexdigest()
        values = hit.values
        new = NewHit(
            self.hit_type_id,
            hit.question,
            hit.annotation,
            values.assignments,
            values.hitlifetime,
            token,
            self.plan.plurality,
        )
        batch_journal.intend(batches.CREATE, key, **place, time=batches.stamp(clock()))
        try:
            hit_id = hits.create(self.context.client, new)
        except ServiceError as error:
            batch_journal.conclude(batches.CREATE, key, journal.FAILED, **place, error=error.message)
            raise
        result = {"hit_id": hit_id, "hit_type_id": self.hit_type_id, "time": batches.stamp(clock())}
        batch_journal.conclude(batches.CREATE, key, journal.DONE, **place, **result)
        return hit_id

    def _break_off(self) -> None:
        """Write the receipt of what was made, if the disk takes it, and say how to go on."""
        try:
            self._write_receipts(journal.read(self.destination.files.journal))
        except MTurkTasksError as error:
            self.context.console.note(f"warning: {error}")
        self.context.console.note("the load is not finished; inv load --resume goes on where it ended")

    def _write_receipts(self, entries: list[Entry]) -> None:
        files = self.destination.files
        created = batches.created(entries)
        if created:
            rows = [(entry["hit_id"], entry["hit_type_id"]) for entry in created]
            disk.write(files.success, table.format_plain(columns.SUCCESS, rows))
        failed = [self.plan.input.header, *(hit.row.raw for hit in _failed(self.plan.hits, entries))]
        if len(failed) > 1:
            disk.write(files.failure, "".join(f"{line}\n" for line in failed))
        else:
            disk.remove(files.failure)

    def _summary(self, entries: list[Entry], planned: Sequence[PlannedHit], *, seconds: float) -> Summary:
        created = len(planned) - len(_without_hit(replace(self.plan, hits=tuple(planned)), entries))
        failed, left = len(_failed(planned, entries)), len(_without_hit(self.plan, entries))
        rest = f"  {count(left, 'row')} of the input {'has' if left == 1 else 'have'} no HIT."
        lines = (
            *self._link(),
            f"  End time: {format_date(self.context.clock())}",
            "--[Done Loading HITs]----------",
            f"  Total load time: {seconds:.0f} seconds.",
            f"  Successfully loaded {created} HITs.",
            *([f"  Failed to load {failed} HITs."] if failed else []),
            *([rest] if left else []),
        )
        counts = {"created": created, "failed": failed, "left": left}
        outcomes = journal.outcomes(entries, batches.CREATE)
        items = tuple(_item(hit, outcomes[hit.row.key]) for hit in planned if hit.row.key in outcomes)
        files = tuple(path for path in self.destination.files.all if path.exists())
        return Summary(lines, counts, items, files, exit_code=int(failed > 0))

    def _link(self) -> list[str]:
        site = self.context.site
        if not site.address:
            return [""]
        url = f"{site.preview_url(self.hit_type_id)}{site.note}"
        return ["", f"You may see your HIT(s) with HITTypeId '{self.hit_type_id}' here: ", "", f"  {url}", ""]


def _line(outcome: Outcome[PlannedHit, str], _number: int) -> str:
    row = outcome.item.row
    if outcome.ok:
        return f"Created HIT {row.number}: HITId={outcome.result}"
    first = next(iter(row.cells.values()), "")
    return f"[ERROR] Error creating HIT {row.number} ({first}): {outcome.error}"


def _item(hit: PlannedHit, outcome: Entry) -> dict[str, str]:
    """Return what a program wants to know of one row."""
    line = str(hit.row.line)
    if outcome["status"] == journal.FAILED:
        return {"id": f"line {line}", "line": line, "status": "failed", "error": outcome["error"]}
    return {"id": outcome["hit_id"], "line": line, "status": "created"}


def _failed(planned: Sequence[PlannedHit], entries: list[Entry]) -> list[PlannedHit]:
    """Return the planned HITs that the service refused."""
    outcomes = journal.outcomes(entries, batches.CREATE)
    return [hit for hit in planned if outcomes.get(hit.row.key, {}).get("status") == journal.FAILED]
