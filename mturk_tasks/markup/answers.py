"""QuestionFormAnswers: the document an assignment's answers travel in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.xml import FORBIDDEN, DocumentFault, Unreadable, line_of, local_name, root_of

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE: Final = (
    "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"
)
SEPARATOR: Final = "|"  # between the values of one answer, in results files

# A parser turns a bare carriage return into a newline; > closes the CDATA end mark ]]>.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


@dataclass(frozen=True)
class Answer:
    """What a worker answered to one question.

    A question with selections has `selections`, `other` or both, or neither if it was left
    unanswered. Fields of HTML and external forms are all free text. An uploaded file has `file_key`,
    which ends in `/` and the file's name where it was uploaded here, and `file_size` in bytes.
    """

    question: str
    free_text: str | None = None
    selections: tuple[str, ...] = ()
    other: str | None = None
    file_key: str | None = None
    file_size: int = 0

    @property
    def file_name(self) -> str | None:
        """Return the name of the uploaded file."""
        return None if self.file_key is None else self.file_key.rpartition("/")[2]

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values in order: the text, a file's name, or the selections and then the other text."""
        if self.free_text is not None:
            return (self.free_text,)
        if self.file_name is not None:
            return (self.file_name,)
        return (*self.selections, self.other) if self.other else self.selections

    @property
    def flat(self) -> str:
        """Return the values as one cell of a table."""
        return SEPARATOR.join(self.values)


def build(answers: Iterable[Answer]) -> str:
    """Return the document that holds the answers; no answers make an empty text.

    Raise ValueError for a character that XML cannot hold.
    """
    written = "".join(f"<Answer>{''.join(_elements(answer))}</Answer>" for answer in answers)
    if not written:
        return ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<QuestionFormAnswers xmlns="{NAMESPACE}">{written}</QuestionFormAnswers>'
    )


def parse(text: str | None) -> list[Answer]:
    """Return the answers in a document; an empty or absent one holds none.

    Raise Unreadable (a ValueError) for anything else that is no QuestionFormAnswers document.
    """
    if not text or not text.strip():
        return []
    root = root_of(text)
    if local_name(root) != "QuestionFormAnswers":
        raise Unreadable(DocumentFault(line_of(root), f"<{local_name(root)}> holds no answers"))
    return [_answer(element) for element in root.iterfind("{*}Answer")]


def _elements(answer: Answer) -> Iterator[str]:
    yield _element("QuestionIdentifier", answer.question, answer)
    for selection in answer.selections:
        yield _element("SelectionIdentifier", selection, answer)
    if answer.other is not None:
        yield _element("OtherSelectionText", answer.other, answer)
    if answer.free_text is not None:
        yield _element("FreeText", answer.free_text, answer)
    if answer.file_key is not None:
        yield _element("UploadedFileSizeInBytes", str(answer.file_size), answer)
        yield _element("UploadedFileKey", answer.file_key, answer)


def _element(name: str, text: str, answer: Answer) -> str:
    found = FORBIDDEN.search(text)
    if found:
        raise ValueError(f"{answer.question!r}: the character U+{ord(found[0]):04X} cannot stand in XML")
    return f"<{name}>{text.translate(_ESCAPES)}</{name}>"


def _answer(element: etree._Element) -> Answer:
    return Answer(
        question=element.findtext("{*}QuestionIdentifier", ""),
        free_text=element.findtext("{*}FreeText"),
        selections=tuple(one.text or "" for one in element.iterfind("{*}SelectionIdentifier")),
        other=element.findtext("{*}OtherSelectionText"),
        file_key=element.findtext("{*}UploadedFileKey"),
        file_size=int(element.findtext("{*}UploadedFileSizeInBytes", "0")),
    )
