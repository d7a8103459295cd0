"""HIT groups as a worker finds them, on each database."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.web import groups
from mturk_tasks.marketplace.worker import work
from tests.stores import look

WORKER = "AW1"


@pytest.fixture
def found(store, at):
    """Return the groups that the worker may find: title, number of HITs, and whether they may be accepted."""

    def titles():
        open_groups = look(store, at.now, groups.open_to, WORKER)
        counted = look(store, at.now, groups.count, WORKER, open_groups)
        return [(group.kind.title, group.hits, group.qualified) for group in counted]

    return titles


@pytest.fixture
def requiring(qualify):
    """Return the requirement of a qualification that guards so much, and the type's ID."""

    def make(guarded):
        type_id = qualify(Name=guarded)
        return [{"QualificationTypeId": type_id, "Comparator": "Exists", "ActionsGuarded": guarded}], type_id

    return make


def test_a_group_counts_what_is_there_for_the_worker(found, post, do, store, at):
    done, held, full, *_ = [post()["HITId"] for _ in range(5)]
    do(done, WORKER)
    work.accept(store, WORKER, held, at.now)
    work.accept(store, "AOTHER", full, at.now)

    assert found() == [("Name a colour", 2, True)]


def test_a_group_is_gone_when_its_last_hit_is_over(found, post, at):
    post(LifetimeInSeconds=60)
    at.later(minutes=2)

    assert found() == []


def test_a_requester_who_blocks_the_worker_offers_nothing(found, post, client):
    post()
    client.create_worker_block(WorkerId=WORKER, Reason="no")

    assert found() == []


def test_a_group_one_cannot_accept_is_shown_unless_it_hides_itself(found, post, client, requiring):
    guards = ("Accept", "PreviewAndAccept", "DiscoverPreviewAndAccept")
    asked = {guarded: requiring(guarded) for guarded in guards}
    for guarded, (needs, _) in asked.items():
        post(Title=guarded, QualificationRequirements=needs)
    assert found() == [("Accept", 1, False), ("PreviewAndAccept", 1, False)]
    for _, type_id in asked.values():
        client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId=WORKER)

    assert found() == [(guarded, 1, True) for guarded in guards]


def test_hits_of_one_group_are_found_by_its_own_requirements(store, at, post, client, requiring):
    needs, type_id = requiring("DiscoverPreviewAndAccept")
    hit = post(QualificationRequirements=needs)
    other = post(Title="Another")
    asked = {one["HITTypeId"]: one["HITId"] for one in (hit, other)}

    def available(qualified):
        return [
            look(store, at.now, work.available, WORKER, qualified=qualified, hit_type_id=type_id)
            for type_id in asked
        ]

    assert available(False) == available(True) == [[], [other["HITId"]]]
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId=WORKER)
    assert available(False) == available(True) == [[hit["HITId"]], [other["HITId"]]]
