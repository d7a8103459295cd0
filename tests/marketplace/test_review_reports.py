from __future__ import annotations

import pytest

from tests.marketplace.policies import KNOWN, PLURALITY, answers, known_answers, plurality

EMPTY: dict[str, list[object]] = {"ReviewResults": [], "ReviewActions": []}


@pytest.fixture
def report(client):
    """Ask for the report of a HIT."""

    def ask(hit_id, **given):
        return client.list_review_policy_results_for_hit(HITId=hit_id, **given)

    return ask


@pytest.fixture
def both(post, do):
    """Return a HIT with both policies that two workers have done, and the IDs of their work."""
    policies = {
        **known_answers({"tree": "oak", "bird": "wren"}, ApproveIfKnownAnswerScoreIsAtLeast=100),
        **plurality("tree,colour", ApproveIfWorkerAgreementScoreIsAtLeast=50),
    }
    hit_id = post(MaxAssignments=2, **policies)["HITId"]
    first = do(hit_id, "AW1", answers(tree="oak", bird="wren", colour="red"))
    return hit_id, first, do(hit_id, "AW2", answers(tree="oak", bird="robin", colour="blue"))


def results(level):
    return [
        (one["SubjectType"], one["SubjectId"], one.get("QuestionId"), one["Key"], one["Value"])
        for one in level["ReviewResults"]
    ]


def test_a_hit_without_policies_has_empty_reports(post, report):
    hit_id = post()["HITId"]

    found = report(hit_id)

    assert found["HITId"] == hit_id
    assert found["AssignmentReviewReport"] == found["HITReviewReport"] == EMPTY
    assert not {"NextToken", "AssignmentReviewPolicy", "HITReviewPolicy"} & set(found)


def test_policies_are_named_without_their_parameters(both, report):
    found = report(both[0])

    assert found["AssignmentReviewPolicy"] == {"PolicyName": KNOWN}
    assert found["HITReviewPolicy"] == {"PolicyName": PLURALITY}


def test_known_answers_are_told_by_question_and_in_sum(both, report):
    hit_id, first, second = both

    found = report(hit_id, MaxResults=100)["AssignmentReviewReport"]

    assert results(found) == [
        ("Assignment", first, "tree", "KnownAnswerCorrect", "1"),
        ("Assignment", first, "bird", "KnownAnswerCorrect", "1"),
        ("Assignment", first, None, "KnownAnswerScore", "100"),
        ("Assignment", second, "tree", "KnownAnswerCorrect", "1"),
        ("Assignment", second, "bird", "KnownAnswerCorrect", "0"),
        ("Assignment", second, None, "KnownAnswerScore", "50"),
    ]


def test_agreement_is_told_of_questions_workers_and_the_hit(both, report):
    hit_id, first, second = both

    found = report(hit_id, PolicyLevels=["HIT"], MaxResults=100)["HITReviewReport"]

    assert results(found) == [
        ("HIT", hit_id, "tree", "AgreedAnswerFound", "true"),
        ("HIT", hit_id, "tree", "AgreedAnswer", "oak"),
        ("HIT", hit_id, "tree", "AnswerAgreementScore", "100"),
        ("HIT", hit_id, "colour", "AgreedAnswerFound", "false"),
        ("Assignment", first, None, "WorkerAgreementScore", "100"),
        ("Assignment", first, None, "PluralityAnswersCorrect", "1"),
        ("Assignment", first, None, "PluralityAnswersIncorrect", "0"),
        ("Assignment", second, None, "WorkerAgreementScore", "100"),
        ("Assignment", second, None, "PluralityAnswersCorrect", "1"),
        ("Assignment", second, None, "PluralityAnswersIncorrect", "0"),
        ("HIT", hit_id, None, "HitAgreementScore", "50"),
    ]


def test_where_nothing_is_agreed_workers_have_no_score(post, do, report):
    hit_id = post(MaxAssignments=2, **plurality())["HITId"]
    for n, colour in enumerate(["red", "blue"]):
        do(hit_id, f"AW{n}", answers(colour=colour))

    found = report(hit_id, PolicyLevels=["HIT"])["HITReviewReport"]["ReviewResults"]

    assert "WorkerAgreementScore" not in {one["Key"] for one in found}


def test_actions_name_what_they_were_taken_on(both, report, at):
    hit_id, first, second = both

    found = report(hit_id, MaxResults=100)

    reviewed, approved = found["AssignmentReviewReport"]["ReviewActions"][:2]
    assert reviewed["Result"] == "Reviewed 2 known answers; 2/2 correct"
    assert (reviewed["ActionName"], reviewed["TargetType"], reviewed["TargetId"]) == (
        "review",
        "Assignment",
        first,
    )
    assert (approved["ActionName"], approved["Status"], approved["CompleteTime"]) == (
        "approve",
        "Succeeded",
        at.now,
    )
    assert "ErrorCode" not in approved
    of_hit = found["HITReviewReport"]["ReviewActions"]
    assert [(one["ActionName"], one["TargetId"], one["Result"]) for one in of_hit] == [
        ("review", hit_id, "Reviewed 2 questions; 1/2 agreed"),
        ("approve", first, "Already approved"),
        ("approve", second, "Approved"),
    ]


def test_one_known_answer_is_told_in_the_services_words(post, do, report):
    hit_id = post(**known_answers({"tree": "oak"}))["HITId"]
    do(hit_id, answer=answers(tree="oak"))

    (action,) = report(hit_id)["AssignmentReviewReport"]["ReviewActions"]

    assert action["Result"] == "Reviewed one known answer; 1/1 correct"


def test_results_name_the_review_they_came_from(both, report):
    found = report(both[0], PolicyLevels=["HIT"], MaxResults=100)["HITReviewReport"]

    assert {one["ActionId"] for one in found["ReviewResults"]} == {found["ReviewActions"][0]["ActionId"]}
    assert len({one["ActionId"] for one in found["ReviewActions"]}) == 3


@pytest.mark.parametrize(
    ("given", "members"),
    [
        ({"RetrieveActions": False}, {"ReviewResults"}),
        ({"RetrieveResults": False}, {"ReviewActions"}),
        ({"RetrieveActions": False, "RetrieveResults": False}, set()),
    ],
)
def test_what_is_not_asked_for_is_left_out(both, report, given, members):
    found = report(both[0], PolicyLevels=["HIT"], MaxResults=100, **given)

    assert set(found["HITReviewReport"]) == members
    assert all(found["HITReviewReport"][member] for member in members)
    assert not {"AssignmentReviewReport", "AssignmentReviewPolicy"} & set(found)


@pytest.mark.parametrize("size", [1, 3, 22])
def test_pages_together_hold_everything_once_in_order(both, report, size):
    whole = report(both[0], MaxResults=100)
    pages = [report(both[0], MaxResults=size)]
    while "NextToken" in pages[-1]:
        pages.append(report(both[0], MaxResults=size, NextToken=pages[-1]["NextToken"]))

    for level in ("AssignmentReviewReport", "HITReviewReport"):
        for member in EMPTY:
            assert [one for page in pages for one in page[level][member]] == whole[level][member]
    assert len(pages) > 22 // size


def test_a_token_does_not_fit_another_question(both, report, refused):
    token = report(both[0], MaxResults=1)["NextToken"]

    with refused("ParameterValidationError", "NextToken"):
        report(both[0], MaxResults=1, NextToken=token, PolicyLevels=["HIT"])


def test_an_unknown_level_is_refused(both, report, refused):
    with refused("ValidationException", "[Assignment, HIT]"):
        report(both[0], PolicyLevels=["Worker"])
