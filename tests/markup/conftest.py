from __future__ import annotations

from collections.abc import Callable

import pytest

DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"


@pytest.fixture
def form() -> Callable[..., str]:
    """Wrap the inside of a form; its first line becomes line 2."""

    def wrap(inside: str, version: str = "2017-11-06") -> str:
        return f'<QuestionForm xmlns="{DATA}/{version}/QuestionForm.xsd">\n{inside}\n</QuestionForm>'

    return wrap


@pytest.fixture
def question() -> Callable[..., str]:
    """Write one question on five lines; the answer's specification is the fourth."""

    def write(answer: str = "<FreeTextAnswer/>", identifier: str = "mood", content: str = "") -> str:
        return (
            f"<Question><QuestionIdentifier>{identifier}</QuestionIdentifier>\n"
            f"<QuestionContent>{content or '<Text>How are you?</Text>'}</QuestionContent>\n"
            "<AnswerSpecification>\n"
            f"{answer}\n"
            "</AnswerSpecification></Question>"
        )

    return write


@pytest.fixture
def choice() -> Callable[..., str]:
    """Write a SelectionAnswer for some identifiers; `before` stands before its Selections."""

    def write(*identifiers: str, before: str = "", after: str = "") -> str:
        selections = "".join(
            f"<Selection><SelectionIdentifier>{one}</SelectionIdentifier><Text>The {one}</Text></Selection>"
            for one in identifiers
        )
        return f"<SelectionAnswer>{before}<Selections>{selections}{after}</Selections></SelectionAnswer>"

    return write


@pytest.fixture
def html_question() -> Callable[..., str]:
    """Put a page into an HTMLQuestion; the page begins in line 2."""

    def wrap(page: str, height: str = "450") -> str:
        return (
            f'<HTMLQuestion xmlns="{DATA}/2011-11-11/HTMLQuestion.xsd">\n<HTMLContent><![CDATA[{page}]]>'
            f"</HTMLContent><FrameHeight>{height}</FrameHeight></HTMLQuestion>"
        )

    return wrap


@pytest.fixture
def external() -> Callable[..., str]:
    """Write an ExternalQuestion; its address stands in line 2."""

    def write(address: str, height: str = "0") -> str:
        return (
            f'<ExternalQuestion xmlns="{DATA}/2006-07-14/ExternalQuestion.xsd">\n'
            f"<ExternalURL>{address}</ExternalURL><FrameHeight>{height}</FrameHeight></ExternalQuestion>"
        )

    return write
