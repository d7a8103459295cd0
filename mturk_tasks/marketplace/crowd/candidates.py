"""Simulated workers ask for a qualification and take its test, well or badly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mturk_tasks.marketplace import clock, qualifying
from mturk_tasks.marketplace.crowd import people
from mturk_tasks.marketplace.crowd.choices import Mood
from mturk_tasks.marketplace.crowd.questions import improvise
from mturk_tasks.marketplace.crowd.rehearsal import worker_id
from mturk_tasks.marketplace.settle import looking
from mturk_tasks.marketplace.store import Store
from mturk_tasks.marketplace.work import Refused
from mturk_tasks.markup.answer_key import AnswerKey, read_answer_key
from mturk_tasks.markup.answers import Answer, build
from mturk_tasks.markup.grading import best_answers

_WELL: Final = 0.6  # share of candidates who know what the key asks for


@dataclass(frozen=True)
class Candidates:
    """How many simulated workers came to hold a qualification at once, wait for it, or may not ask."""

    granted: int
    waiting: int
    refused: int


def rehearse_requests(
    store: Store, qualification_type_id: str, *, workers: int, seed: int, real_now: datetime
) -> Candidates:
    """Let that many simulated workers request a qualification; the same seed gives the same answers.

    They are the workers that do HITs under this seed. Raise Refused for a type that cannot be requested
    by anybody.
    """
    now = clock.now(store, real_now)
    key = _key(store, qualification_type_id, now)
    names = [worker_id(seed, number) for number in range(workers)]
    people.enrol(store, names, seed, now)
    outcomes = Counter(_request(store, qualification_type_id, name, key, seed, now) for name in names)
    return Candidates(outcomes["granted"], outcomes["waiting"], outcomes["refused"])


def _key(store: Store, qualification_type_id: str, now: datetime) -> AnswerKey | None:
    with looking(store, now) as context:
        kind = qualifying.requestable(context, qualification_type_id)
        return read_answer_key(kind.answer_key) if kind.answer_key else None


def _request(
    store: Store, qualification_type_id: str, name: str, key: AnswerKey | None, seed: int, now: datetime
) -> str:
    try:
        asked = qualifying.request(store, name, qualification_type_id, now)
    except Refused:  # blocked, waiting already, or not yet again
        return "refused"
    if asked.test is not None:
        answer = build(_answers(asked.test, key, Mood.of(seed, name, 0)))
        asked = qualifying.answer_test(store, asked.request_id, name, answer, now)
    return "waiting" if asked.score is None else "granted"


def _answers(test: str, key: AnswerKey | None, mood: Mood) -> list[Answer]:
    """Return guesses, each worker's own, in place of which a good candidate follows the key."""
    answers = list(improvise(test, Mood(mood.own, mood.own)).answers)
    if key is None or mood.own.random() >= _WELL:
        return answers
    known = {answer.question: answer for answer in best_answers(key)}
    return [known.get(answer.question, answer) for answer in answers]
