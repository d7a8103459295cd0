from __future__ import annotations

import pytest

from mturk_tasks.marketplace.protocol.paging import _fingerprint, _write
from mturk_tasks.marketplace.worker import qualifications


@pytest.fixture
def tested(test_form, answer_key):
    return {"Test": test_form, "TestDurationInSeconds": 600, "AnswerKey": answer_key}


def read(client, type_id):
    return client.get_qualification_type(QualificationTypeId=type_id)["QualificationType"]


def test_a_plain_type_says_only_what_is_set(client, qualify, at):
    found = read(client, qualify())

    assert len(found.pop("QualificationTypeId")) == 30
    assert found == {
        "CreationTime": at.now,
        "Name": "Trees",
        "Description": "Knows trees",
        "QualificationTypeStatus": "Active",
        "IsRequestable": True,
        "AutoGranted": False,
    }


def test_all_that_is_set_comes_back(client, qualify, tested):
    settings = {**tested, "Keywords": "wood, leaf", "RetryDelayInSeconds": 60}

    found = read(client, qualify(**settings))

    assert {name: found[name] for name in settings} == settings


@pytest.mark.parametrize(
    ("given", "value"), [({}, 1), ({"AutoGrantedValue": 0}, 0), ({"AutoGrantedValue": -5}, -5)]
)
def test_an_automatic_grant_is_worth_1_unless_stated(client, qualify, given, value):
    assert read(client, qualify(AutoGranted=True, **given))["AutoGrantedValue"] == value


def test_a_name_is_used_once(qualify, refused):
    qualify()
    text = "You have already created a QualificationType with this name. A QualificationType's name must be "
    with refused("RequestError", text + "unique among all of the", "QualificationTypeAlreadyExists"):
        qualify(Description="Another")


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"Name": ""}, "Your request parameter Name  has a minimum length of 1.", id="name"),
        pytest.param(
            {"Description": "x" * 2001}, "not valid for the parameter Description.", id="description"
        ),
        pytest.param({"Keywords": "x" * 1001}, "not valid for the parameter Keywords.", id="keywords"),
        pytest.param(
            {"RetryDelayInSeconds": -1}, "The value -1 is invalid for RetryDelayInSeconds.", id="delay"
        ),
        pytest.param(
            {"AnswerKey": "<x/>"}, "AnswerKey can only be given together with Test.", id="key alone"
        ),
        pytest.param({"Test": "<x/>"}, "A Test needs TestDurationInSeconds.", id="no duration"),
        pytest.param(
            {"Test": "<x/>", "TestDurationInSeconds": 9},
            'The value "<x/>" is not valid for the parameter Test.',
            id="no test",
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused(qualify, refused, changes, text):
    with refused("ParameterValidationError", text):
        qualify(**changes)


@pytest.mark.parametrize(
    "given",
    [{"TestDurationInSeconds": 3600}, {"AutoGrantedValue": 3}, {"AutoGranted": False, "AutoGrantedValue": 3}],
)
def test_what_means_nothing_is_ignored(client, qualify, given):
    type_id = qualify(**given)
    made = read(client, type_id)
    client.update_qualification_type(QualificationTypeId=type_id, **given)

    assert not {"Test", "TestDurationInSeconds", "AutoGrantedValue"} & set(made)
    assert read(client, type_id) == made


def test_the_value_of_an_automatic_grant_is_forgotten_with_it(client, qualify):
    type_id = qualify(AutoGranted=True, AutoGrantedValue=9)
    client.update_qualification_type(QualificationTypeId=type_id, AutoGranted=False, AutoGrantedValue=9)

    assert "AutoGrantedValue" not in read(client, type_id)


def test_types_are_listed_by_name_whenever_they_were_made(client, qualify):
    for name in ("plain", "Zebra", "tested", "auto", "äußerst", "~"):
        qualify(Name=name)
    asked = {"MustBeRequestable": True, "PaginationConfig": {"PageSize": 2}}
    pages = client.get_paginator("list_qualification_types").paginate(**asked)

    found = [one["Name"] for page in pages for one in page["QualificationTypes"]]
    assert found == ["Zebra", "auto", "plain", "tested", "~", "äußerst"]


def test_pages_of_types_go_on_where_the_last_one_ended(client, qualify):
    ids = {name: qualify(Name=name) for name in ("b" * 200, "d", "f" * 200)}
    asked = {"MustBeRequestable": True, "MaxResults": 1}
    first = client.list_qualification_types(**asked)
    client.delete_qualification_type(QualificationTypeId=ids["b" * 200])
    qualify(Name="a")
    qualify(Name="c")

    second = client.list_qualification_types(**asked, NextToken=first["NextToken"])
    assert [one["Name"] for one in second["QualificationTypes"]] == ["c"]


def test_a_token_of_when_types_were_listed_by_age_is_not_valid(client, qualify, refused):
    qualify()
    asked = {"MustBeRequestable": True, "MaxResults": 1}
    old = _write([_fingerprint("ListQualificationTypes", asked), 1])
    with refused("ParameterValidationError", "is not valid for the parameter NextToken."):
        client.list_qualification_types(**asked, NextToken=old)


def test_a_test_and_automatic_grants_exclude_each_other(qualify, tested, refused):
    with refused("ParameterValidationError", "with a Test cannot be AutoGranted."):
        qualify(AutoGranted=True, **tested)


@pytest.mark.parametrize("word", ["oak</S", "tree</Q"], ids=["selection", "question"])
def test_a_key_must_fit_its_test(qualify, tested, refused, word):
    key = tested["AnswerKey"].replace(word, f"x{word}")
    with refused("ParameterValidationError", "is not valid for the parameter AnswerKey."):
        qualify(**{**tested, "AnswerKey": key})


def test_an_html_page_is_no_test(qualify, question, refused):
    with refused("ParameterValidationError", "is not valid for the parameter Test."):
        qualify(Test=question, TestDurationInSeconds=60)


def test_an_update_changes_what_it_names(client, qualify, tested):
    type_id = qualify(**tested, Keywords="wood")

    client.update_qualification_type(
        QualificationTypeId=type_id,
        Description="New",
        QualificationTypeStatus="Inactive",
        RetryDelayInSeconds=5,
    )

    found = read(client, type_id)
    assert (found["Description"], found["QualificationTypeStatus"], found["RetryDelayInSeconds"]) == (
        "New",
        "Inactive",
        5,
    )
    assert {name: found[name] for name in tested} == tested
    assert found["Keywords"] == "wood"


def test_a_new_test_without_a_key_takes_the_key_away(client, qualify, tested, test_form):
    type_id = qualify(**tested)
    new = test_form.replace("Which?", "Which one?")

    client.update_qualification_type(QualificationTypeId=type_id, Test=new, TestDurationInSeconds=90)

    found = read(client, type_id)
    assert (found["Test"], found["TestDurationInSeconds"]) == (new, 90)
    assert "AnswerKey" not in found


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"AnswerKey": "<x/>"}, "together with Test."),
        ({"TestDurationInSeconds": 60}, "together with Test."),
        ({"AutoGranted": True}, "with a Test cannot be AutoGranted."),
        ({"Description": ""}, "Your request parameter Description  has a minimum length of 1."),
    ],
    ids=["key alone", "duration alone", "automatic", "empty"],
)
def test_an_update_that_does_not_fit_changes_nothing(client, qualify, tested, refused, changes, text):
    type_id = qualify(**tested)
    before = read(client, type_id)

    with refused("ParameterValidationError", text):
        client.update_qualification_type(QualificationTypeId=type_id, **changes)

    assert read(client, type_id) == before


def test_automatic_grants_can_be_switched_off_for_a_test(client, qualify, test_form):
    type_id = qualify(AutoGranted=True, AutoGrantedValue=9)

    client.update_qualification_type(
        QualificationTypeId=type_id, AutoGranted=False, Test=test_form, TestDurationInSeconds=60
    )

    assert "AutoGrantedValue" not in read(client, type_id)


def test_a_deleted_type_is_in_no_list_and_allows_nothing_more(client, qualify, refused):
    type_id = qualify()
    client.delete_qualification_type(QualificationTypeId=type_id)

    assert client.list_qualification_types(MustBeRequestable=True)["NumResults"] == 0
    wanted = "This operation can be called with a status of: Active,Inactive"
    for operation in ("delete", "update", "get"):
        with refused("RequestError", wanted, "InvalidQualificationTypeState"):
            getattr(client, f"{operation}_qualification_type")(QualificationTypeId=type_id)
    with refused("RequestError", wanted, "InvalidQualificationTypeState"):
        client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AW1")


def test_deleting_a_type_rejects_its_requests_and_keeps_what_is_held(client, store, qualify, at):
    type_id = qualify()
    client.associate_qualification_with_worker(QualificationTypeId=type_id, WorkerId="AW1")
    qualifications.request(store, "AW2", type_id, at.now)

    client.delete_qualification_type(QualificationTypeId=type_id)

    assert client.list_qualification_requests()["NumResults"] == 0
    assert client.list_workers_with_qualification_type(QualificationTypeId=type_id)["NumResults"] == 1


def test_the_name_of_a_deleted_type_is_free_when_no_hit_asks_for_it(client, post, qualify, refused):
    type_id = qualify()
    hit_id = post(QualificationRequirements=[{"QualificationTypeId": type_id, "Comparator": "Exists"}])[
        "HITId"
    ]
    client.delete_qualification_type(QualificationTypeId=type_id)
    with refused("RequestError", "You have already created a QualificationType with this name."):
        qualify()

    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    assert qualify() != type_id


def test_types_are_listed_in_pages(client, qualify):
    made = [qualify(Name=f"Trees {number}") for number in range(5)]

    pages = client.get_paginator("list_qualification_types").paginate(
        MustBeRequestable=True, PaginationConfig={"PageSize": 2}
    )

    assert [one["QualificationTypeId"] for page in pages for one in page["QualificationTypes"]] == made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("TREE", ["Trees"]),
        ("leaf", ["Trees"]),
        ("knows", ["Birds", "Trees"]),
        ("%", ["Birds"]),
        ("Arbres", []),
        ("", ["Birds", "Trees"]),
    ],
)
def test_a_query_is_part_of_a_name_a_keyword_or_a_description(client, qualify, query, names):
    qualify(Keywords="wood, leaf")
    qualify(Name="Birds", Keywords="100 %", Description="Knows wings")

    found = client.list_qualification_types(MustBeRequestable=True, Query=query)["QualificationTypes"]

    assert sorted(one["Name"] for one in found) == names


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"MustBeRequestable": False}, 7),
        ({"MustBeRequestable": True}, 1),
        ({"MustBeRequestable": False, "MustBeOwnedByCaller": True}, 1),
    ],
    ids=["all", "requestable", "own"],
)
def test_the_systems_types_are_listed_where_asked_for(client, qualify, filters, count):
    qualify()
    assert client.list_qualification_types(**filters)["NumResults"] == count


def test_a_system_type_can_be_read_but_not_used_as_ones_own(client, refused):
    locale = "00000000000000000071"

    assert read(client, locale)["IsRequestable"] is False
    for operation, more in (
        ("update_qualification_type", {}),
        ("delete_qualification_type", {}),
        ("associate_qualification_with_worker", {"WorkerId": "AW1"}),
        ("get_qualification_score", {"WorkerId": "AW1"}),
        ("list_workers_with_qualification_type", {}),
    ):
        with refused("RequestError", f"{locale} is the system's", "PermissionDeniedException"):
            getattr(client, operation)(QualificationTypeId=locale, **more)


def test_an_unknown_type_does_not_exist(client, refused):
    with refused("RequestError", "QualificationType 3Q does not exist.", "QualificationTypeDoesNotExist"):
        client.get_qualification_type(QualificationTypeId="3Q")
