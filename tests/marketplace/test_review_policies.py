from __future__ import annotations

import json

import pytest

from mturk_tasks.marketplace.protocol import faults
from mturk_tasks.marketplace.reviews import policies
from mturk_tasks.marketplace.reviews.policies import Extension, Judgement
from tests.marketplace.policies import KNOWN, PLURALITY, known_answers, plurality

KEY = {"colour": "green"}
LONG_REASON = "x" * 1025


def read(request):
    return policies.read(policies.write(request))


def with_parameter(request, parameter):
    """Return the request with one more parameter."""
    ((member, policy),) = request.items()
    return {member: {**policy, "Parameters": [*policy["Parameters"], parameter]}}


def without(request, key):
    ((member, policy),) = request.items()
    return {member: {**policy, "Parameters": [one for one in policy["Parameters"] if one["Key"] != key]}}


@pytest.mark.parametrize(
    ("judgement", "actions"),
    [
        pytest.param(Judgement(), {0: [], 100: []}, id="nothing set"),
        pytest.param(Judgement(approve_at=50), {49: [], 50: ["approve"]}, id="approve at least"),
        pytest.param(Judgement(reject_below=50), {49: ["reject"], 50: []}, id="reject less, not equal"),
        pytest.param(Judgement(approve_at=0), {0: ["approve"]}, id="always approve"),
        pytest.param(Judgement(approve_at=101), {100: []}, id="never approve"),
        pytest.param(Judgement(reject_below=0), {0: []}, id="never reject"),
        pytest.param(Judgement(reject_below=101), {100: ["reject"]}, id="always reject"),
        pytest.param(Judgement(30, 60), {45: ["approve", "reject"]}, id="overlapping"),
    ],
)
def test_a_score_asks_for_actions(judgement, actions):
    assert {score: judgement.actions(score) for score in actions} == actions


def test_a_policy_of_assignments_has_defaults():
    policies = read(known_answers(KEY, ExtendIfKnownAnswerScoreIsLessThan=50))

    assert policies.names == {"Assignment": KNOWN}
    assert policies.of_hit is None
    assert policies.of_assignments.key == {"colour": {"green"}}
    assert policies.of_assignments.judgement == Judgement()
    assert policies.of_assignments.extension == Extension(50, maximum=5, seconds=0)


def test_every_setting_of_known_answers_is_read():
    request = known_answers(
        KEY,
        ApproveIfKnownAnswerScoreIsAtLeast=79,
        ApproveReason="Well done",
        RejectIfKnownAnswerScoreIsLessThan=" 10 ",
        RejectReason="Sorry",
        ExtendIfKnownAnswerScoreIsLessThan=101,
        ExtendMaximumAssignments=25,
        ExtendMinimumTimeInSeconds=60,
    )

    policy = read(request).of_assignments

    assert policy.judgement == Judgement(79, 10, "Well done", "Sorry")
    assert policy.extension == Extension(101, 25, 60)


def test_every_setting_of_plurality_is_read():
    request = plurality(
        DisregardAssignmentIfKnownAnswerScoreIsLessThan=20,
        ExtendIfHITAgreementScoreIsLessThan=100,
        ExtendMaximumAssignments=100,
        ExtendMinimumTimeInSeconds=31_536_000,
        ApproveIfWorkerAgreementScoreIsAtLeast=60,
        RejectIfWorkerAgreementScoreIsLessThan=40,
        RejectReason="Sorry",
    )

    policy = read(request).of_hit

    assert (policy.threshold, policy.disregards_rejected, policy.disregards_below) == (50, True, 20)
    assert policy.judgement == Judgement(60, 40, reject_reason="Sorry")
    assert policy.extension == Extension(100, 100, 31_536_000)


@pytest.mark.parametrize("key", ["QuestionIds", "QuestionIDs"])
@pytest.mark.parametrize("values", [["a", "b"], ["a,b"], [" a , b ", "a", ""]])
def test_questions_are_a_list_or_have_commas_under_either_spelling(key, values):
    request = with_parameter(without(plurality(), "QuestionIds"), {"Key": key, "Values": values})

    assert read(request).of_hit.questions == ["a", "b"]


@pytest.mark.parametrize(("word", "truth"), [("T", True), ("true", True), ("F", False), ("FALSE", False)])
def test_a_truth_is_written_in_one_letter_or_whole(word, truth):
    assert read(plurality(DisregardAssignmentIfRejected=word)).of_hit.disregards_rejected is truth


def test_no_policies_are_kept_as_nothing():
    assert policies.write({"Title": "t"}) is None


def test_policies_are_kept_as_they_were_written():
    request = {**known_answers(KEY), **plurality()}

    kept = json.loads(policies.write(request))

    assert kept == {"Assignment": request["AssignmentReviewPolicy"], "HIT": request["HITReviewPolicy"]}


@pytest.mark.parametrize(
    ("request_", "parameter", "text"),
    [
        pytest.param(
            {"AssignmentReviewPolicy": {"PolicyName": "Guess/2011-09-01"}},
            "AssignmentReviewPolicy.PolicyName",
            '"Guess/2011-09-01" is not valid',
            id="an unknown policy",
        ),
        pytest.param(
            {"AssignmentReviewPolicy": {"PolicyName": PLURALITY}},
            "AssignmentReviewPolicy.PolicyName",
            "is not valid",
            id="a HIT's policy for assignments",
        ),
        pytest.param(
            {"HITReviewPolicy": {"PolicyName": KNOWN}},
            "HITReviewPolicy.PolicyName",
            "is not valid",
            id="an assignment's policy for a HIT",
        ),
        pytest.param(
            {"AssignmentReviewPolicy": {"PolicyName": KNOWN}},
            "AnswerKey",
            "AnswerKey is missing",
            id="no key",
        ),
        pytest.param(known_answers({}), "AnswerKey", "AnswerKey is missing", id="an empty key"),
        pytest.param(known_answers({"": "x"}), "AnswerKey", "each question once", id="a key without name"),
        pytest.param(
            known_answers(KEY, Colour=1), "Colour", "no parameter 'Colour'", id="an unknown setting"
        ),
        pytest.param(
            known_answers(KEY, QuestionIds="a"), "QuestionIds", "no parameter", id="the other one's setting"
        ),
        pytest.param(
            with_parameter(known_answers(KEY, RejectReason="r"), {"Key": "RejectReason", "Values": ["s"]}),
            "Parameters",
            "given twice",
            id="a setting given twice",
        ),
        pytest.param(
            with_parameter(known_answers(KEY), {"Key": "RejectReason", "Values": ["r", "s"]}),
            "RejectReason",
            "exactly one value",
            id="two values",
        ),
        pytest.param(
            with_parameter(known_answers(KEY), {"Key": "RejectReason"}),
            "RejectReason",
            "exactly one value",
            id="no value",
        ),
        pytest.param(
            with_parameter(known_answers(KEY), {"Values": ["r"]}), "", "no parameter ''", id="no name"
        ),
        pytest.param(
            known_answers(KEY, RejectReason=LONG_REASON), "RejectReason", "is not valid", id="a long reason"
        ),
        pytest.param(without(plurality(), "QuestionIds"), "QuestionIds", "missing", id="no questions"),
        pytest.param(plurality(","), "QuestionIds", "missing", id="only a comma"),
        pytest.param(
            plurality(QuestionAgreementThreshold=None),
            "QuestionAgreementThreshold",
            "is missing",
            id="no threshold",
        ),
        pytest.param(
            plurality(DisregardAssignmentIfRejected=None),
            "DisregardAssignmentIfRejected",
            "is missing",
            id="not said whether rejected work counts",
        ),
        pytest.param(
            plurality(DisregardAssignmentIfRejected="perhaps"),
            "DisregardAssignmentIfRejected",
            '"perhaps" is not valid',
            id="no truth",
        ),
        pytest.param(
            plurality(ExtendIfHITAgreementScoreIsLessThan=50, ExtendMinimumTimeInSeconds=60),
            "ExtendMaximumAssignments",
            "is missing",
            id="an extension without maximum",
        ),
        pytest.param(
            plurality(ExtendIfHITAgreementScoreIsLessThan=50, ExtendMaximumAssignments=5),
            "ExtendMinimumTimeInSeconds",
            "is missing",
            id="an extension without time",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_the_parameters_name(request_, parameter, text):
    with pytest.raises(faults.ParameterValidationError, match=text) as caught:
        policies.write(request_)

    assert caught.value.extra == {"Parameter": parameter}


@pytest.mark.parametrize("value", ["many", "", "1.5", "1e2", "٣", "9" * 40])
def test_what_is_no_whole_number_is_refused(post, refused, value):
    with refused("ParameterValidationError", f'The value "{value}" is not valid for the parameter'):
        post(**known_answers(KEY, ApproveIfKnownAnswerScoreIsAtLeast=value))


@pytest.mark.parametrize(
    ("key", "value", "bounds"),
    [
        ("ApproveIfKnownAnswerScoreIsAtLeast", -1, "0 to 101"),
        ("RejectIfKnownAnswerScoreIsLessThan", 102, "0 to 101"),
        ("ExtendIfKnownAnswerScoreIsLessThan", 102, "0 to 101"),
        ("ExtendMaximumAssignments", 1, "2 to 25"),
        ("ExtendMaximumAssignments", 26, "2 to 25"),
        ("ExtendMinimumTimeInSeconds", 59, "60 to 31536000"),
        ("ExtendMinimumTimeInSeconds", 31_536_001, "60 to 31536000"),
    ],
)
def test_a_setting_of_known_answers_has_its_range(post, refused, key, value, bounds):
    with refused(
        "ParameterValidationError", f"{value} is invalid for {key}. Valid values range from {bounds}."
    ):
        post(**known_answers(KEY, **{key: value}))


@pytest.mark.parametrize(
    ("key", "value", "bounds"),
    [
        ("QuestionAgreementThreshold", 102, "0 to 101"),
        ("DisregardAssignmentIfKnownAnswerScoreIsLessThan", -1, "0 to 101"),
        ("ExtendIfHITAgreementScoreIsLessThan", 0, "1 to 100"),
        ("ExtendIfHITAgreementScoreIsLessThan", 101, "1 to 100"),
        ("ExtendMaximumAssignments", 0, "1 to 1000000000"),
        ("ExtendMinimumTimeInSeconds", 59, "60 to 31536000"),
        ("ApproveIfWorkerAgreementScoreIsAtLeast", 102, "0 to 101"),
        ("RejectIfWorkerAgreementScoreIsLessThan", -1, "0 to 101"),
    ],
)
def test_a_setting_of_plurality_has_its_range(post, refused, key, value, bounds):
    with refused(
        "ParameterValidationError", f"{value} is invalid for {key}. Valid values range from {bounds}."
    ):
        post(**plurality(**{key: value}))


def test_a_refused_policy_makes_no_hit(client, post, refused):
    with refused("ParameterValidationError"):
        post(**plurality(QuestionAgreementThreshold="x"))

    assert client.list_hits()["HITs"] == []


def test_hits_of_a_known_type_may_have_policies_too(client, kind, question, refused):
    hit_type_id = client.create_hit_type(**kind)["HITTypeId"]
    hit = {"HITTypeId": hit_type_id, "LifetimeInSeconds": 60, "Question": question}

    made = client.create_hit_with_hit_type(**hit, **plurality())["HIT"]

    found = client.list_review_policy_results_for_hit(HITId=made["HITId"])
    assert found["HITReviewPolicy"] == {"PolicyName": PLURALITY}
    with refused("ParameterValidationError", "AnswerKey is missing"):
        client.create_hit_with_hit_type(**hit, **known_answers({}))
