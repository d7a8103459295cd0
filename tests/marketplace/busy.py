"""A marketplace in which everything that leaves a row has happened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mturk_tasks.client.session import Client, connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.records.workers import Profile
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.studies import participants
from mturk_tasks.marketplace.studies.participants import Arrival
from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.marketplace.worker import drafts, qualifications, uploads, work
from tests.marketplace.conftest import ANSWER, HIT, KEY, TEST, TYPE, UPLOAD, At
from tests.marketplace.policies import answers, known_answers, plurality

_EVENTS = {
    "Destination": "https://queue.example.org/1",
    "Transport": "SQS",
    "Version": "2006-05-05",
    "EventTypes": ["AssignmentSubmitted", "HITReviewable"],
}


def client_of(store: Store, at: At, key: int) -> Client:
    """Return a client that speaks for the requester of a key."""
    client = connect(None)
    attach(client, store, lambda: at.now, key)
    return client


def enter(store: Store, at: At, name: str, dollars: str = "100.00") -> Client:
    """Enter a requester with money, and return a client that speaks for it."""
    key = requesters.add(store, name, at.now).key
    requesters.fund(store, name, Decimal(dollars), at.now)
    return client_of(store, at, key)


def fill(store: Store, client: Client, at: At) -> None:
    """Let everything happen once that leaves a row."""
    for worker_id in ("AW1", "AW2", "AW3"):
        work.register(store, worker_id, False, at.now)
    workers.describe(store, "AW1", Profile(country="DE", submitted_before=3), at.now)
    kind = _qualify(store, client, at)
    asking = {"QualificationTypeId": kind, "Comparator": "GreaterThan", "IntegerValues": [3]}
    hit = _post(client, MaxAssignments=4, QualificationRequirements=[asking])
    client.update_notification_settings(HITTypeId=hit["HITTypeId"], Notification=_EVENTS, Active=True)
    _decide(store, client, at, hit["HITId"])
    _review(store, client, at)
    client.create_worker_block(WorkerId="AW9", Reason="a robot")
    gone = _post(client, Reward="0.20", UniqueRequestToken="once")["HITId"]
    client.update_expiration_for_hit(HITId=gone, ExpireAt=0)
    client.delete_hit(HITId=gone)
    _keep(store, client, at)
    _recruit(store, client, at)
    counted = {"HITIds": [hit["HITId"]], "HITTypeIds": [hit["HITTypeId"]]}
    client.put_participation_type(Name="Birds done", Description="HITs of birds", **counted)


def _recruit(store: Store, client: Client, at: At) -> None:
    """Leave a study, and a participant who agreed to its consent."""
    hit = _post(client, Title="A study", MaxAssignments=3)
    terms = {"Source": "prolific", "HITsPerParticipant": 1, "Minutes": 30, "Consent": "# Do you agree?"}
    made = client.create_study(HITIds=[hit["HITId"]], **terms)["Study"]
    worker_id, _ = participants.enter(
        store,
        made["StudyId"],
        Arrival("5f" * 12, "st", "se"),
        at.now,
        resume="",
        make_worker=accounts.enter_participant,
    )
    in_class = client.create_study(
        HITIds=[_post(client, Title="A lesson")["HITId"]], Source="class", HITsPerParticipant=1, Minutes=30
    )["Study"]
    client.put_study_links(StudyId=in_class["StudyId"], ExternalIds=["anna", "ben"])
    participants.agree(store, made["StudyId"], worker_id, made["ConsentDigest"], at.now)


def _keep(store: Store, client: Client, at: At) -> None:
    """Leave what is kept beside answers: drafts, a file, an answer that came late."""
    asking = client.create_qualification_type(
        Name="Rocks", Description="d", QualificationTypeStatus="Active", Test=TEST, TestDurationInSeconds=600
    )["QualificationType"]["QualificationTypeId"]
    begun = qualifications.request(store, "AW2", asking, at.now)
    drafts.save_test(store, begun.request_id, "AW2", {"q1": "0"}, at.now)
    with_file = _post(client, Question=UPLOAD, Title="A file")["HITId"]
    held = work.accept(store, "AW1", with_file, at.now)
    uploads.store_file(
        store, held.assignment_id, "AW1", "photo", "owl.jpg", "image/jpeg", b"\x00\xff\n", at.now
    )
    drafts.save(store, held.assignment_id, "AW1", {"q1": "typed"}, at.now)
    short = _post(client, Title="Late", AssignmentDurationInSeconds=30)
    late = work.accept(store, "AW2", short["HITId"], at.now)
    at.later(seconds=31)
    work.submit(store, late.assignment_id, "AW2", ANSWER, at.now)


def _post(client: Client, **changes: Any) -> dict[str, Any]:
    hit: dict[str, Any] = client.create_hit(**{**TYPE, **HIT, **changes})["HIT"]
    return hit


def _do(store: Store, at: At, hit_id: str, worker_id: str, answer: str = ANSWER) -> str:
    held = work.accept(store, worker_id, hit_id, at.now)
    at.later(seconds=20)
    work.submit(store, held.assignment_id, worker_id, answer, at.now)
    return held.assignment_id


def _qualify(store: Store, client: Client, at: At) -> str:
    """Make types of qualification and requests in every state; return one that two workers hold."""
    made = {"Description": "Knows trees", "QualificationTypeStatus": "Active", "RetryDelayInSeconds": 60}
    test = {"Test": TEST, "TestDurationInSeconds": 600}
    kinds = [
        client.create_qualification_type(Name=name, **made, **more)["QualificationType"]
        for name, more in (("Trees", {**test, "AnswerKey": KEY}), ("Birds", {}), ("Stones", test))
    ]
    trees, birds, stones = (kind["QualificationTypeId"] for kind in kinds)
    for worker_id in ("AW1", "AW2", "AW3"):
        client.associate_qualification_with_worker(
            QualificationTypeId=trees, WorkerId=worker_id, IntegerValue=7
        )
    client.disassociate_qualification_from_worker(QualificationTypeId=trees, WorkerId="AW3", Reason="no")
    asked = [qualifications.request(store, worker_id, birds, at.now) for worker_id in ("AW1", "AW2", "AW3")]
    client.accept_qualification_request(QualificationRequestId=asked[0].request_id, IntegerValue=1)
    qualifications.give_up(store, "AW3", birds, at.now)
    qualifications.request(store, "AW1", stones, at.now)
    return str(trees)


def _decide(store: Store, client: Client, at: At, hit_id: str) -> None:
    """Leave work of every kind on a HIT: approved, rejected and reversed, given back, under way."""
    good, bad = (_do(store, at, hit_id, name) for name in ("AW1", "AW2"))
    client.approve_assignment(AssignmentId=good, RequesterFeedback="thanks")
    client.reject_assignment(AssignmentId=bad, RequesterFeedback="empty")
    client.approve_assignment(AssignmentId=bad, OverrideRejection=True)
    client.send_bonus(WorkerId="AW1", AssignmentId=good, BonusAmount="1.10", Reason="fast")
    client.notify_workers(Subject="s", MessageText="t", WorkerIds=["AW1"])
    kinds = client.list_qualification_types(MustBeRequestable=True)["QualificationTypes"]
    (trees,) = (kind["QualificationTypeId"] for kind in kinds if kind["Name"] == "Trees")
    client.associate_qualification_with_worker(QualificationTypeId=trees, WorkerId="AW4", IntegerValue=9)
    back = work.accept(store, "AW4", hit_id, at.now)
    work.give_back(store, back.assignment_id, "AW4", at.now)
    work.accept(store, "AW4", hit_id, at.now)
    client.create_additional_assignments_for_hit(HITId=hit_id, NumberOfAdditionalAssignments=2)


def _review(store: Store, client: Client, at: At) -> None:
    """Let review policies of both levels run, and leave rejected and undecided work behind."""
    known = known_answers({"colour": "green"}, RejectIfKnownAnswerScoreIsLessThan=50)
    hit = _post(client, MaxAssignments=2, Title="Compare", **known, **plurality())
    _do(store, at, hit["HITId"], "AW1", answers(colour="green"))
    _do(store, at, hit["HITId"], "AW2", answers(colour="red"))
