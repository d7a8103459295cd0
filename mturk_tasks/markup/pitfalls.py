"""What lets a question be posted and yet keeps workers from answering it, or answers from being told apart.

What scripts do to a page is not seen, so these are warnings and no faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.html_form import CHECKBOX, RADIO, page_tree, submitted_name
from mturk_tasks.markup.reading import line_of, root_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BUTTONS: Final = ("submit", "button", "reset", "image")
_SUBMITS: Final = ("submit", "image")
_NO_FIELD: Final = ("crowd-button", "crowd-radio-button", "crowd-form", "crowd-icon-button")
_DRAWING: Final = (
    *("crowd-bounding-box", "crowd-polygon", "crowd-polyline", "crowd-keypoint", "crowd-line"),
    *("crowd-instance-segmentation", "crowd-semantic-segmentation", "crowd-entity-annotation"),
)
JOINS: Final = "|"  # between the choices of one answer in a results file
_JOINED: Final = "{!r} holds a |, which separates choices in the results; take another character"
_SCRIPT_SUBMITS = re.compile(r"\bsubmit\s*\(\s*\)|\brequestSubmit\s*\(|\btrigger\s*\(\s*['\"]submit")


def pitfalls(question: str) -> list[Fault]:
    """Return what is doubtful about a valid HTMLQuestion or QuestionForm, by line; nothing of other kinds."""
    kind = kind_of(question)
    if kind == "QuestionForm":
        return list(_joined_choices(question))
    if kind != "HTMLQuestion":
        return []
    content = root_of(question).find("{*}HTMLContent")
    page = page_tree(content.text or "") if content is not None else None
    if content is None or page is None:
        return [Fault(None, "the page is empty; there is nothing to answer")]
    above = (line_of(content) or 1) - 1
    fields = [(element, name) for element in page.iter("*") if (name := _name(element))]
    faults = [*_repeated(fields, above), *_unheard(page, above), *_joined_values(page, above)]
    if not fields:
        faults.append(
            Fault(None, "the page has no field with a name; unless a script adds one, no answer comes back")
        )
    if not _can_be_submitted(page):
        faults.append(Fault(None, "the page cannot be submitted; give its form a <button>Submit</button>"))
    return faults


def _name(element: HtmlElement) -> str:
    """Return the name under which an element of a page submits a value, empty if it does not."""
    tag = str(element.tag)
    if tag in ("input", "textarea", "select"):
        return "" if tag == "input" and _kind(element) in _BUTTONS else submitted_name(element)
    return submitted_name(element) if tag.startswith("crowd-") and tag not in _NO_FIELD else ""


def _kind(element: HtmlElement) -> str:
    return str(element.get("type") or "").strip().lower()


def _repeated(fields: list[tuple[HtmlElement, str]], above: int) -> Iterator[Fault]:
    """Yield each name that an earlier field has; radio buttons and checkboxes of one name are one field."""
    first: dict[str, HtmlElement] = {}
    told: set[str] = set()
    for element, name in fields:
        before = first.setdefault(name, element)
        group = _kind(element) in (RADIO, CHECKBOX) and _kind(before) == _kind(element)
        if before is not element and not group and name not in told:
            told.add(name)
            line = line_of(element)
            what = f"a second field is named {name!r}; of one name only one answer comes back"
            yield Fault(line + above if line else None, what)


def _unheard(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield what workers would fill in or draw for nothing."""
    for element in page.iter("input", *_DRAWING):
        line = line_of(element)
        place = line + above if line else None
        if element.tag != "input":
            yield Fault(place, f"workers of this marketplace cannot draw in a {element.tag} yet")
        elif _kind(element) == "file":
            what = "a file chosen here is not submitted; a QuestionForm with a FileUploadAnswer takes files"
            yield Fault(place, what)


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
    boxes = (one for one in page.iter("input") if _kind(one) == CHECKBOX and submitted_name(one))
    options = (
        option
        for select in page.iter("select")
        if select.get("multiple") is not None and submitted_name(select)
        for option in select.iter("option")
    )
    for element in (*boxes, *options):
        value = element.get("value")
        if JOINS in (element.text_content() if value is None else value):
            line = line_of(element)
            yield Fault(line + above if line else None, _JOINED.format(value or element.text_content()))


def _can_be_submitted(page: HtmlElement) -> bool:
    """Say whether there is a crowd-form, a form with a button that submits, or a script that does."""
    if page.find(".//crowd-form") is not None:
        return True
    if page.find(".//form") is not None and any(map(_submits, page.iter("input", "button"))):
        return True
    scripts = (script.text or "" for script in page.iter("script"))
    actions = (
        value for element in page.iter("*") for name, value in element.items() if name.startswith("on")
    )
    return any(_SCRIPT_SUBMITS.search(text) for text in (*scripts, *actions))


def _submits(element: HtmlElement) -> bool:
    if element.tag == "input":
        return _kind(element) in _SUBMITS
    return _kind(element) not in ("button", "reset")
