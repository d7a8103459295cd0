"""More than one round of work, other folders, other layouts: what a survey meets in practice."""

from __future__ import annotations

import pytest

from tests.tasks.shell import REASON, mark_first, snapshot, table

pytestmark = pytest.mark.walk


def test_every_command_works_from_a_folder_below_the_survey(shell, sandbox, monkeypatch):
    below = shell.folder / "notes" / "drafts"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    for words in (("load",), ("rehearse",), ("status",), ("results",), ("approve", "--force")):
        shell.do(*words)
    assert sandbox.statuses() == ["Approved"] * 6

    shell.do("results")
    mark = (shell.folder / "birds.results").read_text(encoding="utf-8")
    assert mark.count('"Approved"') == 6
    shell.do("cleanup", "--force")
    assert sandbox.hits() == []
    assert list(below.iterdir()) == []


def test_work_in_several_rounds_ends_with_everything_decided_once(shell, sandbox):
    shell.do("load")
    shell.do("rehearse", "--skip", "1")
    shell.do("results")
    shell.do("approve", "--force")
    assert sandbox.statuses() == ["Approved"] * 3

    shell.do("rehearse", "--seed", "2")
    shell.do("results")
    shell.do("review")
    assert sandbox.statuses() == ["Approved"] * 6
    assert "6 assignments decided before" in shell.inv("review").err


def test_the_same_seed_gives_the_same_answers(shell, sandbox, home):
    def rehearsed(label, seed):
        shell.do("load", "--label", label)
        shell.do("rehearse", "--label", label, "--seed", seed)
        shell.do("results", "--label", label)
        return [row["Answer.bird"] for row in table(shell.folder / f"{label}.results")]

    first, second, other = rehearsed("one", "7"), rehearsed("two", "7"), rehearsed("three", "8")
    assert first == second
    assert first != other


def test_both_layouts_of_the_results_hold_the_same_answers(shell):
    for words in (("load",), ("rehearse",), ("results",)):
        shell.do(*words)
    columns = [f"bird={row['Answer.bird']}" for row in table(shell.folder / "birds.results")]
    shell.do("results", "--namevaluepairs")
    pairs = [row["answers[question_id answer_value]"] for row in table(shell.folder / "birds.results")]

    assert pairs == columns


def test_a_rejection_without_a_reason_is_refused_and_one_with_a_comment_is_not(shell, sandbox):
    for words in (("load",), ("rehearse",), ("results",)):
        shell.do(*words)
    mark_first(shell.folder / "birds.results", reason="")
    before = snapshot(shell.folder)

    refused = shell.inv("reject", "--force")
    assert (refused.code, snapshot(shell.folder)) == (2, before)
    assert "--comment" in refused.err
    shell.do("reject", "--force", "--comment", REASON)
    assert sandbox.statuses() == ["Rejected"] + ["Submitted"] * 5


def test_a_load_says_when_the_sandboxs_clock_is_ahead_of_the_worlds(shell):
    assert "clock" not in shell.inv("load").err
    shell.do("rehearse")

    assert "the sandbox's clock is" in shell.inv("load", "--label", "again").err
