"""Tasks of this project itself: show what it does, generate folders, test, check and build."""

from __future__ import annotations

import shlex
import sys

from invoke import Context, task

from mturk_tasks.tasks.collections import root_tasks

SLOW = "not browser and not crash and not packaging and not postgres and not walk"


@task(
    help={"quick": "Leave out what takes its time: browser, crash, packaging, postgres, walk."},
    auto_shortflags=False,
)
def test(c: Context, quick: bool = False) -> None:  # noqa: PT028  # a task named test is no test
    """Run the tests, on all cores."""
    chosen = f" -m {shlex.quote(SLOW)}" if quick else ""
    _python(c, f"pytest -q -n auto --dist worksteal{chosen}")


@task
def lint(c: Context) -> None:
    """Check style, types and security."""
    _python(c, "ruff check .")
    _python(c, "ruff format --check .")
    _python(c, "mypy")
    _python(c, "bandit -q -r -ll mturk_tasks")  # what it finds of less weight, ruff asks a reason for


@task
def build(c: Context) -> None:
    """Build the source distribution and the wheel into dist/."""
    _python(c, "build")


def _python(c: Context, module: str) -> None:
    """Run a module with the Python that runs this."""
    c.run(f"{shlex.quote(sys.executable)} -m {module}", in_stream=False)


ns = root_tasks()
for own in (test, lint, build):
    ns.add_task(own)
