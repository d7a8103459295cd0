"""What keeps every worker from submitting the page in an HTMLQuestion, for certain.

What scripts do to a page is not seen: where one might mend it, that is a doubt, and `pitfalls` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup import lists
from mturk_tasks.markup.amazon import is_script
from mturk_tasks.markup.crowd_form import LISTED
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.fault import Fault
from mturk_tasks.markup.html_form import BUTTONS, placed_page, submitted_name
from mturk_tasks.markup.layout import OWN_SCRIPT
from mturk_tasks.markup.reading import line_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NO_FIELD: Final = "the page has no field with a name; unless a script adds one, no answer comes back"
NO_SUBMIT: Final = "the page cannot be submitted; give its form a <button>Submit</button>"

DRAWING: Final = (
    *("crowd-bounding-box", "crowd-polygon", "crowd-polyline", "crowd-keypoint", "crowd-line"),
    *("crowd-instance-segmentation", "crowd-semantic-segmentation", "crowd-entity-annotation"),
)
_NO_FIELD: Final = ("crowd-button", "crowd-radio-button", "crowd-form", "crowd-icon-button")
_NOT_TYPED_IN: Final = (*BUTTONS, "hidden", "checkbox", "radio", "file", "range", "color")
_SHOWN: Final = 80  # characters of a list


def hindrances(question: str) -> list[Fault]:
    """Return what keeps the page in a valid HTMLQuestion from being submitted, by line."""
    if kind_of(question) != "HTMLQuestion":
        return []
    page, above = placed_page(question)
    return [] if page is None else list(of_page(page, above))


def of_page(page: HtmlElement, above: int) -> Iterator[Fault]:
    """Yield the same of a page with so many lines above it."""
    for element in page.iter(*DRAWING, *LISTED):
        line = line_of(element)
        what = _of_list(page, element)
        if element.tag in DRAWING:
            what = f"workers of this marketplace cannot draw in a {element.tag} yet"
        if what:
            yield Fault(line + above if line else None, what)
    if page.find(".//crowd-form") is not None or has_scripts(page):
        return
    if not any(map(_sends_a_value, page.iter("input", "textarea", "select", "button"))):
        yield Fault(None, NO_FIELD)
    if not any(map(_can_be_sent, page.iter("form"))):
        yield Fault(None, NO_SUBMIT)


def field_name(element: HtmlElement) -> str:
    """Return the name under which an element of a page submits a value, empty if it does not."""
    tag = str(element.tag)
    if tag in ("input", "textarea", "select"):
        return "" if tag == "input" and kind(element) in BUTTONS else submitted_name(element)
    return submitted_name(element) if tag.startswith("crowd-") and tag not in _NO_FIELD else ""


def kind(element: HtmlElement) -> str:
    """Return the type of an input or a button as it is written, in small letters."""
    return str(element.get("type") or "").strip().lower()


def submits(element: HtmlElement) -> bool:
    """Say whether an input or a button submits its form."""
    if element.tag == "input":
        return kind(element) in ("submit", "image")
    return element.tag == "button" and kind(element) not in ("button", "reset")


def has_scripts(page: HtmlElement) -> bool:
    """Say whether there is a script on the page, neither Amazon's nor ours, or an element that runs one."""
    for script in page.iter("script"):
        source = script.get("src")
        if source is None and (script.text or "").strip() not in ("", OWN_SCRIPT):
            return True
        if source and not is_script(source):
            return True
    return any(runs(name, value) for element in page.iter("*") for name, value in element.items())


def runs(name: str, value: str) -> bool:
    """Say whether an attribute is a script: of an event, or in place of an address."""
    return name.startswith("on") or value.lstrip().lower().startswith("javascript:")


def _of_list(page: HtmlElement, element: HtmlElement) -> str:
    """Return why an element has no choices, empty where it has some or a script may give it some."""
    if element.tag not in LISTED:
        return ""
    written = element.get("categories")
    if written is None:
        given = any("categories" in (script.text or "") for script in page.iter("script"))
        return "" if given else f"a {element.tag} has no categories; write categories=\"['Yes', 'No']\""
    if lists.read(written):
        return ""
    shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
    advice = "write them as ['Yes', 'Don\\'t know']"
    advice = r"write them as ['Yes', 'Don\'t know']"
    return f"the categories of a {element.tag} cannot be read: {shown}; {advice}"


def _sends_a_value(element: HtmlElement) -> bool:
    """Say whether an element may submit a value; the button that is pressed submits its own."""
    return bool(submitted_name(element)) if submits(element) else bool(field_name(element))


def _can_be_sent(form: HtmlElement) -> bool:
    """Say whether a form has a button that submits, maybe one outside, or one line, which Enter submits."""
    name = form.get("id")
    controls = [*form.iter("input", "button")]
    if name:
        controls += form.getroottree().xpath("//*[@form=$name]", name=name)
    lines = [one for one in form.iter("input") if kind(one) not in _NOT_TYPED_IN]
    return any(map(submits, controls)) or len(lines) == 1
