"""Words in answers that may say who somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from mturk_tasks.analysis.questions import Question
from mturk_tasks.analysis.responses import Response

_KINDS: Final = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),
    "a worker ID": re.compile(r"\bA[A-Z0-9]{9,63}\b"),
    "a phone number": re.compile(r"(?<![\w.])(?!\d{4}-\d\d-\d\d)\+?\d(?:[\s()/-]{0,2}\d){7,14}(?![\w.])"),
    "a street address": re.compile(
        r"\b\d{1,5}\s+(?:\w+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|boulevard)\b"
        r"|\b\w+(?:stra(?:ß|ss)e|str\.)\s*\d{1,4}",
        re.IGNORECASE,
    ),
}


class Finding(NamedTuple):
    """A text that looks like something personal: whose answer to what, and what it looks like."""

    response: Response
    question: str
    what: str
    text: str


def find(responses: Iterable[Response], questions: Sequence[Question]) -> Iterator[Finding]:
    """Yield the answers that may be personal; what the form offers to choose is not looked at."""
    offered = {question.name: set(question.choices) for question in questions}
    for response in responses:
        for question, values in response.answers.items():
            for value in values:
                if value in offered.get(question, ()):
                    continue
                for what, pattern in _KINDS.items():
                    if found := pattern.search(value):
                        yield Finding(response, question, what, found[0])
                        break
