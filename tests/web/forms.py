"""Questions that the tests of the site ask."""

from __future__ import annotations

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"


def form(*questions: str) -> str:
    """Return a QuestionForm."""
    return f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd">{"".join(questions)}</QuestionForm>'


def asked(name: str, answer: str, *, required: bool = False) -> str:
    """Return a question with its AnswerSpecification."""
    return (
        f"<Question><QuestionIdentifier>{name}</QuestionIdentifier><DisplayName>{name.title()}</DisplayName>"
        f"<IsRequired>{str(required).lower()}</IsRequired>"
        f"<QuestionContent><Text>What about the {name}?</Text></QuestionContent>"
        f"<AnswerSpecification>{answer}</AnswerSpecification></Question>"
    )


def text(constraints: str = "", lines: int = 1) -> str:
    """Return the answer of a text field."""
    inside = f"<Constraints>{constraints}</Constraints>" if constraints else ""
    return (
        f"<FreeTextAnswer>{inside}<NumberOfLinesSuggestion>{lines}</NumberOfLinesSuggestion></FreeTextAnswer>"
    )


def choice(*names: str, fewest: int = 1, most: int = 1, style: str = "radiobutton", other: str = "") -> str:
    """Return the answer of a choice."""
    selections = "".join(
        f"<Selection><SelectionIdentifier>{name}</SelectionIdentifier><Text>{name.title()}</Text></Selection>"
        for name in names
    )
    return (
        f"<SelectionAnswer><MinSelectionCount>{fewest}</MinSelectionCount>"
        f"<MaxSelectionCount>{most}</MaxSelectionCount><StyleSuggestion>{style}</StyleSuggestion>"
        f"<Selections>{selections}{other}</Selections></SelectionAnswer>"
    )


FORM = form(
    "<Overview><Title>Birds</Title><Text>Look at the picture.</Text></Overview>",
    asked("bird", text(), required=True),
    asked("colour", choice("grey", "brown", other="<OtherSelection/>")),
)
TEST = form(asked("tree", choice("oak", "ash"), required=True))
KEY = (
    f'<AnswerKey xmlns="{_SCHEMAS}/2005-10-01/AnswerKey.xsd"><Question>'
    "<QuestionIdentifier>tree</QuestionIdentifier><AnswerOption><SelectionIdentifier>oak"
    "</SelectionIdentifier><AnswerScore>7</AnswerScore></AnswerOption></Question></AnswerKey>"
)
PAGE = (
    f'<HTMLQuestion xmlns="{_SCHEMAS}/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html>'
    '<html><body><form><input name="colour"><button>Send</button></form></body></html>]]></HTMLContent>'
    "<FrameHeight>400</FrameHeight></HTMLQuestion>"
)
LONG_TEXT = form(asked("story", text(lines=9)))
