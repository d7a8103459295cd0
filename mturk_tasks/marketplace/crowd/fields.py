"""Values for the fields of an HTML page, within what its attributes allow."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from mturk_tasks.marketplace.crowd import scales
from mturk_tasks.marketplace.crowd.choices import Mood
from mturk_tasks.marketplace.crowd.texts import find_text
from mturk_tasks.markup import crowd_form, html_form
from mturk_tasks.markup.html_form import Field
from mturk_tasks.markup.question_form import Format, FreeText

_ONE_OF: Final = (html_form.RADIO, html_form.SELECT, crowd_form.ONE_OF, crowd_form.LABEL)
_SOME_OF: Final = (html_form.CHECKBOX, html_form.SELECT_MULTIPLE, crowd_form.ON_OFF, crowd_form.LABELS)
_ON_A_SCALE: Final[dict[str, Callable[[Field, Random], str]]] = {
    "number": scales.number,
    "range": scales.slider,
    "color": scales.color,
    **dict.fromkeys(scales.MOMENTS, scales.moment),
}

# What a browser itself demands of these kinds, beside the page's pattern.
_OF_KIND: Final = {
    "email": Format(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$"),
    "url": Format(r"^https?://[\w.-]+(/\S*)?$"),
}


def field_values(field: Field, mood: Mood) -> tuple[str, ...] | None:
    """Return what a worker leaves in the field: nothing where it stays unchecked.

    None says that no text was found which the field lets through.
    """
    if field.kind == "hidden":
        return field.defaults or ("",)
    if field.kind == "file":
        return ()  # files are taken from QuestionForms alone
    if field.kind in _ONE_OF or field.kind in _SOME_OF:
        return _chosen(field, mood)
    if field.kind in _ON_A_SCALE:
        return (_ON_A_SCALE[field.kind](field, mood.own),)
    text = find_text(f"{field.kind} {field.name}", limits(field), mood.own)
    return None if text is None else (text,)


def limits(field: Field) -> FreeText:
    """Return what a text field lets through; a page's pattern covers the whole text.

    A textarea has no pattern, by the HTML standard.
    """
    formats = [_OF_KIND[field.kind]] if field.kind in _OF_KIND else []
    if field.pattern and field.kind != "textarea":
        formats.append(Format(f"^(?:{field.pattern})$"))
    return FreeText(shortest=field.shortest, longest=field.longest, formats=tuple(formats))


def _chosen(field: Field, mood: Mood) -> tuple[str, ...]:
    options = [option for option in field.options if option]  # an empty one only says "choose"
    if not options:
        return ()
    if field.kind in _ONE_OF:
        return (mood.one(options),)
    least = 1 if field.required or len(options) > 1 else 0
    return mood.some(options, least, len(options))
