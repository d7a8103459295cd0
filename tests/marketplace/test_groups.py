"""HIT groups as a worker finds them, on each database."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.web import listing
from mturk_tasks.marketplace.worker import work
from tests.stores import look

WORKER = "AW1"


@pytest.fixture
def found(store, at):
    """Return the groups that the worker may find: title, number of HITs, and whether they may be accepted."""

    def titles():
        open_groups = look(store, at.now, listing.open_to, WORKER)
        counted = look(store, at.now, listing.count, WORKER, open_groups)
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
    assert found() == [("PreviewAndAccept", 1, False), ("Accept", 1, False)]
    for _, type_id in asked.values():
        client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId=WORKER)

    assert found() == [(guarded, 1, True) for guarded in reversed(guards)]


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


@pytest.fixture
def page(store, at):
    """Return the titles on a page of ten groups, and whether it is known how many there are."""

    def read(number=1, **wanted):
        found = look(store, at.now, listing.page, WORKER, listing.Wanted(**wanted), number, 10)
        return [group.kind.title for group in found.groups], found.whole

    return read


def test_of_many_groups_the_newest_come_first_and_none_is_missed(page, post, at):
    for number in range(130):
        at.later(seconds=1)
        post(Title=f"Group {number}")

    titles = [title for number in range(1, 14) for title in page(number)[0]]

    assert titles == [f"Group {number}" for number in reversed(range(130))]


@pytest.mark.parametrize(("groups", "whole"), [(listing.STEP - 1, True), (listing.STEP + 1, False)])
def test_groups_are_counted_only_as_far_as_one_step_goes(page, post, groups, whole):
    for number in range(groups):
        post(Title=f"Group {number}")

    assert page()[1] is whole


def test_a_group_that_gets_a_hit_again_is_the_newest(page, post, at):
    for title in ("Old", "New"):
        post(Title=title)
        at.later(minutes=2)
    post(Title="Old")

    assert page()[0] == ["Old", "New"]


def test_a_group_that_gets_a_hit_of_another_type_is_listed(page, post, client, kind):
    hit_id = post(Title="One")["HITId"]
    other = client.create_hit_type(**{**kind, "Title": "Other"})["HITTypeId"]
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)

    assert page() == (["Other"], True)


@pytest.mark.long
def test_an_open_group_below_hundreds_that_are_over_is_found(page, post, at):
    post(Title="Open", LifetimeInSeconds=86400)
    for number in range(500):
        post(Title=f"Over {number}", LifetimeInSeconds=60)
    at.later(minutes=2)

    assert page() == (["Open"], True)


def test_words_that_few_groups_have_are_sought_in_all(page, post):
    post(Title="An owl")
    for number in range(2 * listing.STEP):
        post(Title=f"Group {number}")

    assert page(words=["owl"]) == (["An owl"], True)
