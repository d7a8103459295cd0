"""The handbook is everywhere, its pages win over tasks of their names, and are laid out on a terminal."""

from __future__ import annotations

import pytest

from mturk_tasks import scaffold
from mturk_tasks.tasks.collections import builtin_tasks, hit_tasks, qual_tasks
from tests.legacy.prompt import PROGRAM, Prompt
from tests.tasks.shell import INV, snapshot
from tests.tasks.terminal import at_terminal

pytestmark = pytest.mark.walk


@pytest.mark.parametrize("tasks", [hit_tasks(__file__), qual_tasks(__file__), builtin_tasks()])
def test_the_handbook_is_there_in_every_folder(tasks):
    assert "handbook" in tasks.task_names


@pytest.mark.parametrize("page", ["results", "files", "Results"])
def test_in_a_folder_inv_shows_a_page_and_runs_no_task_of_its_name(shell, home, monkeypatch, page):
    monkeypatch.setattr("sys.argv", ["inv", "handbook", page])
    before = snapshot(shell.folder, home)

    assert shell.do("handbook", page).startswith("# ")
    assert snapshot(shell.folder, home) == before


def test_in_a_folder_inv_lists_the_pages_where_none_is_named(shell, monkeypatch):
    monkeypatch.setattr("sys.argv", ["inv", "handbook"])
    assert "results          Results and decisions" in shell.do("handbook").splitlines()


@pytest.mark.parametrize("words", [("results",), ("--topic", "results"), ("results.md",)], ids=" ".join)
def test_in_a_folder_mturk_shows_a_page_and_runs_no_task_of_its_name(shell, home, words):
    before = snapshot(shell.folder, home)
    said = Prompt(shell.folder, shell.capsys).do("handbook", *words)

    assert said.startswith("# Results and decisions")
    assert snapshot(shell.folder, home) == before


def test_in_a_qualification_folder_a_page_wins_too(shell, home, tmp_path):
    folder = scaffold.new_qual({"name": "owls", "sample": "quiz_qual", "git": "no"}, tmp_path)
    assert Prompt(folder, shell.capsys).do("handbook", "workers").startswith("# ")


def test_a_name_of_a_task_that_is_no_page_is_2_with_the_pages(shell):
    run = Prompt(shell.folder, shell.capsys).mturk("handbook", "load")

    assert (run.code, run.out) == (2, "")
    assert "handbook takes one of architecture, capacity, changes, differences, files" in run.err


@pytest.fixture
def read(folder, monkeypatch):
    """Read a page at a terminal, through a pager that adds its name."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PAGER", "sed s/^/paged:/")

    def at(*words, program=PROGRAM):
        return at_terminal(folder, *words, prompt="paged:", keys="", program=program).out

    return at


@pytest.mark.parametrize("program", [PROGRAM, INV], ids=["mturk", "inv"])
def test_at_a_terminal_a_page_is_laid_out_and_given_to_the_pager(read, program):
    shown = read("handbook", "results", program=program)

    assert shown.startswith("paged:")
    assert "# Results" not in shown
    assert "**" not in shown
    assert "\x1b[1" in shown


def test_links_to_other_pages_name_the_command_that_shows_them(read, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    shown = read("handbook", "qualifications")

    assert "files.md" not in shown
    assert "mturk handbook files" in shown


def test_no_color_leaves_out_the_colours(read, monkeypatch):
    def colours(text):
        return [code for code in ("\x1b[36", "\x1b[1;36", "\x1b[35", "\x1b[33", "\x1b[1;33") if code in text]

    assert colours(read("handbook", "files"))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colours(read("handbook", "files"))


@pytest.mark.parametrize("columns", ["60", "100"])
def test_no_line_of_a_page_is_wider_than_the_terminal(read, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("PAGER", "sed -e 's/\x1b[^m]*m//g' -e 's/^/paged:/'")
    shown = read("handbook", "first-survey").replace("\r", "")

    assert max(len(line) - len("paged:") for line in shown.splitlines()) <= int(columns)
