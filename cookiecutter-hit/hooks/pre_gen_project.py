"""Refuse answers that make no survey folder; cookiecutter then removes what it has begun."""

import sys

del sys.path[0]  # that is the temporary folder, where everybody may write

import json
import re
from pathlib import Path

ANSWERS = json.loads(r'''{{ cookiecutter | tojson }}''')
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
REWARD = re.compile(r"\$?\s*(\d+\.?\d{0,2}|\.\d{1,2})\s*(USD)?", re.IGNORECASE)
NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
TITLE_LIMIT = 128


def complaint(name: str, title: str, reward: str) -> str:
    """Return what is wrong with the answers in one sentence, or nothing."""
    if not NAME.fullmatch(name):
        return (
            f"{name!r} cannot name a survey; begin with a letter, go on with letters, digits, - and _, "
            "64 characters at most"
        )
    if NOT_IN_A_LINE.search(title):
        return "a title is one line of text, without tabs or control characters"
    if len(title) > TITLE_LIMIT:
        return f"a title has at most {TITLE_LIMIT} characters; this one has {len(title)}"
    if reward and not REWARD.fullmatch(reward):
        return f"{reward!r} is no amount of dollars; write it as 0.06 or $0.06"
    return ""


Path(__file__).unlink()  # cookiecutter leaves its rendered copy of a hook in the temporary folder
wrong = complaint(ANSWERS["name"], ANSWERS["title"].strip(), ANSWERS["reward"].strip())
if wrong:
    sys.exit(f"error: {wrong}")
