"""Options of tasks, each declared once: its help, and how what is typed becomes its value.

Values arrive as text, since invoke's own conversion ends in tracebacks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, Final

from mturk_tasks.errors import UsageError
from mturk_tasks.lib.money import AMAZONS_FEE, fee_name, fee_named, flat_fee, parse_usd
from mturk_tasks.vocabulary.entries import LARGEST

Read = Callable[[str, str], Any]  # of an option as it is typed, and the text behind it


@dataclass(frozen=True)
class Option:
    """An option with a value: how its text is read, and the text where it is not given, unless it must be."""

    help: str
    read: Read
    default: str = ""
    required: bool = False


Declared = Mapping[str, str | Option]  # by name; of a switch, which has no value, the help


def text(help_: str, *, default: str = "", required: bool = False) -> Option:
    """Declare a text."""
    return Option(help_, lambda _, typed: typed, default, required)


def whole(help_: str, *, lowest: int, highest: int | None = None, default: int | None = None) -> Option:
    """Declare a whole number; it is the default where nothing is given."""
    return Option(help_, partial(read_whole, lowest=lowest, highest=highest, default=default))


def score(help_: str) -> Option:
    """Declare a score, which may be negative; None where none is given."""
    return whole(help_, lowest=-LARGEST - 1, highest=LARGEST)


def word(help_: str, *known: str) -> Option:
    """Declare one of several words; empty where none is given."""
    return Option(help_, partial(read_word, known=("", *known)))


def choice(help_: str, *known: str) -> Option:
    """Declare one of several words, in whatever case it is typed; empty where none is given."""
    return Option(help_, lambda option, text: read_choice(option, text, known) if text else "")


def names(help_: str) -> Option:
    """Declare a comma-separated list."""
    return Option(help_, lambda _, text: read_names(text))


def words(help_: str, *known: str) -> Option:
    """Declare a comma-separated list of some of these words."""
    return Option(
        help_,
        lambda option, text: [read_word(option, word, known) for word in dict.fromkeys(read_names(text))],
    )


def path(help_: str, *, default: str = "") -> Option:
    """Declare a file or folder; None where none is given."""
    return Option(help_, lambda _, text: read_path(text) if text else None, default)


def amount(help_: str) -> Option:
    """Declare a positive amount of dollars; None where none is given."""
    return Option(help_, lambda option, text: read_amount(option, text) if text.strip() else None)


def url(help_: str) -> Option:
    """Declare the address of a site, which is read without a final slash."""
    return Option(help_, read_url)


def ip(help_: str) -> Option:
    """Declare an IP address."""
    return Option(help_, read_ip)


def fee(help_: str) -> Option:
    """Declare what a marketplace takes, read as the name of a fee."""
    return Option(help_, read_fee)


def helps(declared: Declared) -> dict[str, str]:
    """Return the help of each option."""
    return {name: option if isinstance(option, str) else option.help for name, option in declared.items()}


def read_all(
    declared: Declared, given: Mapping[str, Any], *, needs: Sequence[str] = (), dashes: str = "--"
) -> dict[str, Any]:
    """Return the values of the options given; raise UsageError for one that is missing or wrong."""
    need(**{name: given[name] for name in needs})
    values = dict(given)
    for name, option in declared.items():
        if isinstance(option, Option):
            values[name] = option.read(f"{dashes}{typed_name(name)}", _typed(given[name]))
    need(**{name: "" if values[name] == [] else given[name] for name in needs})  # a list of commas
    return values


def need(**given: object) -> None:
    """Raise UsageError for options that were not given, each by its name."""
    missing = [f"--{typed_name(name)}" for name, value in given.items() if not _typed(value)]
    if missing:
        raise UsageError(f"Missing: {', '.join(missing)}")


def typed_name(name: str) -> str:
    """Return the name of an option as it is typed, by that of its parameter."""
    return name.strip("_").replace("_", "-")


def read_whole(
    option: str, text: object, *, lowest: int, highest: int | None = None, default: int | None = None
) -> int | None:
    """Return a whole number, or the default of an option that was not given."""
    typed = _typed(text)
    if not typed.strip():
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


def read_names(text: str) -> list[str]:
    """Return the parts of a comma-separated list, without blanks around them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read_rate(option: str, text: object) -> Decimal | None:
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


def read_fee(option: str, text: str) -> str:
    """Return the name of a fee: `amazon`, or a share as 0.1; empty where nothing is given."""
    if text == AMAZONS_FEE:
        return AMAZONS_FEE
    share = read_rate(option, text)
    name = "" if share is None else fee_name(flat_fee(share))
    if name and fee_named(name) is None:
        raise UsageError(f"{option} takes a share with at most nine decimals, not {text}")
    return name


def read_word(option: str, text: str, known: Sequence[str]) -> str:
    """Return the text if it is one of the known words."""
    if text not in known:
        words = ", ".join(word for word in known if word)
        raise UsageError(f"{option} takes one of {words}, not {text!r}")
    return text


def read_choice(option: str, text: str, known: Sequence[str]) -> str:
    """Return the known word that is meant, in whatever case it is typed; raise UsageError for another."""
    meant = next((word for word in known if word.lower() == text.lower()), None)
    if meant is None:
        raise UsageError(f"{option} takes one of {', '.join(known)}, not {text!r}")
    return meant


def read_amount(option: str, text: str) -> Decimal:
    """Return a positive amount of dollars."""
    try:
        dollars = parse_usd(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
    if dollars <= 0:
        raise UsageError(f"{option} takes more than $0.00")
    return dollars


def read_url(option: str, text: str) -> str:
    """Return an address of a site without a final slash; nothing for nothing."""
    if text and not (text.startswith(("http://", "https://")) and text.rstrip("/").count("/") == 2):
        raise UsageError(f"{option} takes an address such as https://market.example.org, not {text!r}")
    return text.rstrip("/")


def read_ip(option: str, text: str) -> str:
    """Return an IP address; nothing for nothing."""
    import ipaddress

    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise UsageError(f"{option} takes an IP address, not {text!r}") from None


def read_path(text: str) -> Path:
    """Return the file that is meant: one with a backslash that is not there is read with a slash."""
    named = Path(text)
    other = Path(text.replace("\\", "/"))
    return other if "\\" in text and not named.exists() else named


def _typed(text: object) -> str:
    """Return a value as it was typed; a key that stands in `invoke.yaml` without a value is None."""
    return "" if text is None else str(text).strip()


# Options that several tasks and old commands have.


# Any, since the decorators take more than texts and options beside them.
Shared = dict[str, Any]

SANDBOX: Final[Shared] = {"sandbox": "Act in the sandbox, whatever is configured."}
PRODUCTION: Final[Shared] = {"production": "Act on the configured production marketplace."}
FORCE: Final[Shared] = {"force": "Do not ask for a confirmation."}
WORKERS: Final[Shared] = {"workers": whole("How many calls to have under way at once.", lowest=1)}
JSON: Final[Shared] = {
    "json": "Write one JSON object to standard output, and everything else to standard error."
}
LABEL: Final[Shared] = {"label": text("Name of the set: what one load made. Default: the survey's name.")}

LOADING: Final[Shared] = {
    "maxhits": whole("Create at most so many HITs.", lowest=1),
    "resume": "Create every row that has no HIT yet, after whatever stopped the last load.",
    "append": "Create the rows that were added to the input since the last load.",
    "uncertain": word(
        "What to do with rows whose HIT may have been made over a day ago: create or skip.", "create", "skip"
    ),
    "preview": "Only write a page that shows a HIT as workers would see it.",
}
CLEANING: Final[Shared] = {
    "approve": "Approve submitted work first.",
    "expire": "Take HITs that are still open off the market first.",
}
PAYING: Final[Shared] = {
    "assignment": text("The assignment it is for."),
    "amount": amount("Dollars, as 0.50."),
    "reason": text("Why; the worker reads it."),
}
PAIRS: Final[Shared] = {"namevaluepairs": "Put all answers of an assignment into one column."}
CROWD: Final[Shared] = {
    "workers": whole("How many simulated workers take part.", lowest=1, default=5),
    "seed": whole("Which workers and answers: the same number gives the same ones.", lowest=0, default=1),
}
GRANTING: Final[Shared] = {
    "workerid": names("The workers, comma-separated."),
    "scorefile": path("A file that lists workers, and scores as well."),
    "score": score("The score of those that have none in the file, a whole number."),
}
