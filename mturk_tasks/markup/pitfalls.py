"""What lets a question be posted and may keep workers from answering it, or answers from being told apart.

What scripts do to a page is not seen, so these are warnings; what is certain stands in `hindrances`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup import hindrances
from mturk_tasks.markup.crowd_form import ELEMENTS
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.hindrances import DRAWING, NO_FIELD, NO_SUBMIT, field_name, kind
from mturk_tasks.markup.html_form import CHECKBOX, RADIO, placed_page, submitted_name
from mturk_tasks.markup.reading import line_of, root_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

JOINS: Final = "|"  # between the choices of one answer in a results file
_JOINED: Final = "{!r} holds a |, which separates choices in the results; take another character"
_SCRIPT_SUBMITS = re.compile(r"\bsubmit\s*\(\s*\)|\brequestSubmit\s*\(|\btrigger\s*\(\s*['\"]submit")
_SENDS = re.compile(r"\bfetch\s*\(|\bXMLHttpRequest\b|\bsendBeacon\s*\(|\.(?:ajax|post)\s*\(")
_SUBMIT_ADDRESS = re.compile(r"externalSubmit|turkSubmitTo|\.action\b")
_NOT_IN_A_FRAME: Final = (  # what a page in a frame cannot have here, and how it is seen to ask for it
    (re.compile(r"\bgetUserMedia\b|\bMediaRecorder\b|\bSpeechRecognition\b"), "the microphone or camera"),
    (re.compile(r"\brequestFullscreen\b|\b(?:webkit|moz|ms)RequestFull[sS]creen\b"), "the full screen"),
    (re.compile(r"\bindexedDB\b"), "a database of the browser (indexedDB)"),
)


def pitfalls(question: str) -> list[Fault]:
    """Return what is doubtful about a valid HTMLQuestion or QuestionForm, by line; nothing of other kinds.

    What is certain to keep workers from submitting a page is among it.
    """
    document = kind_of(question)
    if document == "QuestionForm":
        return list(_joined_choices(question))
    if document != "HTMLQuestion":
        return []
    page, above = placed_page(question)
    if page is None:
        return [Fault(None, "the page is empty; there is nothing to answer")]
    fields = [(element, name) for element in page.iter("*") if (name := field_name(element))]
    certain = list(hindrances.of_page(page, above))
    faults = [
        *_repeated(fields, above),
        *certain,
        *_unheard(page, above),
        *_unknown(page, above),
        *_scripted(page, above),
        *_joined_values(page, above),
    ]
    if not fields:
        faults.append(Fault(None, NO_FIELD))
    if not _can_be_submitted(page):
        faults.append(Fault(None, NO_SUBMIT))
    return list(dict.fromkeys(faults))


def _repeated(fields: list[tuple[HtmlElement, str]], above: int) -> Iterator[Fault]:
    """Yield each name that an earlier field has; radio buttons and checkboxes of one name are one field."""
    first: dict[str, HtmlElement] = {}
    told: set[str] = set()
    for element, name in fields:
        before = first.setdefault(name, element)
        group = kind(element) in (RADIO, CHECKBOX) and kind(before) == kind(element)
        if before is not element and not group and name not in told:
            told.add(name)
            what = f"a second field is named {name!r}; {_becomes(element)}"
            yield _at(element, above, what)


def _becomes(element: HtmlElement) -> str:
    """Return what becomes of the values of two fields of one name."""
    if next(element.iterancestors("crowd-form"), None) is not None:
        return "of one name only the first answer comes back, so give each a name of its own"
    return "both answers come back joined by |, and a | in an answer cannot be told from it"


def _unheard(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield what workers would fill in for nothing."""
    for element in page.iter("input"):
        if kind(element) == "file":
            what = "a file chosen here is not submitted; a QuestionForm with a FileUploadAnswer takes files"
            yield _at(element, above, what)


def _unknown(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield the crowd elements that are none here, each kind once."""
    told: set[str] = set()
    for element in page.iter("*"):
        tag = str(element.tag)
        if tag.startswith("crowd-") and tag not in (*ELEMENTS, *DRAWING, *told):
            told.add(tag)
            yield _at(element, above, f"{tag} is not known here; workers see only what stands in it")


def _scripted(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield what scripts on the page ask for in vain, each once."""
    for element, text in _scripts(page):
        for asked, what in _NOT_IN_A_FRAME:
            if asked.search(text):
                why = f"a page in a frame has no access to {what} here, and a script asks for it"
                yield _at(element, above, why)
        if _SENDS.search(text) and _SUBMIT_ADDRESS.search(text):
            why = "a script submits by itself (fetch, XMLHttpRequest), which is stopped here; submit the form"
            yield _at(element, above, why)


def _at(element: HtmlElement, above: int, what: str) -> Fault:
    line = line_of(element)
    return Fault(line + above if line else None, what)


def _scripts(page: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield the scripts that stand on the page, those in attributes too, each with its element."""
    for element in page.iter("*"):
        if element.tag == "script":
            yield element, element.text or ""
        for name, value in element.items():
            if hindrances.runs(name, value):
                yield element, value


def _joined_choices(form: str) -> Iterator[Fault]:
    """Yield the identifiers of selections, several of which can be chosen, that results cannot tell apart."""
    for answer in root_of(form).iterfind("{*}Question/{*}AnswerSpecification/{*}SelectionAnswer"):
        if answer.findtext("{*}MaxSelectionCount", "1").strip() == "1":
            continue
        for element in answer.iterfind("{*}Selections/{*}Selection/{*}SelectionIdentifier"):
            if JOINS in (element.text or ""):
                yield Fault(line_of(element), _JOINED.format(element.text))


def _joined_values(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield the values of checkboxes and of selects for several that results cannot tell apart."""
    boxes = (one for one in page.iter("input") if kind(one) == CHECKBOX and submitted_name(one))
    options = (
        option
        for select in page.iter("select")
        if select.get("multiple") is not None and submitted_name(select)
        for option in select.iter("option")
    )
    for element in (*boxes, *options):
        value = element.get("value")
        if JOINS in (element.text_content() if value is None else value):
            yield _at(element, above, _JOINED.format(value or element.text_content()))


def _can_be_submitted(page: HtmlElement) -> bool:
    """Say whether there is a crowd-form, a form with a button that submits, or a script that does."""
    if page.find(".//crowd-form") is not None:
        return True
    if page.find(".//form") is not None and any(map(hindrances.submits, page.iter("input", "button"))):
        return True
    return any(_SCRIPT_SUBMITS.search(text) for _, text in _scripts(page))
