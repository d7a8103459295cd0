from __future__ import annotations

import pytest

from mturk_tasks.markup.xml import after_doctype


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE html>",
        '\n<!doctype html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"\n "http://www.w3.org/xhtml1-strict.dtd">',
        '\ufeff<?xml version="1.0"?>\n<!doctype html>',
        "<!-- by <!doctype html> us --><!----><!--><!doctype html>",
        "<!--a--!><!doctype html>",
        "\ufeff",
        "",
    ],
)
def test_it_stands_behind_what_must_be_first(before):
    for after in ("<html><head>", "\n<p>A page</p>", "words", ""):
        assert after_doctype(before + after, "<script>") == f"{before}<script>{after}"


@pytest.mark.parametrize(
    "page", ["<p><!doctype html>", "words <!doctype html>", "<!-- <!doctype html>", "<!"]
)
def test_what_is_no_doctype_does_not_come_first(page):
    assert after_doctype(page, "<script>") == f"<script>{page}"


def test_a_page_of_open_comments_is_read_in_one_go():
    page = "<!--" * 100_000 + " " * 100_000
    assert after_doctype(page, "") == page
