"""Pages made of Crowd HTML Elements: their fields, and the one answer they submit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mturk_tasks.markup import lists
from mturk_tasks.markup.html_form import Field, form_fields, merged, page_tree, submitted_name, whole

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
    return lists.read(element.get("categories") or "") or () if kind in (LABEL, LABELS) else ()


def _defaults(element: HtmlElement, kind: str) -> tuple[str, ...]:
    if kind == ON_OFF:
        return _options(element, kind) if element.get("checked") is not None else ()
    value = element.get("value")
    return (value,) if value else ()
