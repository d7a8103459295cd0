"""Every sentence of the site stands in one table, and every one of it is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import mturk_tasks
from mturk_tasks.marketplace.web import groups, listing, pages, qualification_pages, site, texts
from mturk_tasks.marketplace.web.frames import policy
from mturk_tasks.marketplace.worker import record
from mturk_tasks.vocabulary.statuses import ASSIGNMENT_STATUSES

CODE = Path(mturk_tasks.__file__).parent
ROOM = CODE / "marketplace" / "web"
FORMS = CODE / "markup"
PAGES = [*ROOM.glob("**/*.html"), *FORMS.glob("**/*.j2")]
SOURCES = [*PAGES, *ROOM.glob("**/*.py"), *FORMS.glob("**/*.py")]
SCRIPTS = sorted(ROOM.glob("frames/static/**/*.js"))
SCRIPTED = {"TEXTS": "crowd_", "FRAME_TEXTS": "frame_", "TURK_TEXTS": "external_"}
FAMILIES = {
    "asks_": (
        *("LessThan", "LessThanOrEqualTo", "GreaterThan", "GreaterThanOrEqualTo", "EqualTo"),
        *("NotEqualTo", "Exists", "DoesNotExist", "In", "NotIn"),
    ),
    "help_": get_args(groups.Help)[1:],
    "state_": get_args(qualification_pages.State),
    "sort_": listing.SORTS,
    "status_": ASSIGNMENT_STATUSES,
    "late_": get_args(record.Late)[1:],
    "section_": ("late", "submitted", "approved", "rejected"),
    "none_": ("late", "submitted", "approved", "rejected"),
    "no_sign_up_": ("invitation", "closed", "over"),
    "problem_": site.PROBLEMS,
    "problem_title_": site.PROBLEMS,
    "sent_": policy.STATUSES,
    "sent_title_": policy.TITLED,
    "": (*pages.NOTES, "day", "days", "hour", "hours", "minute", "minutes", "second", "seconds"),
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
    scripted = {key for key in texts.TEXTS if key.startswith(tuple(SCRIPTED.values()))}
    assert texts.TEXTS.keys() - named - MADE - scripted == set()


def test_scripts_say_what_the_table_has_for_them():
    said = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    asked = {SCRIPTED[table] + name for table, name in re.findall(r"\b(\w*TEXTS)\.(\w+)", said)}

    assert asked == {key for key in texts.TEXTS if key.startswith(tuple(SCRIPTED.values()))}


def test_no_page_says_a_word_of_its_own():
    for path in PAGES:
        bare = re.sub(
            r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert re.findall(r"[A-Za-z]{3,}", bare) == [], path.name
