"""The answer key of lines `questionid=answer`, by which a requester grades requests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import properties, text
from mturk_tasks.files.requests import NO_ANSWER
from mturk_tasks.vocabulary.entries import Entry, last


@dataclass(frozen=True)
class AnswerKey:
    """The right answer to each question, with its line; several selections stand as `a|b`."""

    path: Path
    answers: dict[str, Entry]
    notes: tuple[Problem, ...]

    def expected(self) -> dict[str, str]:
        """Return the right answers by question; an empty one asks for no answer."""
        texts = {question: entry.text.strip() for question, entry in self.answers.items()}
        return {question: "" if text == NO_ANSWER else text for question, text in texts.items()}

    def parts(self, question: str) -> list[str]:
        """Return the selections that are right for a question."""
        return [part.strip() for part in self.expected()[question].split("|") if part.strip()]


def read(path: Path) -> AnswerKey:
    """Return the answers of a key; raise FileError for XML, which is the other kind of key, and for none."""
    source = text.read(path)
    if source.text.lstrip().startswith("<"):
        what = "is an AnswerKey document; lines such as question1=a are wanted here"
        raise FileError(Problem(path, 1, what))
    parsed = properties.parse(source)
    answers, warnings = last(parsed.entries, lambda key: True, "a key", path)
    if not answers:
        raise FileError(Problem(path, None, "names no question; write lines such as question1=a"))
    return AnswerKey(path, answers, (*parsed.notes, *warnings))
