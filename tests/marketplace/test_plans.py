"""What is asked before every operation, and by every worker, must not walk through the tables."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from mturk_tasks.marketplace.web import listing
from mturk_tasks.marketplace.worker import work
from tests.marketplace.policies import known_answers, plurality
from tests.stores import look

pytestmark = pytest.mark.parametrize("address", ["sqlite"], indirect=True)


@pytest.fixture
def plans(store):
    """Gather SQLite's plan of every statement that a block runs."""

    def gather(act):
        asked = []

        def note(db, cursor, statement, parameters, *_):
            if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
                asked.append((statement, parameters))

        event.listen(store.engine, "before_cursor_execute", note)
        act()
        event.remove(store.engine, "before_cursor_execute", note)
        with store.reading() as db:
            found = [
                (statement, row[3])
                for statement, parameters in asked
                for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]
        assert found
        return found

    return gather


def walks(plans):
    return [plan for plan in plans if plan[1].startswith(("SCAN hit", "SCAN assignment", "SCAN ledger"))]


@pytest.fixture
def hit_id(post):
    return [post(MaxAssignments=3)["HITId"] for _ in range(20)][7]


def test_settling_when_nothing_is_due_looks_at_the_ends_of_five_indexes(store, hit_id, at, plans):
    found = {text for _, text in plans(lambda: work.register(store, "AW1", False, at.now))}

    assert found >= {
        "SEARCH assignment USING INDEX assignment_held",
        "SEARCH assignment USING INDEX assignment_undecided",
        "SEARCH hit USING INDEX hit_finished",
        "SEARCH hit USING INDEX hit_unexpired",
        "SEARCH hit USING COVERING INDEX hit_unreviewed (review_due>?)",
    }


def test_finding_work_walks_no_table(store, hit_id, at, plans):
    found = {text for _, text in plans(lambda: look(store, at.now, work.available, "AW1"))}

    assert "SEARCH hit USING INDEX hit_offered (shuffle>? AND shuffle<?)" in found
    assert "SEARCH assignment USING INDEX assignment_standing (hit=? AND worker=?)" in found
    assert not any("TEMP B-TREE" in text for text in found)


def test_what_is_finished_costs_the_pages_of_groups_nothing(store, post, qualify, at, plans):
    asked = {"QualificationTypeId": qualify(), "Comparator": "Exists"}
    type_id = post(QualificationRequirements=[asked])["HITTypeId"]

    def act():
        look(store, at.now, listing.open_to, "AW1")
        look(store, at.now, listing.page, "AW1", listing.Wanted(), 1, 20)
        look(store, at.now, work.available, "AW1", limit=1, hit_type_id=type_id)

    found = [text for _, text in plans(act)]
    assert any("USING INDEX hit_offered" in text for text in found)
    assert not any("hit_by_type" in text for text in found)


def test_working_walks_no_table(store, hit_id, at, plans, answer):
    def act():
        held = work.accept(store, "AW1", hit_id, at.now)
        work.submit(store, held.assignment_id, "AW1", answer, at.now)
        other = work.accept(store, "AW2", hit_id, at.now)
        work.give_back(store, other.assignment_id, "AW2", at.now)
        work.open_by_people(store, at.now)

    assert walks(plans(act)) == []


def test_review_policies_walk_no_table(client, post, do, plans):
    policies = {**known_answers({"colour": "green"}), **plurality()}
    hit_id = post(MaxAssignments=2, **policies)["HITId"]

    def act():
        do(hit_id, "AW1")
        do(hit_id, "AW2")
        client.list_review_policy_results_for_hit(HITId=hit_id)

    found = plans(act)
    assert walks(found) == []
    assert any("USING INDEX review_by_hit" in text for _, text in found)


def test_work_without_policies_asks_nothing_of_them(store, hit_id, at, answer, plans):
    def act():
        held = work.accept(store, "AW1", hit_id, at.now)
        work.submit(store, held.assignment_id, "AW1", answer, at.now)

    statements = [statement for statement, _ in plans(act)]
    assert not any("FROM review" in statement for statement in statements)


def test_settling_what_is_due_walks_no_table(client, store, hit_id, do, at, plans):
    do(hit_id)
    work.accept(store, "AW2", hit_id, at.now)

    def act():
        for days in (1, 30, 120):
            at.later(days=days)
            client.get_account_balance()

    assert walks(plans(act)) == []


def test_reading_and_deciding_walk_no_table(client, hit_id, do, plans):
    def act():
        assignment_id = do(hit_id)
        client.list_assignments_for_hit(HITId=hit_id)
        client.approve_assignment(AssignmentId=assignment_id)
        client.send_bonus(AssignmentId=assignment_id, WorkerId="AWORKER1", BonusAmount="1", Reason="r")
        client.list_bonus_payments(HITId=hit_id)
        client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
        client.delete_hit(HITId=hit_id)

    assert walks(plans(act)) == []


def test_requirements_and_qualifications_walk_no_table(client, store, post, qualify, at, plans):
    type_id = qualify()
    asked = {"QualificationTypeId": type_id, "Comparator": "Exists"}
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AW1")
    experienced = {"QualificationTypeId": "00000000000000000040", "Comparator": "Exists"}
    hit_id = post(QualificationRequirements=[asked, experienced])["HITId"]

    def act():
        look(store, at.now, work.available, "AW1", qualified=True)
        work.accept(store, "AW1", hit_id, at.now)
        client.list_hits_for_qualification_type(QualificationTypeId=type_id)
        client.notify_workers(Subject="s", MessageText="t", WorkerIds=["AW1"])
        client.delete_qualification_type(QualificationTypeId=type_id)

    assert walks(plans(act)) == []


def test_types_are_listed_in_the_order_of_an_index(client, qualify, plans):
    for number in range(3):
        qualify(Name=str(number))

    def act():
        asked = {"MustBeRequestable": True, "MaxResults": 1}
        page = client.list_qualification_types(**asked)
        client.list_qualification_types(**asked, NextToken=page["NextToken"])

    found = [text for _, text in plans(act)]
    assert sum("qualification_type USING INDEX qualification_type_" in text for text in found) == 2
    assert not any("TEMP B-TREE" in text for text in found)


@pytest.mark.parametrize(
    ("operation", "index"), [("list_hits", "hit_of_requester"), ("list_reviewable_hits", "hit_to_review")]
)
def test_a_page_is_read_in_the_order_of_an_index(client, hit_id, at, plans, operation, index):
    def act():
        page = getattr(client, operation)(MaxResults=5)
        getattr(client, operation)(MaxResults=5, NextToken=page["NextToken"])

    at.later(hours=2)
    client.get_account_balance()
    found = [text for _, text in plans(act) if "hit USING INDEX hit_" in text]

    assert sum(index in text for text in found if "unexpired" not in text) >= 2
    assert not any("TEMP B-TREE" in text for _, text in plans(act))
