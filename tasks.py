"""Tasks of this project itself: show what it does, generate folders, test, check and build."""

from __future__ import annotations

import math
import os
import shlex
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from invoke import Context, Exit, task

from mturk_tasks import __version__
from mturk_tasks.console.console import Console
from mturk_tasks.tasks.collections import root_tasks

HERE = Path(__file__).parent
SLOW = "not browser and not crash and not long and not packaging and not postgres and not walk"
MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own in it
ROOM = 6 * 1024**3  # bytes; the whole suite writes about 2.5 GB
RELEASED = {  # what must be in both distributions, of all that could be forgotten
    "mturk_tasks/LICENSE",
    "mturk_tasks/py.typed",
    "mturk_tasks/handbook/changes.md",
    "mturk_tasks/marketplace/web/pages/layout.html",
    "cookiecutter-hit/cookiecutter.json",
    "cookiecutter-qual/cookiecutter.json",
}


@task(
    help={
        "quick": "Leave out what takes its time: browser, crash, long, packaging, postgres, walk.",
        "every-crash": "Strike at every call, not only at the first and the last of each kind.",
        "coverage": "Print which lines and branches the tests reach, processes of their own left out.",
    },
    auto_shortflags=False,
)
def test(
    c: Context,
    quick: bool = False,  # noqa: PT028  # a task named test is not a test
    every_crash: bool = False,  # noqa: PT028  # likewise
    coverage: bool = False,  # noqa: PT028  # likewise
) -> None:
    """Run the tests, on all cores."""
    chosen = f" -m {shlex.quote(SLOW)}" if quick else ""
    measured = " --cov=mturk_tasks --cov-branch --cov-report=term" if coverage else ""
    environment = {"PYTHONDONTWRITEBYTECODE": ""}  # or each of many processes compiles the package anew
    if every_crash:
        environment["MTURK_TEST_EVERY_CRASH"] = "1"
    # Browsers and servers are waited for: with a process a core, a third of the time nobody works.
    processes = (os.cpu_count() or 1) if quick else math.ceil((os.cpu_count() or 1) * 1.5)
    _python(c, f"pytest -q -n {processes} --dist worksteal{chosen}{measured}", environment | _scratch())


@task(
    help={
        "names": "Which benchmarks, comma-separated; all without.",
        "which": "List the benchmarks.",
        "json": "Write the figures as JSON.",
        "write": "Write the table to tests/benchmarks/RESULTS.md.",
    },
    positional=[],
    auto_shortflags=False,
)
def bench(c: Context, names: str = "", which: bool = False, json: bool = False, write: bool = False) -> None:
    """Measure speed against its goals; each benchmark takes up to two minutes."""
    words = [name.strip() for name in names.split(",") if name.strip()]
    flags = [flag for flag, given in (("--list", which), ("--json", json), ("--write", write)) if given]
    _python(c, shlex.join(["tests.benchmarks", *words, *flags]))


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


@task
def release(c: Context) -> None:
    """Check and build what would be published, and look it over; nothing is uploaded."""
    changes = (HERE / "mturk_tasks" / "handbook" / "changes.md").read_text(encoding="utf-8")
    uncommitted = c.run("git status --porcelain", hide=True).stdout
    _refuse(obstacles(__version__, changes, uncommitted))
    build(c)
    _refuse(lacking(distributions(HERE / "dist", __version__)))
    undated = f"; {__version__} is still unreleased in changes.md" if "(unreleased)" in changes else ""
    Console().say(f"Version {__version__} is in dist/ and complete; nothing was uploaded{undated}.")


def obstacles(version: str, changes: str, uncommitted: str) -> list[str]:
    """Return why a version cannot be built for others; `uncommitted` is what git says is not committed."""
    headings = [line.split()[1] for line in changes.splitlines() if line.startswith("## ")]
    told = [] if version in headings[:1] else [f"changes.md does not begin with a heading ## {version}"]
    return [*(["commit first: there are changes that git does not hold"] if uncommitted else []), *told]


def lacking(built: dict[str, Collection[str]]) -> list[str]:
    """Return what is missing in each of the files built, whose names are given under the file's own."""
    return [
        f"{file} has no {wanted}"
        for file, names in built.items()
        for wanted in sorted(RELEASED)
        if not any(f"/{name}".endswith(f"/{wanted}") for name in names)
    ]


def distributions(folder: Path, version: str) -> dict[str, Collection[str]]:
    """Return the names in the wheel and in the source distribution of a version."""
    wheel, source = f"mturk_tasks-{version}-py3-none-any.whl", f"mturk_tasks-{version}.tar.gz"
    with zipfile.ZipFile(folder / wheel) as one, tarfile.open(folder / source) as other:
        return {wheel: one.namelist(), source: other.getnames()}


def _scratch() -> dict[str, str]:
    """Let tests write to memory where it has room: they wait for the disk thousands of times.

    A `TMPDIR` that somebody has set stays.
    """
    roomy = "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return {"TMPDIR": str(MEMORY)} if roomy else {}


def _refuse(why: list[str]) -> None:
    """End with exit code 1 where there is a reason to."""
    if why:
        raise Exit("error: " + "; ".join(why), code=1)


def _python(c: Context, module: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a module with the Python that runs this."""
    c.run(f"{shlex.quote(sys.executable)} -m {module}", in_stream=False, env=dict(environment or {}))


ns = root_tasks()
for own in (test, bench, lint, build, release):
    ns.add_task(own)
