"""What an answer has to be, in words."""

from __future__ import annotations

from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, FreeText, Selections


def hints(answer: FreeText | Selections | FileUpload, *, required: bool) -> tuple[str, ...]:
    """Return the sentences that say what is accepted; that an answer is required is said elsewhere."""
    if isinstance(answer, Selections):
        found = [_selections(answer, required=required)]
    elif isinstance(answer, FileUpload):
        found = [_size(answer)]
    else:
        found = [_number(answer), _length(answer)]
    return tuple(hint for hint in found if hint)


def _selections(answer: Selections, *, required: bool) -> str:
    """Return how many to choose; empty for one of several, which buttons and lists say themselves."""
    offered = len(answer.selections) + (answer.other is not None)
    if answer.most == 1:
        return "Choose one." if answer.style in ("checkbox", "multichooser") else ""
    if answer.fewest <= 1 and not required:
        return "Choose as many as apply." if answer.most >= offered else f"Choose up to {answer.most}."
    choose = f"Choose {_amount(max(answer.fewest, 1), answer.most, offered)}"
    return f"{choose}." if required else f"{choose}, or none."


def _amount(fewest: int, most: int, offered: int) -> str:
    if fewest == most:
        return f"exactly {most}"
    return f"at least {fewest}" if most >= offered else f"{fewest} to {most}"


def _size(answer: FileUpload) -> str:
    largest = _bytes(min(answer.largest, LARGEST_FILE))
    if answer.smallest <= 1:
        return f"A file of at most {largest}."
    return f"A file of {_bytes(answer.smallest)} to {largest}."


def _bytes(number: int) -> str:
    """Write a size in the largest unit that leaves it exact."""
    for size, unit in ((1024 * 1024, "MB"), (1024, "KB")):
        if number % size == 0:
            return f"{number // size} {unit}"
    return "1 byte" if number == 1 else f"{number} bytes"


def _number(answer: FreeText) -> str:
    if not answer.numeric:
        return ""
    if answer.lowest is None:
        return "A number." if answer.highest is None else f"A number, at most {answer.highest}."
    if answer.highest is None:
        return f"A number, at least {answer.lowest}."
    return f"A number from {answer.lowest} to {answer.highest}."


def _length(answer: FreeText) -> str:
    shortest, longest = answer.shortest or 0, answer.longest
    if longest is None:
        return f"At least {shortest} characters." if shortest > 1 else ""
    if shortest == longest:
        return f"Exactly {_characters(longest)}."
    return f"At most {_characters(longest)}." if shortest <= 1 else f"{shortest} to {_characters(longest)}."


def _characters(number: int) -> str:
    return "1 character" if number == 1 else f"{number} characters"
