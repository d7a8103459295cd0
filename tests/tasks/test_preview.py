"""`inv load --preview` as it is typed."""

from __future__ import annotations

import pytest


def test_a_preview_is_written_beside_the_input_and_nothing_is_loaded(shell, home):
    said = shell.do("load", "--preview")

    assert said.splitlines()[-1] == "1 HIT can be seen in preview.html; nothing was created."
    assert shell.files("html", "journal", "success") == ["preview.html"]
    assert not home.exists()


def test_a_preview_goes_where_it_is_told_to(shell):
    shell.do("load", "--preview", "--all", "--previewfile", "look.html")
    assert (shell.folder / "look.html").read_text(encoding="utf-8").count("Which bird is in") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--preview", "--row", "4"), "there is no row 4"),
        (("--preview", "--row", "0"), "--row takes a number from 1 on"),
        (("--preview", "--row", "two"), "--row takes a whole number"),
        (("--row", "2"), "add --preview"),
        (("--all",), "add --preview"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_preview_that_cannot_be_is_refused_and_nothing_is_loaded(shell, home, words, said):
    ended = shell.inv("load", *words)

    assert (ended.code, said in ended.err) == (2, True)
    assert shell.files("html", "journal") == []
    assert not home.exists()


def test_a_preview_file_alone_is_noted_while_the_hits_are_created(shell, sandbox):
    ended = shell.inv("load", "--previewfile", "look.html")

    assert "look.html is not written without --preview" in ended.err
    assert (ended.code, len(sandbox.hits()), shell.files("html")) == (0, 3, [])
