"""Processes that die without a word, and processes that meet; afterwards each row has one HIT."""

from __future__ import annotations

import json
import shutil
import signal

import pytest

from mturk_tasks.commands import journal
from tests.tasks.shell import ended, pictures, wait

pytestmark = pytest.mark.crash

ROWS = 200


def kill(shell, moment, *words):
    """Kill a command when its journal has come to a moment."""
    process = shell.start(*words)
    wait(lambda: moment(shell.journal()), process)
    process.kill()
    assert ended(process).code == -signal.SIGKILL


def lines(number, *texts):
    """Return whether a journal has so many lines with all of these texts in them."""
    return lambda journal: sum(all(text in line for text in texts) for line in journal.split("\n")) >= number


def complete(shell, sandbox, rows=ROWS):
    """Say whether every row has one HIT, and the receipt names them all."""
    hits = sandbox.hits()
    assert sorted(hit["RequesterAnnotation"] for hit in hits) == pictures(rows)
    assert len(shell.receipt()) == rows
    assert set(shell.receipt()) == {hit["HITId"] for hit in hits}
    return True


MOMENTS = {
    "before-the-hit-type": lines(1, '"event": "load"'),
    "at-the-first-row": lines(1, '"event": "intent"'),
    "after-one": lines(1, '"status": "done"'),
    "after-thirty": lines(30, '"status": "done"'),
    "after-a-hundred": lines(100, '"status": "done"'),
}


@pytest.mark.parametrize("workers", ["1", "8"], ids=["one-at-a-time", "eight-at-once"])
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_a_load_that_is_killed_is_resumed_to_one_hit_a_row(shell, sandbox, moment, workers):
    shell.rows(ROWS)
    kill(shell, moment, "load", "--workers", workers)
    shell.do("load", "--resume")

    assert complete(shell, sandbox)


def test_a_load_that_is_killed_again_and_again_gets_there(shell, sandbox):
    shell.rows(ROWS)
    kill(shell, lines(20, '"status": "done"'), "load")
    for number in (40, 60, 80):
        kill(shell, lines(number, '"status": "done"'), "load", "--resume")
    shell.do("load", "--resume")

    assert complete(shell, sandbox)


def test_after_a_kill_a_plain_load_is_refused_and_says_how_to_go_on(shell, sandbox):
    shell.rows(ROWS)
    kill(shell, lines(20, '"status": "done"'), "load")
    made = sandbox.hits()
    again = shell.inv("load")

    assert again.code == 5
    assert "--resume" in again.err
    assert sandbox.hits() == made
    assert shell.inv("status").code == 0


@pytest.fixture
def worked(shell):
    shell.rows(60)
    for words in (("load",), ("rehearse",)):
        shell.do(*words)
    return shell


@pytest.mark.parametrize("number", [1, 40])
def test_an_approval_that_is_killed_is_finished_with_every_worker_paid_once(worked, sandbox, number):
    kill(worked, lines(number, '"outcome"', '"approve"'), "approve", "--force")
    worked.do("approve", "--force")

    assert sandbox.statuses() == ["Approved"] * 120
    assert sandbox.payments() == 120
    entries = journal.read(worked.folder / "birds.journal")
    assert journal.open_intents(entries, "approve") == {}
    assert len(journal.done(entries, "approve")) == 120


@pytest.mark.parametrize("number", [1, 30])
def test_a_cleanup_that_is_killed_is_finished_with_every_hit_gone(worked, sandbox, number):
    kill(worked, lines(number, '"outcome"', '"delete"'), "cleanup", "--approve", "--force")
    left = len(sandbox.hits())
    worked.do("cleanup", "--approve", "--force")

    assert 0 < left < 60
    assert sandbox.hits() == []
    assert sandbox.payments() == 120


def test_a_rehearsal_that_is_killed_leaves_a_sandbox_that_works(shell, sandbox):
    shell.rows(60)
    shell.do("load")
    process = shell.start("rehearse")
    wait(lambda: len(sandbox.statuses()) > 5, process)
    process.kill()
    ended(process)
    shell.do("rehearse", "--seed", "2")

    assert sandbox.statuses() == ["Submitted"] * 120


def test_results_that_are_killed_are_whole_or_not_there(worked):
    process = worked.start("results")
    wait(lambda: list(worked.folder.glob("*birds.results*")), process)
    process.kill()
    ended(process)
    worked.do("results")

    assert len((worked.folder / "birds.results").read_text(encoding="utf-8").splitlines()) == 121


def test_two_loads_into_one_sandbox_lose_nothing_and_double_nothing(shell, sandbox):
    other = shutil.copytree(shell.folder, shell.folder.with_name("more"))
    shell.rows(100)
    shell.rows(100, other)
    both = [shell.start("load"), shell.start("load", folder=other)]

    assert [ended(process).code for process in both] == [0, 0]
    assert sandbox.annotations() == sorted(pictures(100) * 2)
    receipts = [(folder / "birds.success").read_text(encoding="utf-8") for folder in (shell.folder, other)]
    ids = {line.split("\t")[0] for text in receipts for line in text.splitlines()[1:]}
    assert ids == {hit["HITId"] for hit in sandbox.hits()}


@pytest.mark.parametrize("words", [("load",), ("load", "--workers", "4")], ids=" ".join)
def test_of_two_loads_in_one_folder_one_is_told_that_the_other_is_at_work(shell, sandbox, words):
    shell.rows(ROWS)
    both = [shell.start(*words), shell.start(*words)]
    codes = [ended(process) for process in both]

    assert sorted(one.code for one in codes) == [0, 5], codes
    assert complete(shell, sandbox)
    assert len([line for line in shell.journal().splitlines() if '"event": "set"' in line]) == 1


def test_of_two_resumes_in_one_folder_one_is_told_that_the_other_is_at_work(shell, sandbox):
    shell.rows(ROWS)
    shell.do("load", "--maxhits", "5")
    both = [ended(process) for process in [shell.start("load", "--resume"), shell.start("load", "--resume")]]

    assert {0} <= {one.code for one in both} <= {0, 5}, both
    assert complete(shell, sandbox)


def test_a_decision_during_a_load_is_told_to_wait(shell, sandbox):
    shell.rows(ROWS)
    load = shell.start("load")
    wait(lambda: lines(10, '"status": "done"')(shell.journal()), load)
    cleanup = shell.inv("cleanup", "--expire", "--force")

    assert cleanup.code == 5
    assert "another command is at work on these HITs" in cleanup.err
    assert ended(load).code == 0
    assert complete(shell, sandbox)


def test_every_line_of_a_journal_that_was_killed_is_a_line_after_the_next_command(shell):
    shell.rows(ROWS)
    kill(shell, lines(30, '"status": "done"'), "load", "--workers", "8")
    with (shell.folder / "birds.journal").open("ab") as file:
        file.write(b'{"event": "intent", "acti')
    shell.do("load", "--resume")

    assert all(json.loads(line) for line in shell.journal().splitlines())
