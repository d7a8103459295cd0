"""Give Workers a qualification or another score, and take it back.

These are assignQualification, updateQualificationScore and revokeQualification. Every row of a file is done
once, however often the file is given, until something else is decided about its Worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.client import assignments, qualifications
from mturk_tasks.commands import batches, journal
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.qualifications.folder import FolderQualification
from mturk_tasks.commands.runner import Outcome, Outcomes
from mturk_tasks.console.summary import Summary, count
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.files import grants
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary.statuses import is_worker_id

GRANT: Final = "grant"
SCORE: Final = "score"
REVOKE: Final = "revoke"

GrantOutcome = Outcome[grants.Grant, None]


@dataclass(frozen=True)
class Recipients:
    """Workers whom a command concerns: the rows of a file, or named on the command line."""

    rows: tuple[grants.Grant, ...]
    file: grants.GrantFile | None = None

    @classmethod
    def of_file(cls, path: Path) -> Recipients:
        """Return the Workers of a score file; raise FileError with every mistake at once."""
        file = grants.read_grants(path)
        return cls(file.rows, file)

    @classmethod
    def named(cls, names: Iterable[str]) -> Recipients:
        """Return Workers by their IDs; raise UsageError for a name that is not an ID."""
        worker_ids = tuple(dict.fromkeys(names))
        for worker_id in worker_ids:
            if not is_worker_id(worker_id):
                raise UsageError(f"{worker_id!r} is no worker ID; {grants.WORKER_ID}")
        return cls(tuple(map(grants.Grant, worker_ids)))

    def with_score(self, score: int | None) -> Recipients:
        """Return the same Workers, those without a score with this one."""
        rows = (replace(row, score=score) if row.score is None else row for row in self.rows)
        return replace(self, rows=tuple(rows))

    def refuse(self, rows: Collection[grants.Grant], reason: str) -> None:
        """Raise FileError, by line, or UsageError if there are any rows; the reason ends the sentence."""
        if not rows:
            return
        texts = [f"worker {row.worker_id} {reason}" for row in rows]
        if self.file is None:
            raise UsageError("; ".join(texts))
        path = self.file.path
        raise FileError(*(Problem(path, row.line, text) for row, text in zip(rows, texts, strict=True)))


@dataclass(frozen=True)
class _Operation:
    """What is done for each Worker, whether the service notifies them, and the words about it."""

    action: str
    notify: bool
    done: str
    failed: str
    total: str
    planned: str


_ASSIGN: Final = _Operation(
    GRANT,
    notify=True,
    done="Assigned qualification {type} to {worker} with {value}",
    failed="Error assigning",
    total="Given to",
    planned="given it",
)
_RESCORE: Final = _Operation(
    SCORE,
    notify=False,
    done="Successfully updated {worker} score to {score}",
    failed="Error updating",
    total="Updated",
    planned="given another score",
)


def assign(
    context: CommandContext,
    qualification: FolderQualification,
    recipients: Recipients,
    *,
    score: int | None = None,
    notify: bool = True,
) -> Summary:
    """Give the qualification to each Worker, with the row's score, else the one given, else 1."""
    qualifications.get(context.client, qualification.type_id)
    operation = replace(_ASSIGN, notify=notify)
    return _Granting(context, qualification, operation).run(recipients.with_score(score))


def rescore(
    context: CommandContext,
    qualification: FolderQualification,
    recipients: Recipients,
    *,
    score: int | None = None,
) -> Summary:
    """Change the score of Workers who hold the qualification.

    Raise FileError or UsageError for a Worker without a score, and for one who does not hold it.
    """
    recipients = recipients.with_score(score)
    recipients.refuse(
        [row for row in recipients.rows if row.score is None],
        "has no score; write one beside it, or give it with --score",
    )
    _check_holders(context, qualification, recipients)
    return _Granting(context, qualification, _RESCORE).run(recipients)


def revoke(
    context: CommandContext, qualification: FolderQualification, recipients: Recipients, reason: str = ""
) -> Summary:
    """Revoke the qualification of Workers who hold it; the service tells them a reason.

    Raise UsageError, before anything is revoked, for a Worker who does not hold it.
    """
    type_id = qualification.type_id
    _check_holders(context, qualification, recipients)
    if context.dry:
        names = ", ".join(row.worker_id for row in recipients.rows)
        return Summary.of_dry_run(f"{type_id} would be revoked from {names}.")
    with batches.open_journal(context, qualification, REVOKE, type=type_id) as actions:

        def act(row: grants.Grant) -> None:
            worker = actions.worker(row.worker_id)
            actions.perform(
                REVOKE,
                worker,
                lambda: qualifications.revoke(context.client, type_id, row.worker_id, reason),
                worker=worker,
            )

        outcomes = context.perform(recipients.rows, act, _revoke_failure)
    why = f" with reason: {reason}" if reason else ""
    lines = [f"Revoked qual {type_id} from {row.worker_id}{why}" for row in outcomes.done]
    return _summary(outcomes, lines, done="revoked", count_as="revoked")


def _revoke_failure(outcome: GrantOutcome, _number: int) -> str:
    return "" if outcome.ok else f"Error revoking from {outcome.item.worker_id}: {outcome.error}"


def last_actions(entries: Iterable[journal.Entry], type_id: str) -> dict[str, tuple[str, str]]:
    """Return the action and the item that were done last about each Worker of a type.

    The keys are the pseudonyms of Workers in the journal.
    """
    workers: dict[tuple[str, str], str] = {}
    last: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.get("type") != type_id or entry.get("action") not in (GRANT, SCORE, REVOKE):
            continue
        action = (entry["action"], entry["item"])
        if entry["event"] == "intent":
            workers[action] = entry["worker"]
        elif entry["status"] == journal.DONE and action in workers:
            last[workers[action]] = action
    return last


def _check_holders(
    context: CommandContext, qualification: FolderQualification, recipients: Recipients
) -> None:
    """Raise FileError or UsageError for Workers who do not hold the qualification."""
    holders = {holder.worker_id for holder in qualifications.holders(context.client, qualification.type_id)}
    others = [row for row in recipients.rows if row.worker_id not in holders]
    recipients.refuse(others, "does not hold the qualification")


@dataclass(frozen=True)
class _Granting:
    """One command's grants of a qualification."""

    context: CommandContext
    qualification: FolderQualification
    operation: _Operation

    @property
    def type_id(self) -> str:
        """Return the ID of the qualification type."""
        return self.qualification.type_id

    def run(self, recipients: Recipients) -> Summary:
        """Carry out the operation for the Workers for whom it is not done yet."""
        context, operation, file = self.context, self.operation, recipients.file
        context.warn(file.repeated if file else ())
        blocked = assignments.blocked(context.client)
        in_vain = [row for row in recipients.rows if row.worker_id in blocked]
        recipients.refuse(in_vain, "is blocked; unblock the worker first")
        rows = self._left(recipients) if file else list(recipients.rows)
        if done_before := len(recipients.rows) - len(rows):
            context.console.note(f"{count(done_before, 'row')} done before and left out")
        if context.dry:
            plan = f"{count(len(rows), 'worker')} would be {operation.planned}."
            return Summary.of_dry_run(plan, planned=len(rows))
        if not rows:
            return Summary(("Nothing is left to do.",), {"done": 0, "failed": 0})
        with batches.open_journal(
            context, self.qualification, operation.action, type=self.type_id
        ) as actions:
            rows = self._reconcile(actions, rows)
            outcomes = context.perform(rows, partial(self._send, actions), self._line, progress="Granting")
        failed = outcomes.failed
        if file:
            disk.write_failures(file.path, file.header, [row.raw for row in failed])
        if len(outcomes) > 1:  # a single line is seen on a terminal too
            context.console.note(f"{operation.total} {count(len(outcomes) - len(failed), 'worker')}.")
        lines = [f"  {count(len(failed), 'worker')} failed."] if failed else []
        return _summary(outcomes, lines, done="granted", count_as="done")

    def _left(self, recipients: Recipients) -> list[grants.Grant]:
        """Return the rows of a file that are not what was done last for their Workers."""
        paths = {  # the type's own journal, and that of all commands
            batches.journal_of(self.context, self.qualification),
            batches.journal_of(self.context, FolderQualification(self.type_id)),
        }
        entries = [entry for path in paths for entry in journal.read(path)]
        last = last_actions(sorted(entries, key=lambda entry: str(entry.get("time", ""))), self.type_id)
        return [
            row
            for row in recipients.rows
            if last.get(batches.disguised(self.context, row.worker_id))
            != (self.operation.action, self._key(row))
        ]

    def _reconcile(self, actions: batches.ActionJournal, rows: list[grants.Grant]) -> list[grants.Grant]:
        """Note as done the rows that an interrupted call has done, and return the others."""
        context, action = self.context, self.operation.action
        waiting = journal.open_intents(journal.read(actions.journal.path), action)
        begun = [row for row in rows if self._key(row) in waiting]
        if not begun:
            return rows
        holders = qualifications.holders(context.client, self.type_id)
        scores = {holder.worker_id: holder.score for holder in holders}
        done = [row for row in begun if scores.get(row.worker_id) == (1 if row.score is None else row.score)]
        for row in done:
            actions.conclude_interrupted(action, self._key(row))
            context.console.note(f"{row.worker_id} has it from the call that was interrupted")
        return [row for row in rows if row not in done]

    def _send(self, actions: batches.ActionJournal, row: grants.Grant) -> None:
        actions.perform(
            self.operation.action,
            self._key(row),
            lambda: qualifications.grant(
                self.context.client, self.type_id, row.worker_id, row.score, notify=self.operation.notify
            ),
            worker=actions.worker(row.worker_id),
            score=row.score,
        )

    def _line(self, outcome: GrantOutcome, _number: int) -> str:
        row = outcome.item
        if not outcome.ok:
            return f"{self.operation.failed} {row.worker_id}: {outcome.error}"
        value = "default value" if row.score is None else f"value {row.score}"
        return self.operation.done.format(
            type=self.type_id, worker=row.worker_id, score=row.score, value=value
        )

    def _key(self, row: grants.Grant) -> str:
        """Return what stands for a grant in journals, from which nobody can tell the Worker."""
        content = "\x1f".join((self.type_id, row.worker_id, str(row.score), row.key))
        return batches.disguised(self.context, content)[:32]


def _summary(
    outcomes: Outcomes[grants.Grant, None], lines: Sequence[str], *, done: str, count_as: str
) -> Summary:
    failed = len(outcomes.failed)
    counts = {count_as: len(outcomes.done), "failed": failed}
    items = outcomes.as_items(lambda row: row.worker_id, done)
    return Summary(tuple(lines), counts, items, exit_code=int(failed > 0))
