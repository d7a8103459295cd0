from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mturk_tasks.marketplace.storage import about, schema

OVER_HTTP = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
    'ExternalQuestion.xsd"><ExternalURL>http://lab.example.org/task</ExternalURL>'
    "<FrameHeight>400</FrameHeight></ExternalQuestion>"
)


def test_a_hit_comes_back_as_it_was_posted(post, get, question):
    hit = post(Keywords="colour, picture", RequesterAnnotation="row 7", MaxAssignments=3)

    assert get(hit["HITId"]) == hit
    assert hit["Question"] == question
    assert hit["Keywords"] == "colour, picture"
    assert hit["RequesterAnnotation"] == "row 7"


def test_a_new_hit_has_the_documented_defaults(post, at):
    hit = post()

    assert hit["HITStatus"] == "Assignable"
    assert hit["HITReviewStatus"] == "NotReviewed"
    assert hit["MaxAssignments"] == hit["NumberOfAssignmentsAvailable"] == 1
    assert hit["AutoApprovalDelayInSeconds"] == 2_592_000
    assert hit["QualificationRequirements"] == []
    assert hit["CreationTime"] == at.now
    assert hit["Expiration"] == at.now + timedelta(seconds=3600)


def test_members_without_a_value_are_left_out(post):
    hit = post()

    assert "RequesterAnnotation" not in hit
    assert "Keywords" not in hit
    assert "LifetimeInSeconds" not in hit


@pytest.mark.parametrize(
    ("sent", "kept"), [("0.3", "0.30"), ("1", "1.00"), ("2.", "2.00"), ("0.00", "0.00"), ("0.05", "0.05")]
)
def test_a_reward_comes_back_with_two_decimals(post, sent, kept):
    assert post(Reward=sent)["Reward"] == kept


def test_ids_have_thirty_characters_and_begin_with_3(post):
    hit = post()

    for name in ("HITId", "HITTypeId", "HITGroupId"):
        assert len(hit[name]) == 30
        assert hit[name].startswith("3")
        assert hit[name].isalnum()
    assert hit["HITTypeId"] != hit["HITGroupId"]


def test_equal_properties_are_one_hit_type(client, kind, post):
    first = client.create_hit_type(**kind)["HITTypeId"]

    assert client.create_hit_type(**kind, AutoApprovalDelayInSeconds=2_592_000)["HITTypeId"] == first
    assert post()["HITTypeId"] == first


def test_a_reward_is_compared_as_an_amount(client, kind):
    first = client.create_hit_type(**{**kind, "Reward": "0.5"})["HITTypeId"]

    assert client.create_hit_type(**{**kind, "Reward": "0.50"})["HITTypeId"] == first


@pytest.mark.parametrize(
    "change",
    [
        {"Title": "Name a colour "},
        {"Description": "other"},
        {"Keywords": ""},
        {"Reward": "0.06"},
        {"AssignmentDurationInSeconds": 601},
        {"AutoApprovalDelayInSeconds": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_other_property_is_another_hit_type(client, kind, change):
    first = client.create_hit_type(**kind)["HITTypeId"]

    assert client.create_hit_type(**{**kind, **change})["HITTypeId"] != first


def test_hits_of_one_type_share_its_group(client, kind, question):
    hit_type = client.create_hit_type(**kind)["HITTypeId"]

    made = [
        client.create_hit_with_hit_type(HITTypeId=hit_type, LifetimeInSeconds=60, Question=question)["HIT"]
        for _ in range(2)
    ]

    assert made[0]["HITGroupId"] == made[1]["HITGroupId"]
    assert made[0]["HITId"] != made[1]["HITId"]
    assert made[0]["Title"] == kind["Title"]


def test_an_unknown_hit_does_not_exist(client, refused):
    with refused("RequestError", "Hit 3NOSUCHHIT does not exist. (", "HITDoesNotExist"):
        client.get_hit(HITId="3NOSUCHHIT")


def test_an_unknown_hit_type_is_not_valid(client, question, refused):
    with refused("ParameterValidationError", 'The value "3NONE" is not valid for the parameter HITTypeId.'):
        client.create_hit_with_hit_type(HITTypeId="3NONE", LifetimeInSeconds=60, Question=question)


def test_a_question_that_does_not_validate_is_not_valid(post, refused):
    with refused(
        "ParameterValidationError", 'The value "<b>no</b>" is not valid for the parameter Question.'
    ):
        post(Question="<b>no</b>")


def test_a_form_may_have_65535_bytes_and_no_more(post, test_form, refused):
    longest = test_form.replace("Which?", "é" * ((65_535 - len(test_form)) // 2) + "Which?")
    longest += " " * (65_535 - len(longest.encode()))

    assert post(Question=longest)["Question"] == longest
    with refused("ParameterValidationError", "is not valid for the parameter Question."):
        post(Question=longest + " ")


def test_an_html_question_may_have_a_million_bytes_and_no_more(post, question, refused):
    longest = question.replace("</body>", "é" * ((1_000_000 - len(question)) // 2) + "</body>")
    longest += " " * (1_000_000 - len(longest.encode()))

    assert post(Question=longest)["Question"] == longest
    with refused("ParameterValidationError", "is not valid for the parameter Question."):
        post(Question=longest + " ")


def test_a_question_is_stored_once_however_many_hits_share_it(post, store):
    for title in ("Owls", "Jays", "Wrens"):
        post(Title=title)

    with store.reading() as db:
        assert db.execute(select(func.count()).select_from(schema.question)).scalar_one() == 1


@pytest.mark.parametrize("served_at", ["", "http://127.0.0.1:8017", "http://market.example.org"])
def test_a_page_over_http_is_taken_where_the_marketplace_is_no_https(post, store, served_at):
    about.remember_address(store, served_at)

    assert post(Question=OVER_HTTP)["Question"] == OVER_HTTP


def test_a_page_over_http_is_refused_where_the_marketplace_is_https(post, store, refused):
    about.remember_address(store, "https://market.example.org")

    with refused("ParameterValidationError", "write https://lab.example.org/task."):
        post(Question=OVER_HTTP)


def test_a_process_that_serves_over_https_refuses_a_page_over_http(post, store, refused):
    store.address = "https://market.example.org"

    with refused("ParameterValidationError", "which no page over https can show"):
        post(Question=OVER_HTTP)


def test_a_hit_needs_a_question_or_a_layout(client, kind, refused):
    with refused("ParameterValidationError", "Question and HITLayoutId"):
        client.create_hit(**kind, LifetimeInSeconds=60)


def test_a_hit_cannot_have_both_a_question_and_a_layout(post, refused):
    with refused("ParameterValidationError", "Question and HITLayoutId"):
        post(HITLayoutId="3LAYOUT")


def test_no_layout_exists(client, kind, refused):
    with refused("RequestError", "HITLayout 3LAYOUT does not exist.", "HITLayoutDoesNotExist"):
        client.create_hit(**kind, LifetimeInSeconds=60, HITLayoutId="3LAYOUT")


def test_an_empty_list_of_requirements_is_fine(post):
    assert post(QualificationRequirements=[])["QualificationRequirements"] == []


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("LifetimeInSeconds", 29, "30 to 31536000"),
        ("LifetimeInSeconds", 31_536_001, "30 to 31536000"),
        ("AssignmentDurationInSeconds", 29, "30 to 31536000"),
        ("AutoApprovalDelayInSeconds", 2_592_001, "0 to 2592000"),
        ("AutoApprovalDelayInSeconds", -1, "0 to 2592000"),
        ("MaxAssignments", 0, "1 to 1000000000"),
        ("MaxAssignments", 1_000_000_001, "1 to 1000000000"),
    ],
)
def test_a_number_out_of_range_is_refused_with_the_range(post, refused, name, value, bounds):
    text = f"The value {value} is invalid for {name}. Valid values range from {bounds}."
    with refused("ParameterValidationError", text):
        post(**{name: value})


@pytest.mark.parametrize("reward", ["1000001", "9" * 60], ids=["a million and one", "sixty nines"])
def test_a_reward_beyond_reason_is_refused(post, refused, reward):
    with refused("ParameterValidationError", "is invalid for Reward."):
        post(Reward=reward)


@pytest.mark.parametrize(
    ("name", "longest"),
    [("Title", 128), ("Description", 2000), ("Keywords", 1000), ("RequesterAnnotation", 255)],
)
def test_a_text_may_be_as_long_as_the_reference_says(post, refused, name, longest):
    assert post(**{name: "é" * longest})[name] == "é" * longest
    with refused("ParameterValidationError", f"is not valid for the parameter {name}."):
        post(**{name: "é" * (longest + 1)})


@pytest.mark.parametrize("name", ["Title", "Description", "Question"])
def test_a_required_text_may_not_be_empty(post, refused, name):
    with refused("ParameterValidationError", f"Your request parameter {name}  has a minimum length of 1."):
        post(**{name: ""})


def test_a_disposed_hit_can_still_be_read_but_is_in_no_list(client, post, get, at):
    hit_id = post()["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    assert get(hit_id)["HITStatus"] == "Disposed"
    assert client.list_hits()["HITs"] == []
    assert client.list_reviewable_hits()["HITs"] == []


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("list_assignments_for_hit", {}),
        ("list_review_policy_results_for_hit", {}),
        ("update_expiration_for_hit", {"ExpireAt": 0}),
        ("create_additional_assignments_for_hit", {"NumberOfAdditionalAssignments": 1}),
        ("update_hit_review_status", {}),
        ("delete_hit", {}),
    ],
)
def test_a_disposed_hit_allows_nothing_more(client, post, refused, operation, more):
    hit_id = post()["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=0)
    client.delete_hit(HITId=hit_id)

    with refused("RequestError", "currently in the state 'Disposed'", "InvalidHITState"):
        getattr(client, operation)(HITId=hit_id, **more)


EXPRESSION = (
    '<QuestionForm xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2017-11-06/'
    'QuestionForm.xsd"><Question><QuestionIdentifier>q</QuestionIdentifier><QuestionContent><Text>?</Text>\n'
    '</QuestionContent><AnswerSpecification><FreeTextAnswer><Constraints><AnswerFormatRegex regex="{}"/>'
    "</Constraints></FreeTextAnswer></AnswerSpecification></Question></QuestionForm>"
)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(" * 500 + "a" + ")" * 500, "nested deeper than 50"),
        ("(a{1000}){1000}", "come to 1000000 steps"),
        (r"^(\w|\w\w)+$", "takes too long where a text nearly fits"),
    ],
)
def test_an_expression_without_measure_is_refused_with_its_line(post, refused, expression, reason):
    with refused("ParameterValidationError", "line 2: AnswerFormatRegex: "):
        post(Question=EXPRESSION.format(expression))
    with refused("ParameterValidationError", reason):
        post(Question=EXPRESSION.format(expression))
