"""How a command ended, as scripts see it."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.bench import PROPERTIES
from tests.legacy.prompt import PROGRAM
from tests.tasks.shell import INV, ended, wait

pytestmark = pytest.mark.walk


def test_what_is_done_is_0(shell):
    for words in (("load",), ("status",), ("rehearse",), ("results",), ("review",), ("cleanup", "--force")):
        assert shell.inv(*words).code == 0, words


def test_a_cleanup_that_leaves_something_is_1_and_says_why(shell, sandbox):
    shell.do("load")
    ended = shell.inv("cleanup", "--force")

    assert ended.code == 1
    assert ended.out.count("stays: still open to workers; --expire") == 3
    assert len(sandbox.hits()) == 3


def test_a_batch_with_an_item_that_fails_is_1_and_the_others_are_done(shell, sandbox):
    for words in (("load",), ("rehearse",), ("results",)):
        shell.do(*words)
    path = shell.folder / "birds.results"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    stranger = first.replace(first.split("\t")[18], '"3NOBODYKNOWSTHISONE0000000000"')
    path.write_text("\n".join([header, stranger, *rest]) + "\n", encoding="utf-8")
    review = shell.inv("review")

    assert review.code == 1
    assert "Assignments failed: 1/6" in review.out
    assert sandbox.statuses() == ["Approved"] * 5 + ["Submitted"]


def test_too_little_money_is_3_before_anything_is_made(shell, sandbox):
    (shell.folder / "birds.properties").write_text(PROPERTIES.replace("0.10", "9000"), encoding="utf-8")
    load = shell.inv("load")

    assert load.code == 3
    assert "$64800.00 with fees; there is $10000.00. Nothing was created." in load.err
    assert (sandbox.hits(), shell.files("journal", "success")) == ([], [])


@pytest.mark.parametrize(
    "command", ["status", "rehearse", "results", "review", "approve", "reject", "cleanup"]
)
def test_a_command_before_the_first_load_is_5(shell, command):
    ended = shell.inv(command)

    assert ended.code == 5
    assert "nothing was loaded as birds into sandbox; begin with inv load" in ended.err


def test_a_second_load_is_5_and_says_what_can_be_done(shell, sandbox):
    shell.do("load")
    again = shell.inv("load")

    assert again.code == 5
    assert all(option in again.err for option in ("--resume", "--append", "--label"))
    assert len(sandbox.hits()) == 3


def test_files_that_changed_since_the_load_are_5(shell, sandbox):
    shell.do("load", "--maxhits", "1")
    shell.rows(5)
    resumed = shell.inv("load", "--resume")

    assert resumed.code == 5
    assert "birds.input changed since the load" in resumed.err
    assert len(sandbox.hits()) == 1


def test_a_damaged_journal_is_5_and_stays_as_it_is(shell, sandbox):
    shell.do("load")
    journal = shell.folder / "birds.journal"
    journal.write_bytes(b"<<<<<<< HEAD\n" + journal.read_bytes())
    before = journal.read_bytes()
    status = shell.inv("status")

    assert status.code == 5
    assert "birds.journal:1: is no line of a journal" in status.err
    assert journal.read_bytes() == before


def test_the_old_tools_receipt_is_read_and_never_written(shell, sandbox):
    shell.do("load")
    receipt = "\n".join(["hitid\thittypeid", *(f"{hit['HITId']}\tT" for hit in sandbox.hits())]) + "\n"
    (shell.folder / "old.input.success").write_text(receipt, encoding="utf-8")

    assert "3: 3 assignable" in shell.do("status", "--label", "old")
    assert shell.inv("load", "--label", "old").code == 5
    assert (shell.folder / "old.input.success").read_text(encoding="utf-8") == receipt


def test_ctrl_c_is_130_with_a_receipt_and_resume_completes_the_load(shell, sandbox):
    shell.rows(60)
    process = shell.start("load")
    wait(lambda: '"done"' in shell.journal(), process)
    process.send_signal(signal.SIGINT)
    stopped = ended(process)

    assert stopped.code == 130, stopped
    assert "inv load --resume" in stopped.err
    assert "Traceback" not in stopped.err
    assert len(shell.receipt()) == len(sandbox.hits()) < 60
    shell.do("load", "--resume")
    assert len(set(shell.receipt())) == len(sandbox.hits()) == 60


def test_a_pipe_that_nobody_reads_is_141_and_resume_completes_the_load(shell, sandbox):
    reader, writer = os.pipe()
    os.close(reader)
    process = shell.start("load", stdout=writer)
    os.close(writer)
    stopped = ended(process)

    assert (stopped.code, "Traceback" in stopped.err) == (141, False), stopped
    resume(shell)
    assert sandbox.annotations() == ["jay.jpg", "owl.jpg", "wren.jpg"]
    assert len(shell.receipt()) == 3


@pytest.mark.parametrize("pipe", ["| head -7", "2>&1 | head -20"])
def test_a_load_that_has_begun_is_finished_when_its_reader_has_seen_enough(shell, sandbox, pipe):
    shell.rows(60)
    run = bash(shell, f'"$@" load {pipe}; exit "${{PIPESTATUS[0]}}"')

    assert (run.code, "Traceback" in run.out + run.err) == (0, False), run
    assert len(set(shell.receipt())) == len(sandbox.hits()) == 60


def test_approvals_that_have_begun_are_finished_when_their_reader_has_seen_enough(shell, sandbox):
    shell.rows(8)
    for words in (("load",), ("rehearse",), ("results",)):
        shell.do(*words)
    run = bash(shell, '"$@" approve --force | head -3; exit "${PIPESTATUS[0]}"')

    assert (run.code, run.err.count("Traceback")) == (0, 0), run
    assert set(sandbox.statuses()) == {"Approved"}


@pytest.mark.parametrize("command", ["status", "check", "late", "account.balance", "handbook files"])
def test_a_command_that_only_looks_ends_with_141_where_nobody_reads(shell, command):
    shell.do("load")
    reader, writer = os.pipe()
    os.close(reader)
    process = shell.start(*command.split(), stdout=writer)
    os.close(writer)

    assert (ended(process).code, ended(process).err) == (141, "")


@pytest.mark.parametrize("line", ["--help", "--list", "--help load", "handbook files"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_mturk_lists_into_a_closed_pipe_without_a_traceback(shell, monkeypatch, line, unbuffered):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    run = bash(shell, f'"$@" {line} | true; exit "${{PIPESTATUS[0]}}"', program=PROGRAM)

    assert (run.code, run.out, run.err) == (141, "", "")


@pytest.mark.parametrize("line", ["--list", "--help load"])
def test_inv_lists_into_a_closed_pipe_without_a_traceback(shell, monkeypatch, line):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # which has invoke itself write line by line
    run = bash(shell, f'"$@" {line} | true')
    assert (run.out, run.err) == ("", "")


def bash(shell, line, program=INV):
    """Run a line of a shell, in which "$@" is a program: inv."""
    words = ["bash", "-c", line, "bash", *program]
    pipe = subprocess.PIPE
    return ended(subprocess.Popen(words, cwd=shell.folder, stdout=pipe, stderr=pipe, text=True))


def resume(shell):
    """Go on with a load, wherever it was stopped: before its journal began there is nothing to resume."""
    shell.do("load", *(["--resume"] if shell.files("journal") else []))


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_from_the_start_are_no_reason_to_fail(shell, sandbox, closing):
    run = bash(shell, f'"$@" load {closing}')

    assert (run.code, "Traceback" in run.err) == (0, False), run
    assert len(sandbox.hits()) == 3


def test_a_terminal_that_cannot_show_a_letter_is_no_reason_to_fail(shell, sandbox, monkeypatch):
    (shell.folder / "birds.input").write_text("picture\nbøg\nłoś\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("LC_ALL", "C")
    for command in ("load", "status"):
        run = shell.process(command)
        assert (run.code, "Traceback" in run.err) == (0, False), run
