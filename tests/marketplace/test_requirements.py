"""Requirements of HIT types: what is accepted and answered, and whom they keep from what."""

from __future__ import annotations

import pytest

from mturk_tasks.marketplace.qualifications import eligibility
from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.records.workers import Profile
from mturk_tasks.marketplace.web import groups
from mturk_tasks.marketplace.worker import answering, work
from tests.stores import look

APPROVED, LOCALE, ADULT, PERCENT = (f"000000000000000000{end}" for end in ("40", "71", "60", "L0"))
MASTERS = ["2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"]


HERE = {"Country": "US"}


def experience(submitted, approved):
    return {"submitted_before": submitted, "approved_before": approved}


def asks(type_id, comparator="Exists", **more):
    return {"QualificationTypeId": type_id, "Comparator": comparator, **more}


@pytest.fixture
def hit_for(post):
    """Make a HIT with one requirement and return its ID."""
    return lambda *asked, **changes: post(QualificationRequirements=list(asked), **changes)["HITId"]


def see(store, worker_id, hit_id, now):
    """Look at a HIT before accepting it, as its page does."""
    hit = look(store, now, groups.find_hit, hit_id)
    if not look(store, now, groups.may_preview, worker_id, hit.kind):
        raise answering.Refused("unqualified", "may not see it")


@pytest.fixture
def unqualified(store, at):
    """Say what keeps a worker from an action, None if nothing does."""

    def find(hit_id, worker_id="AW1", act=work.accept):
        try:
            act(store, worker_id, hit_id, at.now)
        except answering.Refused as refusal:
            return str(refusal) if refusal.reason == "unqualified" else refusal.reason
        return None

    return find


@pytest.fixture
def known_as(store, at):
    def describe(worker_id="AW1", **profile):
        work.register(store, worker_id, False, at.now)
        workers.describe(store, worker_id, Profile(**profile), at.now)

    return describe


@pytest.mark.parametrize(
    ("given", "guarded", "preview"),
    [
        ({}, "Accept", False),
        ({"RequiredToPreview": False}, "Accept", False),
        ({"RequiredToPreview": True}, "PreviewAndAccept", True),
        ({"ActionsGuarded": "Accept"}, "Accept", False),
        ({"ActionsGuarded": "PreviewAndAccept", "RequiredToPreview": True}, "PreviewAndAccept", True),
        ({"ActionsGuarded": "DiscoverPreviewAndAccept"}, "DiscoverPreviewAndAccept", True),
    ],
)
def test_answers_carry_both_words_for_what_is_guarded(client, hit_for, get, given, guarded, preview):
    asked = asks(APPROVED, "GreaterThan", IntegerValues=[5], **given)

    answered = {**asked, "ActionsGuarded": guarded, "RequiredToPreview": preview}
    assert get(hit_for(asked))["QualificationRequirements"] == [answered]
    assert client.list_hits()["HITs"][0]["QualificationRequirements"] == [answered]


def test_several_values_come_back_in_their_order(hit_for, get, qualify):
    places = [{"Country": "US", "Subdivision": "CA"}, {"Country": "IN"}]
    both = [
        asks(LOCALE, "In", LocaleValues=places),
        asks(qualify(), "NotIn", IntegerValues=[9, 3]),
    ]

    first, second = get(hit_for(*both))["QualificationRequirements"]

    assert first["LocaleValues"] == places
    assert second["IntegerValues"] == [9, 3]


def test_requirements_are_part_of_what_makes_hit_types_equal(client, kind, qualify):
    one, other = asks(qualify()), asks(APPROVED, "GreaterThan", IntegerValues=[5])
    made = [
        client.create_hit_type(**kind, QualificationRequirements=asked)["HITTypeId"]
        for asked in ([], [one], [one, other], [other, one], [{**one, "ActionsGuarded": "PreviewAndAccept"}])
    ]

    assert made[2] == made[3]
    assert len(set(made)) == 4


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (asks(APPROVED, "GreaterThan"), "takes one of IntegerValues, not 0."),
        (
            asks(LOCALE, "EqualTo", IntegerValues=[1]),
            "Worker_Locale (00000000000000000071): Worker_Locale takes",
        ),
        (asks(LOCALE, "EqualTo", LocaleValues=[{"Country": "XX"}]), "there is no locale XX."),
        (asks(APPROVED, RequiredToPreview=True, ActionsGuarded="Accept"), "contradict each other."),
    ],
    ids=["count", "integer for a locale", "no such place", "contradiction"],
)
def test_a_requirement_that_does_not_fit_is_refused_in_words(post, refused, asked, text):
    with refused("ParameterValidationError", text):
        post(QualificationRequirements=[asked])


def test_a_hit_type_has_at_most_10_requirements(post, refused):
    assert len(post(QualificationRequirements=[asks(APPROVED)] * 10)["QualificationRequirements"]) == 10
    with refused("ParameterValidationError", "there are 11 requirements, at most 10 are allowed."):
        post(QualificationRequirements=[asks(APPROVED)] * 11)


def test_an_unknown_type_cannot_be_required(post, refused):
    with refused("RequestError", "QualificationType 3Q does not exist.", "QualificationTypeDoesNotExist"):
        post(QualificationRequirements=[asks("3Q")])


@pytest.mark.parametrize("how", ["inactive", "deleted"])
def test_a_type_that_is_inactive_or_deleted_cannot_be_required(client, post, qualify, refused, how):
    type_id = qualify(QualificationTypeStatus="Inactive" if how == "inactive" else "Active")
    if how == "deleted":
        client.delete_qualification_type(QualificationTypeId=type_id)

    with refused("RequestError", "with a status of: Active", "InvalidQualificationTypeState"):
        post(QualificationRequirements=[asks(type_id)])


def test_a_hit_type_that_names_a_deleted_type_makes_no_new_hits(
    client, post, kind, question, qualify, get, refused, unqualified
):
    type_id = qualify()
    before = post(QualificationRequirements=[asks(type_id)])
    other = post(Title="Other")["HITId"]
    client.delete_qualification_type(QualificationTypeId=type_id)

    with refused("ParameterValidationError", "is not valid for the parameter HITTypeId."):
        client.create_hit_with_hit_type(
            HITTypeId=before["HITTypeId"], LifetimeInSeconds=60, Question=question
        )
    with refused("ParameterValidationError", "is not valid for the parameter HITTypeId."):
        client.update_hit_type_of_hit(HITId=other, HITTypeId=before["HITTypeId"])
    assert "Trees" in unqualified(before["HITId"])


@pytest.mark.parametrize("end", ["inactive", "deleted"])
def test_who_repeats_a_request_learns_of_the_hit_whatever_became_of_the_type(
    client, post, qualify, refused, end
):
    type_id = qualify()
    request = {"QualificationRequirements": [asks(type_id)], "UniqueRequestToken": "t1"}
    hit_id = post(**request)["HITId"]
    if end == "deleted":
        client.delete_qualification_type(QualificationTypeId=type_id)
    else:
        client.update_qualification_type(QualificationTypeId=type_id, QualificationTypeStatus="Inactive")

    with refused("RequestError", hit_id, "HitAlreadyExists"):
        post(**request)


def test_a_hit_whose_type_became_inactive_goes_on(client, hit_for, qualify, unqualified):
    type_id = qualify()
    hit_id = hit_for(asks(type_id))
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AW1")
    client.update_qualification_type(QualificationTypeId=type_id, QualificationTypeStatus="Inactive")

    assert unqualified(hit_id, "AW2") is not None
    assert unqualified(hit_id) is None


def test_only_who_holds_the_qualification_accepts_and_only_while_it_is_held(
    client, hit_for, qualify, unqualified
):
    type_id = qualify()
    hit_id = hit_for(asks(type_id, "GreaterThanOrEqualTo", IntegerValues=[80]), MaxAssignments=5)
    who = {"QualificationTypeId": type_id, "WorkerId": "AW1"}

    text = f"HIT {hit_id} asks for a qualification: Trees ({type_id}) GreaterThanOrEqualTo 80"
    assert unqualified(hit_id) == text
    client.associate_qualification_with_worker(**who, IntegerValue=79)
    assert unqualified(hit_id) == text
    client.associate_qualification_with_worker(**who, IntegerValue=80)
    client.disassociate_qualification_from_worker(**who)
    assert unqualified(hit_id) == text
    client.associate_qualification_with_worker(**who, IntegerValue=80)
    assert unqualified(hit_id) is None


def test_every_requirement_must_be_met(client, hit_for, qualify, unqualified, known_as):
    hit_id = hit_for(asks(qualify()), asks(LOCALE, "EqualTo", LocaleValues=[{"Country": "US"}]))
    known_as(country="US", subdivision="CA")

    assert "Trees" in unqualified(hit_id)


@pytest.mark.parametrize(
    ("guarded", "accepted", "previewed", "found"),
    [
        ("Accept", False, True, True),
        ("PreviewAndAccept", False, False, True),
        ("DiscoverPreviewAndAccept", False, False, False),
    ],
)
def test_a_guard_keeps_the_unqualified_from_just_what_it_says(
    store, at, qualify, hit_for, unqualified, guarded, accepted, previewed, found
):
    hit_id = hit_for(asks(qualify(), ActionsGuarded=guarded))

    assert (unqualified(hit_id) is None) is accepted
    assert (unqualified(hit_id, act=see) is None) is previewed
    assert (look(store, at.now, work.available, "AW1") == [hit_id]) is found
    assert look(store, at.now, work.available, "AW1", qualified=True) == []


@pytest.mark.parametrize("guarded", ["Accept", "PreviewAndAccept", "DiscoverPreviewAndAccept"])
def test_a_guard_keeps_the_qualified_from_nothing(
    client, store, at, qualify, hit_for, unqualified, question, guarded
):
    type_id = qualify()
    hit_id = hit_for(asks(type_id, ActionsGuarded=guarded))
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AW1")

    assert look(store, at.now, work.available, "AW1", qualified=True) == [hit_id]
    assert unqualified(hit_id, act=see) is None
    shown = look(store, at.now, groups.find_hit, hit_id)
    assert (shown.kind.title, shown.question) == ("Name a colour", question)
    assert unqualified(hit_id) is None


def test_an_unknown_hit_cannot_be_previewed(store, at):
    assert look(store, at.now, groups.find_hit, "3NONE") is None


@pytest.mark.parametrize(
    ("asked", "profile", "meets"),
    [
        (asks(LOCALE, "EqualTo", LocaleValues=[HERE]), {"country": "US", "subdivision": "NY"}, True),
        (asks(LOCALE, "EqualTo", LocaleValues=[HERE]), {"country": "IN"}, False),
        (asks(LOCALE, "NotEqualTo", LocaleValues=[HERE]), {}, False),
        (asks(LOCALE), {}, False),
        (asks(ADULT, "EqualTo", IntegerValues=[1]), {"adult": True}, True),
        (asks(ADULT, "EqualTo", IntegerValues=[0]), {}, True),
        (asks(APPROVED, "GreaterThan", IntegerValues=[99]), experience(100, 100), True),
        (asks(APPROVED, "GreaterThan", IntegerValues=[99]), {}, False),
        (asks(PERCENT, "GreaterThan", IntegerValues=[95]), {}, True),
        (asks(PERCENT, "GreaterThan", IntegerValues=[95]), experience(100, 95), False),
        (asks(PERCENT, "EqualTo", IntegerValues=[100]), experience(99, 0), True),
        *((asks(masters), {"master": True}, True) for masters in MASTERS),
        *((asks(masters), {}, False) for masters in MASTERS),
    ],
)  # fmt: skip
def test_the_systems_types_are_computed_from_the_profile(
    hit_for, unqualified, known_as, asked, profile, meets
):
    known_as(**profile)
    assert (unqualified(hit_for(asked)) is None) is meets


def test_a_worker_nobody_knows_has_the_systems_values_too(hit_for, unqualified):
    assert unqualified(hit_for(asks(PERCENT, "EqualTo", IntegerValues=[100]))) is None
    assert "Worker_NumberHITsApproved" in unqualified(
        hit_for(asks(APPROVED, "GreaterThan", IntegerValues=[0]))
    )


def test_approved_work_here_counts(client, post, do, hit_for, unqualified):
    hit_id = hit_for(asks(APPROVED, "GreaterThanOrEqualTo", IntegerValues=[2]))
    for decide in (client.approve_assignment, client.approve_assignment):
        assert unqualified(hit_id, "AWORKER1") is not None
        decide(AssignmentId=do(post()["HITId"]))
    client.reject_assignment(AssignmentId=do(post()["HITId"]), RequesterFeedback="r")

    assert unqualified(hit_id, "AWORKER1") is None


@pytest.mark.parametrize(
    ("approved", "submitted", "share"), [(0, 99, 100), (95, 100, 95), (2, 101, 1), (101, 101, 100)]
)
def test_the_share_of_approved_work_means_something_from_100_on(approved, submitted, share):
    assert eligibility.percent(approved, submitted) == share


def test_hits_that_ask_for_a_type_are_listed(client, hit_for, qualify, post):
    type_id = qualify()
    wanted = [hit_for(asks(type_id), asks(APPROVED), Title=f"HIT {n}") for n in range(3)]
    post()

    pages = client.get_paginator("list_hits_for_qualification_type").paginate(
        QualificationTypeId=type_id, PaginationConfig={"PageSize": 2}
    )

    assert [hit["HITId"] for page in pages for hit in page["HITs"]] == wanted
    assert client.list_hits_for_qualification_type(QualificationTypeId=APPROVED)["NumResults"] == 3


def test_an_unknown_type_has_no_hits_to_list(client, refused):
    with refused("RequestError", "QualificationType 3Q does not exist.", "QualificationTypeDoesNotExist"):
        client.list_hits_for_qualification_type(QualificationTypeId="3Q")


def test_a_test_worker_meets_every_requirement_and_nobody_else_does_by_that(store, at, post, qualify):
    from sqlalchemy import update

    from mturk_tasks.marketplace.storage.schema import worker

    asked = {
        "QualificationTypeId": qualify(),
        "Comparator": "Exists",
        "ActionsGuarded": "DiscoverPreviewAndAccept",
    }
    hit_id = post(QualificationRequirements=[asked])["HITId"]
    for worker_id in ("ATEST", "AW1"):
        work.register(store, worker_id, False, at.now)
    with store.writing() as db:
        db.execute(update(worker).where(worker.c.worker_id == "ATEST").values(tests_for=1))

    assert look(store, at.now, work.available, "AW1") == []
    assert look(store, at.now, work.available, "ATEST", qualified=True) == [hit_id]
    assert work.accept(store, "ATEST", hit_id, at.now).hit_id == hit_id
