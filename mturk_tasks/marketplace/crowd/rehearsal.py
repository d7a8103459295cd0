"""Simulated workers, who do a requester's HITs in the sandbox so that a survey can be rehearsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from string import ascii_uppercase, digits

from sqlalchemy import select

from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.marketplace import clock, uploads, work
from mturk_tasks.marketplace.context import read_transaction
from mturk_tasks.marketplace.crowd import people
from mturk_tasks.marketplace.crowd.choices import Mood
from mturk_tasks.marketplace.crowd.questions import File, improvise
from mturk_tasks.marketplace.crowd.scene import Scene, asks_for_qualifications, look_at
from mturk_tasks.marketplace.crowd.shifts import Visit, plan
from mturk_tasks.marketplace.settle import process_due
from mturk_tasks.marketplace.storage.schema import HELD, assignment, worker
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.work import Accepted, Refused
from mturk_tasks.markup.answers import Answer, build
from mturk_tasks.markup.hindrances import hindrances


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
    began = clock.now(store, real_now)
    _refuse_beside_people(store, began)
    _give_back_leftovers(store, began)
    crew = [worker_id(seed, number) for number in range(workers)]
    process_due(store, began)
    with read_transaction(store, began) as context:
        selective = asks_for_qualifications(context, hit_ids)
    if selective:  # who is let in follows from who they are
        people.enrol(store, crew, seed, began)
    process_due(store, began)
    with read_transaction(store, began) as context:
        scene = look_at(context, hit_ids, crew, skip)
    visits = plan(scene.offers, crew, seed)
    people.enrol(store, {visit.worker: None for visit in visits}, seed, began)
    stage = _Stage(store, hit_ids, seed, real_now, scene)
    stage.play(visits)
    return stage.report(began)


def worker_id(seed: int, number: int) -> str:
    """Return the ID of the n-th simulated worker of a seed; other seeds have other workers."""
    chance = Random(f"{seed} worker {number}")  # noqa: S311  # the same for the same seed, on purpose
    return "A" + "".join(chance.choices(ascii_uppercase + digits, k=13))


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
    process_due(store, now)
    with read_transaction(store, now) as context:
        left = context.db.execute(query.where(HELD, worker.c.simulated.is_(True))).all()
    for row in left:
        work.give_back(store, row.assignment_id, row.worker_id, now)


class _Stage:
    """Play a plan in the marketplace, in order of time, and count what happens."""

    def __init__(
        self, store: Store, hit_ids: Sequence[str], seed: int, real_now: datetime, scene: Scene
    ) -> None:
        self._store = store
        self._hit_ids = hit_ids
        self._seed = seed
        self._real_now = real_now
        self._scene = scene
        self._held: dict[Visit, Accepted] = {}
        self._done: Counter[int] = Counter()
        self._returned = 0
        self._missed = 0
        self._unfitting: Counter[str] = Counter()
        self._not_taken: Counter[str] = Counter()

    def play(self, visits: Sequence[Visit]) -> None:
        began = clock.now(self._store, self._real_now)
        pace = self._scene.pace(max((visit.end for visit in visits), default=0.0))
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

    def report(self, began: datetime) -> Rehearsal:
        return Rehearsal(
            submitted=self._done.total(),
            returned=self._returned,
            hits=len(self._done),
            began=began,
            ended=clock.now(self._store, self._real_now),
            notes=tuple(self._notes()),
        )

    def _wait_until(self, moment: datetime) -> datetime:
        """Move the clock to the moment, unless somebody else has moved it further already."""
        now = clock.now(self._store, self._real_now)
        if moment > now:
            clock.advance(self._store, moment - now)
        return max(moment, now)

    def _arrive(self, visit: Visit, now: datetime) -> None:
        self._held[visit] = work.accept(self._store, visit.worker, self._hit_ids[visit.order], now)

    def _leave(self, visit: Visit, now: datetime) -> None:
        accepted = self._held.pop(visit, None)
        if accepted is None:
            return
        blocked = hindrances(accepted.question)
        if blocked or visit.returned:
            work.give_back(self._store, accepted.assignment_id, visit.worker, now)
            self._returned += 1
            self._not_taken.update(fault.text for fault in blocked[:1])
            return
        answered = improvise(accepted.question, Mood.of(self._seed, visit.worker, visit.order))
        answers = [*answered.answers, *self._send(accepted, visit, answered.files, now)]
        self._unfitting.update(answered.unfitting)
        try:
            work.submit(self._store, accepted.assignment_id, visit.worker, build(answers), now)
        except Refused as refusal:
            if refusal.reason != "invalid":
                raise
            if not answered.unfitting:
                self._not_taken[str(refusal)] += 1
            work.give_back(self._store, accepted.assignment_id, visit.worker, now)
            self._returned += 1
            return
        self._done[visit.order] += 1

    def _send(
        self, accepted: Accepted, visit: Visit, files: Sequence[File], now: datetime
    ) -> Iterator[Answer]:
        for file in files:
            place = (accepted.assignment_id, visit.worker, file.question)
            sent = (file.name, "text/plain", file.content)
            yield uploads.store_file(self._store, *place, *sent, now).answer

    def _notes(self) -> Iterator[str]:
        for name, count in self._unfitting.items():
            yield (
                f"{name}: no text was found that fits its format; {count} time(s) it holds ordinary words "
                "or nothing, or the HIT was returned"
            )
        for reason, count in self._not_taken.items():
            yield f"{count} time(s) a HIT was returned: {reason}"
        wanted = sum(offer.places for offer in self._scene.offers)
        left = wanted - self._done.total()
        if left:
            yield (
                f"{left} assignment(s) stay open: a worker does each HIT once, and none for which the worker "
                "is blocked or lacks a qualification"
            )
        if self._missed:
            yield f"{self._missed} time(s) somebody else was faster than a simulated worker"
