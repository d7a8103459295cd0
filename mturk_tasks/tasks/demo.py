"""The task that shows the whole walk."""

from __future__ import annotations

from pathlib import Path

from invoke import Context

from mturk_tasks import commands, scaffold
from mturk_tasks.report.console import Console
from mturk_tasks.tasks.declare import task
from mturk_tasks.tasks.wiring import furnish, home
from mturk_tasks.vocabulary.environments import Configured, choose

SAMPLE = "best_image"


@task()
def demo(c: Context) -> None:
    """Show a survey from the first file to the last cleanup, with simulated workers."""
    directory = home() / "demo"
    folder = scaffold.new_hit({"name": _free_name(directory), "sample": SAMPLE, "git": "no"}, directory)
    at = furnish(folder, choose(Configured(sandbox=True)), Console(), force=True)
    at.console.say(f"A new survey, made from the sample {SAMPLE}: {folder}")
    at.console.show(commands.demo.run(at))


def _free_name(directory: Path) -> str:
    """Return a name that no earlier demonstration has taken."""
    number = 1
    while (directory / f"{SAMPLE}_{number}").exists():
        number += 1
    return f"{SAMPLE}_{number}"
