from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mturk_tasks.lib.text import LONGEST, clean


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("owl.jpg", "owl.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\owl.jpg", "owl.jpg"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("gpj.\u202eexe", "gpj._exe"),
        ("<script>.svg", "_script_.svg"),
        ("con.txt", "_con.txt"),
        ("größe हिन्दी 日本.pdf", "größe हिन्दी 日本.pdf"),
        ("a: b?.txt ", "a_ b_.txt"),
    ],
)
def test_a_name_is_made_safe(given, kept):
    assert clean(given) == kept


def test_a_long_name_keeps_its_ending():
    assert clean("a" * 300 + ".jpeg").endswith("a.jpeg")


@given(st.text())
def test_whatever_comes_a_name_leads_nowhere_else(name):
    cleaned = clean(name)
    assert cleaned == clean(cleaned)
    assert not set(cleaned) & set('/\\:*?"<>|\x00\n')
    assert cleaned.strip(". ") == cleaned != ""
    assert len(cleaned) <= LONGEST
    assert len(cleaned.encode()) <= 255
