from __future__ import annotations

import json

import pytest

from mturk_tasks.commands.journal import pseudonym
from mturk_tasks.commands.surveys import decide, load, results
from mturk_tasks.commands.surveys.decide import Choice
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import Declined, UsageError
from mturk_tasks.files import results as results_file


@pytest.fixture
def work(bench):
    """Three pieces of submitted work, by assignment ID."""
    load.run(bench.context(), LoadRequest())
    first, second, _ = [hit["HITId"] for hit in bench.hits()]
    return [bench.submit("AONE", first), bench.submit("ATWO", first), bench.submit("AONE", second)]


def mark(bench, assignment_id, feedback=""):
    results.run(bench.context())
    file = results_file.read(bench.folder / "birds.results")
    rows = [
        {**row, "reject": "x", "feedback": feedback} if row["assignmentid"] == assignment_id else row
        for row in file.rows
    ]
    results_file.write(file.path, ["Answer.bird"], rows)


def said_of(bench, assignment_id):
    return bench.client.get_assignment(AssignmentId=assignment_id)["Assignment"]


def test_all_submitted_work_is_approved(bench, work):
    summary = decide.approve(bench.context())

    assert bench.statuses() == ["Approved"] * 3
    assert (summary.counts, summary.exit_code) == ({"approved": 3, "failed": 0}, 0)


def test_only_named_work_is_approved(bench, work):
    decide.approve(bench.context(), choice=Choice(assignments=[work[1]]))
    assert said_of(bench, work[1])["AssignmentStatus"] == "Approved"
    assert bench.statuses() == ["Approved", "Submitted", "Submitted"]


def test_work_marked_for_rejection_is_left_out_and_said(bench, work, capsys):
    mark(bench, work[0])
    decide.approve(bench.context())

    assert said_of(bench, work[0])["AssignmentStatus"] == "Submitted"
    assert "1 assignment marked for rejection left out" in capsys.readouterr().err


def test_work_that_is_approved_already_is_fine(bench, work):
    decide.approve(bench.context())
    summary = decide.approve(bench.context())

    assert (summary.exit_code, summary.lines) == (0, ("Nothing waits for a decision.",))


def test_an_unknown_assignment_stops_before_any_decision(bench, work):
    with pytest.raises(UsageError, match="3NOSUCH"):
        decide.approve(bench.context(), choice=Choice(assignments=[work[0], "3NOSUCH"]))
    assert bench.statuses() == ["Submitted"] * 3


def test_marked_work_is_rejected_with_its_own_feedback(bench, work):
    mark(bench, work[0], "That is a jay.")
    decide.reject(bench.context(comment="no"))

    assert said_of(bench, work[0])["RequesterFeedback"] == "That is a jay."
    assert bench.statuses() == ["Rejected", "Submitted", "Submitted"]


@pytest.mark.parametrize(("given", "configured"), [("given", "configured"), ("", "configured")])
def test_a_rejection_without_feedback_takes_the_comment(bench, work, given, configured):
    decide.reject(bench.context(comment=configured), choice=Choice(assignments=[work[0]]), comment=given)
    assert said_of(bench, work[0])["RequesterFeedback"] == (given or configured)


def test_a_rejection_without_any_reason_is_refused_before_the_first(bench, work):
    with pytest.raises(UsageError, match="needs a reason"):
        decide.reject(bench.context(), choice=Choice(assignments=work))
    assert bench.statuses() == ["Submitted"] * 3


def test_feedback_that_is_too_long_is_refused_before_the_first(bench, work):
    with pytest.raises(UsageError, match="at most 1024"):
        decide.reject(bench.context(), choice=Choice(assignments=work), comment="x" * 1025)
    assert bench.statuses() == ["Submitted"] * 3


def test_nothing_marked_rejects_nothing(bench, work):
    decide.reject(bench.context(comment="no"))
    assert bench.statuses() == ["Submitted"] * 3


@pytest.mark.parametrize("act", [decide.approve, decide.reject])
def test_without_a_terminal_and_force_nothing_is_decided(bench, work, act):
    mark(bench, work[0], "That is a jay.")
    with pytest.raises(UsageError, match="--force"):
        act(bench.context(force=False))
    assert bench.statuses() == ["Submitted"] * 3


def test_no_at_the_prompt_decides_nothing(bench, work, monkeypatch):
    answer(monkeypatch, "n\n")
    with pytest.raises(Declined):
        decide.approve(bench.context(force=False))
    assert bench.statuses() == ["Submitted"] * 3


@pytest.mark.parametrize("typed", ["\n", "y\n", "Y\n"], ids=["ENTER", "y", "Y"])
def test_yes_at_the_prompt_goes_ahead_after_a_plan_with_the_money(bench, work, monkeypatch, capsys, typed):
    answer(monkeypatch, typed)
    decide.approve(bench.context(force=False))

    assert bench.statuses() == ["Approved"] * 3
    assert "approve 3 assignment(s). At most $0.36 with fees." in capsys.readouterr().err


def answer(monkeypatch, line):
    import io
    import sys

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(line))


def test_a_dry_run_decides_nothing(bench, work):
    summary = decide.approve(bench.context(dry=True))
    assert summary.counts == {"planned": 3}
    assert bench.statuses() == ["Submitted"] * 3


def test_workers_stand_in_the_journal_under_a_pseudonym_alone(bench, work):
    decide.approve(bench.context())
    text = bench.read("birds.journal")
    intents = [entry for entry in map(json.loads, text.splitlines()) if entry.get("action") == "approve"]

    assert "AONE" not in text
    assert intents[0]["worker"] == pseudonym(bench.home / "journal.key", "AONE")


def test_decisions_on_hits_of_the_old_tools_are_journaled_at_home(bench, work):
    (bench.folder / "birds.journal").unlink()
    decide.approve(bench.context())

    assert not (bench.folder / "birds.journal").exists()
    assert work[0] in (bench.home / "journal" / "sandbox.journal").read_text()


def test_commands_outside_any_set_wait_for_each_other(bench, work):
    import threading

    from mturk_tasks.commands.journal import Journal

    path = bench.home / "journal" / "sandbox.journal"
    path.parent.mkdir(parents=True)
    first = Journal(path)
    (bench.folder / "birds.journal").unlink()
    second = threading.Thread(target=decide.approve, args=(bench.context(),))
    second.start()
    second.join(timeout=1)
    waited = second.is_alive()
    first.close()
    second.join(timeout=60)

    assert waited
    assert bench.statuses() == ["Approved"] * 3
