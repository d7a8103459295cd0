from __future__ import annotations

import pytest

from mturk_tasks.markup.frames import Frame, read_frame, with_parameters


def test_an_html_question_is_a_page_and_its_height(html_question):
    assert read_frame(html_question("<p>A &amp; B</p>", "450")) == Frame(450, page="<p>A &amp; B</p>")


def test_an_external_question_is_an_address_and_its_height(external):
    assert read_frame(external(" https://example.org/a?b=1&amp;c=2 ")) == Frame(
        0, address="https://example.org/a?b=1&c=2"
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a", "https://example.org/a?hitId=H%261"),
        ("https://example.org/a?", "https://example.org/a?hitId=H%261"),
        ("https://example.org/a?b=%20&b=2", "https://example.org/a?b=%20&b=2&hitId=H%261"),
        ("https://example.org/a?b#part", "https://example.org/a?b&hitId=H%261#part"),
    ],
    ids=["none before", "an empty query", "some before", "a fragment"],
)
def test_parameters_are_added_to_those_an_address_has(address, expected):
    assert with_parameters(address, {"hitId": "H&1"}) == expected
