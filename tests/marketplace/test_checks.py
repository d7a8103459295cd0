"""A healthy marketplace passes, whatever was done in it; every kind of illness is found."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing, suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.marketplace.operator.checks import check
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.worker import answering, qualifications, work
from tests.marketplace.busy import client_of, enter
from tests.marketplace.conftest import ANSWER, HIT, TYPE
from tests.marketplace.policies import answers, known_answers, plurality

MASTERS = "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH"
_WORKERS = [f"AW{n}" for n in range(1, 6)]
_KNOWN = {"ApproveIfKnownAnswerScoreIsAtLeast": 80, "ExtendIfKnownAnswerScoreIsLessThan": 50}
_AGREED = {"ApproveIfWorkerAgreementScoreIsAtLeast": 60, "RejectIfWorkerAgreementScoreIsLessThan": 40}
_POLICIES: tuple[dict[str, Any], ...] = (
    {},
    known_answers({"colour": "green"}, **_KNOWN, ExtendMaximumAssignments=5),
    plurality(**_AGREED),
)


@pytest.fixture(params=[True, False], ids=["play money", "real money"])
def busy(request, tmp_path, at):
    with opening.open_store(tmp_path / "busy.db", play=request.param) as store:
        yield store


class Life:
    """One requester and a few workers who do anything at any time."""

    def __init__(self, store, client, at, seed):
        self.store, self.client, self.at = store, client, at
        self.chance = random.Random(seed)  # noqa: S311  # a test wants the same numbers again
        self.hits, self.held, self.done, self.kinds = [], [], [], []

    def step(self):
        """Do something, which may be refused."""
        act = self.chance.choice(
            (self.post, *[self.accept] * 6, *[self.submit] * 4, self.give_back, self.approve, self.approve,
             self.reject, self.reject, self.reverse, self.bonus, self.expire, self.extend, self.grow,
             self.delete, self.look, self.mark, self.retype, self.qualify, self.ask, self.decide, self.wait)
        )  # fmt: skip
        with suppress(ClientError, answering.Refused, IndexError):
            act()

    def any(self, among):
        """Return one of some, of the last ones where they are many: the others are mostly over."""
        return self.chance.choice(among[-5:])

    def post(self):
        reward = self.any(("0.00", "0.05", "1.10"))
        delay = self.any((0, 3600, 86400))
        made = {**TYPE, **HIT, "Reward": reward, "AutoApprovalDelayInSeconds": delay, **self.any(_POLICIES)}
        self.hits.append(
            self.client.create_hit(**made, MaxAssignments=self.any((1, 2, 3, 10)))["HIT"]["HITId"]
        )

    def accept(self):
        worker_id = self.any(_WORKERS)
        held = work.accept(self.store, worker_id, self.any(self.hits), self.at.now)
        self.held.append((held.assignment_id, worker_id))

    def submit(self):
        assignment_id, worker_id = self.held.pop()
        answer = self.any((ANSWER, "", answers(colour="red")))
        work.submit(self.store, assignment_id, worker_id, answer, self.at.now)
        self.done.append((assignment_id, worker_id))

    def give_back(self):
        assignment_id, worker_id = self.held.pop()
        work.give_back(self.store, assignment_id, worker_id, self.at.now)

    def approve(self):
        self.client.approve_assignment(AssignmentId=self.any(self.done)[0])

    def reject(self):
        self.client.reject_assignment(AssignmentId=self.any(self.done)[0], RequesterFeedback="no")

    def reverse(self):
        self.client.approve_assignment(AssignmentId=self.any(self.done)[0], OverrideRejection=True)

    def bonus(self):
        assignment_id, worker_id = self.any(self.done)
        given = {"AssignmentId": assignment_id, "WorkerId": worker_id, "Reason": "r"}
        self.client.send_bonus(BonusAmount=self.any(("0.01", "2.50")), **given)

    def expire(self):
        self.client.update_expiration_for_hit(HITId=self.any(self.hits), ExpireAt=0)

    def extend(self):
        later = self.at.now.timestamp() + 7200
        self.client.update_expiration_for_hit(HITId=self.any(self.hits), ExpireAt=later)

    def grow(self):
        given = {"HITId": self.any(self.hits), "NumberOfAdditionalAssignments": 2}
        self.client.create_additional_assignments_for_hit(**given)

    def delete(self):
        self.client.delete_hit(HITId=self.any(self.hits))

    def look(self):
        self.client.get_hit(HITId=self.any(self.hits))

    def mark(self):
        revert = self.any((True, False))
        self.client.update_hit_review_status(HITId=self.any(self.hits), Revert=revert)

    def retype(self):
        asked = [{"QualificationTypeId": MASTERS, "Comparator": "Exists"}]
        changed = self.any(({"Reward": "0.40"}, {"Reward": "1.10"}, {"QualificationRequirements": asked}))
        other = self.client.create_hit_type(**{**TYPE, "Reward": "1.10", **changed})["HITTypeId"]
        self.client.update_hit_type_of_hit(HITId=self.any(self.hits), HITTypeId=other)

    def qualify(self):
        given = {"Name": f"kind {len(self.kinds)}", "Description": "d", "QualificationTypeStatus": "Active"}
        made = self.client.create_qualification_type(**given, RetryDelayInSeconds=60)
        self.kinds.append(made["QualificationType"]["QualificationTypeId"])

    def ask(self):
        qualifications.request(self.store, self.any(_WORKERS), self.any(self.kinds), self.at.now)

    def decide(self):
        kind = self.any(self.kinds)
        waiting = self.client.list_qualification_requests(QualificationTypeId=kind)["QualificationRequests"]
        self.client.accept_qualification_request(
            QualificationRequestId=self.any(waiting)["QualificationRequestId"]
        )
        if self.chance.random() < 0.3:
            self.client.delete_qualification_type(QualificationTypeId=kind)

    def wait(self):
        self.at.later(seconds=self.chance.choice((1,) * 9 + (60, 400, 3000, 90_000, 86_400 * 121)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_can_be_done_makes_a_marketplace_ill(busy, client_in, at, seed):
    life = Life(busy, client_in(busy), at, seed)
    for begin in (life.post, life.accept, life.submit, life.qualify):
        begin()
    for _ in range(75):
        life.step()
        assert check(busy) == []
    assert len(life.done) > 1


@pytest.fixture
def client_in(at):
    """Give a function that returns a client of a store's only requester."""

    def make(store):
        return client_of(store, at, 1) if store.play else enter(store, at, "ada", "40.00")

    return make


def test_a_marketplace_in_which_everything_happened_is_healthy(filled):
    assert check(filled) == []


ILL = [
    # money
    ("UPDATE requester SET balance = balance + 1", r"requester A\w+ \(ada\): has \$.* to spend, .* leave"),
    ("UPDATE requester SET balance = -5", "has less than nothing to spend"),
    ("UPDATE deposit SET amount = amount - 100", "deposits and ledger leave"),
    ("UPDATE deposit SET amount = -1", r"deposit 1: \$-0.01 is less than nothing"),
    ("DELETE FROM ledger WHERE kind = 'hold' AND id = (SELECT min(id) FROM ledger)", r"HIT 3\w+: .* is held"),
    ("UPDATE ledger SET amount = amount + 1 WHERE kind = 'release'", r"HIT 3\w+: .* is held"),
    ("UPDATE ledger SET amount = -1 WHERE kind = 'fee'", "is less than nothing"),
    ("DELETE FROM ledger WHERE kind = 'payment'", r"payments are \$0.00, approved work makes"),
    ("UPDATE ledger SET amount = amount + 1 WHERE kind = 'fee'", "fees are"),
    ("DELETE FROM ledger WHERE kind = 'bonus'", r"bonuses of \$1.10 are granted, \$0.00 is paid"),
    ("UPDATE bonus SET amount = amount + 1", r"bonuses of \$1.11 are granted, \$1.10 is paid"),
    ("UPDATE ledger SET kind = 'gift' WHERE kind = 'bonus fee'", "there is no movement gift"),
    ("UPDATE ledger SET worker = 'AW3' WHERE kind = 'bonus'", "is of another HIT, or of another worker"),
    (
        "INSERT INTO ledger (requester, time, kind, amount, hit, assignment, worker) SELECT requester, time, "
        "kind, amount, hit, assignment, worker FROM ledger WHERE kind = 'payment'",
        r"assignment 3\w+: is Approved and was paid 2 times",
    ),
    # HITs
    ("UPDATE hit SET pending = pending + 1", r"HIT 3\w+: counts \d assignments as pending, \d are"),
    ("UPDATE hit SET available = available + 1", "assignments as handed in"),
    ("UPDATE hit SET completed = completed + 1", "assignments as decided"),
    ("UPDATE hit SET available = -1", "a counter is below zero"),
    ("UPDATE hit SET max_assignments = 1 WHERE max_assignments > 4", "of at most 1"),
    ("UPDATE hit SET created_with = 100", "fewer assignments than it was created with"),
    (
        "UPDATE hit SET status = 'Reviewable' WHERE status = 'Assignable'",
        "is Reviewable, should be Assignable",
    ),
    ("UPDATE hit SET status = 'Lost'", "there is no state Lost"),
    ("UPDATE hit SET status = 'Disposed' WHERE pending > 0", "is Disposed, and there is work or time left"),
    ("UPDATE hit SET changed = 0", "changed before it was created"),
    ("UPDATE hit SET review_due = 1 WHERE review_policies IS NULL", "review policies it does not have"),
    # assignments
    ("UPDATE assignment SET submitted = accepted - 60000 WHERE status = 'Approved'", "are not in order"),
    ("UPDATE assignment SET approved = submitted - 60000 WHERE status = 'Approved'", "are not in order"),
    ("UPDATE assignment SET deadline = accepted - 60000 WHERE status = 'Accepted'", "are not in order"),
    ("UPDATE assignment SET approved = NULL WHERE status = 'Approved'", "has the moments of another state"),
    ("UPDATE assignment SET rejected = NULL WHERE status = 'Rejected'", "has the moments of another state"),
    ("UPDATE assignment SET ended = 1 WHERE status = 'Submitted'", "has the moments of another state"),
    (
        "UPDATE assignment SET status = 'Approved' WHERE status = 'Submitted'",
        "is Approved and was paid 0 times",
    ),
    ("UPDATE assignment SET status = 'Lost' WHERE status = 'Submitted'", "there is no state Lost"),
    # belonging together
    ("DELETE FROM worker WHERE worker_id = 'AW1'", r"assignment 3\w+: its worker AW1 does not exist"),
    ("DELETE FROM hit WHERE pending > 0", r"assignment 3\w+: its HIT \d+ does not exist"),
    ("DELETE FROM hit_type WHERE title = 'Compare'", r"HIT 3\w+: its HIT type \d+ does not exist"),
    ("DELETE FROM question WHERE text LIKE '<HTML%'", r"HIT 3\w+: its question \w{64} does not exist"),
    ("DELETE FROM requester", r"HIT 3\w+: its requester 1 does not exist"),
    ("DELETE FROM qualification_type WHERE name = 'Trees'", "its qualification type .* does not exist"),
    ("UPDATE token SET hit_id = '3X'", "its HIT 3X does not exist"),
    ("UPDATE event SET assignment_id = '3X'", "event 1: its assignment 3X does not exist"),
    ("UPDATE review SET subject = '3X' WHERE subject_type = 'HIT'", "its HIT 3X does not exist"),
    ("UPDATE hit SET requester = NULL", r"HIT 3\w+: belongs to no requester"),
    ("UPDATE ledger SET requester = NULL", "belongs to no requester"),
    ("UPDATE qualification_type SET system = 1 WHERE name = 'Trees'", "neither of the system nor of a"),
    ("UPDATE bonus SET hit = (SELECT min(id) FROM hit WHERE id <> bonus.hit)", "bonus 1: assignment .* HIT"),
    (
        "INSERT INTO requester VALUES (9, 'AX', 'eve', 0, 0, 0); UPDATE ledger SET requester = 9",
        "belongs to another requester",
    ),
    (
        "INSERT INTO requester VALUES (9, 'AX', 'eve', 0, 0, 0); UPDATE hit_type SET requester = 9",
        "its HIT type .* belongs to another requester",
    ),
    # once and no more
    (
        "DROP INDEX assignment_standing; UPDATE assignment SET worker = 'AW1'",
        "2 rows of assignment have the same hit and worker|3 rows of assignment",
    ),
    (
        "INSERT INTO qualification_request (request_id, qualification_type, worker_id, status, requested, "
        "submitted) SELECT 'again', qualification_type, worker_id, status, requested, submitted FROM "
        "qualification_request WHERE status = 'Pending'",
        "worker AW2 has 2 requests for the qualification type 8 waiting",
    ),
    # texts and requests
    ("UPDATE question SET text = text || ' '", r"question \w{64}: its text is another one"),
    ("UPDATE hit_type SET title = title || '!'", r"HIT type 3\w+: its digest is that of another one"),
    ("UPDATE qualification SET status = 'Lost'", "there is no state Lost"),
    ("UPDATE qualification_request SET status = 'Lost'", "there is no state Lost"),
    ("UPDATE qualification_request SET deadline = NULL", "is Testing without a test that is under way"),
    ("UPDATE qualification_request SET submitted = NULL", "is Pending and was never submitted"),
    ("UPDATE qualification_request SET submitted = 1", r"request 3\w+: its moments are not in order"),
    ("UPDATE qualification_type SET status = 'Disposing'", "and its qualification type is deleted"),
]


@pytest.mark.parametrize(("damage", "finding"), ILL)
def test_every_illness_is_found(filled, damage, finding):
    break_(filled, damage)
    found = check(filled)
    assert [one for one in found if re.search(finding, one)], found


def break_(store, damage):
    """Write to the file behind the marketplace's back, as no client of it can."""
    with closing(sqlite3.connect(store.file)) as db:
        db.executescript(damage)
        db.commit()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (
            """ALTER TABLE token RENAME TO t;
            CREATE TABLE token (requester INTEGER, operation, token, spent, hit_id);
            INSERT INTO token SELECT * FROM t; INSERT INTO token SELECT * FROM t; DROP TABLE t""",
            "2 rows of token have the same requester and operation and token: 1, CreateHIT, once",
        ),
        (
            """ALTER TABLE qualification RENAME TO t;
            CREATE TABLE qualification (id, qualification_type, worker_id, score, status, granted);
            INSERT INTO qualification SELECT * FROM t; INSERT INTO qualification SELECT * FROM t""",
            "2 rows of qualification have the same qualification_type and worker_id: 7, AW1",
        ),
    ],
)
def test_twice_the_same_is_found_where_nothing_forbids_it(filled, damage, finding):
    break_(filled, damage)
    assert finding in check(filled)


def test_an_index_that_does_not_fit_its_table_is_found(filled):
    for damage in (
        """PRAGMA writable_schema=ON;
        CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 'ledger_of_requester';
        DELETE FROM sqlite_master WHERE name = 'ledger_of_requester'""",
        "DELETE FROM ledger WHERE id = 1",
        "PRAGMA writable_schema=ON; INSERT INTO sqlite_master SELECT * FROM kept",
    ):
        break_(filled, damage)
    with opening.open_store(filled.file) as again:
        assert "the database is damaged: wrong # of entries in index ledger_of_requester" in check(again)
