"""Which tasks there are where: in a survey folder, and at the root of the project."""

from __future__ import annotations

import atexit
import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from invoke import Collection, Exit

from mturk_tasks.console import console
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.tasks import account, hit, marketplace, qual, settings
from mturk_tasks.tasks.decorators import MarketTask
from mturk_tasks.tasks.settings import DEFAULTS

# Know a folder of ours by its files, none of which is run: its settings, else what its
# `tasks.py` says.


SURVEY: Final = "survey"
QUALIFICATION: Final = "qualification"
_TASKS: Final = "tasks.py"
_SAYS: Final = re.compile(rb"^ns\s*=\s*(hit|qual)_tasks\(\s*__file__\s*\)", re.MULTILINE)
_KINDS: Final = {b"hit": SURVEY, b"qual": QUALIFICATION}
_LARGEST: Final = 65_536  # bytes of a tasks.py that are looked through


@dataclass(frozen=True)
class Folder:
    """A survey's or a qualification's folder, and the settings in it, as invoke keeps them."""

    path: Path
    kind: str
    settings: dict[str, Any]


def find(start: Path) -> Folder | None:
    """Return the folder of ours in which somebody stands, or in a folder of which; None elsewhere.

    It has a section `mturk:` in its settings, or a `tasks.py` such as we write. Raise FileError for
    settings on the way up that cannot be read.
    """
    for path in (start, *start.parents):
        shown = Path(os.path.relpath(path))
        file = settings.file_of(shown)
        read = settings.read(file) if file else None
        said = _said_by_tasks(path / _TASKS)
        if said or (read and read.ours):
            return Folder(path, _kind(shown, read, said), read.nested if read else {})
    return None


def _kind(folder: Path, read: settings.FolderSettings | None, said: str) -> str:
    """Return what a folder holds: as its settings say, else its `tasks.py`, else its other files."""
    named = read.found.get("kind") if read else None
    if read and named and named.value:
        if named.value not in _KINDS.values():
            text = f"kind: {named.value!r} is not known; write {SURVEY} or {QUALIFICATION}"
            raise FileError(Problem(read.path, named.line, text))
        return named.value
    if said:
        return said
    from mturk_tasks.legacy import adoption  # for the rare folder that does not say it

    return adoption.kind(folder)


def _said_by_tasks(path: Path) -> str:
    """Return what kind of tasks a `tasks.py` makes, by its text; nothing where it is none of ours."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            said = _SAYS.search(file.read(_LARGEST))
    except OSError:  # a stranger's, in a folder above
        return ""
    return _KINDS[said[1]] if said else ""


OLD_NAMES = {  # of the old commands that a survey folder has a task for
    hit.load: "loadHITs",
    hit.check: "",
    hit.link: "",
    hit.study: "",
    hit.participants: "",
    hit.status: "",
    hit.sets: "",
    hit.log: "",
    hit.rehearse: "",
    hit.results: "getResults",
    hit.report: "",
    hit.quality: "",
    hit.aggregate: "",
    hit.dataset: "",
    hit.late: "",
    hit.review: "reviewResults",
    hit.approve: "approveWork",
    hit.reject: "rejectWork",
    hit.bonus: "grantBonus",
    hit.extend: "extendHITs",
    hit.update: "updateHITs",
    hit.stop: "",
    hit.cleanup: "deleteHITs",
}
QUALIFICATION_NAMES = {  # likewise, of those that a qualification folder has a task for
    qual.create: "createQualificationType",
    qual.status: "",
    qual.rehearse: "",
    qual.requests: "getQualificationRequests",
    qual.evaluate: "evaluateQualificationRequests",
    qual.approve: "approveQualificationRequests",
    qual.reject: "rejectQualificationRequests",
    qual.assign: "assignQualification",
    qual.score: "updateQualificationScore",
    qual.revoke: "revokeQualification",
    qual.update: "updateQualificationType",
    qual.retire: "",
}


def hit_tasks(tasks_file: str) -> Collection:
    """Return the tasks of the survey folder in which `tasks_file` stands.

    End with exit code 2 where the folder's settings cannot be read.
    """
    return tasks_of(_usable(tasks_file), SURVEY)


def qual_tasks(tasks_file: str) -> Collection:
    """Return the tasks of the qualification folder in which `tasks_file` stands.

    End with exit code 2 where the folder's settings cannot be read.
    """
    return tasks_of(_usable(tasks_file), QUALIFICATION)


def tasks_of(folder: Path, kind: str) -> Collection:
    """Return the tasks of a folder of that kind."""
    people = Collection("workers", account.block, account.unblock)
    if kind == QUALIFICATION:
        people.add_task(qual.workers, name="list", default=True)
    tasks = Collection()
    for one, old_name in (QUALIFICATION_NAMES if kind == QUALIFICATION else OLD_NAMES).items():
        tasks.add_task(one, aliases=(old_name,) if old_name else ())
    return _configured(_with_account(tasks, people), folder)


def _usable(tasks_file: str) -> Path:
    """Return the folder of a `tasks.py`; end with exit code 2 where its settings cannot be read.

    What runs it is invoke, which leaves what it lists to the end of the process, where a reader that has
    gone would be told with a traceback.
    """
    atexit.register(console.flush_quietly)
    folder = Path(tasks_file).resolve().parent
    try:
        settings.check(Path(os.path.relpath(folder)))
    except FileError as error:
        raise Exit(f"error: {console.describe(error)}", code=error.exit_code) from error
    return folder


def root_tasks() -> Collection:
    """Return the tasks that need no survey folder."""
    from mturk_tasks.tasks import beginning, folders

    root = Collection(beginning.demo, folders.adopt, folders.install_scripts)
    root.add_collection(Collection("new", folders.hit, folders.qual))
    people = Collection("workers", account.block, account.unblock)
    return _configured(_with_account(root, people), Path.cwd())


def builtin_tasks() -> Collection:
    """Return the tasks that `mturk` has everywhere: the root's, and the old commands."""
    from mturk_tasks.tasks import old_qualifications, old_surveys

    tasks = root_tasks()
    for declared in (*_declared(old_surveys), *_declared(old_qualifications)):
        tasks.add_task(declared)
    return tasks


def _declared(module: ModuleType) -> list[MarketTask]:
    """Return the tasks that a module declares."""
    return [value for value in vars(module).values() if isinstance(value, MarketTask)]


def old_command_names() -> list[str]:
    """Return the names of the 23 old commands."""
    return sorted(name for name, task in builtin_tasks().tasks.items() if getattr(task, "old", False))


def asking_command_names() -> list[str]:
    """Return the names of the old commands that ask for a confirmation unless `-force` is given."""
    tasks = builtin_tasks().tasks
    return [name for name in old_command_names() if "force" in tasks[name].help]


def folder_task_names() -> dict[str, str]:
    """Return of each task that only a folder has what kind of folder that is."""
    kinds = {known.name: QUALIFICATION for known in QUALIFICATION_NAMES}
    return {**kinds, **{old_name.name: SURVEY for old_name in OLD_NAMES}}


def _with_account(tasks: Collection, people: Collection) -> Collection:
    """Add what is nearly the same everywhere: handbook, account, its workers, and the marketplace itself."""
    from mturk_tasks.tasks import beginning

    tasks.add_task(beginning.handbook)
    tasks.add_task(account.doctor)
    tasks.add_collection(people)
    tasks.add_collection(Collection("account", account.balance, account.reset))
    tasks.add_collection(Collection("marketplace", *_declared(marketplace)))
    return tasks


def _configured(tasks: Collection, folder: Path) -> Collection:
    defaults: dict[str, Any] = {"mturk": {**DEFAULTS, "folder": str(folder)}}
    tasks.configure(defaults)
    return tasks
