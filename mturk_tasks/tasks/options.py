"""Options as they are typed, read as numbers and lists; invoke's own conversion ends in tracebacks."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import AMAZONS_FEE, fee_name, fee_named, flat_fee, parse_usd
from mturk_tasks.vocabulary.entries import LARGEST

if TYPE_CHECKING:
    from mturk_tasks.commands.context import CommandContext
    from mturk_tasks.commands.qualifications.folder import FolderQualification
    from mturk_tasks.commands.qualifications.grants import Recipients
    from mturk_tasks.commands.surveys.preview import PreviewRequest as PreviewRequest
    from mturk_tasks.files.decisions import Listing
    from mturk_tasks.files.grants import Approval, Rejection
    from mturk_tasks.files.survey import Survey


def whole(
    option: str, text: object, *, lowest: int, highest: int | None = None, default: int | None = None
) -> int | None:
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
    if highest is not None and number > highest:
        raise UsageError(f"{option} takes a number up to {highest}, not {number}")
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


def fee(option: str, text: str) -> str:
    """Return the name of a fee: `amazon`, or a share as 0.1; empty where nothing is given."""
    if text.strip() == AMAZONS_FEE:
        return AMAZONS_FEE
    share = rate(option, text)
    name = "" if share is None else fee_name(flat_fee(share))
    if name and fee_named(name) is None:
        raise UsageError(f"{option} takes a share with at most nine decimals, not {text}")
    return name


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


def beside(option: str, given: str, other: str, chosen: bool) -> None:
    """Raise UsageError for an option that means nothing without another."""
    if given and not chosen:
        raise UsageError(f"{option} goes with {other}")


def amount(option: str, text: str) -> Decimal:
    """Return a positive amount of dollars."""
    try:
        dollars = parse_usd(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
    if dollars <= 0:
        raise UsageError(f"{option} takes more than $0.00")
    return dollars


def url(option: str, text: str) -> str:
    """Return an address of a site without a final slash; nothing for nothing."""
    if text and not (text.startswith(("http://", "https://")) and text.rstrip("/").count("/") == 2):
        raise UsageError(f"{option} takes an address such as https://market.example.org, not {text!r}")
    return text.rstrip("/")


def ip(option: str, text: str) -> str:
    """Return an IP address; nothing for nothing."""
    import ipaddress

    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise UsageError(f"{option} takes an IP address, not {text!r}") from None


def path(text: str) -> Path:
    """Return the file that is meant: one with a backslash that is not there is read with a slash."""
    named = Path(text)
    other = Path(text.replace("\\", "/"))
    return other if "\\" in text and not named.exists() else named


def file(text: str) -> Path | None:
    """Return the file that is meant, None where none is named."""
    return path(text) if text else None


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


def score(option: str, text: str) -> int | None:
    """Return a score, which may be negative, or None where none is given."""
    return whole(option, text, lowest=-LARGEST - 1, highest=LARGEST)


def type_status(option: str, text: str) -> str:
    """Return the status of a qualification type, in whatever case it is typed; nothing for nothing."""
    from mturk_tasks.vocabulary.statuses import ACTIVE, INACTIVE

    return choice(option, text, (ACTIVE, INACTIVE)) if text else ""


def recipients(workers: str, listing: str, option: str) -> Recipients:
    """Return the workers who are named, or those that a score file lists.

    Raise UsageError for both, and for neither.
    """
    from mturk_tasks.commands.qualifications.grants import Recipients

    named = names(workers)
    if bool(named) == bool(listing):
        dashes = option[: -len(option.lstrip("-"))]
        raise UsageError(
            f"Either {dashes}workerid or {option} must be passed{', not both' if listing else ''}"
        )
    return Recipients.of_file(path(listing)) if listing else Recipients.named(named)


def holders(workers: str) -> Recipients:
    """Return the workers who are named; raise UsageError where none is."""
    from mturk_tasks.commands.qualifications.grants import Recipients

    named = names(workers)
    need(workerid="".join(named))
    return Recipients.named(named)


def request_approvals(ids: list[str], listing: Path | None) -> list[Approval]:
    """Return the qualification requests that are named or listed in a file, each once as the file has it."""
    from mturk_tasks.files import grants

    rows = grants.read_approvals(listing) if listing else ()
    listed = {one.request_id: one for one in (*map(grants.Approval, ids), *rows)}
    return list(listed.values())


def request_rejections(ids: list[str], listing: Path | None) -> list[Rejection]:
    """Return the qualification requests that are named or listed in a file, each once as the file has it."""
    from mturk_tasks.files import grants

    rows = grants.read_rejections(listing) if listing else ()
    listed = {one.request_id: one for one in (*map(grants.Rejection, ids), *rows)}
    return list(listed.values())


def registered(at: CommandContext, type_id: str, id_file: str = "") -> FolderQualification:
    """Return the qualification type that is named by its ID, or by a file that holds it."""
    from mturk_tasks.commands.qualifications import folder

    if bool(type_id.strip()) == bool(id_file):
        raise UsageError(f"Either -qualtypeid or -input must be passed{', not both' if id_file else ''}")
    return folder.of_id_file(at, path(id_file)) if id_file else folder.FolderQualification(type_id.strip())


def preview(
    file: str, *, row: str = "", every: bool = False, maxhits: int | None = None, of: Survey | None = None
) -> PreviewRequest:
    """Return what is to be previewed, and where."""
    from mturk_tasks.commands.surveys.preview import PreviewRequest

    number = whole("--row", row, lowest=1)
    return PreviewRequest(
        survey=of, file=path(file) if file else None, row=number, every=every, maxhits=maxhits
    )
