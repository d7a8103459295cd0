"""What keeps every worker from submitting the page in an HTMLQuestion, for certain.

What scripts do to a page is not seen: where one might mend it, that is a doubt, and `pitfalls` tells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup import html_form
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.frames import is_script
from mturk_tasks.markup.html_form import (
    BUTTONS,
    CHECKBOX,
    ELEMENTS,
    LISTED,
    RADIO,
    placed_page,
    submitted_name,
)
from mturk_tasks.markup.layout import OWN_SCRIPT
from mturk_tasks.markup.xml import DocumentFault, line_of, root_of

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


def hindrances(question: str) -> list[DocumentFault]:
    """Return what keeps the page in a valid HTMLQuestion from being submitted, by line."""
    if kind_of(question) != "HTMLQuestion":
        return []
    page, above = placed_page(question)
    return [] if page is None else list(of_page(page, above))


def of_page(page: HtmlElement, above: int) -> Iterator[DocumentFault]:
    """Yield the same of a page with so many lines above it."""
    for element in page.iter(*DRAWING, *LISTED):
        line = line_of(element)
        what = _of_list(page, element)
        if element.tag in DRAWING:
            what = f"workers of this marketplace cannot draw in a {element.tag} yet"
        if what:
            yield DocumentFault(line + above if line else None, what)
    if page.find(".//crowd-form") is not None or has_scripts(page):
        return
    if not any(map(_sends_a_value, page.iter("input", "textarea", "select", "button"))):
        yield DocumentFault(None, NO_FIELD)
    if not any(map(_can_be_sent, page.iter("form"))):
        yield DocumentFault(None, NO_SUBMIT)


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
    if html_form.read(written):
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


# What lets a question be posted and may keep workers from answering it, or answers from being
# told apart.
#
# What scripts do to a page is not seen, so these are warnings; what is certain stands in
# `hindrances`.


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


def pitfalls(question: str) -> list[DocumentFault]:
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
        return [DocumentFault(None, "the page is empty; there is nothing to answer")]
    fields = [(element, name) for element in page.iter("*") if (name := field_name(element))]
    certain = list(of_page(page, above))
    faults = [
        *_repeated(fields, above),
        *certain,
        *_unheard(page, above),
        *_unknown(page, above),
        *_scripted(page, above),
        *_joined_values(page, above),
    ]
    if not fields:
        faults.append(DocumentFault(None, NO_FIELD))
    if not _can_be_submitted(page):
        faults.append(DocumentFault(None, NO_SUBMIT))
    return list(dict.fromkeys(faults))


def _repeated(fields: list[tuple[HtmlElement, str]], above: int) -> Iterator[DocumentFault]:
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


def _unheard(page: HtmlElement, above: int) -> Iterator[DocumentFault]:
    """Yield what workers would fill in for nothing."""
    for element in page.iter("input"):
        if kind(element) == "file":
            what = "a file chosen here is not submitted; a QuestionForm with a FileUploadAnswer takes files"
            yield _at(element, above, what)


def _unknown(page: HtmlElement, above: int) -> Iterator[DocumentFault]:
    """Yield the crowd elements that are none here, each kind once."""
    told: set[str] = set()
    for element in page.iter("*"):
        tag = str(element.tag)
        if tag.startswith("crowd-") and tag not in (*ELEMENTS, *DRAWING, *told):
            told.add(tag)
            yield _at(element, above, f"{tag} is not known here; workers see only what stands in it")


def _scripted(page: HtmlElement, above: int) -> Iterator[DocumentFault]:
    """Yield what scripts on the page ask for in vain, each once."""
    for element, text in _scripts(page):
        for asked, what in _NOT_IN_A_FRAME:
            if asked.search(text):
                why = f"a page in a frame has no access to {what} here, and a script asks for it"
                yield _at(element, above, why)
        if _SENDS.search(text) and _SUBMIT_ADDRESS.search(text):
            why = "a script submits by itself (fetch, XMLHttpRequest), which is stopped here; submit the form"
            yield _at(element, above, why)


def _at(element: HtmlElement, above: int, what: str) -> DocumentFault:
    line = line_of(element)
    return DocumentFault(line + above if line else None, what)


def _scripts(page: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield the scripts that stand on the page, those in attributes too, each with its element."""
    for element in page.iter("*"):
        if element.tag == "script":
            yield element, element.text or ""
        for name, value in element.items():
            if runs(name, value):
                yield element, value


def _joined_choices(form: str) -> Iterator[DocumentFault]:
    """Yield the identifiers of selections, several of which can be chosen, that results cannot tell apart."""
    for answer in root_of(form).iterfind("{*}Question/{*}AnswerSpecification/{*}SelectionAnswer"):
        if answer.findtext("{*}MaxSelectionCount", "1").strip() == "1":
            continue
        for element in answer.iterfind("{*}Selections/{*}Selection/{*}SelectionIdentifier"):
            if JOINS in (element.text or ""):
                yield DocumentFault(line_of(element), _JOINED.format(element.text))


def _joined_values(page: HtmlElement, above: int) -> Iterator[DocumentFault]:
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
    if page.find(".//form") is not None and any(map(submits, page.iter("input", "button"))):
        return True
    return any(_SCRIPT_SUBMITS.search(text) for _, text in _scripts(page))


# Images in Amazon's S3: their buckets need a rule, or browsers refuse to show them in a HIT.


CORS_RULE: Final = (
    '[{"AllowedHeaders": [], "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": []}]'
)

_ADDRESS = re.compile(
    r"""//(?P<host>[a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?/(?P<path>[^\s"'<>()\\?#&|]+)""", re.IGNORECASE
)
_S3 = re.compile(r"s3(?:-.*)?", re.IGNORECASE)
_NO_IMAGE = re.compile(
    r"\.(?:js|mjs|css|json|html?|xml|txt|csv|pdf|zip|woff2?|ttf|eot|mp[34]|m4[av]|wav|ogg|webm|mov)\Z",
    re.IGNORECASE,
)


def buckets(question: str) -> list[str]:
    """Return the S3 buckets whose images a question seems to show, each once.

    What ends like a script, a style sheet or a film is no image; what has no ending may be one.
    """
    found = (_bucket(address) for address in _ADDRESS.finditer(question))
    return list(dict.fromkeys(name for name in found if name))


def bucket_addresses(question: str) -> dict[str, str]:
    """Return of each such bucket the address of one image in it."""
    found = ((_bucket(address), f"https:{address[0]}") for address in _ADDRESS.finditer(question))
    return {name: address for name, address in reversed(list(found)) if name}


def _bucket(address: re.Match[str]) -> str:
    """Return the bucket of an address, which stands before S3's own name or first in the path."""
    labels = address["host"].split(".")
    own = [place for place, label in enumerate(labels) if _S3.fullmatch(label)]
    if not own or _NO_IMAGE.search(address["path"]):
        return ""
    first, _, rest = address["path"].partition("/")
    return ".".join(labels[: own[-1]]) or (first if rest else "")
