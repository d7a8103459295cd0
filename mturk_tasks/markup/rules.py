"""What question documents must obey beyond their grammar."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.entities import name2codepoint
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from mturk_tasks.markup.expressions import expression_fault
from mturk_tasks.markup.question_form import LARGEST_FILE
from mturk_tasks.markup.xml import DocumentFault, Unreadable, line_of, local_name, root_of, schema_faults

if TYPE_CHECKING:
    from lxml import etree

# The XHTML inside a QuestionForm's FormattedContent elements.


_WRAPPED = '{}<FormattedContent xmlns="http://www.w3.org/1999/xhtml">{}</FormattedContent>'
_ENTITY = re.compile(r"&(\w+);")
_OF_PAGES = re.compile(
    r"<(iframe|script|form|input|button|select|textarea|style|video|audio|canvas|svg)> may not stand here"
)
_OF_XML = ("amp", "lt", "gt", "quot", "apos")


def wrapped(content: str, first_line: int = 1) -> str:
    """Return the XHTML as a document of its own, named entities such as `&nbsp;` replaced by numbers.

    The content begins in `first_line`, so that the lines of two documents agree.
    """
    return _WRAPPED.format("\n" * (first_line - 1), _ENTITY.sub(_numbered, content))


def formatted_content_faults(content: str, first_line: int) -> list[DocumentFault]:
    """Return what keeps the XHTML from being shown; `first_line` is where it begins in its document."""
    try:
        faults = schema_faults(root_of(wrapped(content, first_line)), "formatted_content")
    except Unreadable as error:
        faults = error.faults
    if "<!--" in content:
        line = first_line + content.count("\n", 0, content.index("<!--"))
        faults = [*faults, DocumentFault(line, "a comment is not accepted here")]
    return [DocumentFault(fault.line, f"FormattedContent: {fault.text}{_hint(fault)}") for fault in faults]


def _hint(fault: DocumentFault) -> str:
    """Return which kind of question takes an element that has no place in a form."""
    return "; use an ExternalQuestion or HTMLQuestion" if _OF_PAGES.match(fault.text) else ""


def _numbered(entity: re.Match[str]) -> str:
    name = entity[1]
    if name in _OF_XML or name not in name2codepoint:
        return entity[0]
    return f"&#{name2codepoint[name]};"


_SECONDS: Final = 3.0  # to try out the expressions of one form
RESERVED: Final = ("assignmentId", "hitId", "turkSubmitTo", "workerId")  # the marketplace's own fields


def question_form_faults(root: etree._Element) -> list[DocumentFault]:
    """Return what is wrong in a QuestionForm that its schema accepts."""
    questions = list(root.iterfind("{*}Question"))
    if not questions:
        return [DocumentFault(line_of(root), "the form asks nothing; add a <Question>")]
    return [
        *_repeated(root.iterfind("{*}Question/{*}QuestionIdentifier")),
        *(fault for answer in root.iter("{*}SelectionAnswer") for fault in _selection_faults(answer)),
        *(fault for answer in root.iter("{*}FileUploadAnswer") for fault in _upload_faults(answer)),
        *_range_faults(root, "IsNumeric", "minValue", "maxValue"),
        *_range_faults(root, "Length", "minLength", "maxLength"),
        *_expression_faults(root),
        *(fault for content in root.iter("{*}FormattedContent") for fault in _formatted_faults(content)),
    ]


def exam_faults(root: etree._Element) -> list[DocumentFault]:
    """Return what is wrong in a QuestionForm as a qualification's test, which takes no files."""
    return [
        DocumentFault(line_of(answer), "a qualification's test cannot ask for a file")
        for answer in root.iter("{*}FileUploadAnswer")
    ]


def external_question_faults(root: etree._Element) -> list[DocumentFault]:
    """Return what is wrong with the address of an ExternalQuestion, wherever it is to be shown."""
    element = root.find("{*}ExternalURL")
    if element is None:
        return []
    try:
        address = urlsplit((element.text or "").strip())
        host = address.hostname or ""
    except ValueError:
        return [DocumentFault(line_of(element), "ExternalURL is no address")]
    faults = []
    if not host or address.scheme not in ("https", "http"):
        faults.append("ExternalURL must begin with https://")
    faults += [
        f"ExternalURL holds {name}, which the marketplace adds itself" for name in _reserved_in(address)
    ]
    return [DocumentFault(line_of(element), text) for text in faults]


@dataclass(frozen=True)
class InsecureAddress:
    """An address over http, with its line: no browser shows such a page inside one over https.

    `secure` is the same address over https, where the page may be found too.
    """

    line: int | None
    secure: str

    @property
    def fault(self) -> DocumentFault:
        """Return what a marketplace over https says of it."""
        return DocumentFault(
            self.line,
            f"ExternalURL begins with http://, which no page over https can show; write {self.secure}",
        )


def insecure_address_in(root: etree._Element) -> InsecureAddress | None:
    """Return the address of a valid ExternalQuestion that is over http; one on this machine is safe."""
    element = root.find("{*}ExternalURL")
    if element is None:
        return None
    address = urlsplit((element.text or "").strip())
    if address.scheme != "http" or _is_loopback(address.hostname or ""):
        return None
    secure = address._replace(scheme="https", netloc=address.netloc.removesuffix(":80"))
    return InsecureAddress(line_of(element), secure.geturl())


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reserved_in(address: SplitResult) -> Iterable[str]:
    names = {name for name, _ in parse_qsl(address.query, keep_blank_values=True)}
    return (name for name in RESERVED if name in names)


def _repeated(identifiers: Iterable[etree._Element]) -> Iterator[DocumentFault]:
    """Yield each identifier that stood in an earlier line already."""
    lines: dict[str, int | None] = {}
    for element in identifiers:
        text = element.text or ""
        if text in lines:
            yield DocumentFault(
                line_of(element), f"{local_name(element)} {text!r} stood in line {lines[text]} already"
            )
        lines.setdefault(text, line_of(element))


def _selection_faults(answer: etree._Element) -> Iterator[DocumentFault]:
    """Yield what makes a choice impossible; both counts are 1 unless stated.

    A field for another answer counts as one more to select.
    """
    yield from _repeated(answer.iterfind("{*}Selections/{*}Selection/{*}SelectionIdentifier"))
    fewest = int(answer.findtext("{*}MinSelectionCount", "1"))
    most = int(answer.findtext("{*}MaxSelectionCount", "1"))
    offered = sum(1 for _ in answer.iterfind("{*}Selections/*"))
    if fewest > most:
        yield DocumentFault(
            line_of(answer),
            f"MinSelectionCount {fewest} is above MaxSelectionCount {most} (1 unless stated)",
        )
    if most > offered:
        yield DocumentFault(
            line_of(answer), f"MaxSelectionCount {most} is above the number of selections, {offered}"
        )


def _upload_faults(answer: etree._Element) -> Iterator[DocumentFault]:
    smallest = int(answer.findtext("{*}MinFileSizeInBytes", "1"))
    largest = int(answer.findtext("{*}MaxFileSizeInBytes", str(LARGEST_FILE)))
    if smallest > largest:
        yield DocumentFault(
            line_of(answer), f"MinFileSizeInBytes {smallest} is above MaxFileSizeInBytes {largest}"
        )
    elif smallest > LARGEST_FILE:
        yield DocumentFault(
            line_of(answer),
            f"MinFileSizeInBytes {smallest} is above what is taken here, {LARGEST_FILE} bytes",
        )


def _range_faults(root: etree._Element, name: str, lowest: str, highest: str) -> Iterator[DocumentFault]:
    for element in root.iter(f"{{*}}{name}"):
        low, high = element.get(lowest), element.get(highest)
        if low is not None and high is not None and int(low) > int(high):
            yield DocumentFault(line_of(element), f"<{name}>: {lowest} {low} is above {highest} {high}")


def _expression_faults(root: etree._Element) -> Iterator[DocumentFault]:
    """Yield each expression that is too large or takes too long to be searched for in answers."""
    elements = list(root.iter("{*}AnswerFormatRegex"))
    began = time.thread_time() if elements else 0.0
    for element in elements:
        fault = expression_fault(element.get("regex", ""), "i" in element.get("flags", ""))
        if not fault and time.thread_time() - began > _SECONDS:
            fault = "the form's expressions up to here take too long together"
        if fault:
            yield DocumentFault(line_of(element), f"AnswerFormatRegex: {fault}")
            return  # each of the others may take as long to be found out


def _formatted_faults(content: etree._Element) -> list[DocumentFault]:
    return formatted_content_faults(content.text or "", line_of(content) or 1)
