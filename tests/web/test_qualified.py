"""Qualifications: ask for one, take its test, give it up."""

from __future__ import annotations

from datetime import timedelta

from tests.web.conftest import requires


def test_a_test_is_taken_and_lets_one_in(anna, post, qualify):
    type_id = qualify()
    group = post(QualificationRequirements=requires(type_id, 5))["HITTypeId"]
    assert anna.accept(group) == f"/groups/{group}"
    test = anna.post(f"/qualifications/{type_id}/request").location
    assert "What about the tree?" in anna.see(test)
    done = anna.post(test, {"q1": "1"}).location

    assert "scored" in anna.see(done)
    assert "with a score of 7" in anna.see(done)
    assert anna.accept(group).startswith("/work/")


def test_a_test_keeps_what_was_filled_in_and_says_what_is_wrong(anna, qualify):
    type_id = qualify()
    test = anna.post(f"/qualifications/{type_id}/request").location
    answer = anna.post(test, {})

    assert answer.status_code == 303
    assert "This field is required." in anna.see(answer.location)


def test_a_test_cannot_be_taken_twice_or_late_or_unasked(anna, qualify, at):
    type_id = qualify()
    path = f"/qualifications/{type_id}/test"
    assert anna.get(path).location == f"/qualifications/{type_id}"
    anna.post(f"/qualifications/{type_id}/request")
    anna.post(path, {"q1": "2"})
    assert anna.post(path, {"q1": "1"}).location.endswith("said=test_before")
    assert "with a score of 0" in anna.see(f"/qualifications/{type_id}")

    late = qualify(Name="Late")
    anna.post(f"/qualifications/{late}/request")
    at.later(minutes=6)
    assert anna.post(f"/qualifications/{late}/test", {"q1": "1"}).location.endswith("said=test_over")
    assert "only once" in anna.see(f"/qualifications/{late}")


def test_a_retry_waits_for_its_time(anna, qualify, at):
    type_id = qualify(RetryDelayInSeconds=int(timedelta(hours=1).total_seconds()))
    path = f"/qualifications/{type_id}"
    anna.post(f"{path}/request")
    anna.post(f"{path}/test", {"q1": "2"})
    assert "You can ask again from" in anna.see(path)
    assert "Begin the test" not in anna.see(path)
    at.later(hours=1)

    assert "Begin the test" in anna.see(path)
    anna.post(f"{path}/request")
    anna.post(f"{path}/test", {"q1": "1"})
    assert "with a score of 7" in anna.see(path)


def test_a_request_waits_for_the_requester(anna, qualify, client):
    type_id = qualify(Test=None, TestDurationInSeconds=None, AnswerKey=None)
    path = f"/qualifications/{type_id}"
    assert "the requester decides" in anna.see(anna.post(f"{path}/request").location)
    anna.post(f"{path}/request")
    (asked,) = client.list_qualification_requests()["QualificationRequests"]
    client.accept_qualification_request(
        QualificationRequestId=asked["QualificationRequestId"], IntegerValue=4
    )

    assert "with a score of 4" in anna.see(path)


def test_one_that_grants_itself_is_there_at_once(anna, qualify):
    type_id = qualify(
        Test=None, TestDurationInSeconds=None, AnswerKey=None, AutoGranted=True, AutoGrantedValue=6
    )

    assert "You have this qualification now" in anna.see(
        anna.post(f"/qualifications/{type_id}/request").location
    )


def test_a_qualification_can_be_given_up(anna, qualify, client):
    type_id = qualify()
    path = f"/qualifications/{type_id}"
    anna.post(f"{path}/request")
    anna.post(f"{path}/test", {"q1": "1"})
    assert "given it up" in anna.see(anna.post(f"{path}/give-up").location)

    assert client.list_workers_with_qualification_type(QualificationTypeId=type_id)["Qualifications"] == []
    assert anna.post(f"{path}/give-up").location == path


def test_those_one_has_stand_apart_and_can_be_searched(anna, qualify):
    mine = qualify(Test=None, TestDurationInSeconds=None, AnswerKey=None)
    qualify(Name="Cars", Description="Knows cars")
    anna.post(f"/qualifications/{mine}/request")
    page = anna.see("/qualifications")

    assert page.index("Trees") < page.index('id="others"') < page.index("Cars")
    assert "Trees" not in anna.see("/qualifications?words=cars")


def test_the_systems_types_cannot_be_asked_for(anna):
    for path in ("", "/test"):
        assert anna.get(f"/qualifications/00000000000000000040{path}").status_code == 404
    assert anna.post("/qualifications/00000000000000000040/request").status_code == 404
    assert anna.post("/qualifications/3NONE/give-up").status_code == 404


def test_another_workers_test_is_not_answered(anna, visit, qualify, client):
    type_id = qualify()
    anna.post(f"/qualifications/{type_id}/request")
    eve = visit().sign_up("eve")

    assert eve.post(f"/qualifications/{type_id}/test", {"q1": "1"}).location.endswith("said=test_over")
    assert client.list_workers_with_qualification_type(QualificationTypeId=type_id)["Qualifications"] == []
