"""The tasks for whoever begins: the whole walk, and the handbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invoke import Context

from mturk_tasks.commands import surveys
from mturk_tasks.console import console as pages
from mturk_tasks.console.console import Console
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import task
from mturk_tasks.vocabulary.environments import Configured, choose

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext

SAMPLE = "best_image"
QUALIFICATION = "quiz_qual"
SELECTIVE = "image_category"
_PAGES = Path(__file__).parent.parent / "handbook"


@task()
def demo(c: Context) -> None:
    """Show a survey from the first file to the last cleanup, and one for qualified workers only."""
    console = Console(begun=True)
    survey = _context("hit", SAMPLE, console)
    survey.console.say(f"A new survey, made from the sample {SAMPLE}: {survey.folder}")
    survey.console.show(surveys.demo.first_act(survey))
    qualification = _context("qual", QUALIFICATION, console)
    selective = _context("hit", SELECTIVE, console)
    survey.console.say(f"\nA new qualification, made from the sample {QUALIFICATION}: {qualification.folder}")
    survey.console.show(surveys.demo.second_act(qualification, selective))
    survey.console.show(surveys.demo.farewell(survey))


def _context(kind: str, sample: str, console: Console) -> CommandContext:
    """Return the context of a new folder that is made from a sample."""
    from mturk_tasks import scaffold  # not where the handbook alone is listed
    from mturk_tasks.commands.marketplace.databases import home
    from mturk_tasks.lib import disk
    from mturk_tasks.tasks.bootstrap import furnish

    directory = home() / "demo"
    disk.make_folder(directory)
    make = scaffold.new_hit if kind == "hit" else scaffold.new_qual
    folder = make({"name": _free_name(directory, sample), "sample": sample, "git": "no"}, directory)
    return furnish(folder, choose(Configured(sandbox=True)), console, force=True)


def _free_name(directory: Path, sample: str) -> str:
    """Return a name that no earlier demonstration has taken."""
    number = 1
    while (directory / f"{sample}_{number}").exists():
        number += 1
    return f"{sample}_{number}"


@task(bare="topic", topic=options.text("Which page; all are listed without one."))
def handbook(c: Context, *, topic: str) -> None:
    """Show the handbook, or one page of it."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_PAGES.glob("*.md"))}
    if topic:
        pages.show_page(texts[options.read_choice("handbook", topic.removesuffix(".md"), tuple(texts))])
        return
    for name, text in texts.items():
        Console().say(f"{name:16} {pages.page_title(text)}")
