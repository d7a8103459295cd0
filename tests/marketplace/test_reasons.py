"""What is refused is told with the reason: an SDK shows its user nothing but the message."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.marketplace.protocol.faults import cut
from tests.marketplace.policies import known_answers

KEY = {"colour": "green"}


def message(act, **parameters):
    with pytest.raises(ClientError) as caught:
        act(**parameters)
    return caught.value.response["Error"]["Message"]


def must_tell(said, name, value, reason):
    beginning = f'The value "{cut(value)}" is not valid for the parameter {name}. '
    assert said.startswith(beginning)
    assert re.fullmatch(rf"{reason} \(\d+ s\)", said.removeprefix(beginning))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace("<FrameHeight>", "<Height>"), r"Details: line 1: .+\."),
        (lambda text: text.replace("</form>", "</form>]]>"), r"Details: line 1: .+\."),
        (lambda text: f"\n\n{text[:-2]}", r"Details: line 3: .+\."),
        (lambda text: "<b>no</b>", r"Details: line 1: <b> is no document known here; .+\."),
        (
            lambda text: text.replace("</body>", "é" * 500_000 + "</body>"),
            r"Details: .* \d+ bytes .* 1000000\.",
        ),
    ],
    ids=["element", "markup", "end", "root", "size"],
)
def test_what_is_wrong_with_a_question_is_told_by_line(post, question, change, reason):
    wrong = change(question)
    must_tell(message(post, Question=wrong), "Question", wrong, reason)


def test_what_is_wrong_with_an_external_question_is_told_by_line(post):
    wrong = (
        '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2006-07-14/'
        'ExternalQuestion.xsd">\n<ExternalURL>https://x.example/?a=1&b=2</ExternalURL>\n'
        "<FrameHeight>0</FrameHeight></ExternalQuestion>"
    )
    must_tell(message(post, Question=wrong), "Question", wrong, r"Details: line 2: .+\.")


def test_what_is_wrong_with_a_test_or_its_key_is_told_by_line(qualify, test_form, answer_key):
    wrong = test_form.replace("<Question>", "\n<Query>", 1)
    said = message(qualify, Test=wrong, TestDurationInSeconds=60)
    must_tell(said, "Test", wrong, r"Details: line 2: .+\.")

    wrong = answer_key.replace("oak</S", "yew</S")
    said = message(qualify, Test=test_form, TestDurationInSeconds=60, AnswerKey=wrong)
    must_tell(said, "AnswerKey", wrong, r"Details: line \d+: .+\.")


@pytest.mark.parametrize(
    ("parameter", "value", "reason"),
    [
        ("Title", "x" * 129, r"It is longer than 128 characters\."),
        ("Description", "x" * 2001, r"It is longer than 2000 characters\."),
        ("RequesterAnnotation", "x" * 256, r"It is longer than 255 characters\."),
    ],
)
def test_how_long_a_text_may_be_is_told(post, parameter, value, reason):
    must_tell(message(post, **{parameter: value}), parameter, value, reason)


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("ApproveIfKnownAnswerScoreIsAtLeast", "many", r"It is no whole number\."),
        ("RejectReason", "x" * 1025, r"It is longer than 1024 characters\."),
        ("ApproveReason", "a\x01", r"It holds control characters\."),
    ],
)
def test_what_is_wrong_with_a_review_policy_is_told(post, setting, value, reason):
    must_tell(message(post, **known_answers(KEY, **{setting: value})), setting, value, reason)


def test_what_was_not_found_is_told_too(client, post, do, question):
    said = message(
        client.create_hit_with_hit_type, HITTypeId="3NONE", LifetimeInSeconds=60, Question=question
    )
    must_tell(said, "HITTypeId", "3NONE", r"No HIT type of yours has this ID\.")
    must_tell(
        message(client.list_hits, NextToken="x"), "NextToken", "x", r"It did not come with .+ this list\."
    )
    bonus = {"AssignmentId": do(post()["HITId"]), "WorkerId": "AOTHER", "BonusAmount": "1", "Reason": "r"}
    must_tell(
        message(client.send_bonus, **bonus), "WorkerId", "AOTHER", r"The assignment is another worker's\."
    )


def test_a_message_stays_short_however_large_the_document(post, question):
    said = message(post, Question=question.replace("</body>", "x" * 999_999))

    assert len(said) < 600
