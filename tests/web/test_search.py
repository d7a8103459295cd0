"""What one may look for, and how far one may look: no request of a worker's keeps the server busy."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.web import pages
from mturk_tasks.marketplace.web.session import local

CUT = "only the first 10 words within 200 characters"


@pytest.mark.parametrize("path", ["/", "/qualifications"])
def test_ten_words_are_looked_for_and_more_are_said_to_be_too_many(anna, path):
    ten, eleven = "+".join("abcdefghij"), "+".join("abcdefghijk")

    assert CUT not in anna.see(f"{path}?words={ten}")
    page = anna.see(f"{path}?words={eleven}")
    assert CUT in page
    assert 'value="a b c d e f g h i j"' in page


@pytest.mark.parametrize("path", ["/", "/qualifications"])
def test_thousands_of_words_are_answered_at_once(anna, path):
    answer = anna.get(f"{path}?words={'+'.join(['a'] * 8000)}")

    assert answer.status_code == 200
    assert len(answer.data) < 10_000


def test_a_long_word_is_cut():
    found = pages.read("x" * 201)
    assert (found.words, found.cut) == (("x" * 200,), True)


def test_what_no_text_can_hold_is_not_looked_for():
    assert pages.read("a\x00b").words == ("ab",)


def test_an_order_that_is_none_is_not_repeated(anna, post):
    for number in range(21):
        post(Title=f"kind {number}")
    page = anna.see(f"/?sort={'x' * 5000}")

    assert "sort=newest&amp;page=2" in page
    assert "xxx" not in page


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e9", "1000001", "9" * 5000])
@pytest.mark.parametrize("path", ["/", "/messages", "/dashboard/late"])
def test_a_page_that_is_no_page_is_the_first(anna, path, number):
    answer = anna.get(f"{path}?page={number}")
    assert answer.status_code == 200


@pytest.mark.parametrize("sender", ["x", "-1", "9" * 40])
def test_a_sender_who_is_none_is_nobody(anna, sender):
    assert anna.get(f"/messages?from={sender}").status_code == 200


def test_an_address_to_go_on_to_has_an_end():
    assert local("/" + "x" * 1999) == "/" + "x" * 1999
    assert local("/" + "x" * 2000) == "/"
