"""The tasks that generate folders."""

from __future__ import annotations

from pathlib import Path

from invoke import Context

from mturk_tasks import scaffold
from mturk_tasks.report.console import Console
from mturk_tasks.tasks.declare import task


@task(
    name="Name of the folder and of the files in it.",
    sample="Which sample to begin with; an unknown name lists them.",
    directory="Where to put the folder. Default: here.",
    title="Title that workers see. Default: the sample's.",
    reward="Dollars for each assignment, as 0.10. Default: the sample's.",
    git="Whether to put the folder under version control: yes, no or auto.",
)
def hit(
    c: Context,
    name: str,
    sample: str = "helloworld",
    directory: str = ".",
    title: str = "",
    reward: str = "",
    git: str = "auto",
) -> None:
    """Generate a survey folder from a sample."""
    answers = {"name": name, "sample": sample, "title": title, "reward": reward, "git": git}
    folder = scaffold.new_hit(answers, Path(directory).expanduser())
    Console().say(f"{folder} is ready; go there and try: inv load, inv rehearse, inv results")
