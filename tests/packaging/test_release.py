"""What `inv release` refuses, and that the version here could be released."""

from __future__ import annotations

import re
import runpy
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mturk_tasks import __version__

ROOT = Path(__file__).parent.parent.parent
TASKS = runpy.run_path(str(ROOT / "tasks.py"))
CHANGES = "# Changes\n\n## 1.1.0 (unreleased)\n\n* More.\n\n## 1.0.0\n\n* All.\n"


def test_a_version_whose_changes_are_told_can_be_released():
    assert TASKS["obstacles"]("1.1.0", CHANGES, "") == []


@pytest.mark.parametrize("version", ["1.2.0", "1.0.0", "1.1"])
def test_a_version_that_the_changes_do_not_begin_with_is_refused(version):
    (why,) = TASKS["obstacles"](version, CHANGES, "")
    assert why.endswith(f"## {version}")


def test_what_is_not_committed_is_not_released():
    (why,) = TASKS["obstacles"]("1.1.0", CHANGES, " M README.md\n")
    assert why.startswith("commit first")


def test_a_distribution_without_the_licence_is_refused():
    whole = [f"mturk_tasks-1.1.0/{name}" for name in TASKS["RELEASED"]]
    torn = [name for name in whole if not name.endswith("LICENSE")]

    assert TASKS["lacking"]({"a.tar.gz": whole}) == []
    assert TASKS["lacking"]({"a.tar.gz": torn}) == ["a.tar.gz has no mturk_tasks/LICENSE"]


def test_the_changes_begin_with_the_version_there_is():
    changes = (ROOT / "mturk_tasks" / "handbook" / "changes.md").read_text(encoding="utf-8")
    assert TASKS["obstacles"](__version__, changes, "") == []


def test_the_versions_the_tests_ran_with_are_some_that_may_be_installed():
    tomllib = pytest.importorskip("tomllib")  # which Python 3.10 has not
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    ran = dict(line.split("==") for line in lines)
    versions = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in ran.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]

    assert [
        str(one) for one in map(Requirement, wanted) if versions[one.name.lower()] not in one.specifier
    ] == []
