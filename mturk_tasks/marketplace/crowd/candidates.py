"""Simulated workers ask for a qualification and take its test, well or badly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mturk_tasks.marketplace import clock, qualifying
from mturk_tasks.marketplace.context import read_transaction
from mturk_tasks.marketplace.crowd import people
from mturk_tasks.marketplace.crowd.choices import Mood
from mturk_tasks.marketplace.crowd.questions import improvise
from mturk_tasks.marketplace.crowd.rehearsal import worker_id
from mturk_tasks.marketplace.settle import process_due
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.markup.answer_key import read_answer_key
from mturk_tasks.markup.answers import SEPARATOR, Answer, build
from mturk_tasks.markup.grading import best_answers
from mturk_tasks.markup.question_form import Selections, read_question_form

_WELL: Final = 0.6  # share of candidates who know what the key asks for


@dataclass(frozen=True)
class Candidates:
    """How many simulated workers came to hold a qualification at once, wait for it, or may not ask."""

    granted: int
    waiting: int
    refused: int


def rehearse_requests(
    store: Store,
    qualification_type_id: str,
    *,
    workers: int,
    seed: int,
    known: Mapping[str, str] | None = None,
    real_now: datetime,
) -> Candidates:
    """Let that many simulated workers request a qualification; the same seed gives the same answers.

    They are the workers that do HITs under this seed. `known` are right answers by question, where the
    requester grades; several selections stand as `a|b`. Raise Refused for a type that cannot be
    requested by anybody.
    """
    now = clock.now(store, real_now)
    right = _right_answers(store, qualification_type_id, known or {}, now)
    names = [worker_id(seed, number) for number in range(workers)]
    people.enrol(store, names, seed, now)
    outcomes = Counter(_request(store, qualification_type_id, name, right, seed, now) for name in names)
    return Candidates(outcomes["granted"], outcomes["waiting"], outcomes["refused"])


def _right_answers(
    store: Store, qualification_type_id: str, known: Mapping[str, str], now: datetime
) -> dict[str, Answer]:
    """Return the right answer to each question, by the key of the type, else by what is known."""
    process_due(store, now)
    with read_transaction(store, now) as context:
        kind = qualifying.requestable(context, qualification_type_id)
    if kind.answer_key:
        return {answer.question: answer for answer in best_answers(read_answer_key(kind.answer_key))}
    return _as_answers(kind.test_text, known) if kind.test_text else {}


def _as_answers(test: str, known: Mapping[str, str]) -> dict[str, Answer]:
    asked = {one.identifier: one for one in read_question_form(test).questions if one.identifier in known}
    return {
        name: Answer(name, selections=tuple(part for part in known[name].split(SEPARATOR) if part))
        if isinstance(one.answer, Selections)
        else Answer(name, known[name])
        for name, one in asked.items()
    }


def _request(
    store: Store,
    qualification_type_id: str,
    name: str,
    right: Mapping[str, Answer],
    seed: int,
    now: datetime,
) -> str:
    try:
        asked = qualifying.request(store, name, qualification_type_id, now)
    except Refused:  # blocked, waiting already, or not yet again
        return "refused"
    if asked.test is not None:
        answer = build(_answers(asked.test, right, Mood.of(seed, name, 0)))
        try:
            asked = qualifying.answer_test(store, asked.request_id, name, answer, now)
        except Refused:  # no answer was found that the test takes
            qualifying.give_up(store, name, qualification_type_id, now)
            return "refused"
    return "waiting" if asked.score is None else "granted"


def _answers(test: str, right: Mapping[str, Answer], mood: Mood) -> list[Answer]:
    """Return guesses, each worker's own, in place of which a good candidate has what is right."""
    answers = list(improvise(test, Mood(mood.own, mood.own)).answers)
    if not right or mood.own.random() >= _WELL:
        return answers
    return [right.get(answer.question, answer) for answer in answers]
