"""Keep out who took part in other surveys, let in only who did, and hold how often somebody takes part.

What the properties ask becomes requirements of the HIT type, by qualifications whose value the marketplace
counts: whoever comes is judged by what they have done that second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from mturk_tasks.client import participation
from mturk_tasks.commands import batches, origins
from mturk_tasks.commands.batches import Batch
from mturk_tasks.commands.context import CommandContext, ProblemCollector
from mturk_tasks.commands.surveys import sets
from mturk_tasks.commands.surveys.sets import HERE, OLD
from mturk_tasks.console.summary import count
from mturk_tasks.errors import FileError, Problem, ServiceError, UsageError
from mturk_tasks.files import identity
from mturk_tasks.vocabulary.participation import EXCLUDE, MOST, ONLY, Participation, is_folder
from mturk_tasks.vocabulary.requirements import MOST as MOST_REQUIREMENTS
from mturk_tasks.vocabulary.requirements import QualificationRequirement

_OFFERED: Final = (
    "exclude:, only: and perworker: need a marketplace of this project; this one has no such thing"
)


@dataclass(frozen=True)
class Counted:
    """A survey or a set whose HITs are counted; its `name` is the same wherever it is spoken of."""

    name: str
    hit_ids: tuple[str, ...]

    def type_name(self, *, held: bool) -> str:
        """Return what the qualification type is called that counts these HITs."""
        return f"HITs {'taken' if held else 'done'} of {self.name}"[:255]

    def put(
        self, context: CommandContext, *, held: bool, hit_type_ids: Sequence[str] = ()
    ) -> participation.ParticipationType:
        """Let the marketplace count these HITs; what is only held counts where `held` says so."""
        with _offered():
            return participation.put(
                context.client,
                self.type_name(held=held),
                f"The number of HITs of {self.name} that a worker has {'taken' if held else 'submitted'}.",
                counts_held=held,
                hit_ids=self.hit_ids,
                hit_type_ids=hit_type_ids,
            )

    def find(self, context: CommandContext, *, held: bool) -> participation.ParticipationType | None:
        """Return the type that counts these HITs, None where nobody has asked for it yet."""
        with _offered():
            return participation.find(context.client, self.type_name(held=held))


@dataclass(frozen=True)
class Rule:
    """One thing that is asked: of whom, by which key of the properties, and in which line that stands."""

    key: str
    reference: str
    counted: Counted
    line: int | None

    @property
    def held(self) -> bool:
        """Say whether what is only held counts: it keeps out, and never lets in."""
        return self.key != ONLY

    def requirement(self, type_id: str, most: int | None) -> QualificationRequirement:
        """Return the requirement of a HIT type that this is."""
        comparator = "GreaterThanOrEqualTo" if self.key == ONLY else "LessThan"
        number = (most or 1) if self.key == MOST else 1
        return QualificationRequirement(type_id, comparator, (number,), hidden=True, line=self.line)


def read(
    context: CommandContext, asked: Participation, path: Path, label: str = "", *, besides: int = 0
) -> list[Rule]:
    """Return the rules that the properties at a path hold for the set of a label.

    Raise FileError, by line, for a folder or a label that is not there, and where the requirements `besides`
    leave no room: a HIT type has ten (API, CreateHITType).
    """
    collect = ProblemCollector()
    found = [
        collect(partial(_rule, context, asked, path, key, reference, label))
        for key, references in ((EXCLUDE, asked.exclude), (ONLY, asked.only))
        for reference in references
    ]
    if collect.problems:
        raise collect.error()
    rules = [rule for rule in found if rule]
    if asked.most is not None:
        rules.append(Rule(MOST, "", _of_survey(context), asked.lines.get(MOST)))
    if len(rules) + besides > MOST_REQUIREMENTS:
        what = (
            f"{len(rules)} rules and {besides} qualifications are too many; {MOST_REQUIREMENTS} can be asked"
        )
        raise FileError(Problem(path, rules[0].line, what))
    for rule in rules:
        if rule.key != MOST and not rule.counted.hit_ids:
            context.console.note(f"note: {rule.reference} has no HIT in this marketplace yet")
    return rules


def require(
    context: CommandContext, rules: Sequence[Rule], asked: Participation
) -> tuple[QualificationRequirement, ...]:
    """Let the marketplace count what the rules speak of, and return what a HIT type is to ask."""
    return tuple(
        rule.requirement(rule.counted.put(context, held=rule.held).type_id, asked.most) for rule in rules
    )


def count_type(context: CommandContext, rules: Sequence[Rule], hit_type_id: str) -> None:
    """Let all HITs of the type count for the survey from their first second, where it has a cap."""
    for rule in rules:
        if rule.key == MOST:  # the type asks for this very count, so that it is no other survey's
            rule.counted.put(context, held=True, hit_type_ids=[hit_type_id])


def keep_up(context: CommandContext, batch: Batch) -> None:
    """Tell the marketplace of new HITs of a survey or set that others already exclude, or ask for."""
    if not context.marketplace.counts_participation:
        return
    for counted in (replace(_of_survey(context), hit_ids=batch.hit_ids), _of_set(context, batch)):
        for held in (True, False):
            if counted.find(context, held=held) is not None:
                counted.put(context, held=held)


def shut_out(context: CommandContext, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield for each rule in words how many workers it keeps out, or lets in, as it stands."""
    for rule in rules:
        if rule.key == MOST:
            continue
        found = rule.counted.find(context, held=rule.held)
        people = count(found.workers, "worker") if found else "whoever"
        what = "may take part" if rule.key == ONLY else "cannot take part"
        yield f"{rule.key}: {rule.reference}: {people} {what}, who took part there"


@contextmanager
def _offered() -> Iterator[None]:
    """Raise UsageError where the marketplace does not know these operations."""
    try:
        yield
    except ServiceError as error:
        if "UnknownOperation" in error.code:
            raise UsageError(_OFFERED) from error
        raise


def _rule(
    context: CommandContext, asked: Participation, path: Path, key: str, reference: str, label: str
) -> Rule:
    line = asked.lines.get(key)
    try:
        counted = _referred(context, path, reference, label)
    except UsageError as error:
        raise FileError(Problem(path, line, f"{key}: {error}")) from error
    return Rule(key, reference, counted, line)


def _referred(context: CommandContext, path: Path, reference: str, label: str) -> Counted:
    """Return the survey or set that a reference names; raise UsageError where there is none."""
    if is_folder(reference):
        folder = path.parent / reference
        if not folder.is_dir() or not any(folder.glob("*.properties")):
            raise UsageError(f"{reference} is no folder of a survey; write its path from here, as ../pilot")
        if folder.resolve() == context.folder.resolve():
            raise UsageError(f"{reference} is this survey itself; perworker: 1 lets each worker in once")
        return _of_survey(replace(context, folder=folder))
    batch = batches.belonging(context, reference) if reference != label else None
    if batch is None:
        what = "is the set that is loaded" if reference == label else "is no set of this folder"
        raise UsageError(f"{reference} {what}; write a label of inv sets, or a folder as ../{reference}")
    return _of_set(context, batch)


def _of_survey(context: CommandContext) -> Counted:
    """Return the survey of a folder with the HITs of all its sets in this marketplace."""
    hit_ids: list[str] = []
    for own in sets.find_all(context):
        batch = batches.of_journal(own.files, own.entries) if own.entries else None
        if own.place == HERE and batch is not None:
            hit_ids += batch.hit_ids
        elif own.place == OLD:
            old = batches.legacy(context.folder, own.files.label)
            hit_ids += old.hit_ids if old and origins.any_known(context, old.hit_ids) else ()
    name = identity.read(context.folder) if context.dry else identity.ensure(context.folder)
    name = name or next(iter(hit_ids), "")
    if not (name or context.dry):
        raise UsageError(
            f"{context.folder.name} has no set in this marketplace, and no invoke.yaml; load it first"
        )
    return Counted(f"{context.folder.resolve().name} ({name})", tuple(dict.fromkeys(hit_ids)))


def _of_set(context: CommandContext, batch: Batch) -> Counted:
    first = origins.header(batch.entries)
    name = str(first["set"])[:16] if first else next(iter(batch.hit_ids), "")
    return Counted(f"{batch.files.label} ({name})", batch.hit_ids)
