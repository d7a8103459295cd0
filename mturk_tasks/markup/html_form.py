"""The fields of the page in an HTMLQuestion, as a browser would submit them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mturk_tasks.markup.reading import line_of, root_of
from mturk_tasks.markup.rules import RESERVED

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
    chosen = [_value(one) for one in options if one.get("selected") is not None]
    if not several:  # a browser shows the first option, or the last of several marked ones
        chosen = (chosen or [_value(one) for one in options[:1]])[-1:]
    return Field(
        name,
        SELECT_MULTIPLE if several else SELECT,
        tuple(dict.fromkeys(_value(one) for one in options)),
        tuple(chosen),
        required=element.get("required") is not None,
    )


def _value(option: HtmlElement) -> str:
    value: str | None = option.get("value")
    return " ".join(option.text_content().split()) if value is None else value
