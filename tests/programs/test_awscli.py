"""The AWS command line through the life of a HIT and of a qualification."""

from __future__ import annotations

import secrets

import pytest

from tests.marketplace.conftest import QUESTION

pytestmark = pytest.mark.walk


@pytest.fixture
def mark():
    """What tells the things of one run from those of another at the same address."""
    return secrets.token_hex(4)


def test_a_hit_lives_from_its_creation_to_its_deletion(aws, tmp_path, mark):
    question = tmp_path / "question.xml"
    question.write_text(QUESTION, encoding="utf-8")
    hit = aws(
        "create-hit",
        title=f"Colours <{mark}> & more",
        description="One picture, one word",
        reward="0.05",
        max_assignments="2",
        assignment_duration_in_seconds="600",
        lifetime_in_seconds="3600",
        question=f"file://{question}",
        requester_annotation=mark,
    )["HIT"]
    hit_id = hit["HITId"]

    listed = aws("list-hits", page_size="1")["HITs"]
    assert [one["Title"] for one in listed if one["RequesterAnnotation"] == mark] == [
        f"Colours <{mark}> & more"
    ]
    assert aws("get-hit", hit_id=hit_id)["HIT"]["Question"] == QUESTION
    aws("create-additional-assignments-for-hit", hit_id=hit_id, number_of_additional_assignments="3")
    assert aws("get-hit", hit_id=hit_id)["HIT"]["MaxAssignments"] == 5
    assert aws("list-assignments-for-hit", hit_id=hit_id)["Assignments"] == []
    aws("update-expiration-for-hit", hit_id=hit_id, expire_at="2015-01-01T00:00:00Z")
    assert aws("get-hit", hit_id=hit_id)["HIT"]["HITStatus"] == "Reviewable"
    aws("delete-hit", hit_id=hit_id)
    assert aws("get-hit", hit_id=hit_id)["HIT"]["HITStatus"] == "Disposed"


def test_a_qualification_lives_from_its_creation_to_its_deletion(aws, mark):
    made = aws(
        "create-qualification-type",
        name=f"Trees {mark}",
        description="Knows trees",
        qualification_type_status="Active",
    )["QualificationType"]
    own = {"qualification_type_id": made["QualificationTypeId"]}

    aws("associate-qualification-with-worker", **own, worker_id="AWORKER1", integer_value="7")
    assert aws("get-qualification-score", **own, worker_id="AWORKER1")["Qualification"]["IntegerValue"] == 7
    holders = aws("list-workers-with-qualification-type", **own)["Qualifications"]
    assert [(one["WorkerId"], one["Status"]) for one in holders] == [("AWORKER1", "Granted")]
    assert f"Trees {mark}" in own_types(aws)
    aws("update-qualification-type", **own, qualification_type_status="Inactive")
    aws("disassociate-qualification-from-worker", **own, worker_id="AWORKER1", reason="No longer")
    assert aws("list-workers-with-qualification-type", **own)["Qualifications"] == []
    aws("delete-qualification-type", **own)
    assert f"Trees {mark}" not in own_types(aws)


def own_types(aws):
    """Return the names of the requester's own qualification types."""
    found = aws("list-qualification-types", "--must-be-requestable", "--must-be-owned-by-caller")
    return [one["Name"] for one in found["QualificationTypes"]]
