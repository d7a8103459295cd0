"""A survey folder of somebody's, whose `.git` names programs that git would start."""

from __future__ import annotations

import json

import pytest

from tests.files.traps import TRAPS, committed


@pytest.fixture
def mark(folder, tmp_path):
    """Commit the survey, lay every trap in it, and return the mark that they would leave."""
    committed(folder)
    for trap in TRAPS.values():
        if trap.careless[0] != "ls-tree":  # those take away what the others need
            trap.lay(folder, f"touch {tmp_path / 'mark'}")
    rows = (folder / "birds.input").read_text()
    (folder / "birds.input").write_text(rows.replace("owl", "auk"))
    return tmp_path / "mark"


def test_loading_it_and_looking_at_it_starts_nothing(shell, mark):
    shell.do("load")
    shell.do("status")

    assert not mark.exists()


def test_the_old_command_starts_nothing_either(mturk, folder, mark):
    named = [
        word
        for kind in ("input", "question", "properties")
        for word in (f"-{kind}", str(folder / f"birds.{kind}"))
    ]
    assert mturk("loadHITs", *named).code == 0

    assert not mark.exists()


@pytest.mark.parametrize("trap", ["ssh", "a remote command", "a remote helper"])
def test_a_commit_that_is_not_whole_is_not_fetched(shell, folder, mark, trap):
    TRAPS[trap].lay(folder, f"touch {mark}")
    shell.do("load")

    assert "birds.question not compared" in shell.do("status")
    assert not mark.exists()


def test_the_journal_names_what_was_not_compared(shell, mark):
    shell.do("load")
    entry = next(line for line in map(json.loads, shell.journal().splitlines()) if line["event"] == "load")

    assert (entry["dirty"], entry["not_compared"]) == (None, ["birds.input"])
    assert "birds.input not compared" in shell.do("status")
