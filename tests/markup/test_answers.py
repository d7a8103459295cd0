from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.markup.answers import Answer, build, parse
from mturk_tasks.markup.documents import answer_faults
from mturk_tasks.markup.xml import FORBIDDEN

texts = st.text(st.characters().filter(lambda one: not FORBIDDEN.match(one)))
free = st.builds(Answer, texts, free_text=texts)
chosen = st.builds(Answer, texts, selections=st.lists(texts, max_size=3).map(tuple), other=st.none() | texts)


@pytest.mark.long
@settings(deadline=None)  # the first answer waits for the schema to be compiled
@given(st.lists(free | chosen, max_size=4))
def test_answers_survive_the_round_trip(answers):
    assert parse(build(answers)) == answers


@settings(deadline=None)  # the first answer waits for the schema to be compiled
@given(st.lists(free | chosen, min_size=1, max_size=3))
def test_built_answers_fit_the_schema(answers):
    assert answer_faults(build(answers)) == []


@pytest.mark.parametrize(
    "text",
    ["a\tb\nc", "a\rb\r\nc", "  a  ", "\n", "", "]]>", "<b>&amp;</b>", "\"'", "\u2028\x85\U0001f600"],
)
def test_text_is_kept_to_the_character(text):
    assert parse(build([Answer("q", text)])) == [Answer("q", text)]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_a_character_xml_cannot_hold_is_refused(character):
    with pytest.raises(ValueError, match=rf"'q': the character U\+{ord(character):04X} cannot stand in XML"):
        build([Answer("q", f"a{character}")])


def test_a_file_is_built_and_read_again():
    sent = Answer("q", file_key="3KEY/owl.jpg", file_size=7)

    assert parse(build([sent])) == [sent]
    assert sent.flat == "owl.jpg"
    assert answer_faults(build([sent])) == []


def test_no_answers_make_no_document():
    assert build([]) == ""


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_an_absent_document_holds_no_answers(text):
    assert parse(text) == []


def test_another_document_holds_no_answers():
    with pytest.raises(ValueError, match="line 1: <html> holds no answers"):
        parse("<html/>")


def test_a_document_in_ascii_is_read():
    text = '<?xml version="1.0" encoding="ASCII"?>' + build([Answer("q", "Gr##e")]).split("?>", 1)[1]
    assert parse(text.replace("##", "&#246;&#223;")) == [Answer("q", "Größe")]


def test_an_uploaded_file_is_read_by_its_key():
    text = build([Answer("q")]).replace(
        "</Answer>",
        "<UploadedFileSizeInBytes>3</UploadedFileSizeInBytes><UploadedFileKey>k</UploadedFileKey></Answer>",
    )
    assert parse(text)[0].values == ("k",)


@pytest.mark.parametrize(
    ("answer", "flat"),
    [
        (Answer("q", "a|b"), "a|b"),
        (Answer("q", selections=("a", "b")), "a|b"),
        (Answer("q", selections=("a",), other="c d"), "a|c d"),
        (Answer("q", other="c"), "c"),
        (Answer("q", selections=("a",), other=""), "a"),
        (Answer("q"), ""),
    ],
    ids=["text", "selections", "selection-and-other", "other", "empty-other", "unanswered"],
)
def test_values_join_in_order(answer, flat):
    assert answer.flat == flat
