"""Simulated workers, who do a requester's HITs in the sandbox so that a survey can be rehearsed.

They also ask for a qualification and take its test, well or badly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.simulation import population, shifts
from mturk_tasks.marketplace.simulation.answers import Improvised, improvise
from mturk_tasks.marketplace.simulation.population import Mood
from mturk_tasks.marketplace.simulation.shifts import Situation, Visit
from mturk_tasks.marketplace.storage import about
from mturk_tasks.marketplace.storage.schema import HELD, assignment, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import read_transaction
from mturk_tasks.marketplace.worker import qualifications, uploads, work
from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.marketplace.worker.work import Accepted
from mturk_tasks.markup.answer_key import best_answers, read_answer_key
from mturk_tasks.markup.answers import SEPARATOR, Answer, build
from mturk_tasks.markup.lint import hindrances
from mturk_tasks.markup.question_form import Selections, read_question_form

_WELL: Final = 0.6  # share of candidates who know what the key asks for


@dataclass(frozen=True)
class Rehearsal:
    """What the simulated workers did, on how many HITs, and between which moments of the sandbox.

    `notes` are sentences about what could not be done as it should.
    """

    submitted: int
    returned: int
    hits: int
    began: datetime
    ended: datetime
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidates:
    """How many simulated workers came to hold a qualification at once, wait for it, or may not ask."""

    granted: int
    waiting: int
    refused: int


def rehearse(
    store: Store, hit_ids: Sequence[str], *, workers: int, seed: int, skip: int = 0, real_now: datetime
) -> Rehearsal:
    """Let that many simulated workers do the HITs, but leave `skip` assignments of each open.

    In a fresh sandbox the same seed gives the same workers and answers. The sandbox's clock moves
    forward with the work, so that nothing lies in the future. Raise MTurkTasksError while a person has
    work open, whose time would run out.
    """
    if workers < 1 or skip < 0:
        raise UsageError("a rehearsal needs at least 1 worker and leaves at least 0 assignments open")
    began = about.now(store, real_now)
    _refuse_beside_people(store, began)
    _give_back_leftovers(store, began)
    crew = [population.worker_id(seed, number) for number in range(workers)]
    with read_current(store, began) as transaction:
        selective = shifts.asks_for_qualifications(transaction, hit_ids)
    if selective:  # who is let in follows from who they are
        population.enrol(store, crew, seed, began)
    with read_transaction(store, began) as transaction:
        situation = shifts.situation_of(transaction, hit_ids, crew, skip)
    visits = shifts.plan(situation.offers, crew, seed)
    population.enrol(store, {visit.worker: None for visit in visits}, seed, began)
    run = _Run(store, hit_ids, seed, real_now)
    run.carry_out(visits, situation)
    return run.report(began, situation)


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
    now = about.now(store, real_now)
    right = _right_answers(store, qualification_type_id, known or {}, now)
    names = [population.worker_id(seed, number) for number in range(workers)]
    population.enrol(store, names, seed, now)
    outcomes = Counter(_request(store, qualification_type_id, name, right, seed, now) for name in names)
    return Candidates(outcomes["granted"], outcomes["waiting"], outcomes["refused"])


def _refuse_beside_people(store: Store, now: datetime) -> None:
    held = work.open_by_people(store, now)
    if held:
        raise MTurkTasksError(
            f"people are working on {held} assignment(s) in this sandbox, and a rehearsal would move the "
            "clock past their time; try again when they have submitted"
        )


def _give_back_leftovers(store: Store, now: datetime) -> None:
    """Return what simulated workers still hold from a rehearsal that was interrupted."""
    query = select(assignment.c.assignment_id, worker.c.worker_id).join(worker)
    with read_current(store, now) as transaction:
        leftovers = transaction.db.execute(query.where(HELD, worker.c.simulated.is_(True))).all()
    for assignment_id, worker_id in leftovers:
        work.give_back(store, assignment_id, worker_id, now)


class _Run:
    """Visits as they are made in the marketplace, in order of time, and what comes of them."""

    def __init__(self, store: Store, hit_ids: Sequence[str], seed: int, real_now: datetime) -> None:
        self._store = store
        self._hit_ids = hit_ids
        self._seed = seed
        self._real_now = real_now
        self._held: dict[Visit, Accepted] = {}
        self._done: Counter[int] = Counter()  # submitted, by HIT
        self._returned = 0
        self._missed = 0  # since somebody else was faster
        self._unfitting: Counter[str] = Counter()  # by field
        self._refused: Counter[str] = Counter()  # returned, by reason

    def carry_out(self, visits: Sequence[Visit], situation: Situation) -> None:
        began = about.now(self._store, self._real_now)
        pace = situation.pace(max((visit.end for visit in visits), default=0.0))
        arrivals = [(visit.begin, visit, self._arrive) for visit in visits]
        departures = [(visit.end, visit, self._leave) for visit in visits]
        for seconds, visit, act in sorted(arrivals + departures, key=lambda event: event[0]):
            moment = began + timedelta(milliseconds=round(1000 * seconds * pace))
            try:
                act(visit, self._wait_until(moment))
            except Refused as refusal:  # a person was faster, or somebody else moved the clock
                if refusal.reason == "invalid":
                    raise
                self._missed += 1

    def report(self, began: datetime, situation: Situation) -> Rehearsal:
        submitted = self._done.total()
        unfilled = sum(offer.places for offer in situation.offers) - submitted
        return Rehearsal(
            submitted=submitted,
            returned=self._returned,
            hits=len(self._done),
            began=began,
            ended=about.now(self._store, self._real_now),
            notes=tuple(self._notes(unfilled)),
        )

    def _wait_until(self, moment: datetime) -> datetime:
        """Move the clock to the moment, unless somebody else has moved it further already."""
        now = about.now(self._store, self._real_now)
        if moment > now:
            about.advance(self._store, moment - now)
        return max(moment, now)

    def _arrive(self, visit: Visit, now: datetime) -> None:
        self._held[visit] = work.accept(self._store, visit.worker, self._hit_ids[visit.order], now)

    def _leave(self, visit: Visit, now: datetime) -> None:
        accepted = self._held.pop(visit, None)
        if accepted is None:
            return
        impossible = hindrances(accepted.question)
        if impossible:
            self._refused[impossible[0].text] += 1
        if visit.returned or impossible or not self._submit(accepted, visit, now):
            work.give_back(self._store, accepted.assignment_id, visit.worker, now)
            self._returned += 1
        else:
            self._done[visit.order] += 1

    def _submit(self, accepted: Accepted, visit: Visit, now: datetime) -> bool:
        """Hand in answers, and say whether the question takes them."""
        improvised = improvise(accepted.question, Mood.of(self._seed, visit.worker, visit.order))
        answers = [*improvised.answers, *self._upload(improvised, accepted, visit, now)]
        self._unfitting.update(improvised.unfitting)
        try:
            work.submit(self._store, accepted.assignment_id, visit.worker, build(answers), now)
        except Refused as refusal:
            if refusal.reason != "invalid":
                raise
            if not improvised.unfitting:
                self._refused[str(refusal)] += 1
            return False
        return True

    def _upload(
        self, improvised: Improvised, accepted: Accepted, visit: Visit, now: datetime
    ) -> Iterator[Answer]:
        for file in improvised.files:
            place = (accepted.assignment_id, visit.worker, file.question)
            content = (file.name, "text/plain", file.content)
            yield uploads.store_file(self._store, *place, *content, now).answer

    def _notes(self, unfilled: int) -> Iterator[str]:
        for name, count in self._unfitting.items():
            yield (
                f"{name}: no text was found that fits its format; {count} time(s) it holds ordinary words "
                "or nothing, or the HIT was returned"
            )
        for reason, count in self._refused.items():
            yield f"{count} time(s) a HIT was returned: {reason}"
        if unfilled:
            yield (
                f"{unfilled} assignment(s) stay open: a worker does each HIT once, and none for which the "
                "worker is blocked or lacks a qualification"
            )
        if self._missed:
            yield f"{self._missed} time(s) somebody else was faster than a simulated worker"


def _right_answers(
    store: Store, qualification_type_id: str, known: Mapping[str, str], now: datetime
) -> dict[str, Answer]:
    """Return the right answer to each question, by the key of the type, else by what is known."""
    with read_current(store, now) as transaction:
        kind = qualifications.requestable(transaction, qualification_type_id)
    if kind.answer_key:
        return {answer.question: answer for answer in best_answers(read_answer_key(kind.answer_key))}
    return _as_answers(kind.test_text, known) if kind.test_text else {}


def _as_answers(test: str, known: Mapping[str, str]) -> dict[str, Answer]:
    answers = {}
    for question in read_question_form(test).questions:
        name = question.identifier
        if name not in known:
            continue
        if isinstance(question.answer, Selections):
            selections = tuple(part for part in known[name].split(SEPARATOR) if part)
            answers[name] = Answer(name, selections=selections)
        else:
            answers[name] = Answer(name, known[name])
    return answers


def _request(
    store: Store,
    qualification_type_id: str,
    name: str,
    right: Mapping[str, Answer],
    seed: int,
    now: datetime,
) -> str:
    try:
        asked = qualifications.request(store, name, qualification_type_id, now)
    except Refused:  # blocked, waiting already, or not yet again
        return "refused"
    if asked.test is not None:
        answer = build(_answers(asked.test, right, Mood.of(seed, name, 0)))
        try:
            asked = qualifications.answer_test(store, asked.request_id, name, answer, now)
        except Refused:  # no answer was found that the test takes
            qualifications.give_up(store, name, qualification_type_id, now)
            return "refused"
    return "waiting" if asked.score is None else "granted"


def _answers(test: str, right: Mapping[str, Answer], mood: Mood) -> list[Answer]:
    """Return guesses, each worker's own, in place of which a good candidate has what is right."""
    answers = list(improvise(test, Mood(mood.own, mood.own)).answers)
    if not right or mood.own.random() >= _WELL:
        return answers
    return [right.get(answer.question, answer) for answer in answers]
