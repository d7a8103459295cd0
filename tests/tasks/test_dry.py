"""`inv --dry` looks and tells; it writes no file and creates no database."""

from __future__ import annotations

import pytest

from tests.tasks.shell import mark_first, snapshot

pytestmark = pytest.mark.walk

COMMANDS = [
    ("load",),
    ("load", "--resume"),
    ("load", "--label", "again"),
    ("check",),
    ("status",),
    ("rehearse",),
    ("results",),
    ("results", "--namevaluepairs"),
    ("results", "--format", "csv"),
    ("results", "--drafts", "--files"),
    ("late",),
    ("review",),
    ("approve",),
    ("reject", "--comment", "no"),
    ("cleanup",),
    ("cleanup", "--expire", "--approve"),
]
commands = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


@commands
def test_a_dry_run_without_a_sandbox_makes_none(shell, home, words):
    before = snapshot(shell.folder)
    ended = shell.inv("--dry", *words)

    assert ended.code == (0 if words in (("load",), ("check",)) or "again" in words else 5)
    assert snapshot(shell.folder) == before
    assert not home.exists()


@commands
def test_a_dry_run_in_the_middle_of_a_survey_changes_nothing(shell, sandbox, home, words):
    for before in (("load", "--maxhits", "2"), ("rehearse", "--skip", "1"), ("results",)):
        shell.do(*before)
    mark_first(shell.folder / "birds.results")
    state, work = snapshot(shell.folder, home), sandbox.statuses()
    ended = shell.inv("--dry", *words)

    assert ended.code == (5 if words == ("load",) else 0)
    assert snapshot(shell.folder, home) == state
    assert sandbox.statuses() == work


def test_a_dry_load_says_what_it_would_do_and_what_that_costs(shell):
    assert shell.do("--dry", "load") == ("Dry run: 3 HITs would be created as birds for at most $0.72.\n")


def test_a_dry_cleanup_says_what_would_stay(shell):
    shell.do("load")
    said = shell.do("--dry", "cleanup")

    assert "Dry run: You are about to delete 0 HITs." in said
    assert said.count("still open to workers") == 3
