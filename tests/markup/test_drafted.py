from __future__ import annotations

from mturk_tasks.markup.answer_rules import drafted_answers
from mturk_tasks.markup.answers import Answer

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
TEXT = "<FreeTextAnswer/>"
CHOICE = (
    "<SelectionAnswer><MaxSelectionCount>2</MaxSelectionCount><Selections>"
    "<Selection><SelectionIdentifier>oak</SelectionIdentifier><Text>Oak</Text></Selection>"
    "<Selection><SelectionIdentifier>ash</SelectionIdentifier><Text>Ash</Text></Selection>"
    "<OtherSelection/></Selections></SelectionAnswer>"
)


def form(*answers):
    asked = "".join(
        f"<Question><QuestionIdentifier>{name}</QuestionIdentifier><QuestionContent><Text>?</Text>"
        f"</QuestionContent><AnswerSpecification>{answer}</AnswerSpecification></Question>"
        for name, answer in zip(("first", "second"), answers, strict=False)
    )
    return f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd">{asked}</QuestionForm>'


PAGE = (
    f'<HTMLQuestion xmlns="{_SCHEMAS}/2011-11-11/HTMLQuestion.xsd"><HTMLContent>x</HTMLContent>'
    "<FrameHeight>0</FrameHeight></HTMLQuestion>"
)


def test_fields_of_a_form_come_under_the_identifiers_of_its_questions():
    assert drafted_answers(form(TEXT, TEXT), {"q2": "b", "q1": "a"}) == [
        Answer("first", "a"),
        Answer("second", "b"),
    ]


def test_selections_come_under_their_identifiers_and_another_answer_as_it_is():
    fields = {"q1": ["2", "other"], "q1-other": "elm"}
    assert drafted_answers(form(CHOICE), fields) == [Answer("first", selections=("ash",), other="elm")]


def test_what_is_empty_is_left_out():
    assert drafted_answers(form(TEXT, CHOICE), {"q1": "", "q2": []}) == []


def test_what_belongs_to_no_question_stays():
    found = drafted_answers(form(CHOICE), {"q1": "7", "note": "hm"})
    assert found == [Answer("first", selections=("7",)), Answer("note", "hm")]


def test_fields_of_a_page_keep_their_names():
    assert drafted_answers(PAGE, {"q1": ["a", "b"]}) == [Answer("q1", "a|b")]


def test_characters_that_no_document_can_hold_are_dropped():
    assert drafted_answers(PAGE, {"a\x00": "b\ud800c\x01"}) == [Answer("a", "bc")]
