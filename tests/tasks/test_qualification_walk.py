"""Each sample of a qualification, from its folder to a survey that only the qualified get into."""

from __future__ import annotations

import shutil
import signal

import pytest

from mturk_tasks import scaffold
from tests.tasks.shell import Shell, ended, table, wait

TREES = "trees"
ASK = """\
qualification.1: @../trees
qualification.comparator.1: GreaterThanOrEqualTo
qualification.value.1: 80
"""


@pytest.fixture
def folder(request, tmp_path):
    sample = getattr(request.node, "callspec", None) and request.node.callspec.params.get("sample")
    answers = {"name": TREES, "sample": sample or "assign_qualification", "git": "no"}
    return scaffold.new_qual(answers, tmp_path)


@pytest.fixture
def survey(generated, tmp_path, capsys):
    """A survey beside the qualification, and a prompt in it."""
    return Shell(shutil.copytree(generated, tmp_path / "birds"), capsys)


def scores(shell):
    lines = shell.do("workers").splitlines()[2:]
    return {line.split()[0]: int(line.split()[1]) for line in lines}


def take_part(shell, survey, monkeypatch, label):
    """Load the survey, let the workers try, and return who got in."""
    monkeypatch.chdir(survey.folder)
    survey.do("load", "--label", label)
    survey.do("rehearse", "--label", label, "--workers", "8")
    survey.do("results", "--label", label)
    monkeypatch.chdir(shell.folder)
    return {row["workerid"] for row in table(survey.folder / f"{label}.results")} - {""}


@pytest.mark.walk
@pytest.mark.parametrize("sample", scaffold.samples("qual"))
def test_a_sample_lets_only_qualified_workers_in_until_they_are_revoked(shell, survey, monkeypatch, sample):
    shell.do("create")
    shell.do("rehearse", "--workers", "8")
    shell.do("requests")
    if sample == "java_qual_test":
        assert "Preview flag is set" in shell.do("evaluate", "--preview")
        shell.do("evaluate", "--force")
    if sample == "assign_qualification":
        first, second = [row["SubjectId"] for row in table(shell.folder / "trees.requests")][:2]
        shell.do("approve", "--workerid", f"{first},{second}", "--score", "90", "--force")
        shell.do("reject", "--workerid", table(shell.folder / "trees.requests")[2]["SubjectId"], "--force")
    good = {worker for worker, score in scores(shell).items() if score >= 80}
    assert 0 < len(good) < 8

    with (survey.folder / "birds.properties").open("a") as file:
        file.write(ASK)
    came = take_part(shell, survey, monkeypatch, "one")
    assert came
    assert came <= good

    shell.do("revoke", "--workerid", ",".join(good), "--reason", "The next round is for others")
    assert take_part(shell, survey, monkeypatch, "two") == set()


@pytest.mark.walk
@pytest.mark.parametrize("sample", ["quiz_qual"])
def test_a_qualification_can_be_changed_retired_and_made_anew(shell, sandbox, sample):
    shell.do("create")
    file = shell.folder / "trees.properties"
    file.write_text(file.read_text().replace("testdurationinseconds: 600", "testdurationinseconds: 300"))
    shell.do("update")
    assert "by a test of 5 minutes, graded at once" in shell.do("status")
    shell.do("update", "--status", "inactive")
    assert ", inactive" in shell.do("status")

    assert "Deleted qualification type" in shell.do("retire", "--force")
    assert shell.inv("status").code == 5
    shell.do("create")
    assert "requests waiting      0" in shell.do("status")


@pytest.mark.walk
@pytest.mark.parametrize(
    "words",
    [("approve",), ("reject", "--workerid", "A1"), ("retire",)],
    ids=lambda words: words[0],
)
def test_what_decides_asks_first(shell, words):
    shell.do("create")
    shell.do("rehearse", "--workers", "2")
    shell.do("requests")
    worker = table(shell.folder / "trees.requests")[0]["SubjectId"]
    refused = shell.inv(*(worker if word == "A1" else word for word in words))
    assert refused.code == 2
    assert "add --force to go ahead" in refused.err


@pytest.mark.crash
@pytest.mark.parametrize("number", [1, 40])
def test_grants_that_are_killed_are_finished_with_every_worker_granted_once(shell, sandbox, number):
    shell.do("create")
    workers = [f"AW{n:03}" for n in range(120)]
    file = shell.folder / "trees.scores.txt"
    file.write_text("workerid\tscore\n" + "".join(f"{name}\t7\n" for name in workers))
    process = shell.start("assign", "--scorefile", file.name)
    journal = shell.folder / "trees.journal"
    wait(lambda: journal.read_text().count('"status": "done"') > number, process)
    process.kill()
    assert ended(process).code == -signal.SIGKILL
    assert len(scores(shell)) < 120
    shell.do("assign", "--scorefile", file.name)

    assert scores(shell) == dict.fromkeys(workers, 7)
    assert sandbox.messages() == dict.fromkeys(workers, 1)
