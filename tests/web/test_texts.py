"""Every sentence of the site stands in one table, and every one of it is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from mturk_tasks.marketplace.web import catalogue, groups, reasons, texts
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES

ROOM = Path(texts.__file__).parent
SOURCES = [*ROOM.glob("pages/*.html"), *(path for path in ROOM.glob("*.py") if path.name != "texts.py")]
FAMILIES = {
    "asks_": (
        *("LessThan", "LessThanOrEqualTo", "GreaterThan", "GreaterThanOrEqualTo", "EqualTo"),
        *("NotEqualTo", "Exists", "DoesNotExist", "In", "NotIn"),
    ),
    "help_": get_args(reasons.Help)[1:],
    "state_": get_args(catalogue.State),
    "sort_": groups.SORTS,
    "status_": ASSIGNMENT_STATUSES,
    "section_": ("submitted", "approved", "rejected"),
    "none_": ("submitted", "approved", "rejected"),
    "no_sign_up_": ("invitation", "closed", "over"),
    "problem_": texts.PROBLEMS,
    "problem_title_": texts.PROBLEMS,
    "": (*texts.NOTES, "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds"),
}
MADE = {f"{prefix}{one}" for prefix, members in FAMILIES.items() for one in members}


def written() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def test_every_key_that_is_asked_for_is_there():
    asked = set(re.findall(r"""\b(?:t|text)\("(\w+)"[,)]""", written()))

    assert len(asked) > 100
    assert asked | MADE <= texts.TEXTS.keys()


def test_every_sentence_is_said_somewhere():
    named = set(re.findall(r'"(\w+)"', written()))
    assert texts.TEXTS.keys() - named - MADE == set()


def test_no_page_says_a_word_of_its_own():
    for path in ROOM.glob("pages/*.html"):
        bare = re.sub(
            r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert re.findall(r"[A-Za-z]{3,}", bare) == [], path.name
