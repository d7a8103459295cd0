"""Say where commands act and what would go wrong, each with the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final
from urllib.request import Request, urlopen

from mturk_tasks.commands import origins
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.surveys import sets
from mturk_tasks.commands.surveys.plan import prepare
from mturk_tasks.console.summary import Summary, count, table
from mturk_tasks.errors import MTurkTasksError, UsageError
from mturk_tasks.files.survey import Survey
from mturk_tasks.lib import disk
from mturk_tasks.lib.money import describe_fee, format_usd

_LEAST_SPACE: Final = 200 * 1024 * 1024  # bytes
_SECRETS: Final = ("sandbox.db", "sandbox.db-wal", "journal.key", "marketplace.key", "rates.json")
_ORIGIN: Final = "https://workers.example"
_PATIENCE: Final = 10  # seconds
_OLD_CONFIGURATION: Final = "mturk.properties"


@dataclass(frozen=True)
class Trouble:
    """What would go wrong, and the command, or the act, that mends it."""

    what: str
    mend: str


def run(context: CommandContext, *, online: bool = False) -> Summary:
    """Look everything over; the exit code is 1 if something would go wrong. Nothing is changed.

    With `online` images in S3 are asked for, to see whether browsers may show them in a HIT.
    """
    rows = [*_place(context), *_versions()]
    troubles = [*_marketplace_troubles(context), *_file_troubles(context)]
    if own := _survey(context):
        rows.append(("survey", own.name))
        troubles += _survey_troubles(own, online=online)
        found, more = _sets(context)
        rows += found
        troubles += more
    told = [f"! {trouble.what}\n  {trouble.mend}" for trouble in troubles] or ["Nothing would go wrong."]
    items = tuple({"id": f"trouble {n}", "status": t.what, "mend": t.mend} for n, t in enumerate(troubles, 1))
    return Summary(
        (table(rows), "", *told),
        {"troubles": len(troubles)},
        items,
        exit_code=int(bool(troubles)),
        facts=dict(rows),
    )


def _place(context: CommandContext) -> Iterator[tuple[str, str]]:
    """Yield where commands act; of a marketplace that cannot be asked, what is configured."""
    try:
        yield from origins.place(context, context.clock())
        if context.environment.embedded:
            yield "its file", str(context.home / "sandbox.db")
        yield "worker site", context.marketplace.address or "not served; inv marketplace.serve does it"
        yield "fee", describe_fee(context.fee)
        yield "balance", format_usd(context.account.balance)
    except MTurkTasksError:  # which is one of the troubles
        yield "marketplace", f"{context.environment.name}, {context.environment.endpoint}: no answer"
    yield "own data", str(context.home)


def _versions() -> Iterator[tuple[str, str]]:
    names = ("mturk-tasks", "boto3", "invoke")
    told = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]
    yield "versions", ", ".join(told)


def _survey(context: CommandContext) -> Survey | None:
    """Return the survey of the folder, None where there is none."""
    try:
        own = context.survey
    except UsageError:
        return None
    return own if own.properties.exists() and own.input.exists() else None


def _marketplace_troubles(context: CommandContext) -> Iterator[Trouble]:
    try:
        _ = context.account
    except MTurkTasksError as error:
        yield Trouble(
            f"the marketplace does not answer: {error}",
            "look at endpoint: in invoke.yaml and at your keys, as in mturk handbook marketplace",
        )


def _file_troubles(context: CommandContext) -> Iterator[Trouble]:
    """Yield what is wrong with permissions and space."""
    for path in (context.home, context.folder):
        standing = next(place for place in (path, *path.absolute().parents) if place.exists())
        if not os.access(standing, os.W_OK):
            yield Trouble(f"{standing} cannot be written to", f"chmod u+w '{standing}'")
        free = shutil.disk_usage(standing).free
        if free < _LEAST_SPACE:
            yield Trouble(
                f"{free // 1024**2} MB are free at {standing}", "make room: a full disk ends a load"
            )
    keys = context.folder / _OLD_CONFIGURATION
    for secrets in ([context.home / name for name in _SECRETS], [keys]):
        if exposed := disk.warning([path for path in secrets if path.exists()]):
            what, _, command = exposed.partition("; type: ")
            yield Trouble(what, command)


def _survey_troubles(own: Survey, *, online: bool) -> Iterator[Trouble]:
    """Yield what keeps the survey from being loaded, or its images from being shown."""
    try:
        plan = prepare(own)
        yield from _image_troubles(hit.question for hit in plan.hits) if online else ()
    except MTurkTasksError as error:
        first, *others = str(error).split("\n")
        more = f" (and {len(others)} more)" if others else ""
        yield Trouble(f"the survey cannot be loaded: {first}{more}", "inv check")


def _image_troubles(questions: Iterable[str]) -> Iterator[Trouble]:
    from mturk_tasks.markup.lint import CORS_RULE, bucket_addresses

    addresses: dict[str, str] = {}
    for question in dict.fromkeys(questions):
        addresses = {**bucket_addresses(question), **addresses}
    for bucket, address in addresses.items():
        if why := refusal(address):
            yield Trouble(f"images in the S3 bucket {bucket!r}: {why}", f"give it the CORS rule {CORS_RULE}")


def refusal(address: str) -> str:
    """Say why a page of another origin may not read an image; nothing where it may."""
    request = Request(address, headers={"Origin": _ORIGIN})  # noqa: S310  # http or https, as bucket_addresses has it
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  # nosec B310  # likewise
            allowed = answer.headers.get("Access-Control-Allow-Origin", "")
    except OSError as error:
        return f"{address} does not answer: {error}"
    return "" if allowed in ("*", _ORIGIN) else f"{address} is not for pages of other origins"


def _sets(context: CommandContext) -> tuple[list[tuple[str, str]], list[Trouble]]:
    """Return the sets of the folder as a row, and what is wrong with them."""
    try:
        found = sets.find_all(context)
    except MTurkTasksError as error:
        return [], [Trouble(f"the sets cannot be told apart: {error}", "inv sets")]
    told = [f"{own.files.label}: {count(own.hits, 'HIT')}, {own.place}" for own in found]
    troubles = [
        Trouble(
            f"{own.files.label}: {count(own.uncertain, 'action has', 'actions have')} no outcome",
            f"inv load --resume --label {own.files.label}",
        )
        for own in found
        if own.place == sets.HERE and own.uncertain
    ]
    return ([("sets", "\n".join(told))] if told else []), troubles
