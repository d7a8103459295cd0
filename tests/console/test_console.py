from __future__ import annotations

import io
import json
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mturk_tasks.console.console import Console, describe, problem_lines
from mturk_tasks.console.summary import Summary, failure
from mturk_tasks.errors import Declined, FileError, Problem, UsageError


@pytest.fixture
def typed(monkeypatch) -> Iterator[Callable[[str], object]]:
    """Sit at a real terminal; what is typed there is standard input."""
    keyboard, terminal = os.openpty()
    with open(terminal, encoding="utf-8") as stdin:  # noqa: PTH123  # a terminal has a number, not a path
        monkeypatch.setattr(sys, "stdin", stdin)
        yield lambda text: os.write(keyboard, text.encode())
    os.close(keyboard)


class Screen:
    """A real terminal to put in the place of one of the streams, and to look at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._seen, terminal = os.openpty()
        self.stream = open(terminal, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # closed below

    def show(self, *streams: str) -> None:
        """Take the place of `stdout`, of `stderr`, or of both."""
        for name in streams:
            self._monkeypatch.setattr(sys, name, self.stream)

    def text(self) -> str:
        """Return what was written until it is quiet."""
        text = b""
        while select.select([self._seen], [], [], 0.3)[0]:
            text += os.read(self._seen, 10_000)
        return text.decode()

    def close(self) -> None:
        self.stream.close()
        os.close(self._seen)


@pytest.fixture
def screen(monkeypatch) -> Iterator[Screen]:
    monkeypatch.setenv("TERM", "xterm")
    made = Screen(monkeypatch)
    yield made
    made.close()


END_OF_INPUT = "\x04"


def test_what_was_asked_for_goes_to_standard_output(capsys):
    Console().say("two HITs")

    assert capsys.readouterr() == ("two HITs\n", "")


def test_everything_else_goes_to_standard_error(capsys):
    Console().note("by the way")

    assert capsys.readouterr() == ("", "by the way\n")


def test_a_summary_is_shown_line_by_line(capsys):
    Console().show(Summary(lines=("one", "", "two")))

    assert capsys.readouterr() == ("one\n\ntwo\n", "")


def test_a_person_at_a_terminal_is_there(typed):
    assert Console().attended


@pytest.mark.parametrize("stdin", [None, io.StringIO("y\n")], ids=["no input", "a pipe"])
def test_a_pipe_is_nobody(monkeypatch, stdin):
    monkeypatch.setattr(sys, "stdin", stdin)

    assert not Console().attended
    with pytest.raises(UsageError, match=r"Reject 2 pieces\. .* add --force to go ahead"):
        Console().confirm("Reject 2 pieces.")


@pytest.mark.parametrize("answer", ["\n", "y\n", "Y\n", "yes\n", " Yes \n"])
def test_enter_and_yes_mean_yes(typed, answer, capsys):
    typed(answer)

    Console().confirm("Approve 2 pieces of work for $0.12.")

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "Approve 2 pieces of work for $0.12.\n"
        "To confirm this operation, please press ENTER (or press Ctrl+C to abort): "
    )


@pytest.mark.parametrize("answer", ["n\n", "no\n", "yep\n", "q\n", END_OF_INPUT])
def test_anything_else_means_no(typed, answer):
    typed(answer)

    with pytest.raises(Declined, match="nothing was done") as declined:
        Console().confirm("Delete 2 HITs.")

    assert declined.value.exit_code == 1


@pytest.mark.parametrize(
    ("written", "answer"), [("Not a bird\n", "Not a bird"), (" é \n", " é "), ("\n", ""), (END_OF_INPUT, "")]
)
def test_a_question_is_answered_with_a_line(typed, capsys, written, answer):
    typed(written)

    assert Console().ask("Comment: ") == answer
    assert capsys.readouterr() == ("", "Comment: ")


def test_progress_is_plain_lines_where_nobody_looks(capsys):
    with Console().progress(2, "Loading") as step:
        step("HIT 1 of 2")
        step("HIT 2 of 2")

    assert capsys.readouterr() == ("HIT 1 of 2\nHIT 2 of 2\n", "")


def test_progress_is_a_bar_for_who_looks_at_standard_error(screen, capsys):
    screen.show("stderr")

    with Console().progress(2, "Loading [x]") as step:
        step("HIT 1 of 2")
        step("HIT 2 of 2")

    assert "Loading [x]" in screen.text()
    assert capsys.readouterr().out == "HIT 1 of 2\nHIT 2 of 2\n"


def test_a_single_thing_needs_no_bar(screen):
    screen.show("stderr")

    with Console().progress(1, "Loading") as step:
        step("HIT 1 of 1")
    Console().note("done")

    assert screen.text() == "done\r\n"


def test_who_looks_at_standard_output_sees_every_line(screen):
    screen.show("stdout")

    with Console().progress(2, "Loading") as step:
        step("HIT 1 of 2")
    Console().say("done")

    assert screen.text() == "HIT 1 of 2\r\ndone\r\n"


def test_who_looks_at_both_sees_every_line_above_the_bar(screen):
    screen.show("stdout", "stderr")
    long = f"HIT 2 of 2: {'a [b] :smile: ' * 20}end"

    with Console().progress(2, "Loading") as step:
        step("HIT 1 of 2")
        Console().note("a warning")
        step(long)
    Console().say("done")

    shown = screen.text()
    places = [shown.index(line) for line in ("HIT 1 of 2\r\n", "a warning\r\n", f"{long}\r\n", "done\r\n")]
    assert places == sorted(places)
    assert shown.rindex("Loading") < places[-1]


def test_who_looks_at_standard_output_sees_the_line_of_a_single_thing(screen):
    screen.show("stdout")

    with Console().progress(1, "Loading") as step:
        step("HIT 1 of 1")

    assert screen.text() == "HIT 1 of 1\r\n"


def test_a_quiet_console_leaves_standard_output_to_programs(capsys):
    console = Console(quiet=True)

    console.show(Summary(lines=("two HITs",)))
    with console.progress(2, "Loading") as step:
        step("HIT 1 of 2")
    console.put("{}")

    assert capsys.readouterr() == ("{}\n", "two HITs\nHIT 1 of 2\n")


def test_a_stream_that_was_closed_before_the_start_is_nobody(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)

    with Console().progress(2, "Loading") as step:
        step("HIT 1 of 2")


@contextmanager
def unread() -> Iterator[None]:
    """Have standard output be a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        yield


def test_before_work_has_begun_a_reader_that_has_gone_ends_it():
    with unread(), pytest.raises(BrokenPipeError):
        Console().say("nobody reads this")


def test_work_that_has_begun_goes_on_unread():
    console, done = Console(), []
    with unread(), console.progress(3, "Working") as step:
        for number in range(3):
            step(f"did {number}")
            done.append(number)

    assert done == [0, 1, 2]


def test_what_is_written_nowhere_is_not_written_elsewhere(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    Console().note("a note")

    assert capsys.readouterr().out == ""


PATH = Path("old.results")


def alike(number, text="has {} of 52 cells"):
    return [Problem(PATH, line, text.format(line)) for line in range(2, 2 + number)]


def test_of_a_great_many_alike_problems_five_are_shown():
    assert describe(FileError(*alike(1465))).splitlines() == [
        *(f"old.results:{line}: has {line} of 52 cells" for line in range(2, 7)),
        "old.results: and 1,460 more like it",
    ]


def test_six_are_shown_whole():
    assert problem_lines(alike(6)) == [str(one) for one in alike(6)]


def test_problems_that_say_something_else_are_all_shown():
    other = Problem(PATH, 9, "has no ID")
    lines = problem_lines([*alike(10), other, Problem(Path("b"), 2, "has 2 of 52 cells")])

    assert lines[-3:] == [
        "old.results: and 5 more like it",
        "old.results:9: has no ID",
        "b:2: has 2 of 52 cells",
    ]


def test_names_and_values_make_no_other_kind():
    assert len(problem_lines(alike(20, "marks assignment 3A{0}X otherwise than 'x{0}'"))) == 6


def test_programs_get_all_of_them():
    error = FileError(*alike(20))
    assert len(json.loads(failure("load", str(error), 2))["error"].splitlines()) == 20


def test_another_error_is_its_sentence():
    assert describe(UsageError("no\nno")) == "no\nno"
