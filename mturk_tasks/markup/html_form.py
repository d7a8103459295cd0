"""The fields of the page in an HTMLQuestion, as a browser would submit them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mturk_tasks.markup.rules import RESERVED
from mturk_tasks.markup.xml import line_of, root_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

RADIO: Final = "radio"
CHECKBOX: Final = "checkbox"
SELECT: Final = "select"
SELECT_MULTIPLE: Final = "select-multiple"
BUTTONS: Final = ("submit", "button", "reset", "image")


@dataclass(frozen=True)
class Field:
    """One name of a form and what may be submitted under it.

    `kind` is the type of an input, or textarea, select, select-multiple. Radio buttons and checkboxes
    of one name are one field: `options` are their values, `defaults` the ones set at first. Other
    kinds have at most one default. `low`, `high`, `step` and `pattern` are as the page writes them.
    """

    name: str
    kind: str
    options: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    required: bool = False
    low: str | None = None
    high: str | None = None
    step: str | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str | None = None


def page_of(text: str) -> str:
    """Return the page inside a valid HTMLQuestion document."""
    return root_of(text).findtext("{*}HTMLContent", "")


def placed_page(question: str) -> tuple[HtmlElement | None, int]:
    """Return the page inside a valid HTMLQuestion as a tree, and how many lines of the document are above it.

    There is no tree where nothing is on the page.
    """
    content = root_of(question).find("{*}HTMLContent")
    if content is None:
        return None, 0
    return page_tree(content.text or ""), (line_of(content) or 1) - 1


def form_fields(page: str) -> list[Field]:
    """Return the fields of a page in order of their first appearance.

    Buttons, disabled fields, fields without a name, and names that the marketplace uses itself are
    left out. What scripts add to a page is not seen.
    """
    tree = page_tree(page)
    if tree is None:
        return []
    fields = (_field(element) for element in tree.iter("input", "textarea", "select"))
    return merged(field for field in fields if field)


def page_tree(page: str) -> HtmlElement | None:
    """Return a page as a tree, None if there is nothing on it."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        return html.document_fromstring(page.encode(), parser=parser)
    except etree.ParserError:
        return None


def submitted_name(element: HtmlElement) -> str:
    """Return the name under which a control's value is submitted, empty if it never is."""
    name: str = element.get("name") or ""
    disabled = element.get("disabled") is not None or any(
        parent.get("disabled") is not None for parent in element.iterancestors("fieldset")
    )
    return "" if disabled or name in RESERVED else name


def merged(fields: Iterable[Field]) -> list[Field]:
    """Return one field for each name: of several controls the first counts, but buttons form a group."""
    groups: dict[str, Field] = {}
    for field in fields:
        first = groups.setdefault(field.name, field)
        if first is not field and first.kind == field.kind and field.kind in (RADIO, CHECKBOX):
            groups[field.name] = replace(
                first,
                options=tuple(dict.fromkeys(first.options + field.options)),
                defaults=first.defaults + field.defaults,
                required=first.required or field.required,
            )
    return list(groups.values())


def whole(text: str | None) -> int | None:
    """Return an attribute's number; a browser ignores one that it cannot read, and so does this."""
    return int(text) if text and text.strip().isdecimal() else None


def _field(element: HtmlElement) -> Field | None:
    name = submitted_name(element)
    if not name:
        return None
    if element.tag == "select":
        return _select(name, element)
    if element.tag == "textarea":
        return _text(name, "textarea", element, element.text_content().removeprefix("\n"))
    kind = (element.get("type") or "text").strip().lower()
    if kind in BUTTONS:
        return None
    if kind in (RADIO, CHECKBOX):
        value = element.get("value", "on")
        defaults = (value,) if element.get("checked") is not None else ()
        return Field(name, kind, (value,), defaults, required=element.get("required") is not None)
    return _text(name, kind, element, element.get("value"))


def _text(name: str, kind: str, element: HtmlElement, default: str | None) -> Field:
    return Field(
        name,
        kind,
        defaults=(default,) if default else (),
        required=element.get("required") is not None,
        low=element.get("min"),
        high=element.get("max"),
        step=element.get("step"),
        shortest=whole(element.get("minlength")),
        longest=whole(element.get("maxlength")),
        pattern=element.get("pattern"),
    )


def _select(name: str, element: HtmlElement) -> Field:
    several = element.get("multiple") is not None
    options = [one for one in element.iter("option") if one.get("disabled") is None]
    chosen = [_value(option) for option in options if option.get("selected") is not None]
    if not several:  # a browser shows the first option, or the last of several marked ones
        chosen = (chosen or [_value(option) for option in options[:1]])[-1:]
    return Field(
        name,
        SELECT_MULTIPLE if several else SELECT,
        tuple(dict.fromkeys(_value(option) for option in options)),
        tuple(chosen),
        required=element.get("required") is not None,
    )


def _value(option: HtmlElement) -> str:
    value: str | None = option.get("value")
    return " ".join(option.text_content().split()) if value is None else value


# Lists in the attributes of crowd elements, as layouts write them: `['Cat', "Don\'t know", 3,]`.
#
# Items are texts in single or double quotes with the escapes of JavaScript, or numbers, true,
# false and null as they are written; a comma may follow the last. The page's own script reads
# the same grammar, in `marketplace/web/frames/static/crowd/lists.js`: one set of cases tests
# both.


_BLANK: Final = "[ \\t\\n\\r\\f\\v\\u00a0\\ufeff]*"
_BEGIN: Final = re.compile(rf"{_BLANK}\[{_BLANK}")
_ITEM: Final = re.compile(
    r"""(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(-?[0-9]+(?:\.[0-9]+)?|true|false|null))"""
    rf"{_BLANK}(,)?{_BLANK}"
)
_END: Final = re.compile(rf"\]{_BLANK}\Z")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_NAMED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_LINE_ENDS: Final = ("\r\n", "\n", "\r", "\u2028", "\u2029")


def read(text: str) -> tuple[str, ...] | None:
    """Return the items of a list, None for what is no list."""
    begun = _BEGIN.match(text)
    if begun is None:
        return None
    items, position, comma = [], begun.end(), ","
    while comma and (found := _ITEM.match(text, position)):
        single, double, plain, comma = found.groups()
        items.append(plain or _unescaped(single if single is not None else double or ""))
        position = found.end()
    return tuple(items) if _END.match(text, position) else None


def _unescaped(text: str) -> str:
    """Return what a text in quotes stands for; two escapes may make one character."""
    plain = _ESCAPE.sub(_character, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2]
    if number:
        return chr(int(number, 16))
    return "" if escape[3] in _LINE_ENDS else _NAMED.get(escape[3], escape[3])


# Pages made of Crowd HTML Elements: their fields, and the one answer they submit.


TASK_ANSWERS: Final = "taskAnswers"  # the name under which a crowd-form submits everything

ON_OFF: Final = "crowd-checkbox"
ONE_OF: Final = "crowd-radio"
LABEL: Final = "crowd-label"
LABELS: Final = "crowd-labels"

LISTED: Final = (  # elements whose choices stand in a list, their `categories`
    *("crowd-classifier", "crowd-classifier-multi-select"),
    *("crowd-image-classifier", "crowd-image-classifier-multi-select"),
)

_KINDS: Final = {
    "crowd-input": "text",
    "crowd-text-area": "textarea",
    "crowd-slider": "range",
    "crowd-checkbox": ON_OFF,
    "crowd-toggle-button": ON_OFF,
    "crowd-radio-group": ONE_OF,
    **{name: LABELS if name.endswith("-multi-select") else LABEL for name in LISTED},
}

ELEMENTS: Final = (  # that are shown and work, beside the drawing tools
    *_KINDS,
    *("crowd-form", "crowd-button", "crowd-icon-button", "crowd-fab", "crowd-radio-button"),
    *("crowd-radio-group", "crowd-badge", "crowd-card", "crowd-alert", "crowd-toast", "crowd-modal"),
    *("crowd-tab", "crowd-tabs", "crowd-instructions"),
)


def is_crowd_form(page: str) -> bool:
    """Say whether the page submits through a crowd-form."""
    tree = page_tree(page)
    return tree is not None and tree.find(".//crowd-form") is not None


def crowd_fields(page: str) -> list[Field]:
    """Return the fields of a crowd-form: crowd elements first, then ordinary controls.

    Drawing tools (boxes, polygons, key points, segmentations, text spans) are left out.
    """
    tree = page_tree(page)
    if tree is None:
        return []
    elements = (field for element in tree.iter(*_KINDS) for field in _fields(element))
    return merged([*elements, *form_fields(page)])


def task_answers(fields: Iterable[Field], values: Mapping[str, tuple[str, ...]]) -> str:
    """Return what a crowd-form submits as its one answer: JSON, a list of one object keyed by name."""
    answers: dict[str, Any] = {}
    for field in fields:
        answers.update(_submitted(field, values.get(field.name, ())))
    return json.dumps([answers], ensure_ascii=False)


def _submitted(field: Field, values: tuple[str, ...]) -> dict[str, Any]:
    if field.kind == ON_OFF:
        return {field.name: bool(values)}
    if field.kind == ONE_OF:
        return {option: option in values for option in field.options}
    if field.kind == LABEL:
        return {field.name: {"label": values[0] if values else ""}}
    if field.kind == LABELS:
        return {field.name: {"labels": list(values)}}
    if field.kind in ("radio", "checkbox"):
        return {field.name: {option: option in values for option in field.options}}
    return {field.name: "|".join(values)}


def _fields(element: HtmlElement) -> Iterator[Field]:
    kind = _KINDS[str(element.tag)]
    required = element.get("required") is not None
    if kind == ONE_OF:
        names = tuple(filter(None, map(submitted_name, element.iter("crowd-radio-button"))))
        if names:
            yield Field(element.get("name") or names[0], ONE_OF, names, required=required)
        return
    name = submitted_name(element)
    if name:
        yield Field(
            name,
            element.get("type") or kind if kind == "text" else kind,
            options=_options(element, kind),
            defaults=_defaults(element, kind),
            required=required,
            low=element.get("min"),
            high=element.get("max"),
            step=element.get("step"),
            longest=whole(element.get("max-length") or element.get("maxlength")),
        )


def _options(element: HtmlElement, kind: str) -> tuple[str, ...]:
    """Return what can be chosen."""
    if kind == ON_OFF:
        return (element.get("value") or "on",)
    return read(element.get("categories") or "") or () if kind in (LABEL, LABELS) else ()


def _defaults(element: HtmlElement, kind: str) -> tuple[str, ...]:
    if kind == ON_OFF:
        return _options(element, kind) if element.get("checked") is not None else ()
    value = element.get("value")
    return (value,) if value else ()
