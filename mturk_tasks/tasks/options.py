"""Options as they are typed, read as numbers and lists; invoke's own conversion ends in tracebacks."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from mturk_tasks.errors import UsageError


def whole(option: str, text: object, *, lowest: int, default: int | None = None) -> int | None:
    """Return a whole number, or the default of an option that was not given."""
    typed = _typed(text)
    if not typed:
        return default
    try:
        number = int(typed)
    except ValueError:
        raise UsageError(f"{option} takes a whole number, not {typed!r}") from None
    if number < lowest:
        raise UsageError(f"{option} takes a number from {lowest} on, not {number}")
    return number


def required_whole(option: str, text: object, *, lowest: int, default: int) -> int:
    """Return a whole number, or the default."""
    number = whole(option, text, lowest=lowest)
    return default if number is None else number


def names(text: str) -> list[str]:
    """Return the parts of a comma-separated list, without blanks around them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def rate(option: str, text: object) -> Decimal | None:
    """Return a share such as 0.2, or None where nothing is given."""
    typed = _typed(text)
    if not typed:
        return None
    try:
        share = Decimal(typed)
    except InvalidOperation:
        raise UsageError(f"{option} takes a share such as 0.2, not {typed!r}") from None
    if not 0 <= share <= 1:
        raise UsageError(f"{option} takes a share from 0 to 1, not {typed}")
    return share


def one_of(option: str, text: str, known: tuple[str, ...]) -> str:
    """Return the text if it is one of the known words."""
    if text not in known:
        words = ", ".join(word for word in known if word)
        raise UsageError(f"{option} takes one of {words}, not {text!r}")
    return text


def _typed(text: object) -> str:
    """Return a value as it was typed; a key that stands in `invoke.yaml` without a value is None."""
    return "" if text is None else str(text).strip()
