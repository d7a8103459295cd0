from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from mturk_tasks.client.session import every
from mturk_tasks.marketplace.api.shapes import description
from mturk_tasks.marketplace.protocol import paging
from mturk_tasks.markup.answers import Answer, build


@pytest.fixture
def hit_ids(post, at):
    made = []
    for _ in range(12):
        made.append(post()["HITId"])
        at.later(seconds=1)
    return made


def ids(page):
    return [hit["HITId"] for hit in page["HITs"]]


def test_a_page_has_ten_items_unless_told_otherwise(client, hit_ids):
    assert ids(client.list_hits()) == hit_ids[:10]
    assert ids(client.list_hits(MaxResults=3)) == hit_ids[:3]
    assert client.list_hits(MaxResults=3)["NumResults"] == 3


def test_every_page_that_holds_something_has_a_token_and_the_last_is_empty(client, hit_ids):
    first = client.list_hits(MaxResults=12)
    last = client.list_hits(MaxResults=12, NextToken=first["NextToken"])

    assert ids(first) == hit_ids
    assert last["NumResults"] == 0
    assert last["HITs"] == []
    assert "NextToken" not in last


def test_pages_follow_each_other_without_repeating_or_losing(client, hit_ids):
    found = client.get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 5})

    assert [hit_id for page in found for hit_id in ids(page)] == hit_ids


def test_hits_made_at_one_moment_are_neither_repeated_nor_lost(client, post):
    made = [post()["HITId"] for _ in range(5)]
    found = client.get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 2})

    assert [hit_id for page in found for hit_id in ids(page)] == made


def test_deleting_while_paging_loses_no_hit(client, hit_ids):
    first = client.list_hits(MaxResults=5)
    for hit_id in ids(first):
        client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
        client.delete_hit(HITId=hit_id)

    second = client.list_hits(MaxResults=5, NextToken=first["NextToken"])

    assert ids(second) == hit_ids[5:10]


def test_reviewable_hits_come_with_the_last_to_expire_first(client, post, at):
    made = [post(LifetimeInSeconds=seconds)["HITId"] for seconds in (60, 180, 120)]
    at.later(minutes=5)
    found = client.get_paginator("list_reviewable_hits").paginate(PaginationConfig={"PageSize": 2})

    assert [hit_id for page in found for hit_id in ids(page)] == [made[1], made[2], made[0]]


def test_reviewable_hits_are_chosen_by_type_and_state(client, kind, post, at):
    first, second = post(LifetimeInSeconds=60)["HITId"], post(LifetimeInSeconds=60)["HITId"]
    other = post(LifetimeInSeconds=60, Title="Another")
    post(LifetimeInSeconds=3600)
    at.later(minutes=5)
    client.update_hit_review_status(HITId=first)

    same_type = client.list_reviewable_hits(HITTypeId=client.create_hit_type(**kind)["HITTypeId"])
    assert ids(same_type) == [second]
    assert ids(client.list_reviewable_hits(Status="Reviewing")) == [first]
    assert ids(client.list_reviewable_hits(HITTypeId=other["HITTypeId"])) == [other["HITId"]]


def test_reviewable_hits_of_an_unknown_type_cannot_be_listed(client, refused):
    with refused("ParameterValidationError", "is not valid for the parameter HITTypeId."):
        client.list_reviewable_hits(HITTypeId="3NONE")


def test_assignments_bonuses_and_blocks_are_paged_too(client, post, do):
    hit_id = post(MaxAssignments=5)["HITId"]
    for n in range(5):
        worker_id = f"AW{n}"
        assignment_id = do(hit_id, worker_id)
        client.send_bonus(WorkerId=worker_id, AssignmentId=assignment_id, BonusAmount="1", Reason="r")
        client.create_worker_block(WorkerId=worker_id, Reason="r")

    def every(name, key, **parameters):
        found = client.get_paginator(name).paginate(**parameters, PaginationConfig={"PageSize": 2})
        return [item["WorkerId"] for page in found for item in page[key]]

    expected = [f"AW{n}" for n in range(5)]
    assert every("list_assignments_for_hit", "Assignments", HITId=hit_id) == expected
    assert every("list_bonus_payments", "BonusPayments", HITId=hit_id) == expected
    assert every("list_worker_blocks", "WorkerBlocks") == expected


def _crafted(numbers):
    return base64.urlsafe_b64encode(json.dumps(numbers).encode()).decode()


@pytest.mark.parametrize(
    "token",
    ["nonsense", "ünïcode", _crafted({}), _crafted([1, 2, 3]), _crafted("[]"), _crafted([1e99]), "===="],
)
def test_a_token_of_no_list_is_not_valid(client, refused, token):
    with refused("ParameterValidationError", "is not valid for the parameter NextToken."):
        client.list_hits(NextToken=token)


def test_a_token_of_another_list_is_not_valid(client, hit_ids, at, refused):
    token = client.list_hits(MaxResults=2)["NextToken"]
    at.later(hours=2)
    with refused(
        "ParameterValidationError", f'The value "{token}" is not valid for the parameter NextToken.'
    ):
        client.list_reviewable_hits(NextToken=token)


def test_a_token_with_other_filters_is_not_valid(client, hit_ids, at, refused):
    at.now += timedelta(hours=2)
    token = client.list_reviewable_hits(Status="Reviewable")["NextToken"]
    with refused("ParameterValidationError", "is not valid for the parameter NextToken."):
        client.list_reviewable_hits(Status="Reviewing", NextToken=token)


@pytest.mark.parametrize("number", [101, 1000])
def test_a_page_has_a_hundred_items_at_most(client, refused, number):
    text = f"Value '{number}' at 'maxResults' failed to satisfy constraint: Member must have value less than"
    with refused("ValidationException", text):
        client.list_hits(MaxResults=number)


def test_a_page_says_whether_the_list_goes_on(client, hit_ids):
    first = client.list_hits(MaxResults=11)
    rest = client.list_hits(MaxResults=11, NextToken=first["NextToken"])

    assert (first["More"], rest["More"]) == (True, False)
    assert client.list_hits(MaxResults=12)["More"] is False
    assert len(ids(rest)) == 1


def test_a_page_ends_at_a_size_and_nothing_is_lost(client, hit_ids, monkeypatch):
    monkeypatch.setattr(
        paging, "LARGEST", 3 * len(json.dumps(client.get_hit(HITId=hit_ids[0])["HIT"], default=str))
    )
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = client.list_hits(MaxResults=12, **token)
        assert 1 <= page["NumResults"] == len(ids(page)) <= 3
        found += ids(page)
        token = {"NextToken": page["NextToken"]}
        if not page["More"]:
            break

    assert found == hit_ids


def test_an_item_larger_than_a_page_is_a_page_of_its_own(client, hit_ids, monkeypatch):
    monkeypatch.setattr(paging, "LARGEST", 1)
    page = client.list_hits()
    assert (ids(page), page["More"]) == (hit_ids[:1], True)


def test_a_page_of_large_answers_has_ten_megabytes(client, post, do):
    hit_id = post(MaxAssignments=9)["HITId"]
    for number in range(9):
        do(hit_id, f"AW{number}", build([Answer("colour", "x" * 2_000_000)]))
    page = client.list_assignments_for_hit(HITId=hit_id, MaxResults=100)

    assert (page["NumResults"], page["More"]) == (5, True)
    assert len(list(every(client, "list_assignments_for_hit", "Assignments", HITId=hit_id))) == 9


def test_every_list_says_whether_it_goes_on():
    listing = [name for name in description()["operations"] if name.startswith("List")]
    shapes = description()["shapes"]
    assert len(listing) == 13
    for name in listing:
        answer = description()["operations"][name]["output"]["shape"]
        assert shapes[answer]["members"]["More"] == {"shape": "Boolean"}


def test_our_client_asks_for_no_empty_page(client, hit_ids):
    asked = []
    client.meta.events.register("before-call.mturk.ListHITs", lambda **_: asked.append(1))
    assert len(list(every(client, "list_hits", "HITs"))) == 12
    assert len(asked) == 1
