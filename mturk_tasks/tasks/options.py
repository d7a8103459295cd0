"""Options as they are typed, read as numbers and lists; invoke's own conversion ends in tracebacks."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks.errors import UsageError
from mturk_tasks.vocabulary.money import parse_usd

if TYPE_CHECKING:
    from mturk_tasks.commands.preview import Request as PreviewRequest
    from mturk_tasks.files.decisions import Listing
    from mturk_tasks.files.survey import Survey


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


def approvals(file: str) -> Listing:
    """Return the assignments that a file says to approve."""
    from mturk_tasks.files import decisions

    return decisions.read_approvals(path(file))


def rejections(file: str) -> Listing:
    """Return the assignments that a file says to reject."""
    from mturk_tasks.files import decisions

    return decisions.read_rejections(path(file))


def need(**given: str) -> None:
    """Raise UsageError for options that were not given, each by its name."""
    missing = [f"--{name}" for name, value in given.items() if not value.strip()]
    if missing:
        raise UsageError(f"Missing: {', '.join(missing)}")


def amount(option: str, text: str) -> Decimal:
    """Return a positive amount of dollars."""
    try:
        dollars = parse_usd(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
    if dollars <= 0:
        raise UsageError(f"{option} takes more than $0.00")
    return dollars


def path(text: str) -> Path:
    """Return the file that is meant: one with a backslash that is not there is read with a slash."""
    named = Path(text)
    other = Path(text.replace("\\", "/"))
    return other if "\\" in text and not named.exists() else named


def survey(input_file: str, properties: str, question: str) -> Survey:
    """Return the survey of three files; its sets stand beside the input."""
    from mturk_tasks.files.survey import Survey

    rows = path(input_file)
    label = str(rows.with_suffix("")) if rows.suffix in (".input", ".csv") else str(rows)
    return Survey(label, rows, path(properties), path(question))


def listed(text: str, *, also: Listing | None = None) -> Listing:
    """Return the assignments of a comma-separated list, and those of a file."""
    from mturk_tasks.files.decisions import Listed, Listing

    own = tuple(Listed(name, "") for name in dict.fromkeys(names(text)))
    return Listing((*own, *(also.listed if also else ())), also.left_out if also else 0)


def choice(option: str, text: str, known: tuple[str, ...]) -> str:
    """Return the known word that is meant, in whatever case it is typed; raise UsageError for another."""
    found = next((word for word in known if word.lower() == text.lower()), None)
    if found is None:
        raise UsageError(f"{option} takes one of {', '.join(known)}, not {text!r}")
    return found


def preview(
    file: str, *, row: str = "", every: bool = False, maxhits: int | None = None, of: Survey | None = None
) -> PreviewRequest:
    """Return what is to be previewed, and where."""
    from mturk_tasks.commands.preview import Request

    number = whole("--row", row, lowest=1)
    return Request(survey=of, file=path(file) if file else None, row=number, every=every, maxhits=maxhits)
