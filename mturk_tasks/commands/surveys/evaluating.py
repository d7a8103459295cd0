"""Hold what the properties say of answers, gold and agreement, against the input and the form."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from mturk_tasks.analysis.questions import is_crowd_form, of_document
from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files.inputs import Input
from mturk_tasks.vocabulary.evaluation import EvaluationProperties, Plurality

_LARGE: Final = 10  # assignments; API: fewer never become so many


def refuse_shown_gold(
    evaluation: EvaluationProperties, rows: Input, shown: Collection[str], path: Path
) -> None:
    """Raise FileError for a column of right answers that is not there, or that workers would read."""
    line = evaluation.gold_line
    missing = "gold: the input has no column {!r}; add it, or take gold out"
    used = "gold: column {!r} is used in the question, where workers would read the right answer"
    problems = [
        Problem(path, line, (used if column in rows.columns else missing).format(column))
        for _, column in evaluation.gold
        if column not in rows.columns or column in shown
    ]
    if problems:
        raise FileError(*problems)


def check_names(evaluation: EvaluationProperties, question: str, path: Path) -> None:
    """Raise FileError where the properties speak of a question that the form does not ask."""
    asked = {known.name for known in of_document(question)} if evaluation.names_questions else set()
    named = [
        *((evaluation.gold_line, "gold", name) for name, _ in evaluation.gold),
        *((evaluation.agreement_line, "agreement", name) for name in evaluation.agreement),
    ]
    problems = [
        Problem(path, line, f"{key}: {name!r} is no question of the form; it asks {', '.join(sorted(asked))}")
        for line, key, name in named
        if asked and name not in asked
    ]
    if problems:
        raise FileError(*problems)


def plurality(evaluation: EvaluationProperties, question: str, fewest: int, path: Path) -> Plurality | None:
    """Return what the marketplace compares; raise FileError where that cannot be.

    `fewest` is the number of assignments of the HIT that has fewest.
    """
    if evaluation.most is None:
        return None
    names = evaluation.agreement or tuple(known.name for known in of_document(question) if known.is_choice)
    line, text = evaluation.most_line, f"agreement.most: {evaluation.most}"
    problems = []
    if is_crowd_form(question):
        problems.append(f"{text} is not for a crowd-form, whose answers are one to the marketplace")
    elif not names:
        problems.append(f"{text} compares nothing; name questions, as in agreement: colour")
    if evaluation.most <= fewest:
        problems.append(f"{text} leaves nothing to offer beside assignments: {fewest}")
    if fewest < _LARGE <= evaluation.most:
        problems.append(
            f"{text} is too many; a HIT that begins with fewer than {_LARGE} can have {_LARGE - 1}"
        )
    if problems:
        raise FileError(*(Problem(path, line, problem) for problem in problems))
    return Plurality(names, evaluation.bar, evaluation.most)
