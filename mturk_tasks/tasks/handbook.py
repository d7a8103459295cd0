"""The task that shows the handbook, the same everywhere."""

from __future__ import annotations

from pathlib import Path

from invoke import Context

from mturk_tasks.console import console
from mturk_tasks.console.console import Console
from mturk_tasks.tasks import options
from mturk_tasks.tasks.decorators import task

_PAGES = Path(__file__).parent.parent / "handbook"


@task(bare="topic", topic="Which page; all are listed without one.")
def handbook(c: Context, topic: str = "") -> None:
    """Show the handbook, or one page of it."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in sorted(_PAGES.glob("*.md"))}
    if topic:
        console.show_page(pages[options.choice("handbook", topic.removesuffix(".md"), tuple(pages))])
        return
    for name, text in pages.items():
        Console().say(f"{name:16} {console.page_title(text)}")
