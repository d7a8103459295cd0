"""Which tasks there are where: in a survey folder, and at the root of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from invoke import Collection

from mturk_tasks.tasks import demo, hit, new
from mturk_tasks.tasks.wiring import DEFAULTS

SURVEY = (hit.load, hit.status, hit.rehearse, hit.results, hit.review, hit.approve, hit.reject, hit.cleanup)


def hit_tasks(tasks_file: str) -> Collection:
    """Return the tasks of the survey folder in which `tasks_file` stands."""
    return _configured(Collection(*SURVEY), Path(tasks_file).resolve().parent)


def root_tasks() -> Collection:
    """Return the tasks that need no survey folder."""
    root = Collection(demo.demo)
    root.add_collection(Collection("new", new.hit))
    return _configured(root, Path.cwd())


def _configured(tasks: Collection, folder: Path) -> Collection:
    settings: dict[str, Any] = {"mturk": {**DEFAULTS, "folder": str(folder)}}
    tasks.configure(settings)
    return tasks
