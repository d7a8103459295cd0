"""Fetch the files that workers sent with their answers, each once, into a folder beside the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.commands.desk import Desk
from mturk_tasks.commands.rows import answers_in
from mturk_tasks.commands.sets import HitSet
from mturk_tasks.commands.work import Work
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import atomic
from mturk_tasks.report.summary import Summary, count
from mturk_tasks.requester import uploads
from mturk_tasks.requester.records import Assignment
from mturk_tasks.vocabulary.filenames import clean


@dataclass(frozen=True)
class Upload:
    """One file of an answer, and where it goes."""

    assignment_id: str
    question: str
    size: int
    path: Path


def fetch(desk: Desk, found: HitSet, work: Sequence[Work]) -> Summary:
    """Fetch the files of submitted work that are not there yet; nothing is overwritten."""
    wanted = [one for item in work for done in item.assignments for one in _of(done, found.files.uploads)]
    there = [one for one in wanted if one.path.exists()]
    new = [one for one in wanted if not one.path.exists()]
    problems = [_changed(one) for one in there if one.path.stat().st_size != one.size]
    problems += [
        f"Error: {outcome.item.path} could not be fetched: {outcome.error}"
        for outcome in desk.each(new, lambda one: _save(desk, one))
        if not outcome.ok
    ]
    for problem in problems:
        desk.console.note(problem)
    done = sum(one.path.exists() for one in new)
    lines = [f"{count(done, 'file')} fetched into folder '{found.files.uploads}'."] if wanted else []
    lines += [] if wanted else ["No files were sent."]
    return Summary(
        tuple(lines), {"files": done, "files_failed": len(problems)}, exit_code=int(bool(problems))
    )


def _of(done: Assignment, folder: Path) -> Iterator[Upload]:
    """Yield the files of an assignment; two that would have one name, in whatever case, get a number."""
    taken: set[str] = set()
    own = folder / clean(done.assignment_id)
    for answer in answers_in(done.answer, f"assignment {done.assignment_id}"):
        if answer.file_name is None:
            continue
        name = _free(f"{clean(answer.question, 'question')}-{clean(answer.file_name)}", taken)
        yield Upload(done.assignment_id, answer.question, answer.file_size, own / name)


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with a number in front of it where it is taken, and take it."""
    names = (name, *(f"{number}-{name}" for number in range(2, len(taken) + 3)))
    free = next(one for one in names if one.casefold() not in taken)
    taken.add(free.casefold())
    return free


def _save(desk: Desk, one: Upload) -> None:
    content = uploads.content(desk.client, one.assignment_id, one.question, one.size)
    with atomic.on_disk(one.path):
        one.path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(one.path, content)


def _changed(one: Upload) -> str:
    problem = Problem(one.path, None, f"is not the file of {one.size} bytes that was sent; it is left alone")
    return f"Error: {FileError(problem)}"
