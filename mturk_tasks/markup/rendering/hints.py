"""What an answer has to be, in words."""

from __future__ import annotations

from mturk_tasks.markup.question_form import LARGEST_FILE, FileUpload, FreeText, Selections
from mturk_tasks.vocabulary.texts import text


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
        return text("choose_one") if answer.style in ("checkbox", "multichooser") else ""
    if answer.fewest <= 1 and not required:
        return text("choose_any") if answer.most >= offered else text("choose_up_to", most=answer.most)
    amount = _amount(max(answer.fewest, 1), answer.most, offered)
    return text("choose" if required else "choose_or_none", amount=amount)


def _amount(fewest: int, most: int, offered: int) -> str:
    if fewest == most:
        return text("exactly", number=most)
    if most >= offered:
        return text("at_least", number=fewest)
    return text("from_to", fewest=fewest, most=most)


def _size(answer: FileUpload) -> str:
    largest = size(min(answer.largest, LARGEST_FILE))
    if answer.smallest <= 1:
        return text("file_at_most", largest=largest)
    return text("file_from_to", smallest=size(answer.smallest), largest=largest)


def size(number: int) -> str:
    """Write a size in the largest unit that leaves it exact."""
    for length, unit in ((1024 * 1024, "MB"), (1024, "KB")):
        if number % length == 0:
            return f"{number // length} {unit}"
    return text("byte" if number == 1 else "bytes", number=number)


def _number(answer: FreeText) -> str:
    if not answer.numeric:
        return ""
    if answer.lowest is None:
        return text("number_any") if answer.highest is None else text("number_at_most", high=answer.highest)
    if answer.highest is None:
        return text("number_at_least", low=answer.lowest)
    return text("number_from_to", low=answer.lowest, high=answer.highest)


def _length(answer: FreeText) -> str:
    shortest, longest = answer.shortest or 0, answer.longest
    if longest is None:
        return text("length_at_least", shortest=_characters(shortest)) if shortest > 1 else ""
    if shortest == longest:
        return text("length_exactly", longest=_characters(longest))
    if shortest <= 1:
        return text("length_at_most", longest=_characters(longest))
    return text("length_from_to", shortest=shortest, longest=_characters(longest))


def _characters(number: int) -> str:
    return text("character" if number == 1 else "characters", number=number)
