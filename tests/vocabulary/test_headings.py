from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mturk_tasks.vocabulary.columns import heading, name_of, tidied

NAMES = st.text(alphabet=st.sampled_from("%25u0 9ab\t\n\x7f\x85\u2028")) | st.text()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("bird", "bird"),
        ("rate%20it", "rate%20it"),
        ("a\tb\r\nc", "a%09b%0D%0Ac"),
        ("a%09b", "a%2509b"),
        ("a\x85\u2028", "a%u0085%u2028"),
    ],
)
def test_control_characters_are_written_out_and_little_else(name, written):
    assert heading(name) == written


@given(NAMES)
def test_every_name_is_known_again(name):
    assert name_of(heading(name)) == name


@given(NAMES)
def test_no_control_character_stands_in_a_heading(name):
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", heading(name) + tidied(name))


@given(NAMES)
def test_what_is_a_heading_stays_one(name):
    assert tidied(heading(name)) == heading(name)
