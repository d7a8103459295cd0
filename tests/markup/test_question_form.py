from __future__ import annotations

from mturk_tasks.markup.question_form import (
    Format,
    FreeText,
    Question,
    Selection,
    Selections,
    read_question_form,
)


def only(text):
    (question,) = read_question_form(text).questions
    return question


def free_text(inside):
    return f"<FreeTextAnswer>{inside}</FreeTextAnswer>"


def test_a_bare_question_takes_any_text(form, question):
    assert only(form(question())) == Question("mood", None, False, FreeText(), "How are you?")


def test_questions_keep_their_order_and_names(form, question):
    named = question(identifier="b").replace(
        "<QuestionContent>", "<DisplayName>Second</DisplayName><IsRequired>1</IsRequired><QuestionContent>", 1
    )
    first, second = read_question_form(form(question(identifier="a") + named)).questions
    assert (first.identifier, second.identifier) == ("a", "b")
    assert (second.display_name, second.required) == ("Second", True)


def test_every_constraint_is_read(form, question):
    constraints = (
        '<Constraints><IsNumeric minValue="-1" maxValue="9"/><Length minLength="2" maxLength="5"/>'
        r'<AnswerFormatRegex regex="^\d+$" flags="i" errorText="Digits"/>'
        '<AnswerFormatRegex regex="7"/></Constraints>'
    )
    text = form(question(free_text(constraints + "<DefaultText> 7 </DefaultText>")))
    assert only(text).answer == FreeText(
        numeric=True,
        lowest=-1,
        highest=9,
        shortest=2,
        longest=5,
        formats=(Format(r"^\d+$", True, "Digits"), Format("7")),
        default=" 7 ",
    )


def test_a_least_length_makes_a_question_required(form, question):
    length = '<Constraints><Length minLength="1"/></Constraints>'
    assert only(form(question(free_text(length)))).required
    assert not only(form(question(free_text(length.replace("1", "0"))))).required


def test_a_choice_is_one_of_its_selections_unless_it_says_otherwise(form, question, choice):
    answer = only(form(question(choice("a", "b")))).answer
    assert answer == Selections(1, 1, None, (Selection("a", "The a"), Selection("b", "The b")), None)


def test_counts_style_and_another_answer_are_read(form, question, choice):
    before = (
        "<MinSelectionCount>0</MinSelectionCount><MaxSelectionCount>2</MaxSelectionCount>"
        "<StyleSuggestion>checkbox</StyleSuggestion>"
    )
    after = '<OtherSelection><Constraints><Length maxLength="9"/></Constraints></OtherSelection>'
    answer = only(form(question(choice("a", before=before, after=after)))).answer
    assert (answer.fewest, answer.most, answer.style) == (0, 2, "checkbox")
    assert answer.other == FreeText(longest=9)
