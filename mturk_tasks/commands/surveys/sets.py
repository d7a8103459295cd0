"""Which sets a survey's folder holds, and what its journals say was done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mturk_tasks.commands import batches, journal, origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.journal import Entry
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import RecordsError
from mturk_tasks.files import survey
from mturk_tasks.files.survey import BatchFiles

HERE: Final = "here"
ELSEWHERE: Final = "elsewhere"
OLD: Final = "of the old tools"

_PAST: Final = {
    batches.CREATE: "created",
    batches.APPROVE: "approved",
    batches.REJECT: "rejected",
    batches.EXPIRE: "expired",
    batches.DELETE: "deleted",
    batches.EXTEND: "extended",
    batches.LATE: "accepted late",
    "bonus": "paid a bonus",
}


@dataclass(frozen=True)
class FoundSet:
    """A set in a folder: what made it, how many HITs it has, and where it belongs."""

    files: BatchFiles
    entries: tuple[Entry, ...]
    hits: int
    place: str

    @property
    def loaded(self) -> str:
        """Return when it was loaded last, empty where no journal tells."""
        loads = journal.matching(self.entries, event="load")
        return str(loads[-1]["time"])[:16].replace("T", " ") if loads else ""

    @property
    def uncertain(self) -> int:
        """Return how many things were begun of which the outcome is not known."""
        actions = {entry["action"] for entry in journal.matching(self.entries, event="intent")}
        return sum(len(journal.open_intents(self.entries, action)) for action in actions)


def find_all(context: CommandContext) -> list[FoundSet]:
    """Return the sets of the folder by their labels, those that were set aside and old ones too."""
    labels = {
        path.name.removesuffix(ending)
        for ending in (".journal", ".success")
        for path in sorted(context.folder.glob(f"*{ending}"))
        if not path.name.endswith(".properties.success")
    }
    found = (_found(context, BatchFiles(context.folder, label)) for label in sorted(labels))
    return [own for own in found if own is not None]


def _found(context: CommandContext, files: BatchFiles) -> FoundSet | None:
    """Return the set of a label; None where its files are those of something else, as a qualification."""
    entries = tuple(journal.read(files.journal))
    if origins.header(entries) is not None:
        if not any(entry["event"] == "load" for entry in entries):
            return None
        place = HERE if origins.is_here(context, entries) else ELSEWHERE
        return FoundSet(files, entries, len(batches.created(entries)), place)
    if entries or not files.success.exists():
        return None
    return FoundSet(files, (), len(survey.read_success(files.success)), OLD)


def list_all(context: CommandContext) -> Summary:
    """List the sets of the folder."""
    sets = find_all(context)
    if not sets:
        return Summary(("No set here; inv load makes one.",), {"sets": 0})
    rows = [(own.files.label, own.place, str(own.hits), own.loaded, _made(own.files)) for own in sets]
    items = tuple({"id": own.files.label, "status": own.place, "hits": str(own.hits)} for own in sets)
    return Summary(
        (table(rows, ("set", "belongs", "HITs", "loaded (UTC)", "files")),), {"sets": len(sets)}, items
    )


def _made(files: BatchFiles) -> str:
    """Name the kinds of files that a set has."""
    return ", ".join(path.name.removeprefix(f"{files.label}.") for path in files.all if path.exists())


@dataclass
class _Act:
    """What one command did: its first entry, and the outcomes that followed, counted."""

    begun: Entry
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def show_log(context: CommandContext, label: str = "", *, most: int | None = None) -> Summary:
    """Say in words what was done with a set, the newest first; `most` so many commands.

    Raise RecordsError where the set has no journal.
    """
    files = survey.set_files(context.folder, label or context.survey.name)
    entries = journal.read(files.journal)
    if not entries:
        raise RecordsError(f"{files.journal} is not there: nothing was loaded as {files.label}")
    acts = list(_acts(entries))[::-1]
    shown = acts[:most] if most else acts
    lines = [line for act in shown for line in _told(act)]
    if len(acts) > len(shown):
        lines.append(f"… and {count(len(acts) - len(shown), 'earlier command')}.")
    uncertain = FoundSet(files, tuple(entries), 0, HERE).uncertain
    if uncertain:
        lines.insert(
            0, f"{count(uncertain, 'action')} begun without an outcome: inv load --resume finds out."
        )
    items = tuple(
        {"id": str(act.begun["time"]), "status": _name(act.begun), "outcome": _outcome(act)} for act in shown
    )
    return Summary(tuple(lines), {"commands": len(acts), "uncertain": uncertain}, items)


def _acts(entries: Sequence[Entry]) -> Iterator[_Act]:
    act: _Act | None = None
    for entry in entries:
        if entry["event"] in ("load", "command"):
            if act is not None:
                yield act
            act = _Act(entry)
        elif entry["event"] == "outcome" and act is not None:
            act.outcomes[entry["action"], entry["status"]] += 1
            if entry["status"] == journal.FAILED and len(act.failures) < 3:
                act.failures.append(f"{entry['item']}: {entry.get('error', 'failed')}")
    if act is not None:
        yield act


def _told(act: _Act) -> Iterator[str]:
    when = str(act.begun["time"])[:19].replace("T", " ")
    yield f"{when}  {_name(act.begun)}: {_outcome(act)} ({origins.at_commit(act.begun)})"
    for failure in act.failures:
        yield f"{'':21}{failure}"


def _name(begun: Entry) -> str:
    """Return what a command is called; review, approve and reject are one to the journal."""
    command = str(begun.get("command", "load"))
    return "decisions" if command == "decide" else command


def _outcome(act: _Act) -> str:
    parts = [
        f"{number} {_PAST.get(action, action) if status == journal.DONE else f'{action} failed'}"
        for (action, status), number in act.outcomes.items()
    ]
    return ", ".join(parts) or "nothing was done"


def folders_below(directory: Path) -> list[Path]:
    """Return the folders of a tree that hold sets, the top one too; what begins with a dot is passed over."""
    found = {
        path.parent
        for ending in (".journal", ".success")
        for path in directory.rglob(f"*{ending}")
        if not any(part.startswith(".") for part in path.relative_to(directory).parts)
    }
    return sorted(found)
