"""What forms tell workers; another language is another such table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def text(key: str, **values: object) -> str:
    """Return a text with values in it; they are escaped where it is shown."""
    return TEXTS[key].format(**values)


TEXTS: Final[Mapping[str, str]] = {
    # what a form says of itself
    "required": "(required)",
    "please_correct": "Please correct this:",
    "please_choose": "Please choose",
    "other": "Other",
    "other_label": "Other:",
    "other_below": "Other (see below)",
    "choose_one": "Choose one.",
    "choose_any": "Choose as many as apply.",
    "choose_up_to": "Choose up to {most}.",
    "choose": "Choose {amount}.",
    "choose_or_none": "Choose {amount}, or none.",
    "exactly": "exactly {number}",
    "at_least": "at least {number}",
    "from_to": "{fewest} to {most}",
    "file_kept": "The file “{name}” has arrived and is kept; another one takes its place.",
    "file_at_most": "A file of at most {largest}.",
    "file_from_to": "A file of {smallest} to {largest}.",
    "number_any": "A number.",
    "number_at_most": "A number, at most {high}.",
    "number_at_least": "A number, at least {low}.",
    "number_from_to": "A number from {low} to {high}.",
    "length_at_least": "At least {shortest}.",
    "length_at_most": "At most {longest}.",
    "length_exactly": "Exactly {longest}.",
    "length_from_to": "{shortest} to {longest}.",
    "character": "{number} character",
    "characters": "{number} characters",
    "byte": "{number} byte",
    "bytes": "{number} bytes",
    # what is wrong with an answer; those about texts are the old site's own
    "is_required": "This field is required.",
    "is_invalid": "Invalid input supplied.",
    "takes_too_long": "This text takes too long to check against what the requester asks for. Shorten it.",
    "no_number": "Invalid numeric value.",
    "wrong_length": "Invalid entry length.",
    "must_be_at_least": "Must be at least {bound}.",
    "must_be_at_most": "Must be at most {bound}.",
    "too_few": "Too few are selected.",
    "too_many_selected": "Too many are selected.",
}
