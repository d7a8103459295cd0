"""Who has taken part in HITs, or has not, by a qualification whose value is counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.operator import checks
from mturk_tasks.marketplace.worker import qualifications, work
from mturk_tasks.marketplace.worker.work import Refused
from tests.marketplace.conftest import ANSWER

DONE = {"Name": "Done before", "Description": "HITs of the pilot that somebody has done"}


@pytest.fixture
def counting(client):
    """Make the type, or let it count more, and return its ID."""

    def count(**members):
        answer = client.put_participation_type(**{**DONE, **members})
        return answer["ParticipationType"]["QualificationTypeId"]

    return count


def asks(type_id, comparator, number):
    return [
        {
            "QualificationTypeId": type_id,
            "Comparator": comparator,
            "IntegerValues": [number],
            "ActionsGuarded": "DiscoverPreviewAndAccept",
        }
    ]


def offered(store, worker_id, at):
    with read_current(store, at.now) as transaction:
        return work.available(transaction, worker_id)


def test_who_did_one_hit_is_shut_out_of_another_and_does_not_find_it(store, post, do, counting, at):
    pilot = post(MaxAssignments=9)["HITId"]
    new = {"Title": "Main", "MaxAssignments": 9}
    main = post(**new, QualificationRequirements=asks(counting(HITIds=[pilot]), "LessThan", 1))["HITId"]
    do(pilot, "AWORKER1")

    assert main not in offered(store, "AWORKER1", at)
    assert main in offered(store, "ANEWCOMER", at)
    with pytest.raises(Refused, match="asks for a qualification: Done before"):
        work.accept(store, "AWORKER1", main, at.now)


def test_what_is_held_shuts_out_where_that_counts(store, post, counting, at):
    pilot = post(MaxAssignments=9)["HITId"]
    type_id = counting(HITIds=[pilot], CountsHeld=True)
    main = post(Title="Main", QualificationRequirements=asks(type_id, "LessThan", 1))["HITId"]
    held = work.accept(store, "AWORKER1", pilot, at.now)

    assert main not in offered(store, "AWORKER1", at)
    work.give_back(store, held.assignment_id, "AWORKER1", at.now)
    assert main in offered(store, "AWORKER1", at)


def test_only_who_did_a_hit_may_do_the_next(store, post, do, counting, at):
    screening = post(MaxAssignments=9)["HITId"]
    asked = asks(counting(HITIds=[screening]), "GreaterThanOrEqualTo", 1)
    main = post(Title="Main", QualificationRequirements=asked)["HITId"]
    work.accept(store, "AWORKER2", screening, at.now)

    assert main not in offered(store, "AWORKER2", at)  # holding it is not enough
    do(screening, "AWORKER1")
    assert main in offered(store, "AWORKER1", at)


def test_hits_of_a_type_that_come_later_count_too(store, client, post, kind, counting, at):
    type_id = counting(CountsHeld=True)
    asked = asks(type_id, "LessThan", 2)
    hit_type = client.create_hit_type(**kind, QualificationRequirements=asked)["HITTypeId"]
    counting(HITTypeIds=[hit_type])
    hits = [post(QualificationRequirements=asked)["HITId"] for _ in range(3)]

    for hit_id in hits[:2]:
        work.accept(store, "AWORKER1", hit_id, at.now)

    with pytest.raises(Refused, match="asks for a qualification"):
        work.accept(store, "AWORKER1", hits[2], at.now)


def test_a_hit_that_counts_by_itself_and_by_its_type_counts_once(client, post, do, counting):
    hit = post()
    counting(HITIds=[hit["HITId"]], HITTypeIds=[hit["HITTypeId"]])
    do(hit["HITId"], "AWORKER1")

    told = client.get_participation_type(Name=DONE["Name"])["ParticipationType"]

    assert (told["NumberOfHITs"], told["NumberOfWorkers"]) == (1, 1)


def test_twenty_tabs_at_once_get_no_more_than_one_may_have(store, client, post, kind, counting, at):
    type_id = counting(CountsHeld=True)
    asked = asks(type_id, "LessThan", 3)
    hit_type = client.create_hit_type(**kind, QualificationRequirements=asked)["HITTypeId"]
    counting(HITTypeIds=[hit_type])
    hits = [post(QualificationRequirements=asked)["HITId"] for _ in range(20)]
    work.register(store, "AWORKER1", False, at.now)

    def take(hit_id: str) -> bool:
        try:
            return bool(work.accept(store, "AWORKER1", hit_id, at.now))
        except Refused:
            return False

    with ThreadPoolExecutor(20) as tabs:
        assert sum(tabs.map(take, hits)) == 3
    assert checks.check(store) == []


def test_a_submit_in_one_against_an_accept_in_the_other_lets_nobody_do_both(store, post, counting, at):
    pilot = post(MaxAssignments=20)["HITId"]
    asked = asks(counting(HITIds=[pilot], CountsHeld=True), "LessThan", 1)
    main = post(Title="Main", MaxAssignments=20, QualificationRequirements=asked)["HITId"]
    people = [f"AWORKER{number}" for number in range(12)]
    held = {name: work.accept(store, name, pilot, at.now).assignment_id for name in people}

    def submit(name: str) -> bool:
        return bool(work.submit(store, held[name], name, ANSWER, at.now))

    def accept(name: str) -> bool:
        try:
            return bool(work.accept(store, name, main, at.now))
        except Refused:
            return False

    with ThreadPoolExecutor(8) as tabs:
        submitted, accepted = tabs.map(submit, people), tabs.map(accept, people)
        assert all(submitted)
        assert not any(accepted)


def test_nobody_grants_or_asks_for_what_is_counted(store, client, counting, at):
    type_id = counting()

    with pytest.raises(client.exceptions.RequestError, match="nobody can grant it"):
        client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AWORKER1")
    with pytest.raises(qualifications.Refused, match="cannot be requested"):
        qualifications.request(store, "AWORKER1", type_id, at.now)


def test_another_kind_of_type_keeps_its_name(client, qualify, counting):
    qualify()

    with pytest.raises(client.exceptions.RequestError, match="already"):
        counting(Name="Trees")
