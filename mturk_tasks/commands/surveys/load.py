"""Create a HIT for each row of the input (loadHITs), so that no row is ever paid for twice.

Everything is read and checked first. Then the journal holds each row's intent before its call and
the outcome after it: whatever interrupts a load, `--resume` goes on where it ended.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mturk_tasks.client import hits
from mturk_tasks.client.hits import NewHit
from mturk_tasks.client.records import Hit
from mturk_tasks.commands import batches
from mturk_tasks.commands import journal as records
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry, Journal
from mturk_tasks.commands.qualifications import folder
from mturk_tasks.commands.runner import Outcome
from mturk_tasks.commands.surveys import check
from mturk_tasks.commands.surveys.check import look_over, money
from mturk_tasks.commands.surveys.destination import Destination, choose_batch
from mturk_tasks.commands.surveys.plan import Plan, PlannedHit, assignments, places, prepare
from mturk_tasks.console.console import Step
from mturk_tasks.console.summary import Summary, clock_time, count
from mturk_tasks.errors import InsufficientFunds, MTurkTasksError, RecordsError, ServiceError
from mturk_tasks.files import inputs, table
from mturk_tasks.files.survey import Survey
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import format_usd
from mturk_tasks.lib.time import format_date
from mturk_tasks.vocabulary import columns

# Find out about rows whose HIT may or may not have been created.
#
# Within a day the service answers a repeated token with the HIT it made, so repeating is safe.
# After that a repeat would make, and pay for, a second HIT: the marketplace is searched instead.


_TOKEN_LIVES = timedelta(hours=23)  # the service says 24; clocks differ
CREATE = "create"
SKIP = "skip"
ANSWERS = ("", CREATE, SKIP)


def reconcile(
    context: CommandContext,
    plan: Plan,
    journal: Journal,
    entries: Sequence[Entry],
    todo: Sequence[PlannedHit],
    answer: str,
) -> list[PlannedHit]:
    """Return what of `todo` may be created; what turns out to be there already is noted in the journal.

    `answer` is what the requester says of rows that cannot be found out about: create or skip them.
    Raise RecordsError where there are such rows and no answer.
    """
    old = [hit for hit in todo if hit.row.key in _too_old(entries, context.clock())]
    if not old:
        return list(todo)
    types = {entry["hit_type_id"] for entry in records.matching(entries, event="hit_type")}
    lost = _adopt(context, journal, entries, old, types)
    if lost and not answer:
        lines = ", ".join(str(hit.row.line) for hit in lost)
        raise RecordsError(
            f"{plan.input.path.name}: whether line {lines} got a HIT more than a day ago is not known, and "
            "none was found; --uncertain create makes one, --uncertain skip leaves it"
        )
    again = lost if answer == CREATE else []
    return [hit for hit in todo if hit not in old or hit in again]


def _too_old(entries: Sequence[Entry], now: datetime) -> set[str]:
    waiting = records.open_intents(entries, batches.CREATE)
    return {
        key for key, entry in waiting.items() if now - datetime.fromisoformat(entry["time"]) > _TOKEN_LIVES
    }


def _adopt(
    context: CommandContext,
    journal: Journal,
    entries: Sequence[Entry],
    old: Sequence[PlannedHit],
    types: set[str],
) -> list[PlannedHit]:
    """Note the HITs that are there for these rows; return the rows for which none was found."""
    known = {entry["hit_id"] for entry in batches.created(entries)}
    free = [
        hit for hit in hits.every_hit(context.client) if hit.hit_type_id in types and hit.hit_id not in known
    ]
    lost = []
    for planned in old:
        found = next((hit for hit in free if _same(hit, planned)), None)
        if found is None:
            lost.append(planned)
            continue
        free.remove(found)
        row = planned.row
        journal.conclude(
            batches.CREATE,
            row.key,
            records.DONE,
            row=row.number,
            line=row.line,
            hit_id=found.hit_id,
            hit_type_id=found.hit_type_id,
            adopted=True,
            time=batches.stamp(context.clock()),
        )
    return lost


def _same(hit: Hit, planned: PlannedHit) -> bool:
    return hit.question == planned.question and hit.annotation == planned.annotation


@dataclass(frozen=True)
class LoadRequest:
    """What a load is asked to do.

    `survey` names the files where they are not those of the folder, `uncertain` says what to do with
    rows whose fate nobody knows. With `accepts_no_rows` an input without rows is no mistake, with
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
    """Create the HITs that are wanted and not there yet.

    Raise FileError for anything wrong with the files, RecordsError where HITs are live already,
    InsufficientFunds where the money does not cover it: all before the first call that spends.
    """
    survey = request.survey or context.survey
    if request.accepts_no_rows and inputs.is_header_only(survey.input):
        return _no_rows(context, survey)
    plan = prepare(survey)
    found = look_over(plan)
    hindrances = found.hindrances if request.anyway else ()
    context.warn((*plan.notes, *found.warnings, *hindrances, *check.check(context, plan)))
    if not request.anyway:
        found.refuse()
    asked = folder.resolve(context, plan.requirements, plan.survey.properties)
    plan = replace(plan, requirements=asked)
    place = choose_batch(
        context, plan, request.label or plan.survey.name, resume=request.resume, append=request.append
    )
    todo = _todo(plan, place.entries)[: request.maxhits]
    _afford(context, plan, place, todo)
    if context.dry:
        return _nothing_done(context, plan, place, todo)
    return Loading(context, plan, place, request).run(todo)


def _no_rows(context: CommandContext, survey: Survey) -> Summary:
    """Say that there is nothing to load, as the old program did; nothing is made, not even a HIT type."""
    context.console.note(f"note: {survey.input} has a header but no rows; each row below it makes one HIT")
    return Summary(("  Successfully loaded 0 HITs.",), {"created": 0, "failed": 0, "left": 0})


def _todo(plan: Plan, entries: Sequence[Entry]) -> list[PlannedHit]:
    """Return the HITs that are planned and not created."""
    there = records.done(entries, batches.CREATE)
    return [hit for hit in plan.hits if hit.row.key not in there]


def _afford(context: CommandContext, plan: Plan, place: Destination, todo: Sequence[PlannedHit]) -> None:
    """Show what it costs, compare it with the balance, and ask where the money is real.

    Of a row whose HIT may have been made by a call that was cut off, the money may be held already.
    """
    if not todo:
        return
    number = len(todo)
    begun = records.open_intents(place.entries, batches.CREATE)
    certain = plan.cost([hit for hit in todo if hit.row.key not in begun], context.fee)
    cost, there = plan.cost(todo, context.fee), context.account.balance
    what = (
        f"{count(number, 'HIT')} with {places(todo)} at {format_usd(plan.properties.reward)} "
        f"cost at most {format_usd(cost)} with fees; "
        f"there is {format_usd(there)}."
    )
    if certain > there:
        raise InsufficientFunds("load", "InsufficientFunds", f"{what} Nothing was created.")
    context.announce(what)


def _nothing_done(
    context: CommandContext, plan: Plan, place: Destination, todo: Sequence[PlannedHit]
) -> Summary:
    cost = format_usd(plan.cost(todo, context.fee))
    line = f"Dry run: {count(len(todo), 'HIT')} would be created as {place.files.label} for at most {cost}."
    counts = {"planned": len(todo), "assignments": assignments(todo)}
    facts = {"label": place.files.label, **money(context, plan, todo)}
    return Summary((line,), counts, facts=facts)


@dataclass
class Loading:
    """One load under way."""

    context: CommandContext
    plan: Plan
    place: Destination
    request: LoadRequest
    hit_type_id: str = ""
    set_id: str = ""

    def run(self, todo: Sequence[PlannedHit]) -> Summary:
        """Create the HITs, write the receipt whatever happens, and say what was done."""
        began = self.context.clock()
        origin = batches.origin(
            self.context, self.plan.survey.files
        )  # before this load writes files of its own
        watch = time.monotonic()
        self._announce()
        self.place.clear()
        with Journal(self.place.files.journal) as journal:
            known = self._begin(journal, todo, origin)
            try:
                todo = reconcile(self.context, self.plan, journal, known, todo, self.request.uncertain)
                self._create(journal, todo)
            except BaseException:
                self._break_off()
                raise
            entries = records.read(self.place.files.journal)
            self._write_receipts(entries)
        return self._summary(entries, todo, began_at=format_date(began), seconds=time.monotonic() - watch)

    def _break_off(self) -> None:
        """Write the receipt of what was made, if the disk takes it, and say how to go on."""
        try:
            self._write_receipts(records.read(self.place.files.journal))
        except MTurkTasksError as error:
            self.context.console.note(f"warning: {error}")
        self.context.console.note("the load is not finished; inv load --resume goes on where it ended")

    def _announce(self) -> None:
        self.context.introduce(self.plan.survey)
        self.context.console.say(" Preview mode disabled")
        self.context.console.say("--[Loading HITs]----------")
        self.context.console.say(f"  Start time: {format_date(self.context.clock())}")
        ahead = self.context.market().ahead() if self.context.market else 0
        if ahead >= 1:
            self.context.console.note(
                f"note: the sandbox's clock is {clock_time(ahead)} ahead, moved by rehearsals"
            )

    def _begin(self, journal: Journal, todo: Sequence[PlannedHit], origin: dict[str, Any]) -> list[Entry]:
        """Note what is about to happen and register the HIT type."""
        entries = records.read(self.place.files.journal)
        if len(entries) != len(self.place.entries):
            raise RecordsError(f"{self.place.files.label}: another load has just begun; see inv status")
        if not entries:
            batches.begin(self.context, journal, self.place.files.label)
        journal.note(
            "load",
            time=batches.stamp(self.context.clock()),
            rows=len(todo),
            total=len(self.plan.hits),
            digests=self.plan.digests,
            **origin,
        )
        self.hit_type_id = hits.register_type(
            self.context.client, self.plan.properties, self.plan.requirements
        )
        journal.note("hit_type", time=batches.stamp(self.context.clock()), hit_type_id=self.hit_type_id)
        entries = records.read(self.place.files.journal)
        self.set_id = entries[0]["set"]
        return entries

    def _create(self, journal: Journal, todo: Sequence[PlannedHit]) -> None:
        def act(hit: PlannedHit) -> str:
            return self._create_one(journal, hit)

        with self.context.console.progress(len(todo), "Loading HITs") as step:
            for outcome in self.context.each(todo, act, InsufficientFunds):
                self._tell(outcome, step)

    def _create_one(self, journal: Journal, hit: PlannedHit) -> str:
        key = hit.row.key
        place = {"row": hit.row.number, "line": hit.row.line}
        token = hashlib.sha256(f"{self.set_id}:{key}".encode()).hexdigest()
        journal.intend(batches.CREATE, key, **place, time=batches.stamp(self.context.clock()))
        try:
            hit_id = hits.create(self.context.client, self._new_hit(hit, token))
        except ServiceError as error:
            journal.conclude(batches.CREATE, key, records.FAILED, **place, error=error.message)
            raise
        journal.conclude(
            batches.CREATE,
            key,
            records.DONE,
            **place,
            hit_id=hit_id,
            hit_type_id=self.hit_type_id,
            time=batches.stamp(self.context.clock()),
        )
        return hit_id

    def _new_hit(self, hit: PlannedHit, token: str) -> NewHit:
        values = hit.values
        return NewHit(
            self.hit_type_id, hit.question, hit.annotation, values.assignments, values.hitlifetime, token
        )

    def _tell(self, outcome: Outcome[PlannedHit, str], step: Step) -> None:
        row = outcome.item.row
        if outcome.ok:
            step(f"Created HIT {row.number}: HITId={outcome.result}")
            return
        first = next(iter(row.cells.values()), "")
        self.context.console.note(f"[ERROR] Error creating HIT {row.number} ({first}): {outcome.error}")

    def _write_receipts(self, entries: list[Entry]) -> None:
        files = self.place.files
        made = batches.created(entries)
        if made:
            rows = [(entry["hit_id"], entry["hit_type_id"]) for entry in made]
            disk.write(files.success, table.format_plain(columns.SUCCESS, rows))
        failed = _failed(self.plan, entries)
        if failed:
            lines = [self.plan.input.header, *(hit.row.raw for hit in failed)]
            disk.write(files.failure, "".join(f"{line}\n" for line in lines))
        elif files.failure.exists():
            files.failure.unlink()

    def _summary(
        self, entries: list[Entry], todo: Sequence[PlannedHit], *, began_at: str, seconds: float
    ) -> Summary:
        made = records.done(entries, batches.CREATE)
        new = [made[hit.row.key]["hit_id"] for hit in todo if hit.row.key in made]
        tried = {hit.row.key for hit in todo}
        failed = [hit for hit in _failed(self.plan, entries) if hit.row.key in tried]
        left = len(_todo(self.plan, entries))
        outcomes = records.outcomes(entries, batches.CREATE)
        lines = [
            *self._link(),
            f"  End time: {format_date(self.context.clock())}",
            "--[Done Loading HITs]----------",
            f"  Total load time: {seconds:.0f} seconds.",
            f"  Successfully loaded {len(new)} HITs.",
            *([f"  Failed to load {len(failed)} HITs."] if failed else []),
            *(
                [f"  {count(left, 'row')} of the input {'has' if left == 1 else 'have'} no HIT."]
                if left
                else []
            ),
        ]
        counts = {"created": len(new), "failed": len(failed), "left": left}
        files = tuple(path for path in self.place.files.all if path.exists())
        items = tuple(_item(hit, outcomes[hit.row.key]) for hit in todo if hit.row.key in outcomes)
        return Summary(tuple(lines), counts, items, files, exit_code=1 if failed else 0)

    def _link(self) -> list[str]:
        site = self.context.site
        if not site.address:
            return [""]
        url = f"{site.preview_url(self.hit_type_id)}{site.note}"
        return ["", f"You may see your HIT(s) with HITTypeId '{self.hit_type_id}' here: ", "", f"  {url}", ""]


def _item(hit: PlannedHit, outcome: Entry) -> dict[str, str]:
    """Return what a program wants to know of one row."""
    line = str(hit.row.line)
    if outcome["status"] == records.FAILED:
        return {"id": f"line {line}", "line": line, "status": "failed", "error": outcome["error"]}
    return {"id": outcome["hit_id"], "line": line, "status": "created"}


def _failed(plan: Plan, entries: list[Entry]) -> list[PlannedHit]:
    """Return the planned HITs that the service refused."""
    outcomes = records.outcomes(entries, batches.CREATE)
    return [hit for hit in plan.hits if outcomes.get(hit.row.key, {}).get("status") == records.FAILED]
