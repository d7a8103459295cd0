from __future__ import annotations

import pytest

from mturk_tasks.commands.qualifications import change
from mturk_tasks.commands.qualifications.change import ChangeRequest
from mturk_tasks.errors import FileError, InvalidState, RecordsError, UsageError
from tests.school import KEY, PROPERTIES, TEST


def run(school, request=None, status=""):
    context = school.context()
    request = request or ChangeRequest.of_folder(context.definition, status)
    return change.run(context, school.qualification(), request)


def test_the_type_becomes_what_the_files_say(school):
    school.create()
    school.write("trees.properties", PROPERTIES.replace("Two", "Three").replace("600", "900"))
    summary = run(school)

    assert (school.type()["Description"], school.type()["RetryDelayInSeconds"]) == (
        "Three questions about trees",
        900,
    )
    assert summary.lines == (f"Updated qualification type {school.qualification().type_id}",)


def test_a_changed_name_is_refused_before_anything_else_is_changed(school):
    school.create()
    school.write("trees.properties", PROPERTIES.replace("Knows", "Likes").replace("Two", "Three"))
    with pytest.raises(FileError, match="'Knows trees' of a qualification type cannot be changed"):
        run(school)
    assert school.type()["Description"] == "Two questions about trees"


def test_changed_keywords_stay_as_they_were_and_that_is_said(school, capsys):
    school.create()
    school.write("trees.properties", PROPERTIES.replace("trees, test", "woods"))
    run(school)
    assert school.type()["Keywords"] == "trees, test"
    assert "keywords: 'trees, test' cannot be changed and stay as they are" in capsys.readouterr().err


def test_a_status_alone_changes_nothing_else(school):
    school.create()
    run(school, ChangeRequest(status="Inactive"))
    assert (school.type()["QualificationTypeStatus"], school.type()["TestDurationInSeconds"]) == (
        "Inactive",
        10800,
    )


def test_a_key_alone_is_sent_with_the_test_that_is_there(school):
    school.graded_at_once()
    school.create()
    run(school, ChangeRequest(answer=school.write("new.answer", KEY.replace("50", "70"))))
    assert ("70" in school.type()["AnswerKey"], school.type()["Test"]) == (True, TEST.replace("MORE", ""))


def test_another_duration_is_sent_with_the_test_and_the_key_that_are_there(school):
    school.graded_at_once()
    school.create()
    file = school.write("other.properties", PROPERTIES + "testdurationinseconds: 120\n")
    run(school, ChangeRequest(properties=file))
    assert (school.type()["TestDurationInSeconds"], school.type()["AnswerKey"]) == (120, KEY)


def test_a_test_without_its_key_is_no_longer_graded_and_that_is_said(school, capsys):
    school.graded_at_once()
    school.create()
    run(school, ChangeRequest(question=school.folder / "trees.question"))
    assert "AnswerKey" not in school.type()
    assert "replaced without an answer key" in capsys.readouterr().err


def test_a_key_for_a_type_without_a_test_is_refused(school):
    school.without_test()
    school.create()
    with pytest.raises(FileError, match="there is none"):
        run(school, ChangeRequest(answer=school.write("new.answer", KEY)))


def test_nothing_to_change_is_a_misuse(school):
    school.create()
    with pytest.raises(UsageError, match="nothing is to be changed"):
        run(school, ChangeRequest())


def test_an_update_while_requests_are_open_loses_none(school):
    school.create()
    first = school.ask("AONE")
    school.write("trees.question", TEST.replace("MORE", ""))
    (school.folder / "trees.answerkey").unlink()
    run(school)
    school.ask("ATWO", {"tree": ("oak",)})

    waiting = school.client.list_qualification_requests()["QualificationRequests"]
    assert [request["WorkerId"] for request in waiting] == ["AONE", "ATWO"]
    assert waiting[0]["QualificationRequestId"] == first
    assert "word" in waiting[0]["Test"]
    assert "word" not in waiting[1]["Test"]


def test_a_retired_type_is_gone_and_can_be_made_anew(school):
    school.create()
    change.retire(school.context(), school.qualification())
    with pytest.raises(RecordsError, match="trees was retired; inv create makes it anew"):
        school.qualification()

    school.create()
    (archived,) = school.folder.glob("trees.*Z.journal")
    assert archived.exists()
    assert school.type()["Name"] == "Knows trees"


def test_a_type_that_live_hits_require_is_not_retired(school):
    type_id = school.create().type_id
    asked = {"QualificationTypeId": type_id, "Comparator": "Exists"}
    hit = school.client.create_hit(
        Title="t",
        Description="d",
        Reward="0.10",
        AssignmentDurationInSeconds=60,
        LifetimeInSeconds=600,
        Question=TEST.replace("MORE", ""),
        QualificationRequirements=[asked],
    )["HIT"]
    with pytest.raises(InvalidState, match=f"1 HIT asks for Knows trees, the first is {hit['HITId']}"):
        change.retire(school.context(), school.qualification())
    assert school.type()["QualificationTypeStatus"] == "Active"
